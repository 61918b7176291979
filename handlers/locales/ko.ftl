# 사람들이 보는 문장, 한국어. 조사(을/를, 이/가)는 앞말에 따라 달라지므로 문장을 돌려서 씁니다.
# en.ftl과 키와 변수가 같아야 합니다.

## 요청

help =
    음성 메시지나 녹음을 보내 주시면 들리는 말을 글로 적어 드려요. 이런 것도 할 수 있어요:
help_line = • { $description } “{ $example }”
help_more = 이어서 부탁하셔도 돼요: “clean this, then transcribe it”.
not_understood = 무엇을 해 드릴지 알아듣지 못했어요. “받아써 줘”, “잡음 없애 줘”처럼 말씀해 주세요. 할 수 있는 일은 “help”라고 보내시면 볼 수 있어요.
greeted = 안녕하세요! 음성 메시지를 보내거나 “받아써 줘”, “잡음 없애 줘”처럼 원하는 것을 써 주세요. 할 수 있는 일은 “help”라고 보내시면 볼 수 있어요.
thanked = 천만에요.
farewell = 안녕히 가세요! 필요하면 언제든 불러 주세요.
not_yet = 여기서는 아직 할 수 없는 일이에요: { name_of_task }. 지금 할 수 있는 일은 “help”라고 보내시면 볼 수 있어요.
name_of_task =
    { $task ->
        [speech_recognition] 받아쓰기
        [speech_translation] 음성 번역
        [audio_captioning] 소리 설명
        [sound_detection] 소리 감지
        [target_sound_detection] 특정 소리 찾기
        [speech_enhancement] 잡음 제거
        [speech_separation] 목소리 분리
        [sound_extraction] 소리 추출
        [audio_inpainting] 녹음 복원
        [mono_to_binaural] 입체 음향
        [style_transfer] 목소리 따라 읽기
        [text_to_speech] 읽어 주기
        [text_to_audio] 소리 만들기
        [text_to_sing] 노래하기
        [image_to_audio] 사진에 맞는 소리
        [image_captioning] 사진 설명
        [talking_head] 말하는 사진
       *[other] { $task }
    }
needs_audio = 녹음이 필요한데 이 대화에는 아직 없어요. 음성 메시지나 오디오 파일을 먼저 보내시거나 요청과 함께 보내 주세요.
needs_image = 사진이 필요한데 이 대화에는 아직 없어요. 사진을 먼저 보내시거나 요청과 함께 보내 주세요.
unknown_handle = 이 대화에는 { $handle } 파일이 없어요. 녹음을 다시 보내시거나 그 녹음에 답장해 주세요.
too_many_steps = 한 번에 { $limit }단계까지만 할 수 있어요. 두 번에 나눠서 부탁해 주세요.
wrong_inputs =
    { $takes ->
        [audio] 녹음이 있어야 할 수 있어요. 요청과 함께 보내 주세요.
        [image] 그림이 있어야 할 수 있어요. 요청과 함께 보내 주세요.
        [audio_image] 녹음과 그림이 있어야 할 수 있어요. 요청과 함께 보내 주세요.
        [audio_audio] 녹음 두 개가 있어야 할 수 있어요. 요청과 함께 보내 주세요.
        [none] 파일 없이 글만 있으면 돼요. 글로만 다시 부탁해 주세요.
       *[other] 이 파일들로는 할 수 없어요. 무엇이 필요한지는 “help”라고 보내시면 볼 수 있어요.
    }
argument_name =
    { $name ->
        [names] 말하는 사람들의 이름
        [vocabulary] 어휘
        [language] 언어
        [text] 글
        [target] 소리
        [tracks] 나눌 것
        [path] 길
        [start] 시작
        [end] 끝
        [duration] 길이
        [notes] 음
        [durations] 음의 길이
        [voice] 목소리
        [speed] 속도
       *[other] { $name }
    }
argument_type_name =
    { $type ->
        [number] 숫자
        [string] 글자
       *[other] { $type }
    }
argument_missing = 한 가지가 빠졌어요: { argument_name }. 요청에 함께 적어 주세요.
argument_unknown = 여기서는 고를 수 없는 항목이에요: “{ argument_name }”. 빼고 다시 부탁해 주세요.
argument_type = { argument_name }: { argument_type_name }로 적어 주셔야 해요. 다시 말씀해 주세요.
argument_choice = { argument_name }: “{ $value }” 대신 이 중에서 골라 주세요: { $choices }.
argument_range = { argument_name }: { $minimum }부터 { $maximum }까지 쓸 수 있어요. { $value } 말고 그 안에서 골라 주세요.
mimicry_off = 여기서는 누군가의 말투로 말하는 기능이 꺼져 있어요. 설정을 바꿀 수 있는 분이 “/settings mimicry on”으로 켤 수 있고, 동의한 사람의 목소리에만 써요.
mimicry_not_agreed = 그 녹음은 { $name } 님의 것인데, 그분이 자기 말투로 말하는 데 동의하지 않았어요. 그분이 “/privacy voice yes”라고 보내면 할 수 있고, 직접 녹음한 것을 보내셔도 돼요.
faces_off = 이곳에서는 사진 속 얼굴을 말하게 하는 기능이 꺼져 있어요. 설정을 바꿀 수 있는 분이 “/settings faces on”으로 켤 수 있어요. 동의한 사람의 사진에만 써 주세요.
faces_not_yours = 그 사진은 { $name } 님이 보낸 것인데, 저는 부탁하는 분이 직접 보낸 사진만 말하게 해요. 직접 사진을 보내 주세요.
earlier_step = { $step }단계에서 나온 것이 없어서 거기서 멈췄어요.

## 할 수 있는 일과 부탁하는 말

task_speech_recognition = 녹음에서 들리는 말을 자막용 시간과 함께 글로 적어요.
task_speech_recognition_example = 이거 받아써 줘
task_text_to_speech = 글을 소리 내어 읽어요.
task_text_to_speech_example = "good morning" 읽어 줘
task_speech_enhancement = 말소리 녹음에서 잡음을 없애요.
task_speech_enhancement_example = 잡음 없애 줘
task_speech_translation = 녹음에서 하는 말을 다른 언어로 옮겨요.
task_speech_translation_example = 이거 영어로 번역해 줘
task_audio_captioning = 녹음 전체를 한 문장으로 설명해요.
task_audio_captioning_example = 이 오디오가 어떤지 설명해 줘
task_sound_detection = 녹음에 어떤 소리가 언제 나는지 알려요.
task_sound_detection_example = 이 녹음에 무슨 소리들이 있어?
task_target_sound_detection = 찾는 소리가 녹음에 있는지, 언제 나는지 알려요.
task_target_sound_detection_example = 개 짖는 소리가 언제 나?
task_speech_separation = 말하는 사람마다, 또는 목소리와 음악을 따로 나눠요.
task_speech_separation_example = 말하는 사람을 따로 분리해 줘
task_sound_extraction = 녹음에서 원하는 소리만 뽑아내요.
task_sound_extraction_example = 개 짖는 소리만 뽑아 줘
task_audio_inpainting = 녹음에서 끊기거나 빠진 곳을 메워요.
task_audio_inpainting_example = 2초부터 2.3초까지 빠진 부분을 메워 줘
task_mono_to_binaural = 헤드폰으로 들을 때 소리가 공간에서 들리게 해요.
task_mono_to_binaural_example = 이걸 입체 음향으로 바꿔 줘
task_style_transfer = 녹음 속 목소리의 느낌으로 글을 읽어요.
task_style_transfer_example = 이 녹음의 목소리로 "here we go"라고 말해 줘
task_text_to_audio = 설명한 소리나 음악을 만들어요.
task_text_to_audio_example = 지붕에 비 떨어지는 소리를 만들어 줘
task_text_to_sing = 가사를 노래로 불러요.
task_text_to_sing_example = "happy birthday to you" 노래로 불러 줘
task_image_to_audio = 사진에 어울리는 소리를 만들어요.
task_image_to_audio_example = 이 사진에 어울리는 소리를 만들어 줘
task_image_captioning = 사진에 무엇이 있는지 설명해요.
task_image_captioning_example = 이 사진에 뭐가 있어?
task_talking_head = 사진 속 얼굴이 녹음을 말하게 해요.
task_talking_head_example = 이 사진 속 사람이 이 녹음을 말하게 해 줘

## 진행

cancelled = 취소했어요.
nothing_to_cancel = 지금 하고 있는 일이 없어요.
dead = 제 쪽에서 여러 번 실패해서 그만뒀어요. 보내신 것은 남아 있으니 나중에 다시 부탁해 주세요. 또 이러면 저를 운영하는 분께 알려 주세요.
internal = 제 쪽에서 문제가 생겼어요. 보내신 것은 남아 있으니 다시 부탁해 주세요. 또 이러면 저를 운영하는 분께 알려 주세요.
weights_missing = 여기에는 “{ $weight }” 모델이 없어요. 저를 운영하는 분이 “python -m bot weights fetch” 명령을 실행한 뒤에 다시 부탁해 주세요.
disk_full = 디스크가 가득 차서 더 할 수 없었어요. 그전에 저장한 것은 남아 있어요. 저를 운영하는 분이 자리를 비우면 다시 부탁해 주세요.

## 할 수 없는 것

audio_empty = { $handle } 녹음은 길이가 없는 빈 파일이에요. 다시 녹음해 주세요.
language_unknown = “{ $language }”: 제가 모르는 언어예요. 영어나 “ko”처럼 제가 아는 { $known }개 가운데 하나를 적어 주세요. 안 적으시면 제가 알아내요.
language_not_spoken = 저는 영어, 스페인어, 프랑스어, 이탈리아어, 포르투갈어, 힌디어, 한국어를 읽을 수 있는데, “{ $letter }” 글자는 그 가운데 없어요. 이 중 한 언어로 적어 주세요.
voice_unknown = “{ $voice }”: 그런 목소리는 없어요. 이 중에서 골라 주세요: { $near }.
nothing_to_say = 읽을 말이 없어요. “"good morning" 읽어 줘”처럼 읽을 말을 적어 주세요.
nothing_to_sing = 어떤 가사를 부를까요? “happy birthday to you”처럼 적어 주세요.
nothing_to_sound = 어떤 소리를 만들까요? “양철 지붕에 떨어지는 비”처럼 설명해 주세요.
nothing_to_find = 어떤 소리를 말씀하시는 건가요? “개 짖는 소리”처럼 적어 주세요.
text_too_long = 글이 { $characters }자인데 한 번에 { $limit }자까지 읽을 수 있어요. 나눠서 보내 주세요.

## 보내신 것

media_empty = 빈 파일이에요. 다시 보내 주세요.
media_too_large = 파일이 { $limit_mb }MB보다 커요. 더 짧게 자르거나 더 압축해서 보내 주세요.
media_unknown_type = 열 수 없는 파일이에요. 소리는 Ogg/Opus, MP3, M4A, WAV, FLAC, WebM, MP4로, 그림은 PNG, JPEG, WebP로 보내 주세요.
media_no_audio = 이 파일에는 소리가 없어요. 소리가 있는 파일을 보내 주세요.
media_too_long = 녹음이 { $limit_minutes }분보다 길어요. 더 짧게 나눠서 보내 주세요.
media_damaged = 파일이 깨졌거나 중간에 끊겨서 읽을 수 없어요. 다시 내보내거나 녹음해서 보내 주세요.
media_too_many_streams = 파일에 트랙이나 채널이 너무 많아요. 모노나 스테레오 트랙 하나로 내보내 주세요.
media_picture_too_large = 그림이 { $limit_megapixels }메가픽셀보다 크거나 한쪽으로 너무 길어요. 더 작은 그림을 보내 주세요.
media_timeout = 파일을 읽는 데 너무 오래 걸려서 멈췄어요. 더 짧은 것을 보내시거나 MP3나 WAV로 내보내 주세요.
attachment_gone = “{ $name }” 파일을 더는 열 수 없어요. 다시 보내 주세요.
telegram_too_large = 텔레그램은 { $limit_mb }MB가 넘는 파일을 봇에게 주지 않아요. 더 짧게 자르거나 압축해서 보내 주세요. 저를 운영하는 분이 로컬 Bot API 서버를 설치해도 돼요.
telegram_too_large_local = 텔레그램은 봇에게 { $limit_mb }MB가 넘는 파일을 주지 않아요. 더 짧게 하거나 압축해서 보내 주세요.

## 결과

no_speech = 이 녹음에서는 말소리가 들리지 않아요. 말이 있다면 먼저 “잡음 없애 줘”라고 하시거나 마이크에 더 가까이 대고 다시 녹음해 주세요.
english_already = 이미 영어라서 들은 그대로 적었어요.
translated_from = 작은 모델이 { $language }에서 번역했어요. 대강의 뜻은 맞지만 낱말까지 믿지는 마세요.
unsure_translation = 이 번역은 자신이 없어요. 녹음이 알아듣기 어렵거나 제가 잘 모르는 언어예요.
not_translated = { $language } 말이에요. 영어로 옮기지 못해서 들은 그대로 적었어요.
speakers_told = 목소리로 { $count }명을 구별했는데 틀릴 수도 있어요. “말하는 사람은 민아, 준호야”처럼 이름을 함께 알려 주시면 녹취에 이름을 적어 드려요.
speakers_named = 목소리로 { $count }명을 구별했는데 늘 맞지는 않아요.
speakers_known = { $names }: 여기서 전에 들은 녹음의 목소리로 알아봤어요. 틀렸다면 올바른 이름과 함께 다시 부탁해 주세요(“말하는 사람은 민아, 준호”).
speakers_kept = { $names }의 목소리를 기억해 두고 여기의 다음 녹음에서 알아볼게요. “/settings speakers off” 하면 잊어요.
unsure = (녹음이 알아듣기 어려워서 틀린 말이 있을 수 있어요.)
cleaned = 잡음을 없앴어요. 말 사이의 소음이 { $lower }dB 줄었어요.
sounds_none = 이 녹음에서는 알아들을 수 있는 소리가 없었어요. 있어야 할 소리라면 더 길거나 더 크게 녹음해서 보내 주세요.
sounds_unsure = 소리가 작거나 다른 소리와 섞여 있어서 어느 것도 확실하지는 않아요.
sounds_more = 표에 소리가 { $more }가지 더 있어요.
target_absent = 이 녹음에서 찾으시는 소리는 들리지 않아요: “{ $target }”. 제가 귀 기울인 소리는 이거예요: { $classes }. 어떤 소리가 있는지 물어보시면 들리는 소리를 알려 드릴게요.
target_unsure = 소리가 작거나 다른 소리와 섞여 있어서 “{ $target }” 맞는지 확실하지는 않아요.
target_unknown = 제가 모르는 소리예요: “{ $target }”. 제가 찾을 수 있는 가장 가까운 소리는 이거예요: { $nearest }. 이 가운데 하나를 고르거나 다른 말로 적어 주세요.
path_unknown = “{ $path }”: 어디를 말씀하시는지 모르겠어요. “왼쪽에서 오른쪽으로”, “뒤에서”, “왼쪽 45도”, “머리 주위를 두 바퀴”처럼 위치나 움직임을 적어 주세요.
heard_from = { $place ->
    [left] 왼쪽에서
    [right] 오른쪽에서
    [front] 앞에서
    [behind] 뒤에서
    [front-left] 왼쪽 앞에서
    [front-right] 오른쪽 앞에서
    [behind-left] 왼쪽 뒤에서
    [behind-right] 오른쪽 뒤에서
    [above] 위에서
   *[below] 아래에서
 } 들려요.
heard_moving = 소리가 { $start ->
    [left] 왼쪽에서
    [right] 오른쪽에서
    [front] 앞에서
    [behind] 뒤에서
    [front-left] 왼쪽 앞에서
    [front-right] 오른쪽 앞에서
    [behind-left] 왼쪽 뒤에서
    [behind-right] 오른쪽 뒤에서
    [above] 위에서
   *[below] 아래에서
 } { $end ->
    [left] 왼쪽으로
    [right] 오른쪽으로
    [front] 앞으로
    [behind] 뒤로
    [front-left] 왼쪽 앞으로
    [front-right] 오른쪽 앞으로
    [behind-left] 왼쪽 뒤로
    [behind-right] 오른쪽 뒤로
    [above] 위로
   *[below] 아래로
 } 움직여요.
heard_swinging = 소리가 { $start ->
    [left] 왼쪽
    [right] 오른쪽
    [front] 앞쪽
    [behind] 뒤쪽
    [front-left] 왼쪽 앞
    [front-right] 오른쪽 앞
    [behind-left] 왼쪽 뒤
    [behind-right] 오른쪽 뒤
    [above] 위쪽
   *[below] 아래쪽
 }, { $end ->
    [left] 왼쪽
    [right] 오른쪽
    [front] 앞쪽
    [behind] 뒤쪽
    [front-left] 왼쪽 앞
    [front-right] 오른쪽 앞
    [behind-left] 왼쪽 뒤
    [behind-right] 오른쪽 뒤
    [above] 위쪽
   *[below] 아래쪽
 } 사이를 왔다 갔다 해요.
heard_circling = 소리가 머리 주위를 { $way ->
    [clockwise] 시계 방향으로
   *[anticlockwise] 시계 반대 방향으로
 } { $turns }바퀴 돌아요.
headphones = 헤드폰으로 들어 주세요. 스피커로 들으면 위치가 느껴지지 않아요.
mixed_to_mono = 한 덩어리로 놓을 수 있게 먼저 채널을 하나로 합쳤어요.
gaps_filled = 끊긴 곳 { $gaps }군데, 모두 { $total_ms }ms를 메웠어요. 다른 부분은 그대로예요.
gap_long = { $limit_ms }ms보다 길게 사라진 말이나 음은 되살릴 수 없어서, 앞뒤와 어울리게만 메웠어요.
no_gap = 이 녹음에서 끊긴 곳이나 튀는 잡음을 찾지 못했어요. “2초부터 2.3초까지 고쳐 줘”처럼 어디인지 알려 주세요.
gap_half_given = 끊긴 곳이 시작되는 때와 끝나는 때를 모두 알려 주세요. “2초부터 2.3초까지 고쳐 줘”처럼요.
gap_backwards = { $start }초에 시작해서 { $end }초에 끝날 수는 없어요. “2초부터 2.3초까지 고쳐 줘”처럼 앞선 시각을 먼저 적어 주세요.
gap_outside = 녹음이 { $seconds }초라서 말씀하신 곳은 녹음 밖이에요. 그 안의 시각을 적어 주세요.
gap_too_long = 한 번에 { $limit }초까지만 메울 수 있어요. 더 짧은 부분을 알려 주세요.
gap_is_all = 녹음 전체를 말씀하셔서 메울 때 참고할 소리가 없어요. 일부만 알려 주세요.
speakers_found = 말하는 사람이 { $count }명 들려요. 사람마다 트랙을 하나씩 나누었고, 다른 사람이 말하는 동안은 소리가 없어요. 두 사람이 동시에 말한 부분은 한 트랙에 함께 들어 있어요. 나누려면 “동시에 말하는 두 사람 나눠 줘”라고 해 주세요.
talkers_parted = 두 사람의 목소리를 할 수 있는 데까지 나누었어요. 각 트랙에 다른 사람 목소리가 조금 남아 있고, 둘을 합치면 원래 녹음이에요. 세 사람 이상이 한꺼번에 말하면 나눌 수 없어요.
pitches_close = 두 목소리의 높이가 비슷해서 아직 거의 나누지 못해요. 두 트랙에 두 사람 목소리가 함께 들릴 수 있어요.
one_speaker = 말하는 사람이 한 명만 들려서 나눌 사람이 없어요. 트랙에는 말소리만 남기고 나머지는 소리를 지웠어요. 목소리와 음악을 나누려면 “목소리와 음악”, 두 사람이 동시에 말한다면 “동시에 말하는 두 사람”으로 요청해 주세요.
voice_and_music = 목소리와 음악을 두 트랙으로 나누었어요. 둘을 합치면 원래 녹음이 돼요.
hardly_any_voice = 목소리가 거의 들리지 않아요. 소리가 거의 모두 음악 트랙에 있어요.
hardly_any_music = 음악이 거의 들리지 않아요. 소리가 거의 모두 목소리 트랙에 있어요.
no_speech_to_separate = 이 녹음에서 말소리가 들리지 않아서 나눌 사람이 없어요. 말소리가 있어야 한다면 먼저 “잡음 없애 줘”라고 요청해 보세요.
recording_silent = 이 녹음에는 소리가 없어서 나눌 것이 없어요. 녹음을 확인하고 다시 보내 주세요.
in_the_manner = 녹음 속 목소리를 복제한 것이 아니라 그 말투를 따라 한 합성 목소리예요. 제가 가진 목소리로 낼 수 있는 가장 비슷한 소리예요.
longest_speaker = 녹음에 말하는 사람이 { $count }명 들려서 가장 오래 말한 사람을 따라 했어요. 다른 사람을 원하시면 그 사람만 말하는 부분을 보내 주세요.
voice_without_pitch = 녹음 속 목소리가 속삭임처럼 높낮이가 없어서 제 목소리의 높이를 그대로 썼어요.
pitch_out_of_reach = 그 목소리의 높이까지는 맞추지 못했어요. 반음으로 { $semitones }개쯤 차이가 나요.
hardly_like_it = 제 목소리 가운데 이 목소리와 비슷한 것이 없어요. 평소 제 목소리보다 더 닮지는 않았어요. 잡음 없이 더 길게 녹음해서 보내 주시면 나아질 수 있어요.
no_voice_to_mimic = 이 녹음에서 말소리가 들리지 않아서 따라 할 말투가 없어요. 몇 초 이상 말한 녹음을 보내 주세요. 말소리가 있어야 한다면 먼저 “잡음 없애 줘”라고 요청해 보세요.
voice_too_short = 이 녹음에서 한 사람이 말한 부분이 { $seconds }초뿐이에요. 적어도 { $least }초, 되도록 5초에서 10초 정도 말한 녹음을 보내 주세요.
extracted = 녹음에서 “{ $target }”만 꺼냈어요. 두 번째 트랙은 그 소리를 뺀 나머지예요.
extracted_unsure = “{ $target }”가 들리는지 확실하지 않아서 주변 소리를 평소보다 더 남겨 두었어요. 두 번째 트랙은 나머지예요.
extracted_little = “{ $target }”가 아주 희미하게만 들려서 꺼낸 트랙의 소리가 매우 작아요. 두 번째 트랙은 나머지예요.
extract_not_heard = 이 녹음에서는 “{ $target }”가 들리지 않아서 꺼낼 소리가 없어요. 들리는 소리는 { $heard }예요. 이 중 하나를 고르시거나 다른 말로 알려 주세요.
extract_nothing_heard = 이 녹음에서는 “{ $target }”도, 이름을 댈 만한 다른 소리도 들리지 않아요. 소리가 있어야 한다면 더 길거나 더 큰 부분을 보내 주세요.
picture_unreadable = 이 파일은 그림으로 열 수 없어요. 파일이 손상되었거나 제가 모르는 형식이에요. JPEG나 PNG로 다시 보내 주세요.
picture_guess = 이 사진에 무엇이 있는지 알 수 없어서 이름은 추측이에요. 밝기와 색은 잰 값이에요.
picture_unsure = 이 사진에 무엇이 있는지 확실하지 않아요. 다른 각도의 사진이 있으면 도움이 돼요.
picture_small = 이 사진은 { $width }×{ $height }픽셀밖에 안 되어 무엇이 있는지 볼 수 없어요. 더 큰 사진을 보내 주세요.
portuguese_already = 이미 포르투갈어라서 들은 그대로 적었어요.
translated_through_english = 영어를 거쳐 포르투갈어로 옮겼으니 대강의 뜻만 참고해 주세요.
music_tempo = 음악의 빠르기는 1분에 약 { $bpm }박이에요. 절반이나 두 배로 셀 수도 있어요.
music_key =
    음악의 조성은 들리는 음들로 보아 { $tonic ->
        [C] 다
        [C-sharp] 올림다
        [D-flat] 내림라
        [D] 라
        [E-flat] 내림마
        [E] 마
        [F] 바
        [F-sharp] 올림바
        [G] 사
        [G-sharp] 올림사
        [A-flat] 내림가
        [A] 가
        [B-flat] 내림나
       *[B] 나
    }{ $mode ->
        [minor] 단조
       *[major] 장조
    }일 가능성이 가장 높아요.
translated_by_model = 여기서 계획을 맡은 언어 모델이 { $language }에서 { $into }(으)로 번역했고, 시간은 녹음에서 가져왔어요.
only_in_writing = 아직 { $language }(은)는 말할 수 없어서 글로만 드려요.
translates_into_few = 말소리는 영어와 포르투갈어로만 번역할 수 있고, { $language }(으)로는 번역할 수 없어요. “영어로 번역해 줘”라고 해 주세요. 언어 모델을 연결하면(OPENAI_API_KEY 또는 OPENAI_BASE_URL) 다른 언어로도 옮길 수 있어요.
model_missing = 이 일에 쓰도록 설정된 모델 “{ $weight }”을(를) 가져오지 못했어요. 이유는 서비스 로그에 남아 있으니, 운영하시는 분이 고친 다음에 다시 부탁해 주세요.
scene_made = 이렇게 만들었어요: { $made }.
scene_without = 제가 만들 수 없는 소리는 뺐어요: { $sounds }. 비슷한 소리로는 이런 게 있어요: { $near }.
sound_unknown = “{ $sound }” 소리는 만들 수 없어요. 비슷한 소리로는 이런 게 있어요: { $near }.
scene_empty = 무엇이 들려야 하는지 말로 적어 주세요. 예: “빗소리와 멀리서 치는 천둥, 그다음 문 닫히는 소리”.
scene_length = 소리는 { $least }초에서 { $most }초까지 만들 수 있고, { $seconds }초는 안 돼요. 그 사이의 길이로 말씀해 주세요.
korean_accent = 한국어를 배우고 자란 목소리가 없어서, 이 목소리에는 외국 억양이 있어요.
voices_told = 목소리 { $count }개예요: { $names }. 이름으로 골라 보세요: “{ $first } 목소리로 ‘잘 자’라고 말해줘”.
no_voices = { $language } 목소리는 없어요. “/voices korean”이라고 하면 한국어로 말하는 목소리를 들려드려요. 영어, 스페인어, 프랑스어, 이탈리아어, 포르투갈어, 힌디어도 있어요.
command_voices = 목소리를 이름과 함께 들어 보기
picture_heard = { $why ->
    [things] 이렇게 보여요: “{ $saw }” 그래서 이런 소리를 만들었어요.
    [guess] 보이는 걸 짐작했어요: “{ $saw }” 그래서 소리도 짐작이에요.
   *[colours] 무엇인지 알아볼 수 없어서 색깔을 따랐어요: “{ $saw }” 무엇이 있는지 알려 주시면 더 잘 만들 수 있어요.
}
picture_silent = 소리가 날 만한 게 보이지 않아요: { $saw } 무엇이 들려야 하는지 말로 적어 주시면 그 소리를 만들게요.
music_made = 이렇게 작곡했어요: { $style }, { $key }, 분당 { $tempo }박, { $metre }/4박자, 악기는 { $instruments }. 악보는 MIDI 파일로 함께 보내요.
music_without_voice = 목소리는 들어 있지 않아요. 노래가 필요하면 “반짝반짝 작은 별 불러줘”처럼 말씀해 주세요.
metre_changed = { $asked }박자로는 쓸 수 없어서 { $made }박자로 썼어요.
music_length = 곡은 { $least }초에서 { $most }초까지 만들 수 있고, { $seconds }초는 안 돼요. 그 사이의 길이로 말씀해 주세요.
music_tempo_outside = 빠르기는 분당 { $least }박에서 { $most }박까지예요. { $bpm }박은 안 되니 그 사이로 말씀해 주세요.
music_no_words = 어떤 음악을 원하는지 말로 적어 주세요. 예: “잔잔한 라단조 피아노 곡”.
note_unknown = “{ $note }”: 모르는 음이에요. A부터 G까지의 글자에 필요하면 #이나 b, 그리고 옥타브를 붙여 “C4”, “F#4”, “rest”처럼 적어 주세요.
note_two_pitches = “{ $note }”: 서로 다른 두 음이에요. “C#4/Db4”처럼 같은 높이의 이름만 빗금으로 이어 주세요.
duration_unknown = “{ $duration }”: 음의 길이로 읽을 수 없어요. “0.5 | 1”처럼 초로 적어 주세요.
duration_outside = 음 하나는 { $least }초부터 { $most }초까지 부를 수 있는데 { $duration }초로 되어 있어요. 그 길이를 바꿔 주세요.
durations_without_notes = 길이만 있고 음이 없어요. “C4 | D4”처럼 음도 보내 주시거나 길이를 빼 주세요.
notes_and_durations = 개수가 맞지 않아요: 음 { $notes }개, 길이 { $durations }개, 음절 { $syllables }개. 음과 길이의 개수를 맞춰 주세요.
slur_durations = “{ $field }”: 음은 { $notes }개인데 길이는 { $durations }개예요. 길이를 하나만 적거나 음마다 하나씩 적어 주세요.
notes_and_words = 음이 모자라요: 음 { $notes }개, 단어 { $words }개, 음절 { $syllables }개. 음절마다 하나씩, 아니면 단어마다 하나씩 적어 주세요.
only_rests = 쉼표만 있고 음이 없어요. “C4”처럼 음을 하나 이상 적어 주세요.
notes_too_far_apart = 한 목소리로 부르기에는 음이 너무 멀리 떨어져 있어요. 두 옥타브 반 안으로 적어 주세요.
song_too_long = 노래가 { $limit }초보다 길어져요. 가사를 줄이거나 음을 짧게, 또는 빠르기를 높여서 부탁해 주세요.
tempo_outside = 1분에 { $least }박부터 { $most }박까지 부를 수 있어요. 그 사이의 빠르기를 골라 주세요.
key_unknown = “{ $key }”: 모르는 조예요. “C”, “F#”, “Bb minor”처럼 적어 주세요.
tune_unknown = “{ $tune }”: 모르는 곡이에요. 오래된 곡 { $count }개를 알아요, 예를 들면 { $some }. 아니면 음을 직접 적어 주세요.
sings_english_only =
    { $language ->
        [ko] 아직 한국어로는 노래할 수 없고 영어 글자만 부를 수 있어요. “saengil chukha hamnida”처럼 로마자로 적어 주세요.
        [ja] 아직 일본어로는 노래할 수 없고 영어 글자만 부를 수 있어요. “sakura sakura”처럼 로마자로 적어 주세요.
        [zh] 아직 중국어로는 노래할 수 없고 영어 글자만 부를 수 있어요. “yue liang”처럼 로마자로 적어 주세요.
        [ru] 아직 러시아어로는 노래할 수 없고 영어 글자만 부를 수 있어요. 로마자로 적어 주세요.
       *[other] 영어 글자로 된 가사만 부를 수 있어요. 로마자로 적어 주세요.
    }
sung_to = { $tune }의 선율에 맞춰 불렀어요.
sung_to_own_tune = 가사에 맞춰 지은 선율로 불렀어요. 다른 선율을 원하시면 “to the tune of Jingle Bells”처럼 곡을 말씀하시거나 음을 적어 주세요.
octaves_moved =
    { $way ->
        [up] 이 목소리보다 낮은 음이어서 { $octaves }옥타브 올려 불렀어요.
       *[down] 이 목소리보다 높은 음이어서 { $octaves }옥타브 내려 불렀어요.
    }
last_vowel_held = 음절보다 음이 많아서 마지막 모음을 남은 음까지 이어 불렀어요.
face_missing = 이 사진에서 얼굴을 찾지 못했어요. 한 사람의 정면 얼굴 사진이나 그림을 보내 주세요.
face_turned = 사진 속 얼굴이 { $degrees }도 돌아가 있는데, 저는 { $limit }도까지만 움직이게 할 수 있어요. 카메라를 바라보는 사진을 보내 주세요.
face_too_small = 사진 속 얼굴이 말하게 하기에는 너무 작아요. 두 눈 사이가 { $pixels }픽셀인데 적어도 { $least }픽셀이 필요해요. 더 큰 사진이나 더 가까이서 찍은 사진을 보내 주세요.
face_cut = 사진 속 얼굴이 가장자리에서 잘렸어요. 이마부터 턱까지 얼굴 전체가 나온 사진을 보내 주세요.
animation_too_long = 말하는 초상은 최대 { $minutes }분까지 만들 수 있어요. 더 짧은 녹음이나 글을 보내 주세요.
portrait_drawn = 사진을 보내지 않으셔서 그림으로 그린 사람이 말해요. 다른 얼굴을 보려면 얼굴 사진을 함께 보내 주세요.
face_largest = { $others ->
   *[other] 사진에 얼굴이 { $others }개 더 있어서 가장 큰 얼굴을 골랐어요. 다른 얼굴을 움직이게 하려면 그 부분만 잘라서 보내 주세요.
}
head_silent = 녹음에서 아무 소리도 들리지 않아서 입을 다문 채로 두었어요.
subtitles_without_words = 이 녹음의 말을 적은 글이 없어서 자막을 넣지 못했어요. 먼저 받아쓰기를 부탁하시거나 글을 보내 주세요.
subtitles_without_font = 이 글자들이 있는 글꼴이 없어서 자막을 넣지 못했어요.
stand_in = (다른 목소리가 설치되지 않아서 작은 목소리로 읽었어요.)
hardly_noisy = 없앨 잡음이 거의 없었어요.
sent_again = (다시 보내요. 앞서 보낸 것이 이미 갔을 수도 있어요.)
file_too_large_here = 결과가 이 대화방에서 받을 수 있는 { $limit_mb }MB보다 커서 보내지 못했어요. 더 짧은 부분만 부탁하시거나 저와의 개인 대화에서 부탁해 주세요.
could_not_send = 이 대화방에서 받지 않아서 보내지 못했어요: { $name }. 저와의 개인 대화에서 부탁하시거나 더 짧은 부분을 부탁해 주세요.
file_split = { $parts }개 중 { $part }번째

## 지금 상황

on_it = 할게요.
status_received = 살펴보는 중
status_thinking = 생각하는 중
status_next = 다음 차례, { $eta }
status_queued = { ordinal } 차례, { $eta }
status_running = { $doing } { $percent }%, { $eta }
status_composed = 보내는 중
ordinal = { $place }번째
eta = 약 { $time }
eta_seconds = { $seconds }초
eta_minutes = { $minutes }분
eta_unknown = 걸릴 시간은 아직 몰라요
doing_speech_recognition = 받아쓰는 중
doing_text_to_speech = 읽는 중
doing_speech_enhancement = 잡음 없애는 중
doing_speech_translation = 번역하는 중
doing_audio_captioning = 설명을 적는 중
doing_sound_detection = 소리를 듣는 중
doing_target_sound_detection = 그 소리를 찾는 중
doing_speech_separation = 나누는 중
doing_sound_extraction = 뽑아내는 중
doing_audio_inpainting = 메우는 중
doing_mono_to_binaural = 공간에 놓는 중
doing_style_transfer = 그 느낌으로 읽는 중
doing_text_to_audio = 소리를 만드는 중
doing_text_to_sing = 노래하는 중
doing_image_to_audio = 사진의 소리를 만드는 중
doing_image_captioning = 사진을 보는 중
doing_talking_head = 얼굴을 움직이는 중
stale_question =
    { HOURS($minutes) ->
        [0] 제가 자리를 비운 사이에 왔어요. 약 { $minutes }분 전 부탁인데, 지금 해 드릴까요?
       *[other] 제가 자리를 비운 사이에 왔어요. 약 { HOURS($minutes) }시간 전 부탁인데, 지금 해 드릴까요?
    }
consent_question = 계산에 약 { $minutes }분이 걸려요. 할까요?

## 언어 모델을 쓸 수 없을 때

model_coming = 언어 모델을 아직 받는 중이에요({ $percent }%). 다 받을 때까지는 위와 같은 부탁만 들어드리고, 이야기는 나누지 못해요.
model_silent = 지금은 언어 모델이 대답하지 않아서, 부탁하신 말만 보고 했어요.
model_silent_after = 언어 모델이 더는 대답하지 않아서 이 결과까지만 했어요. 이어서 하시려면 다시 부탁해 주세요.
model_resting = 오늘 쓸 수 있는 언어 모델을 다 써서, 부탁하신 말만 보고 했어요.
model_resting_after = 오늘 쓸 수 있는 언어 모델을 다 써서 이 결과까지만 했어요. 이어서 하시려면 내일 다시 부탁해 주세요.
model_confused = 어떻게 해야 할지 알아내지 못했어요. 다른 말로, 또는 한 가지씩 부탁해 주시겠어요?
budget_turn = 한 번의 부탁에 쓸 수 있는 언어 모델을 다 썼어요. 조금씩 나눠서 부탁해 주세요.
budget_turn_after = 부탁 하나에 쓸 수 있는 언어 모델을 다 써서 이 결과까지만 했어요. 이어서 하시려면 다시 부탁해 주세요.

## 명령 목록, 저마다 100자까지

command_help = 할 수 있는 일과 부탁하는 말을 보여요.
command_cancel = 여기서 하던 일을 멈춰요.
command_queue = 기다리는 요청과 내 차례를 보여요.
command_settings = 이 대화방의 설정을 보고 바꿔요.
command_usage = 오늘 얼마나 썼는지 보여요.
command_privacy = 무엇을 얼마나 보관하는지, 어떻게 거부하는지 알려요.
command_export = 나에 대해 보관한 것을 모두 파일로 받아요.
command_forget = 나에 대해 보관한 것을 모두 지워요.
command_transcribe = 녹음에서 들리는 말을 글로 적어요.
command_say = 글을 소리 내어 읽어요.
command_clean = 말소리 녹음에서 잡음을 없애요.
command_translate = 녹음에서 하는 말을 다른 언어로 옮겨요.
command_describe = 녹음 전체를 한 문장으로 설명해요.
command_sounds = 녹음에 어떤 소리가 언제 나는지 알려요.
command_find = 찾는 소리가 녹음에 있는지, 언제 나는지 알려요.
command_separate = 말하는 사람마다, 또는 목소리와 음악을 따로 나눠요.
command_extract = 녹음에서 원하는 소리만 뽑아내요.
command_repair = 녹음에서 끊기거나 빠진 곳을 메워요.
command_binaural = 소리가 공간에서 들리게 해요.
command_mimic = 녹음 속 목소리의 느낌으로 글을 읽어요.
command_sound = 설명한 소리나 음악을 만들어요.
command_sing = 가사를 노래로 불러요.
command_soundtrack = 사진에 어울리는 소리를 만들어요.
command_caption = 사진에 무엇이 있는지 설명해요.
command_animate = 사진 속 얼굴이 녹음을 말하게 해요.
arg_file = 작업할 녹음
arg_picture = 작업할 사진이에요.
arg_settings_name = 바꿀 항목이에요. 예: “voice”
arg_settings_value = 새로 정할 값이에요.
arg_speech_recognition_language = 녹음의 언어. “English”나 “ko”처럼 적고, 비워 두면 알아서 찾아요.
arg_speech_recognition_names = 말하는 사람들, 순서대로
arg_speech_recognition_vocabulary = 나올 수 있는 이름이나 드문 낱말
arg_text_to_speech_text = 읽을 글
arg_text_to_speech_voice = 목소리 이름. “emma”처럼 적어요.
arg_text_to_speech_language = 글의 언어. 적지 않으면 제가 알아내요.
arg_text_to_speech_speed = 빠르기. 1이 보통이고 0.5는 절반, 2는 두 배예요.
arg_speech_translation_language = 옮길 언어. “English”나 “pt”처럼 적어요.
arg_speech_translation_words = 직접 옮긴 글(한 줄에 한 문장): 자막으로 만들어 드려요.
arg_target_sound_detection_target = 찾을 소리. “개 짖는 소리”처럼 적어요.
arg_sound_extraction_target = 뽑아낼 소리. “개 짖는 소리”처럼 적어요.
arg_speech_separation_tracks = 무엇을 나눌지: 말하는 사람, 또는 목소리와 음악
arg_audio_inpainting_start = 빠진 곳이 시작되는 초. 비워 두면 알아서 찾아요.
arg_audio_inpainting_end = 빠진 곳이 끝나는 초
arg_mono_to_binaural_path = 어디서 들릴지. “left to right”처럼 적어요.
arg_style_transfer_text = 읽을 글
arg_text_to_audio_text = 어떤 소리인지
arg_text_to_audio_duration = 길이(초)
arg_text_to_sing_text = 부를 가사
arg_text_to_sing_notes = 글자마다의 음. “C4 | D4 | rest”처럼 적어요.
arg_text_to_sing_durations = 음마다의 길이(초). “0.5 | 1”처럼 적어요.
arg_text_to_sing_melody = 선율을 빌릴 곡, 예: “jingle bells”.
arg_text_to_sing_voice = 노래할 목소리 이름, 예: “michael”.
arg_text_to_sing_tempo = 빠르기, 분당 박 수.
arg_text_to_sing_key = 조, 예: “D”나 “F# minor”.
arg_text_to_sing_accompaniment = 피아노 반주를 넣을지 여부.

## 메시지의 메뉴, 저마다 32자까지

menu_speech_recognition = 받아쓰기
menu_speech_translation = 번역
menu_sound_detection = 무슨 소리예요?
menu_audio_captioning = 설명하기
menu_text_to_speech = 읽어 주기

## 버튼, 그리고 눌렀을 때 하는 말

button_cancel = 취소
button_retry = 다시 하기
button_subtitles = 자막
button_speak = 소리로 듣기
button_forget = 이거 지우기
button_forget_all = 네, 모두 지워 주세요
button_go = 네, 해 주세요
button_drop = 아니요, 됐어요
pressed_cancelled = 취소했어요.
pressed_nothing_to_cancel = 이미 끝난 일이에요.
pressed_not_yours = 부탁하신 분이나 관리자만 할 수 있어요.
pressed_subtitles = 여기 있어요.
pressed_subtitles_sent = 이미 위에 있어요.
pressed_retry = 다시 할게요.
pressed_speak = 소리로 읽어 드릴게요.
pressed_go = 할게요.
pressed_dropped = 그대로 둘게요. 필요하면 언제든 다시 부탁해 주세요.
pressed_forgotten = 지웠어요.
pressed_over = 이미 끝난 요청이라 이 버튼은 쓸 수 없어요. 다시 부탁해 주세요.
pressed_gone = 이 버튼으로 다루던 것이 지워졌어요. 이어서 하시려면 다시 보내 주세요.

## 누가 얼마나 쓸 수 있는지

not_allowed = 목록에 있는 분만 쓸 수 있어요. 저를 운영하는 분께 이 아이디를 추가해 달라고 해 주세요: { $id }.
not_for_you = 여기서는 받을 수 없는 요청이에요. 저와의 개인 대화에서 부탁하시거나 관리자에게 물어봐 주세요.
quota_seconds = 오늘 쓸 수 있는 처리 시간을 다 쓰셨어요. 약 { $hours }시간 뒤에 다시 부탁해 주세요.
quota_bytes = 하루에 받을 수 있는 만큼 다 보내셨어요. 약 { $hours }시간 뒤에 다시 보내 주세요.
too_many_waiting = 아직 기다리는 요청이 { $limit }개 있어요. 하나가 끝나면 다시 부탁하시거나 “cancel”이라고 보내서 취소해 주세요.
usage_today = 오늘 처리 시간 { $limit }초 가운데 { $seconds }초를 쓰셨어요.
usage_today_unlimited = 오늘 처리 시간 { $seconds }초를 쓰셨어요. 제한은 없어요.
usage_sent = 보내신 용량은 { $limit_mb }MB 가운데 { $megabytes }MB예요.
usage_sent_unlimited = 보내신 용량은 { $megabytes }MB예요. 제한은 없어요.
queue_empty = 기다리는 요청이 없어요. 무엇이든 보내 주세요.
queue_waiting = 기다리는 요청이 { $count }개 있어요.
queue_yours = 부탁하신 일은 { ordinal } 차례예요. { $eta }.
queue_running = 부탁하신 일을 하고 있어요: { $percent }%, { $eta }.
queue_none_yours = 그중에 부탁하신 일은 없어요.

## 개인 정보

privacy =
    보내신 것과 그것으로 만든 것을 저를 운영하는 분의 컴퓨터에 보관해요. 그래야 이어서 부탁하실 수 있어요.
    { $days ->
        [0] 지우실 때까지 보관해요.
       *[other] { $days }일이 지나면 지워요.
    }
    • /export: 모두 받아 볼 수 있어요.
    • /forget: 모두 지워요.
    • “/privacy out”: 저에게 말씀하신 것이 아니면 받지 않아요. “/privacy in”: 다시 받아요.
    • “/privacy voice yes”: 채널에서 허용하면 다른 분이 회원님의 말투로 글을 읽게 할 수 있어요.
    • “/settings speakers on”: 여기서 이름을 들은 목소리를 숫자로 기억해요. 끄거나 그 녹음이 지워지면 함께 지워져요.
privacy_model = 부탁을 이해하려고 이 대화의 글을(녹음과 사진은 빼고) 저를 운영하는 분이 고른 언어 모델({ $host })에 보내요.
voice_shared = 이제 채널에서 허용하면 다른 분들이 회원님의 말투로 글을 읽게 할 수 있어요. “/privacy voice no”라고 보내면 되돌려요.
voice_not_shared = 회원님 말고는 아무도 회원님의 말투로 글을 읽게 할 수 없어요.
opted_out = 이제 저에게 말씀하신 것이 아니면 받지 않을게요. 전에 보관한 것은 남아 있고 /forget 명령으로 지울 수 있어요. 되돌리시려면 “/privacy in”이라고 보내 주세요.
opted_in = 이제 다시 받을게요. 무엇이든 보내 주세요.
export_ready = 보관하고 있는 전부예요. 지우시려면 /forget 명령을 쓰세요.
export_empty = 보관하고 있는 것이 없어요.
export_private_only = 여기서는 모두에게 보이니까 저와의 개인 대화에서 부탁해 주세요.
forget_ask = 보내신 것과 그것으로 만든 것을 모두 지울까요? 되돌릴 수 없어요.
forget_channel_ask = 이 대화방에서 받은 것과 그것으로 만든 것을 모두 지울까요? 되돌릴 수 없어요.
forget_channel_admin = 이 대화방 전체는 관리자만 지울 수 있어요. 본인 것은 /forget 명령으로 지울 수 있어요.
forgotten = 메시지 { $messages }개와 파일 { $files }개를 지웠어요.
forgotten_nothing = 지울 것이 없었어요.

## 대화방의 설정

settings_title = 이 대화방에서는 이렇게 해요. 바꾸시려면 “/settings 이름 값”이라고 보내 주세요:
settings_line = • { $key }: { $value }. { $about }
settings_changed = 바꿨어요. { $name }: { $value }.
settings_unknown = “{ $name }”: 그런 설정은 없어요. 이 중에서 골라 주세요: { $names }.
settings_bad_value = { $name }: “{ $value }” 대신 이 중에서 골라 주세요: { $choices }.
settings_admin_only = 설정은 관리자만 바꿀 수 있어요. 관리자에게 부탁해 주세요.
setting_auto = 자동
setting_none = 없음
setting_speak_about = 단체 대화방에서 언제 대답할지 정해요.
setting_speak_mention = 언급할 때만 대답
setting_speak_reply = 답장에도 대답
setting_speak_wake = 호출어에도 대답
setting_speak_always = 모든 메시지에 대답
setting_reply_about = 음성 메시지를 받으면 무엇을 보낼지 정해요.
setting_reply_transcript = 받아쓴 글만
setting_reply_both = 받아쓴 글, 이어서 대답
setting_reply_answer = 대답만
setting_voice_about = 목소리로 대답할지 정해요.
setting_voice_never = 목소리 없이 글로만
setting_voice_talk = 말로 이야기할 때만 목소리로
setting_voice_spoken = 말로 부탁하면 결과까지 목소리로
setting_voice_always = 언제나 목소리로
setting_voice_name_about = 제가 말할 목소리예요. “emma”처럼 적어요.
setting_mimicry_about = 동의한 사람의 말투로 글을 읽을지 정해요.
setting_mimicry_off = 누구의 말투도 안 씀
setting_mimicry_on = 동의한 사람의 말투로
setting_faces_about = 사진을 보낸 분을 위해 사진 속 얼굴을 말하게 할지 여부예요.
setting_faces_off = 얼굴이 말하지 않음
setting_faces_on = 자기가 보낸 사진의 얼굴이 말함
setting_speakers_about = 받아쓰기를 부탁하며 이름을 알려 준 사람의 목소리를 기억해 다음 녹음에서 알아볼지 정해요. 그분들께 먼저 여쭤보세요.
setting_speakers_off = 목소리를 기억하지 않음
setting_speakers_on = 이름을 들은 사람을 알아봄
setting_mark_about = 제가 말한 음성 끝에 인공 음성이라고 밝힐지 여부예요.
setting_mark_off = 밝히지 않음
setting_mark_on = 끝에 밝힘
setting_wake_word_about = 음성 메시지에서 저를 부르는 말이에요.
setting_language_about = 녹음에서 쓰는 언어예요. 자동이면 제가 알아내요.
setting_locale_about = 제가 글을 쓸 때의 언어예요.
setting_locale_auto = 사람마다 쓰는 언어
setting_locale_en = English (영어)
setting_locale_ko = 한국어
setting_retention_about = 이만큼 지나면 여기서 받은 것과 만든 것을 지워요. 0이면 계속 보관해요.
setting_retention_days =
    { $days ->
        [0] 계속 보관
       *[other] { $days }일
    }
