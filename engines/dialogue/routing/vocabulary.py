"""The words of requests, in English and Korean, by what they mean for choosing a task.

They are patterns: English ones of whole words, Korean ones of stems, which are found within words.
"""

from __future__ import annotations

#: What makes a sound of its own, among what people look for in recordings and ask to hear.
SOUNDS = (
    r"\b(?:rain\w*|thunder\w*|lightning|storm\w*|hail|drizzl\w*|waterfall|waves?|ocean|sea|surf"
    r"|river|stream|creek|brook"
    r"|water|drip\w*|splash\w*|wind chimes?|gusts?|fire|flames?|campfire|fireplace|forest|jungle"
    r"|beach|dogs?|pupp(?:y|ies)|bark\w*"
    r"|woof|growl\w*|howl\w*|cats?|kittens?|meow\w*|purr\w*|birds?|birdsong|chirp\w*|tweet\w*"
    r"|crows?|caw\w*|owls?|hoot\w*|cuckoo"
    r"|woodpecker|rooster|chickens?|hens?|ducks?|quack\w*|geese|seagulls?|pigeons?|cows?|moo\w*"
    r"|sheep|bleat\w*|goats?|pigs?|horses?"
    r"|hooves|gallop\w*|neigh\w*|lions?|roar\w*|wol(?:f|ves)|fox\w*|bears?|elephants?|monkeys?"
    r"|frogs?|croak\w*|crickets?|cicadas?"
    r"|insects?|bees?|mosquito\w*|fl(?:y|ies)|snakes?|whales?|sirens?|ambulances?|police"
    r"|fire (?:truck|engine)s?|alarms?|smoke detector"
    r"|engines?|motors?|cars?|trucks?|buses|bus|motor ?bikes?|motorcycles?|trains?|trams?|subway"
    r"|planes?|airplanes?|jets?|helicopters?"
    r"|drones?|boats?|ships?|horns?|honk\w*|brakes?|tires?|tyres?|skid\w*|crash\w*|explo\w*"
    r"|bombs?|gun ?shots?|guns?|shots? fired|fireworks?"
    r"|bells?|chimes?|gongs?|door ?bells?|knock\w*|doors?|slam\w*|creak\w*|footsteps?|steps"
    r"|walking|running|applause|clap\w*|cheer\w*"
    r"|crowds?|chatter|audience|laugh\w*|giggl\w*|chuckl\w*|cough\w*|sneez\w*|snor\w*|breath\w*"
    r"|sigh\w*|yawn\w*|burp\w*|hiccup\w*|cry\w*"
    r"|cries|sob\w*|scream\w*|shout\w*|yell\w*|whistl\w*|whisper\w*|bab(?:y|ies)|infants?"
    r"|child(?:ren)?|kids|glass|shatter\w*|break(?:s|ing)"
    r"|keyboards?|typing on|clocks?|tick(?:s|ing)|phones?|ring(?:s|ing|tone)|dial ?tone|cameras?"
    r"|shutter|printers?|vacuum\w*|hoover|drills?"
    r"|hammers?|saws?|chainsaw|lawn ?mower|leaf ?blower|washing machine|blender|microwave|kettle"
    r"|coffee machine|frying|sizzl\w*|bacon"
    r"|cutlery|dish\w*|coins?|keys? jingl\w*|jingl\w*|zippers?|paper|basketball\w*"
    r"|balls? bounc\w*|bounc\w*|whip|swords?|lasers?|robots?"
    r"|spaceships?|ufos?|popcorn|bubbl\w*|tractor|scooter|elevator|escalator|saxophone|trumpet"
    r"|flute|cello|harp|accordion|tambourine|cymbals?"
    r"|violins?|pianos?|guitars?|drums?|bass ?line|cash register|toilet|flush\w*|shower"
    r"|tap running|faucet|campfire|market|caf[eé]|playground)\b"
    r"|비 오는|비 내리|빗소리|비소리|천둥|번개|폭풍|우박|폭포|파도|바닷|바다|강물|시냇물|계곡"
    r"|물소리|물 흐르|물방울|물 떨어|불 타|모닥불|장작|벽난로"
    r"|숲|정글|개 ?짖|강아지|멍멍|으르렁|늑대|하울링|고양이|야옹|가르랑|새 ?소리|새가|새들"
    r"|지저귀|까마귀|까치|부엉이|올빼미|뻐꾸기|딱따구리|닭|수탉|오리|갈매기|비둘기"
    r"|참새|소 울음|양 울음|염소|돼지|말발굽|말 울음|사자|호랑이|여우|곰|코끼리|원숭이|개구리"
    r"|귀뚜라미|매미|벌레|벌 소리|모기|파리|고래|사이렌|구급차|경찰차|소방차|경보|알람"
    r"|화재|엔진|모터|시동|자동차|트럭|버스|오토바이|기차|전철|지하철|비행기|제트기|헬리콥터"
    r"|헬기|드론|뱃고동|경적|클랙슨|빵빵|브레이크|급정거|충돌|폭발|폭탄|총소리|총성|총|폭죽"
    r"|불꽃놀이"
    r"|종소리|종 치|종이 울|징 소리|초인종|벨 ?소리|노크|문 닫|문 여|문소리|문이|쾅|삐걱|발소리"
    r"|발자국|걷는|뛰는|박수|환호|함성|관중|군중|웃음|웃는|낄낄|기침|재채기|코 ?고|코골이|숨소리"
    r"|한숨"
    r"|하품|트림|딸꾹질|울음|우는 소리|흐느|비명|고함|외치|휘파람|속삭|아기|아이들|유리|깨지는"
    r"|키보드|타자|타이핑|시계|째깍|전화벨|전화 소리|카메라|셔터|프린터|청소기|드릴|망치|톱질"
    r"|톱 소리"
    r"|잔디|세탁기|믹서|전자레인지|주전자|커피 ?머신|굽는|튀기|지글|그릇|설거지|동전|열쇠|지퍼"
    r"|종이|농구|공 튀|칼싸움|검 부딪|레이저|로봇|우주선|팝콘|거품|트랙터|엘리베이터|색소폰|트럼펫"
    r"|플루트|첼로|하프|아코디언|심벌즈|바이올린|피아노|기타|드럼|금전|변기|샤워|수도|재봉틀"
    r"|호루라기|바람 소리|바람소리|물 끓|눈 밟|낙엽"
)

#: Concept -> the words for it. Korean ones are stems, found within words.
LEXICON: dict[str, str] = {
    # what is worked on
    "image": r"\b(?:images?|img|photos?|photographs?|photography|pics?|pictures?|portraits?"
    r"|selfies?|paintings?"
    r"|drawings?|illustrations?|screenshots?|snapshots?|postcards?|wallpapers?|memes?|jpe?gs?"
    r"|png|avatars?|artwork"
    r"|posters?|sketch(?:es)?|canvas|profile pic)\b|사진|그림|이미지|짤|일러스트|초상|스크린샷"
    r"|캡처|풍경화|포스터|프사|증명사진|아바타|셀카|그려",
    "audio": r"\b(?:audio|recordings?|clips?|wav|mp3|m4a|ogg|sound ?file|tapes?|podcasts?|memos?"
    r"|voice ?(?:notes?|mails?"
    r"|messages?|memos?)|voicemails?|interviews?|meetings?|lectures?|seminars?|phone ?calls?"
    r"|interview|footage)\b"
    r"|녹음|음성|오디오|파일|클립|음원|팟캐스트|통화|회의|강의|인터뷰|테이프|보이스|메시지|메세지",
    "video": r"\b(?:videos?|vids?|movies?|films?|cutscenes?|animations?|animated?|footage"
    r"|gifs?)\b|영상|동영상|비디오|영화",
    "music": r"\b(?:grooves?|swoosh|ambience|brown noise|white noise|arpeggio|reggae|rock"
    r"|hip ?hop|chiptune|music|songs?|beats?|melod(?:y|ies)|tunes?|waltz|jazz|techno"
    r"|lo-?fi|ambient"
    r"|orchestra\w*|piano|guitar"
    r"|drums?|violin|ukulele|loops?|bpm|chords?|jingle|symphony|strings|riff|instrumentals?"
    r"|soundtrack|band|synth\w*)\b"
    r"|음악|노래|곡|멜로디|비트|연주|반주|재즈|피아노|기타|드럼|브금|bgm|오케스트라|선율|발라드"
    r"|트로트|오르골|징글|8비트|백색소음|배경음|비지엠",
    "sound": r"\b(?:sounds?|sfx|noises?|audible|hear|heard|hearing|listen(?:ing)?"
    r"|sound ?effects?|soundscape)\b"
    r"|소리|효과음|들리|들려|음향|들릴|들을|들은|듣",
    "speech": r"\b(?:speech|says?|said|saying|sa(?:id|ys) (?:in|at)|speak(?:s|ing|er|ers)?"
    r"|spoken|spoke|talk(?:s|ing|ed)?|words?"
    r"|utter\w*|tells?|telling|told|mention\w*)\b|말하|말한|말씀|뭐라|뭐래|라는지|라는 거|발화"
    r"|하는 말|말을|말이|얘기|이야기",
    "voice": r"\b(?:voices?|tone|timbre|accent|narrator|speaker|manner|intonation|cadence"
    r"|vocal style|delivery)\b"
    r"|목소리|음색|말투|억양|톤|화자|성우|아나운서|어투",
    "singing": r"\b(?:belt|rapping|octave|verse|sing(?:s|ing|er)?|sung|sang|croon|hum|serenade"
    r"|lyrics?|vocal(?:s|ist)?"
    r"|chorus|lullaby|carol|hymn|ballad"
    r"|chant|karaoke|rap)\b|노래|불러|부르|부를|가사|보컬|자장가|합창|가창|랩|흥얼|소절|후렴"
    r"|불러봐|옥타브",
    # written things
    "transcript": r"\b(?:on paper|readable|speech recogni[sz]\w*|conversation as|exact words"
    r"|wording|the text|transcri\w*|subtitles?|captions? file|closed captions?|srt"
    r"|vtt|type"
    r"|typed|typing|dictat\w*"
    r"|write (?:down|out|up|it|this|what)|written|writing|in writing|jot|verbatim|word for word"
    r"|word-for-word|minutes"
    r"|speech[- ]to[- ]text|stt|asr|into text|to text|as text|in text|text (?:of|from)"
    r"|text version|text form)\b"
    r"|받아|전사|텍스트로|글로|자막|녹취|필사|타이핑|속기|적어|써\s?(?:줘|주)|글자로|텍스트"
    r"|스크립트|회의록|옮겨|음성 ?인식|문자로|문장으로|글자",
    "description": r"\b(?:descri\w*|caption(?:s|ing)?|summar\w*|alt[- ]?text|sentence|overall"
    r"|in words|in short|explain|gist"
    r"|scene|atmosphere|mood|blurb|impression|roughly|vibe|what kind|what sort|going on"
    r"|happening)\b"
    r"|설명|묘사|캡션|한 문장|한 줄|한줄|분위기|느낌|장면|요약|상황|어떤|대체 텍스트|전체적|대충",
    "translation": r"\b(?:translat\w*|interpret\w*|mean(?:s|ing)?|into|foreign|language"
    r"|understand|render)\b"
    r"|번역|통역|옮겨|뜻|무슨 말|외국어|언어|해석|모국어",
    "tongue": r"\b(?:english|korean|japanese|chinese|mandarin|german|french|spanish|italian"
    r"|russian|portuguese|hindi|arabic"
    r"|turkish|vietnamese|thai|dutch|polish|ukrainian|swedish|greek|hebrew|czech|indonesian"
    r"|serbian|norwegian|danish"
    r"|finnish|hungarian|romanian|persian|farsi|urdu|bengali|tagalog|cantonese|latin)\b"
    r"|[가-힣]{1,5}어로|영어|일본어|중국어|한국어"
    r"|한국말|우리말|일어|불어|독일어|프랑스어|스페인어|러시아어|태국어|베트남어|아랍어",
    # what is done
    "clean": r"\b(?:understandable|easier to (?:understand|hear)|tidy|noise-free|clean\w*"
    r"|denois\w*|de-nois\w*|enhanc\w*|clear(?:er|ly)?|intelligible"
    r"|crisp\w*|polish|restor\w*|improve\w*"
    r"|quality|audible|dereverb\w*|de-?hiss|de-?hum|noise[- ](?:reduction|removal|suppression)"
    r"|hear (?:her|him|them) properly)\b"
    r"|깨끗|깔끔|선명|또렷|음질|개선|향상|정화|맑게|뚜렷|보정|클린|클리어|잘 들리",
    "noise": r"\b(?:drill\w*|50 ?hz|drown\w*|muddy|distort\w*|rustl\w*|nois[ey]\w*|hiss\w*"
    r"|hum(?:s|ming)?|buzz\w*|static|wind|echo\w*|reverb\w*"
    r"|muffled|fan|crackl\w*|rumble"
    r"|traffic|air ?con\w*|background|grainy|faint|interference)\b|잡음|노이즈|소음|에코|울림"
    r"|웅웅|지지직|쉬익|치직|시끄|바람|묻혀|먹먹|지글",
    "remove": r"\b(?:remov\w*|rid of|reduc\w*|eliminat\w*|suppress\w*|filter\w*|strip|drop|kill"
    r"|wipe|mute|take (?:out|away|off)|less"
    r"|without|delete|erase|scrub)\b|제거|없애|빼|줄여|지워|죽여|잡아|삭제|날려",
    "separate": r"\b(?:accompaniment|karaok\w*|file each|files? per|inst|backing|two files"
    r"|three files|separat\w*|split\w*|apart|stems?|individual(?:ly)?"
    r"|each (?:speaker|person"
    r"|voice|one|player|of)|unmix|demix"
    r"|disentangl\w*|part (?:them|the)|own track|tracks?|channels?|one per|a cappella|acapella"
    r"|karaoke|minus one)\b"
    r"|분리|나눠|나누|따로|각각|갈라|한 사람씩|화자별|화자마다|쪼개|반주|노래방|아카펠라|인스트"
    r"|엠알",
    "people": r"\b(?:speakers?|people|persons?|both|two (?:voices|people|speakers|men|women)"
    r"|everyone|voices|guests?|interviewe\w*"
    r"|talkers?|participants?|host|guys|who said)\b|화자|사람|두 명|세 명|둘|명이|여러 명|참석자"
    r"|출연자",
    "overlap": r"\b(?:overlap\w*|over each other|at the same time|at once|cross ?talk|talk over"
    r"|simultaneous\w*)\b|동시에|겹쳐|겹친|섞",
    "extract": r"\b(?:extract\w*|isolat\w*|pull\w* out|pick out|cut out|lift|sample|retriev\w*"
    r"|single out|fish out|solo|rip|grab"
    r"|crop out|take out|get me)\b|추출|뽑|꺼내|떼어|따줘|따 줘|잘라|빼내|골라|건져|발췌",
    "only": r"\b(?:only|just|nothing else|alone|on its own|by itself|drop the rest"
    r"|leave the rest|rest out|rid of the rest"
    r"|separate file|own file|everything else|without the rest)\b|만\s|만$|[가-힣]만(?=[가-힣])"
    r"|나머지",
    "detect": r"\b(?:whether|spotted|pinpoint|detect\w*|find|spot|locat\w*|identif\w*"
    r"|recogni[sz]e|look for|search|check"
    r"|verify|listen for|present|contain\w*"
    r"|appear\w*|occur\w*|audible|is there|are there|any|does|go off|where)\b|찾|감지|탐지|검출"
    r"|확인|있는지|있어|있나|나오는|식별|포함|있니|나와|나는지|치는 거|했는지|있는가",
    "when": r"\b(?:when|wen|what time|at what|timestamps?|times?|how many times|which second"
    r"|what second|how often|point"
    r"|occurrences?|moments?|onset|times? ?codes?|minute mark|every time)\b|언제|몇 초|몇초"
    r"|몇 분|시간|시점|몇 번|구간|타임|몇 시|초인지|부분",
    "list": r"\b(?:list\w*|every\w*|all|each|events?|label\w*|tag\w*|which|log|classif\w*"
    r"|enumerat\w*|timeline|names?|inventory"
    r"|second by second|one after another|posteriorgram)\b|목록|리스트|전부|모두|모든|다\s"
    r"|이벤트|태그|라벨|종류|들이|뭐뭐|싹|나열|순서대로|각종",
    "gap": r"\b(?:jumps?|chopped|packet loss|stutter\w*|gaps?|holes?|missing|dropouts?"
    r"|drop-outs?|skips?|skipping|glitch\w*|clicks?"
    r"|pops?|lost|cut out|cuts out|corrupt\w*"
    r"|damaged?|broken|scratch\w*|blank|silen(?:ce|t)|interrupt\w*|died|bleep\w*|chunk"
    r"|break(?:s)?|froze|patch(?:y)?)\b"
    r"|끊|빈|빠진|공백|손상|구멍|깨진|깨졌|비어|날아|사라|무음|누락|튀|결손|틱|소실|먹통|끊김"
    r"|비는 데|씹|공백|빵꾸",
    "repair": r"\b(?:glue|paint over|rebuild\w*|heal|join|fill\w*|repair\w*|fix|patch\w*"
    r"|inpaint\w*|in-?paint\w*|reconstruct\w*"
    r"|restor\w*|mend\w*|bridge|smooth|interpolat\w*"
    r"|conceal\w*|recover\w*|continuous|seamless\w*|complete)\b|채워|채우|복원|복구|메워|메꿔"
    r"|메우|이어|복원해|매워|때워|인페인팅|보완|자연스럽게|땜빵|보정|이어",
    "time": r"\d\s*(?:s|sec|secs|seconds?|ms|min|mins|minutes?)\b|\d:\d\d|\bseconds?\b"
    r"|\bminutes?\b|\bms\b|\d\s*초|\d\s*분|초짜리|분짜리|초 동안",
    "space": r"\b(?:zigzag|past me|round my|from (?:left|right|back|front)|binaural\w*|3d|8d"
    r"|spatial\w*|surround\w*|headphones?|earphones?|headset|left"
    r"|right|behind|overhead|around|immersive"
    r"|stereo|mono|pan(?:s|ned|ning)?|hrtf|orbit\w*|circl\w*|360|direction|degrees|azimuth|ear"
    r"|above|in front|rotat\w*|asmr|mono2binaural)\b"
    r"|바이노럴|입체|3d|3차원|공간|헤드폰|이어폰|왼쪽|오른쪽|뒤에서|주위|주변을|머리|빙|귀"
    r"|서라운드|스테레오|앞에서|모노|좌우|방향|좌측|우측|현장감|맴도|360도|스페이셜",
    "mimic": r"\b(?:clon\w*|mimic\w*|imitat\w*|copy|copies|same (?:voice|tone|style|speaker|way"
    r"|manner)|style (?:transfer|of)|like (?:this|that|him|her|he|she|the (?:person|man"
    r"|woman|speaker|guy|recording))"
    r"|sound like|sounding like|in (?:this|that|his|her|my|their|the same) (?:\w+ )?(?:voice"
    r"|tone|style|manner|accent)|(?:this|his|her|my|their|that) (?:\w+'s )?voice"
    r"|like (?:the|a|an|some|our|my) \w+(?: \w+)? (?:in|from|of|on|at)|(?:speaker|narrator"
    r"|announcer|person|man|woman|guy) (?:from|of|in|on)|impersonat\w*|borrow|way (?:he|she"
    r"|they)|as (?:him|her|if)|(?:voice|manner|tone) (?:of|from|in)"
    r" (?:this|the|that|a\d)|like a\d|voice conversion)\b"
    r"|처럼|이런 식|(?:녹음|파일|영상|번째 거|거) ?(?:의 )?목소리|같은 목소리|이 목소리|이목소리"
    r"|그 목소리|복제|흉내|따라|스타일|말투|이 사람|내 목소리|똑같|클론|빌려|톤으로|음색으로"
    r"|카피|본떠",
    "aloud": r"\b(?:aloud|out loud|read|reads|reading|text[- ]to[- ]speech|tts|voice ?over"
    r"|narrat\w*|pronounc\w*|recite|say|speak|spoken"
    r"|announce\w*|announcement|utter|voice ?(?:message|msg|note|clip|reply) (?:saying|of|with"
    r"|that)|vocali[sz]e|dictate to me|stock voice|to voice)\b"
    r"|읽어|읽|낭독|말해|라고 해|발음|음성으로|소리 내|소리내|목소리로|들려|방송|멘트|안내"
    r"|음성 합성|tts|라고 말|대독",
    "make": r"\b(?:generat\w*|mak(?:e|ing)|creat\w*|produc\w*|synthesi[sz]\w*|compos\w*|design"
    r"|need|want|give me|play|craft|cook up|build|write)\b"
    r"|만들|생성|제작|합성|작곡|깔아|필요|내줘|내 줘|찍어",
    "animate": r"\b(?:animat\w*|lip[- ]?sync\w*|lips?|mouth|talking[- ]?(?:head|face|photo"
    r"|avatar|picture|vid\w*)|faces?|come alive|bring (?:\w+ ){0,3}to life"
    r"|speaking (?:video|face)"
    r"|move (?:the|his|her|its)|makes? (?:\w+ ){0,4}(?:talk|speak)|let (?:\w+ ){0,4}(?:talk"
    r"|speak))\b"
    r"|입 ?모양|입을|얼굴|립싱크|말하게|움직|살아|토킹|말하는 (?:영상|동영상|비디오)",
    "nature": SOUNDS,
    # how it is put
    "deixis": r"\b(?:this|that|it|these|those|here|attached|the (?:file|clip|recording|audio|one"
    r"|second|first|last)|a\d{1,3})\b"
    r"|이거|이걸|이것|여기|첨부|이 (?:녹음|파일|소리|사진|음성|오디오|클립|영상)|그거|얘|첫 번째"
    r"|두 번째|마지막|\ba\d",
    "please": r"\b(?:please|pls|plz|plss*|thx|kindly|thanks in advance)\b|부탁|주세요|해줘|해 줘"
    r"|줘|주라|ㄱㄱ|주실|바랍니다|주십시오|할래|줄래",
    "wish": r"\b(?:i want|i need|i'd (?:like|love)|i would (?:like|love)|can you|could you|can u"
    r"|would you|will you|help|let me|is it possible|how about|want to hear|wanna)\b"
    r"|싶어|싶은데|좋겠|필요|가능할까|가능해|될까|수 있|있을까",
    "ask": r"^\s*(?:what|which|who|where|when|why|how|is|are|do|does|did|can|will)\b|\?|뭐|무슨"
    r"|누가|누구|어디|왜|어떻게|몇",
    "why": r"\b(?:why|how (?:do|does|did|much|long|are|come|to|can i)|is it (?:legal|ok|possible"
    r"|true)|what is (?:a|an)|what's (?:a|an|the (?:best|difference))|what (?:formats?"
    r"|languages?|model)|which model|difference between|best)\b"
    r"|왜|어떻게|원리|어떤 형식|얼마|추천|차이|방법|지원",
    "past": r"\b(?:already|yesterday|last (?:night|week|year|month)|ago|was|were|have been"
    r"|finished|used to|did it|thanks for)\b|이미(?!지)|벌써|어제|지난|했어|했는데|했음"
    r"|였어|았어|었어|했다|더라",
    "reported": r"^(?:i|we|she|he|they|you|my \w+|our \w+)(?:'ve| have|'d"
    r"| had)? (?:already )?(?:(?!need)\w+ed|wrote|did|got|made|sent|heard|told|said"
    r"|sang)\b"
    r"|[았었했됐왔갔](?:어|어요|다|음|네|네요|지|대|대요|습니다|거든|거든요)[\s.!~ㅋㅎ]*$",
    "future": r"\b(?:tomorrow|tonight|later|next week|this weekend|on (?:mon|tues|wednes|thurs"
    r"|fri|satur|sun)day|at \d|i'll|we'll|going to|gonna)\b|내일|이따|나중에|다음 주"
    r"|주말|할게|갈게|먹을|올게",
    "thanks": r"\b(?:thanks|thank you|thx|ty|cheers|great|awesome|nice|perfect|lol|lmao|haha"
    r"|hello|hi|hey|gg|ok|okay|cool|good (?:bot|morning|night|job)|sorry|bye|congrats"
    r"|well done|wow|love (?:it|this))\b|고마|감사|ㅋㅋ|ㅎㅎ|안녕|대박|최고|수고|잘했"
    r"|ㅇㅋ|굿|좋다|미안|축하|헐|와우",
    "self": r"\b(?:i|i'm|i've|me|my|mine|we|our|us|he|she|they)\b|내가|제가|나는|저는|우리|걔"
    r"|저희|내\s|제\s",
    "bot": r"\b(?:are you|do you|your name|who made|you (?:run|support|cost|work|store|keep)|bot"
    r"|help|settings?|commands?|you guys)\b|너\s|너는|넌|봇|당신|설정|사용법|명령|도움말",
    "ignore": r"\b(?:ignore|never ?mind|cancel|stop|don't|do not|forget (?:it|that)"
    r"|wrong (?:chat|channel|person)|by accident|by mistake|no need|no thanks|not now"
    r"|leave it|nobody|please don't)\b"
    r"|무시|됐어|취소|그만|하지 ?마|지 마|지마|실수|신경 쓰|안 해도|괜찮아|필요 없|아무것도"
    r"|잘못 보",
    "elsewhere": r"\b(?:weather|forecast|remind\w*|wake me|timer|book (?:a|me)|restaurant"
    r"|flights?|price|news|score|recipe|code|python|css|website|email|pdf|spotify"
    r"|youtube|playlist|draw|crop|resize|edit|meet|lunch|dinner|pizza|joke|poem"
    r"|story|calendar|alarm (?:for|at)|set an|search the web|google|who won"
    r"|directions|tickets?|homework|essay)\b"
    r"|날씨|예약|맛집|뉴스|점심|저녁|미세먼지|코드|엑셀|유튜브|틀어|재생|검색|요약해|시 써|농담"
    r"|환율|주식|일정|알람 맞|그려|배경 지워|잘라|이메일|번호|주문|배달|숙제",
}
