# What people see, in English. One message is one line of the reply: Fluent keeps line breaks.
# Every sentence says what happened and what to do next. Both locales have the same keys and facts.

## Asking

help =
    Send me a voice note or a recording and I write down what is said. I can also:
help_line = • { $description } “{ $example }”
help_more = One after the other works too: “clean this, then transcribe it”.
not_understood = I did not understand what to do. Try “transcribe this”, “clean this” or “say hello”; “help” shows everything I can do.
greeted = Hello! Send me a voice note, or write what you would like: “transcribe this”, “say good morning”. “help” shows everything I can do.
thanked = You are welcome.
farewell = Bye! I am here when you need me.
not_yet = { name_of_task } is not yet available here. “help” shows what I can do now.
name_of_task =
    { $task ->
        [speech_recognition] Transcribing
        [speech_translation] Translating speech
        [audio_captioning] Describing recordings
        [sound_detection] Detecting sounds
        [target_sound_detection] Finding one sound
        [speech_enhancement] Cleaning recordings
        [speech_separation] Separating voices
        [sound_extraction] Extracting sounds
        [audio_inpainting] Repairing recordings
        [mono_to_binaural] Binaural sound
        [style_transfer] Speaking in the manner of a voice
        [text_to_speech] Reading aloud
        [text_to_audio] Making sounds
        [text_to_sing] Singing
        [image_to_audio] Sound for pictures
        [image_captioning] Describing pictures
        [talking_head] Talking pictures
       *[other] { $task }
    }
needs_audio = I need a recording for that, and there is none in this conversation. Send a voice note or an audio file, with your request or before it.
needs_image = I need a picture for that, and there is none in this conversation. Send one, with your request or before it.
unknown_handle = There is no { $handle } in this conversation. Send the recording again, or reply to it.
too_many_steps = That is more than { $limit } steps at once. Ask for them in two messages.
wrong_inputs =
    { $takes ->
        [audio] For that I need a recording. Send it together with your request.
        [image] For that I need a picture. Send it together with your request.
        [audio_image] For that I need a recording and a picture. Send them together with your request.
        [audio_audio] For that I need two recordings. Send them together with your request.
        [none] For that I need words and no file. Ask again in words alone.
       *[other] For that I need other files than these. “help” shows what each task works on.
    }
argument_name =
    { $name ->
        [names] speakers’ names
        [vocabulary] vocabulary
        [language] language
        [text] text
        [target] sound
        [tracks] tracks
        [path] path
        [start] start
        [end] end
        [duration] length
        [notes] notes
        [durations] note lengths
        [voice] voice
        [speed] speed
       *[other] { $name }
    }
argument_type_name =
    { $type ->
        [number] a number
        [string] words
       *[other] { $type }
    }
argument_missing = I need to know the { argument_name } for that. Say it in your request.
argument_unknown = There is no “{ argument_name }” to choose for that. Leave it out and ask again.
argument_type = The { argument_name } must be { argument_type_name }. Say it again that way.
argument_choice = “{ $value }” is no { argument_name } I know. Choose one of: { $choices }.
argument_range = The { argument_name } must be between { $minimum } and { $maximum }; { $value } is not.
mimicry_off = Speaking in the manner of somebody’s voice is switched off here. Whoever may change my settings here switches it on with “/settings mimicry on”; it is for voices of people who agree.
mimicry_not_agreed = That recording is by { $name }, who has not agreed to have texts spoken in the manner of their voice. They can with “/privacy voice yes”; or send a recording of your own.
faces_off = Making faces in pictures speak is switched off here. Whoever may change my settings here switches it on with “/settings faces on”; it is for pictures of people who agree.
faces_not_yours = That picture is from { $name }, and I only make faces speak in pictures of who asks. Send a picture of your own.
earlier_step = Step { $step } gave nothing to go on with, so I stopped there.

## What each task does for people, and a request that asks for it

task_speech_recognition = Write down what is said in a recording, with times for subtitles.
task_speech_recognition_example = transcribe this
task_text_to_speech = Read a text aloud.
task_text_to_speech_example = say 'hello there'
task_speech_enhancement = Take the noise out of a recording of speech.
task_speech_enhancement_example = clean this
task_speech_translation = Tell in another language what is said in a recording.
task_speech_translation_example = translate this into English
task_audio_captioning = Describe a recording in a sentence.
task_audio_captioning_example = describe this audio
task_sound_detection = Tell which sounds are in a recording, and when.
task_sound_detection_example = what sounds are in this?
task_target_sound_detection = Tell whether and when one sound is in a recording.
task_target_sound_detection_example = when does the dog bark?
task_speech_separation = Give each speaker a track of their own, or part a voice from its music.
task_speech_separation_example = separate the speakers
task_sound_extraction = Take one sound out of a recording and leave the rest behind.
task_sound_extraction_example = extract the dog barking
task_audio_inpainting = Fill a gap, dropouts or clicks in a recording.
task_audio_inpainting_example = fill the gap from 2 to 2.3 s
task_mono_to_binaural = Place a recording in the space around you, for headphones.
task_mono_to_binaural_example = make this binaural, moving left to right
task_style_transfer = Speak a text in the manner of the voice in a recording.
task_style_transfer_example = say 'here we go' in the voice of this recording
task_text_to_audio = Make a sound or a piece of music from its description.
task_text_to_audio_example = make the sound of rain on a roof
task_text_to_sing = Sing words, to given notes or to a melody of its own.
task_text_to_sing_example = sing 'happy birthday to you'
task_image_to_audio = Make a sound that fits a picture.
task_image_to_audio_example = make a sound for this picture
task_image_captioning = Describe what is in a picture.
task_image_captioning_example = what is in this picture?
task_talking_head = Let the face in a picture speak what is said in a recording.
task_talking_head_example = make this face say that recording

## Running

cancelled = Cancelled.
nothing_to_cancel = Nothing is running here.
dead = This failed on my side several times, so I gave up on it. What you sent is kept; ask again later, and tell whoever runs this service if it happens again.
internal = Something went wrong on my side. What you sent is kept; please ask again, and tell whoever runs this service if it happens again.
weights_missing = The model “{ $weight }” is not installed here. Whoever runs this service should run “python -m bot weights fetch”; then ask again.
disk_full = The disk of this service is full, so I could not go on. What was stored before is kept; ask again when whoever runs this service has made room.

## What an engine will not do

audio_empty = The recording { $handle } is empty: it has no length. Please record it again.
language_unknown = I do not know the language “{ $language }”. Name one of the { $known } that I understand, such as English or “ko”, or leave it out: then I find it out myself.
language_not_spoken = I can read English, Spanish, French, Italian, Portuguese, Hindi and Korean aloud, and “{ $letter }” is in none of their alphabets. Send the text in one of these.
voice_unknown = I have no voice called “{ $voice }”. Try one of these: { $near }.
nothing_to_say = There are no words to speak in that. Write what I should say, such as “say good morning”.
nothing_to_sing = Which words shall I sing? Write them, such as “happy birthday to you”.
nothing_to_sound = Which sound shall I make? Describe it, such as “rain on a tin roof”.
nothing_to_find = Which sound do you mean? Name it, such as “a dog barking”.
text_too_long = That text is { $characters } characters long, and I read at most { $limit } at once. Send it in parts.

## What was sent

media_empty = That file is empty. Please send it again.
media_too_large = That file is larger than { $limit_mb } MB. Please send a shorter or more compressed version.
media_unknown_type = I cannot open that kind of file. Please send sound as Ogg/Opus, MP3, M4A, WAV, FLAC, WebM or MP4, or a picture as PNG, JPEG or WebP.
media_no_audio = There is no sound in that file. Please send one that has sound.
media_too_long = That recording is longer than { $limit_minutes } minutes. Please cut it into shorter parts.
media_damaged = That file is damaged or cut short, so I cannot read it. Please export or record it again, and send it again.
media_too_many_streams = That file has too many tracks or channels. Please export one mono or stereo track.
media_picture_too_large = That picture is larger than { $limit_megapixels } megapixels, or far longer than it is wide. Please send a smaller one.
media_timeout = Reading that file took too long, so I stopped. Please send a shorter one, or export it as MP3 or WAV.
attachment_gone = I could not open “{ $name }” any more. Please send it again.
telegram_too_large = Telegram gives bots no files over { $limit_mb } MB. Send it shorter or more compressed, or ask whoever runs me to set up the local Bot API server.
telegram_too_large_local = Telegram gives bots no files over { $limit_mb } MB. Please send it shorter or more compressed.

## Results

no_speech = I hear no speech in this recording. If there should be some, try “clean this” first, or record it again closer to the microphone.
english_already = This is English already, so I wrote it down as it is.
translated_from = Translated from { $language } by a small model: good for the gist, not for every word.
unsure_translation = I am not sure of this translation: the recording is hard to understand, or the language is one I know little of.
not_translated = This is { $language }. I could not put it into English, so these are the words as I heard them.
speakers_told = I tell { $count } speakers apart by their voices, which is not always right. Say who they are (“the speakers are Ann and Bob”) with the request, and the transcript names them.
speakers_named = I tell { $count } speakers apart by their voices, which is not always right.
speakers_known = I know { $names } by voice, from an earlier recording here. If that is wrong, repeat the request with the right names (“the speakers are Ann and Bob”).
speakers_kept = I keep the voices of { $names } and will know them in later recordings here. “/settings speakers off” makes me forget them.
unsure = (I am not sure of every word: the recording is hard to understand.)
cleaned = Cleaned: the noise between the words is { $lower } dB lower.
sounds_none = I hear nothing in this recording that I could name. If there should be something, send a longer or a louder piece.
sounds_unsure = I am not sure of any of these: the sounds are faint or mixed with others.
sounds_more =
    { $more ->
        [one] One more sound is in the table.
       *[other] { $more } more sounds are in the table.
    }
target_absent = I do not hear “{ $target }” in this recording; I listened for: { $classes }. Ask me which sounds are in it to see what I do hear.
target_unsure = I am not sure that this is “{ $target }”: it is faint or mixed with other sounds.
target_unknown = I know no sound like “{ $target }”. The nearest that I can listen for are: { $nearest }. Name one of these, or put it in other words.
path_unknown = I do not know where “{ $path }” is. Name a place or a movement, such as “from left to right”, “behind me”, “45 degrees left” or “circle twice”.
heard_from = { $place ->
    [left] It is heard from the left.
    [right] It is heard from the right.
    [front] It is heard from the front.
    [behind] It is heard from behind.
    [front-left] It is heard from the front left.
    [front-right] It is heard from the front right.
    [behind-left] It is heard from behind on the left.
    [behind-right] It is heard from behind on the right.
    [above] It is heard from above.
   *[below] It is heard from below.
 }
heard_moving = It moves from { $start ->
    [left] the left
    [right] the right
    [front] the front
    [behind] behind
    [front-left] the front left
    [front-right] the front right
    [behind-left] behind on the left
    [behind-right] behind on the right
    [above] above
   *[below] below
 } to { $end ->
    [left] the left
    [right] the right
    [front] the front
    [behind] behind
    [front-left] the front left
    [front-right] the front right
    [behind-left] behind on the left
    [behind-right] behind on the right
    [above] above
   *[below] below
 }.
heard_swinging = It goes back and forth between { $start ->
    [left] the left
    [right] the right
    [front] the front
    [behind] behind
    [front-left] the front left
    [front-right] the front right
    [behind-left] behind on the left
    [behind-right] behind on the right
    [above] above
   *[below] below
 } and { $end ->
    [left] the left
    [right] the right
    [front] the front
    [behind] behind
    [front-left] the front left
    [front-right] the front right
    [behind-left] behind on the left
    [behind-right] behind on the right
    [above] above
   *[below] below
 }.
heard_circling = It circles around your head { $turns ->
    [one] once
   *[other] { $turns } times
 }, { $way ->
    [clockwise] clockwise
   *[anticlockwise] anticlockwise
 }.
headphones = Listen with headphones: through loudspeakers the place is lost.
mixed_to_mono = I mixed its channels to one first, so that it can be placed as a whole.
gaps_filled = { $gaps ->
    [one] I filled one gap
   *[other] I filled { $gaps } gaps
 }, { $total_ms } ms in all. Nothing else was changed.
gap_long = Words or notes lost in a gap longer than { $limit_ms } ms cannot come back; the filling only fits in with what is around it.
no_gap = I found no gap, dropout or click in this recording. Tell me where it is, such as “repair from 2 to 2.3 s”.
gap_half_given = Tell me both where the gap begins and where it ends, such as “repair from 2 to 2.3 s”.
gap_backwards = A gap cannot begin at { $start } s and end at { $end } s. Give the earlier time first, such as “repair from 2 to 2.3 s”.
gap_outside = The recording is only { $seconds } s long, so that gap lies outside it. Give times within it.
gap_too_long = I fill gaps of at most { $limit } s. Give a shorter part.
gap_is_all = That gap is the whole recording, so nothing is left to fill it from. Give a part of it.
speakers_found = I hear { $count } speakers: each has a track of their own, silent where others speak. Where two talk at once, both stay on one track: ask for “two at once” to part them.
talkers_parted = I parted two talkers as far as I can: each track still holds some of the other, and together they are the recording. More than two at once I cannot part.
pitches_close = Their voices are close in pitch, and such voices I can hardly part yet: expect both on both tracks.
one_speaker = I hear only one speaker, so there is nobody to separate: the track holds the speech and is silent elsewhere. To part the voice from music, ask for “voice and music”; where two talk at the same time, for “two at once”.
voice_and_music = The voice and the music are two tracks now; together they are the recording.
hardly_any_voice = I hear hardly any voice here: nearly everything is in the music track.
hardly_any_music = I hear hardly any music here: nearly everything is in the voice track.
no_speech_to_separate = I hear no speech in this recording, so there are no speakers to separate. If there should be some, try “clean this” first.
recording_silent = This recording is silent, so there is nothing to separate. Please check it and send it again.
in_the_manner = This is a synthetic voice in the manner of the one in your recording, not a copy of it: the nearest that my own voices can be made to sound.
longest_speaker = I hear { $count } speakers in the recording and went by the one who speaks longest. To choose another, send a part in which only that one speaks.
voice_without_pitch = The voice in the recording has no pitch that I could follow, as in a whisper, so I kept the pitch of my own voice.
pitch_out_of_reach = I could not reach the pitch of that voice: mine is { $semitones ->
    [one] about a semitone
   *[other] about { $semitones } semitones
 } off.
hardly_like_it = None of my voices comes near to this one: the result is no more like it than my usual voice. A longer recording without noise may help.
no_voice_to_mimic = I hear nobody speaking in this recording, so there is no manner to take over. Send one with a few seconds of speech; if there should be some, try “clean this” first.
voice_too_short = I hear only { $seconds } s of speech from one person in this recording. Send at least { $least ->
    [one] one second
   *[other] { $least } seconds
 }, better five to ten.
extracted = I took “{ $target }” out of the recording. The second track is the rest without it.
extracted_unsure = I am not sure that I hear “{ $target }”, so I left more of the recording around it than usual. The second track is the rest.
extracted_little = I hear only a trace of “{ $target }”: the extracted track is very quiet. The second track is the rest.
extract_not_heard = I do not hear “{ $target }” in this recording, so there is nothing to take out. I do hear: { $heard }. Name one of these, or say it in other words.
extract_nothing_heard = I do not hear “{ $target }” in this recording, nor anything else that I could name. If it should be there, send a longer or a louder piece.
picture_unreadable = I cannot read this as a picture: the file is broken or of a kind I do not know. Please send it again as a JPEG or PNG.
picture_guess = I cannot tell what is in this picture, so take the names for a guess; the light and the colours are measured.
picture_unsure = I am not sure what is in this picture; another view of it may help.
picture_small = This picture is only { $width } by { $height } pixels, too small to see anything in. Please send a larger one.
portuguese_already = This is Portuguese already, so I wrote it down as it is.
translated_through_english = It went through English on its way to Portuguese, so take it for the gist only.
music_tempo = The tempo, about { $bpm } beats per minute, can also be counted at half or double that.
music_key = The key, { $tonic } { $mode }, is the likeliest by the notes that sound.
translated_by_model = The language model that plans here translated it from { $language } into { $into }; the times are from the recording.
only_in_writing = I can’t speak { $language } yet, so this is in writing only.
translates_into_few = I can translate speech into English and Portuguese only, not into { $language }. Ask me for “translate this into English”. With a language model as planner (OPENAI_API_KEY or OPENAI_BASE_URL), I can translate into more languages.
model_missing = The model “{ $weight }”, which this service is set to use for this, could not be had. Its log says why; once whoever runs it has put that right, ask again.
scene_made = Made of: { $made }.
scene_without = I left out what I cannot make: { $sounds }. Near it I have: { $near }.
sound_unknown = I cannot make a sound of “{ $sound }”. Near it I have: { $near }.
scene_empty = Tell me in words what is to be heard, such as “rain with distant thunder, then a door slams”.
scene_length = A sound can be { $least } to { $most } seconds long; { $seconds } is not. Ask for a length between.
korean_accent = None of my voices grew up with Korean, so this one speaks it with an accent.
voices_told = These { $count } voices speak: { $names }. Ask for one by name: “say ‘good night’ in the voice of { $first }”.
no_voices = I have no voice for { $language }. “/voices english” introduces the English ones; there are also Spanish, French, Italian, Portuguese, Hindi and Korean.
command_voices = Hear my voices, each by name.
picture_heard = { $why ->
    [things] I see this: “{ $saw }” So this is what I let it sound like.
    [guess] What I see is a guess: “{ $saw }” So the sound is one, too.
   *[colours] I went by its colours, because I cannot make out what it shows: “{ $saw }” Tell me what is in it for more.
}
picture_silent = I see nothing in it that sounds: { $saw } Tell me in words what is to be heard, and I make that.
music_made = Composed for you: { $style }, { $key }, { $tempo } beats a minute in { $metre }/4, for { $instruments }. The notes come as a MIDI file.
music_without_voice = It has no voice in it. Ask me to sing for that, such as “sing twinkle twinkle”.
metre_changed = I cannot write in { $asked } time, so it is in { $made }.
music_length = A piece can be { $least } to { $most } seconds long; { $seconds } is not. Ask for a length between.
music_tempo_outside = A tempo can be { $least } to { $most } beats a minute; { $bpm } is not. Ask for one between.
music_no_words = Tell me in words what music you want, such as “a calm piano piece in D minor”.
note_unknown = I do not know the note “{ $note }”. Write notes as a letter from A to G, a sharp (#) or flat (b) if need be, and an octave, such as “C4”, “F#4” or “rest”.
note_two_pitches = “{ $note }” names two different notes. Join only names of one pitch by a stroke, such as “C#4/Db4”.
duration_unknown = “{ $duration }” is no length of a note. Write seconds, such as “0.5 | 1”.
duration_outside = A note cannot last { $duration } s: I sing notes from { $least } to { $most } s. Change that length.
durations_without_notes = There are durations but no notes. Send the notes as well, such as “C4 | D4”, or leave the durations out.
notes_and_durations = The counts do not match: { $notes } notes, { $durations } durations, { $syllables } syllables. Write as many durations as notes.
slur_durations = In “{ $field }” there are { $notes } notes but { $durations } durations. Write one duration for all of them or one for each.
notes_and_words = There are too few notes: { $notes } notes for { $words } words of { $syllables } syllables. Write one for each syllable or one for each word.
only_rests = There are only rests in those notes. Write at least one note, such as “C4”.
notes_too_far_apart = Those notes are too far apart for one voice. Keep them within about two and a half octaves.
song_too_long = That song would last longer than { $limit } s. Ask for fewer words, shorter notes or a faster tempo.
tempo_outside = I sing at { $least } to { $most } beats per minute. Choose a tempo between them.
key_unknown = I do not know the key “{ $key }”. Write it as “C”, “F#” or “Bb minor”.
tune_unknown = I do not know the tune “{ $tune }”. I know { $count } old ones, such as { $some }; or write the notes yourself.
sings_english_only =
    { $language ->
        [ko] I cannot sing in Korean yet, only in English letters. Write the words in Latin letters, such as “saengil chukha hamnida”.
        [ja] I cannot sing in Japanese yet, only in English letters. Write the words in Latin letters, such as “sakura sakura”.
        [zh] I cannot sing in Chinese yet, only in English letters. Write the words in Latin letters, such as “yue liang”.
        [ru] I cannot sing in Russian yet, only in English letters. Write the words in Latin letters.
       *[other] I can sing only what is written in English letters. Write the words in Latin letters.
    }
sung_to = Sung to the tune of { $tune }.
sung_to_own_tune = Sung to a tune made up for these words; name one, such as “to the tune of Jingle Bells”, or write the notes to have another.
octaves_moved =
    { $way ->
        [up] Those notes lie below this voice, so I sang them { $octaves } octave(s) higher.
       *[down] Those notes lie above this voice, so I sang them { $octaves } octave(s) lower.
    }
last_vowel_held = There were more notes than syllables, so the last vowel is held over the rest.
face_missing = I find no face in this picture. Send a portrait of one person, or a drawing of one, seen from the front.
face_turned = The face in this picture is turned { $degrees } degrees away, and I can animate up to { $limit }. Send a picture where it looks towards the camera.
face_too_small = The face in this picture is too small to speak: { $pixels } pixels from eye to eye, and I need at least { $least }. Send a larger picture, or one taken closer.
face_cut = The face in this picture is cut off at its edge. Send a picture that shows the whole face, from the forehead to the chin.
animation_too_long = A talking portrait can be at most { $minutes } minutes long. Send a shorter recording or text.
portrait_drawn = You sent no picture, so a drawn person speaks. Send a portrait with the request to see another face.
face_largest = { $others ->
    [one] There is one more face in the picture; I took the largest. To animate the other, cut it out and send it.
   *[other] There are { $others } more faces in the picture; I took the largest. To animate another, cut it out and send it.
}
head_silent = I hear nothing in the recording, so the mouth stays closed.
subtitles_without_words = I have no words of this recording to write, so there are no subtitles. Ask for a transcript first, or send the text.
subtitles_without_font = I have no font with these letters, so there are no subtitles.
stand_in = (In the small voice: the other voices are not installed here.)
hardly_noisy = I found hardly any noise to take out.
sent_again = (sent again: the first try may have reached you)
file_too_large_here = The result is larger than the { $limit_mb } MB this chat takes, so I could not send it. Ask for a shorter piece, or ask me in a private chat.
could_not_send = This chat did not take { $name }, so I could not send it. Ask me for it in a private chat, or for a shorter piece.
file_split = part { $part } of { $parts }

## Where a request stands

on_it = On it.
status_received = looking at it
status_thinking = thinking
status_next = next in line, { $eta }
status_queued = { ordinal } in line, { $eta }
status_running = { $doing } { $percent }%, { $eta }
status_composed = sending
ordinal =
    { ORDINAL($place) ->
        [one] { $place }st
        [two] { $place }nd
        [few] { $place }rd
       *[other] { $place }th
    }
eta = about { $time }
eta_seconds = { $seconds } s
eta_minutes = { $minutes } min
eta_unknown = time not known yet
doing_speech_recognition = transcribing
doing_text_to_speech = speaking
doing_speech_enhancement = cleaning
doing_speech_translation = translating
doing_audio_captioning = describing
doing_sound_detection = listening
doing_target_sound_detection = listening for it
doing_speech_separation = separating
doing_sound_extraction = extracting
doing_audio_inpainting = repairing
doing_mono_to_binaural = placing it in space
doing_style_transfer = speaking in that manner
doing_text_to_audio = making the sound
doing_text_to_sing = singing
doing_image_to_audio = making its sound
doing_image_captioning = looking
doing_talking_head = animating
stale_question =
    { HOURS($minutes) ->
        [0] This came while I was away, about { $minutes } min ago. Shall I still do it?
       *[other] This came while I was away, about { HOURS($minutes) } h ago. Shall I still do it?
    }
consent_question = That takes about { $minutes } min of computing. Shall I?

## When the language model cannot be had

model_coming = My language model is still being fetched ({ $percent }%); until it is here I take requests like the ones above, and do not chat.
model_silent = My language model does not answer just now, so I went by the words of your request alone.
model_silent_after = My language model does not answer any more, so I stopped after these results. Ask again to go on.
model_resting = Today's share of the language model is used up, so I went by the words of your request alone.
model_resting_after = Today's share of the language model is used up, so I stopped after these results. Ask again tomorrow to go on.
model_confused = I could not work out how to do that. Could you put it in other words, or ask for one step at a time?
budget_turn = That took my language model more than one request may take. Ask for less at once.
budget_turn_after = My language model has used up what one request may cost, so I stopped after these results. Ask again to go on.

## The menu of commands, each at most 100 characters

command_help = What I can do, with an example of each.
command_cancel = Stop what I am doing here.
command_queue = What is waiting, and when yours is due.
command_settings = How I behave in this chat, and how to change it.
command_usage = How much of today's share you have used.
command_privacy = What I keep, for how long, and how to opt out.
command_export = Get all I keep about you, as a file.
command_forget = Delete all I keep about you.
command_transcribe = Write down what is said in a recording.
command_say = Read a text aloud.
command_clean = Take the noise out of a recording of speech.
command_translate = Tell in another language what is said in a recording.
command_describe = Describe a recording in a sentence.
command_sounds = Tell which sounds are in a recording, and when.
command_find = Tell whether and when one sound is in a recording.
command_separate = Give each speaker a track, or part voice and music.
command_extract = Take one sound out of a recording.
command_repair = Fill a gap, dropouts or clicks in a recording.
command_binaural = Place a recording in the space around you.
command_mimic = Speak a text in the manner of a voice.
command_sound = Make a sound or music from its description.
command_sing = Sing words, to given notes or a melody of its own.
command_soundtrack = Make a sound that fits a picture.
command_caption = Describe what is in a picture.
command_animate = Let a face in a picture speak a recording.
arg_file = The recording to work on.
arg_picture = The picture to work on.
arg_settings_name = What to change, such as “voice”.
arg_settings_value = What to change it to.
arg_speech_recognition_language = The language spoken, such as “English” or “ko”; I find it out when left out.
arg_speech_recognition_names = who speaks, in order
arg_speech_recognition_vocabulary = names and rare words that may be said
arg_text_to_speech_text = The words to speak.
arg_text_to_speech_voice = The voice's name, such as “emma”.
arg_text_to_speech_language = The language it is written in; I find it out when left out.
arg_text_to_speech_speed = How fast: 1 is the voice's own pace, 0.5 half, 2 double.
arg_speech_translation_language = The language to translate into, such as “English” or “pt”.
arg_speech_translation_words = Your own translation, a sentence a line: it becomes subtitles.
arg_target_sound_detection_target = The sound to look for, such as “dog barking”.
arg_sound_extraction_target = The sound to take out, such as “dog barking”.
arg_speech_separation_tracks = What to part: the speakers, or the voice and the music.
arg_audio_inpainting_start = Where the gap begins, in seconds; I find it when left out.
arg_audio_inpainting_end = Where the gap ends, in seconds.
arg_mono_to_binaural_path = Where it is heard from, such as “left to right”.
arg_style_transfer_text = The words to speak.
arg_text_to_audio_text = What it is to sound like.
arg_text_to_audio_duration = How long it is to be, in seconds.
arg_text_to_sing_text = The words to sing.
arg_text_to_sing_notes = The note of each word, such as “C4 | D4 | rest”.
arg_text_to_sing_durations = How long each note is in seconds, such as “0.5 | 1”.
arg_text_to_sing_melody = A tune that you know, such as “jingle bells”.
arg_text_to_sing_voice = The singer's name, such as “michael”.
arg_text_to_sing_tempo = How fast, in beats a minute.
arg_text_to_sing_key = The key, such as “D” or “F# minor”.
arg_text_to_sing_accompaniment = Whether a piano plays along.

## A message's own menu, each at most 32 characters

menu_speech_recognition = Transcribe
menu_speech_translation = Translate
menu_sound_detection = What do I hear?
menu_audio_captioning = Describe
menu_text_to_speech = Speak this

## Buttons, and what is said when one was pressed

button_cancel = Cancel
button_retry = Try again
button_subtitles = Subtitles
button_speak = Read aloud
button_forget = Forget this
button_forget_all = Yes, delete all of it
button_go = Yes, do it
button_drop = No, leave it
pressed_cancelled = Cancelled.
pressed_nothing_to_cancel = That is already done.
pressed_not_yours = Only whoever asked, or an admin, can do that.
pressed_subtitles = Here they are.
pressed_subtitles_sent = They are above already.
pressed_retry = On it again.
pressed_speak = I will read it aloud.
pressed_go = On it.
pressed_dropped = Left as it is. Ask again whenever you like.
pressed_forgotten = Forgotten.
pressed_over = That button has had its day: the request is over. Ask me again instead.
pressed_gone = What that button worked on is deleted. Send it again to go on.

## Who may ask, and how much

not_allowed = I only serve people on my list. Ask whoever runs me to add you; your id is { $id }.
not_for_you = I do not take that here. Ask me in a private chat, or an admin of this channel about it.
quota_seconds =
    { $hours ->
        [one] You have used up today's processing time. Ask again in about an hour.
       *[other] You have used up today's processing time. Ask again in about { $hours } hours.
    }
quota_bytes =
    { $hours ->
        [one] You have sent all that I take from one person in a day. Send it again in about an hour.
       *[other] You have sent all that I take from one person in a day. Send it again in about { $hours } hours.
    }
too_many_waiting =
    { $limit ->
        [one] A request of yours is still waiting. Ask again when it is done, or “cancel” it.
       *[other] { $limit } requests of yours are still waiting. Ask again when one is done, or “cancel” them.
    }
usage_today = Today you have used { $seconds } s of { $limit } s of processing time.
usage_today_unlimited = Today you have used { $seconds } s of processing time. There is no limit.
usage_sent = You have sent { $megabytes } MB of { $limit_mb } MB.
usage_sent_unlimited = You have sent { $megabytes } MB. There is no limit.
queue_empty = Nothing is waiting. Send me something.
queue_waiting =
    { $count ->
        [one] One request is waiting.
       *[other] { $count } requests are waiting.
    }
queue_yours = Yours is { ordinal } in line, { $eta }.
queue_running = I am working on yours: { $percent }%, { $eta }.
queue_none_yours = None of them is yours.

## Privacy

privacy =
    I keep what you send me and what I make of it, on the machine of whoever runs me, so that you can go on from it.
    { $days ->
        [0] It stays until you delete it.
        [one] It is deleted after a day.
       *[other] It is deleted after { $days } days.
    }
    • /export gives you all of it.
    • /forget deletes all of it.
    • “/privacy out”: I take in nothing of yours unless you speak to me. “/privacy in” changes that back.
    • “/privacy voice yes”: others may have texts spoken in the manner of your voice, where a channel allows it.
    • “/settings speakers on”: voices that are named here are kept, as numbers, until it is off again or their recording is deleted.
privacy_model = To understand requests, the words of this conversation (no recordings and no pictures) are sent to a language model at { $host }, which whoever runs me chose.
voice_shared = Others may now have texts spoken in the manner of your voice, where a channel allows it. “/privacy voice no” changes that back.
voice_not_shared = Nobody but you may have texts spoken in the manner of your voice.
opted_out = From now on I take in nothing of yours unless you speak to me. What I kept before is still here: /forget deletes it. “/privacy in” changes that back.
opted_in = I am listening to you again. Send me something.
export_ready = This is all I keep about you. /forget deletes it.
export_empty = I keep nothing about you.
export_private_only = Ask me for that in a private chat: here everybody would see it.
forget_ask = Shall I delete all you sent me and all I made of it? That cannot be undone.
forget_channel_ask = Shall I delete all that was sent to me in this channel and all I made of it? That cannot be undone.
forget_channel_admin = Only an admin can have this whole channel forgotten. /forget deletes what is yours.
forgotten =
    Deleted: { $messages ->
        [one] 1 message
       *[other] { $messages } messages
    } and { $files ->
        [one] 1 file
       *[other] { $files } files
    }.
forgotten_nothing = There was nothing of yours to delete.

## Settings of a channel

settings_title = This is how I behave here. “/settings NAME VALUE” changes one:
settings_line = • { $key }: { $value }. { $about }
settings_changed = Changed: { $name } is now { $value }.
settings_unknown = There is no setting “{ $name }”. Choose one of: { $names }.
settings_bad_value = “{ $value }” does not fit { $name }. Choose one of: { $choices }.
settings_admin_only = Only an admin can change how I behave here. Ask one to do it.
setting_auto = automatic
setting_none = none
setting_speak_about = When I answer in a group.
setting_speak_mention = only when mentioned
setting_speak_reply = also on replies to me
setting_speak_wake = also on my wake word
setting_speak_always = on every message
setting_reply_about = What I send back for a voice note.
setting_reply_transcript = only the transcript
setting_reply_both = transcript, then answer
setting_reply_answer = only the answer
setting_voice_about = Whether I answer by voice.
setting_voice_never = never by voice
setting_voice_talk = by voice when we talk by voice
setting_voice_spoken = results too, when spoken to
setting_voice_always = always by voice
setting_voice_name_about = The voice I speak in, such as “emma”.
setting_mimicry_about = Whether I speak texts in the manner of people’s voices, of those who agree.
setting_mimicry_off = never in anybody’s manner
setting_mimicry_on = in the manner of who agrees
setting_faces_about = Whether I make faces in pictures speak, for who sent the picture.
setting_faces_off = no face speaks
setting_faces_on = faces in one’s own pictures speak
setting_speakers_about = Whether I keep the voices of people whom a request for a transcript names, and know them in later recordings. Ask those people first.
setting_speakers_off = keep no voices
setting_speakers_on = know who was named
setting_mark_about = Whether what I speak ends with a sentence that says the voice is artificial.
setting_mark_off = not said
setting_mark_on = said at the end
setting_wake_word_about = The word that calls me in a voice note.
setting_language_about = The language spoken in recordings; I find it out when it is automatic.
setting_locale_about = The language I write to you in.
setting_locale_auto = each person's own
setting_locale_en = English
setting_locale_ko = 한국어 (Korean)
setting_retention_about = After so many days I delete what was sent here and what I made of it; 0 keeps it.
setting_retention_days =
    { $days ->
        [0] for ever
        [one] 1 day
       *[other] { $days } days
    }
