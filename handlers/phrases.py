"""Every sentence people see: what happened, and what to do next, by refusal code or state."""

from __future__ import annotations

from collections.abc import Mapping

PHRASES: Mapping[str, str] = {
    # asking
    "help": "Send me a voice note or a recording and I write down what is said. I can also:\n"
    "{tasks}\nOne after the other works too: “clean this, then transcribe it”.",
    "help_line": "• {description} “{example}”",
    "not_understood": "I did not understand what to do. Try “transcribe this”, “clean this” or "
    "“say hello”; “help” shows everything I can do.",
    "not_yet": "That is not yet available here. “help” shows what I can do now.",
    "needs_audio": "I need a recording for that, and there is none in this conversation. Send a "
    "voice note or an audio file, with your request or before it.",
    "unknown_handle": "There is no {handle} in this conversation. Send the recording again, or "
    "reply to it.",
    "too_many_steps": "That is more than {limit} steps at once. Ask for them in two messages.",
    "wrong_inputs": "For that I need {takes}. Send it together with your request.",
    "argument_missing": "I need to know the {name} for that. Say it in your request.",
    "argument_unknown": "There is no “{name}” to choose for that. Leave it out and ask again.",
    "argument_type": "The {name} must be a {type}. Say it again that way.",
    "argument_choice": "“{value}” is no {name} I know. Choose one of: {choices}.",
    "argument_range": "The {name} must be between {minimum} and {maximum}; {value} is not.",
    "earlier_step": "Step {step} gave nothing to go on with, so I stopped there.",
    # running
    "cancelled": "Cancelled.",
    "nothing_to_cancel": "Nothing is running here.",
    "dead": "This failed on my side several times, so I gave up on it. What you sent is kept; ask "
    "again later, and tell whoever runs this service if it happens again.",
    "internal": "Something went wrong on my side. What you sent is kept; please ask again, and "
    "tell whoever runs this service if it happens again.",
    "weights_missing": "The model “{weight}” is not installed here. Whoever runs this service "
    "should run “python -m bot weights fetch”; then ask again.",
    "disk_full": "The disk of this service is full, so I could not go on. What was stored before "
    "is kept; ask again when whoever runs this service has made room.",
    # what an engine will not do
    "audio_empty": "The recording {handle} is empty: it has no length. Please record it again.",
    "language_unknown": "I do not know the language “{language}”. Name one of the {known} that I "
    "understand, such as English or “ko”, or leave it out: then I find it out myself.",
    "language_not_spoken": "I can only read English aloud so far, and “{letter}” is not in its "
    "alphabet. Send the text in English.",
    "voice_unknown": "I have no voice called “{voice}”. Try one of these: {near}.",
    "nothing_to_say": "There are no words to speak in that. Write what I should say, such as "
    "“say good morning”.",
    "text_too_long": "That text is {characters} characters long, and I read at most {limit} at "
    "once. Send it in parts.",
    # what was sent
    "media_empty": "That file is empty. Please send it again.",
    "media_too_large": "That file is larger than {limit_mb} MB. Please send a shorter or more "
    "compressed version.",
    "media_unknown_type": "I cannot open that kind of file. Please send sound as Ogg/Opus, MP3, "
    "M4A, WAV, FLAC, WebM or MP4, or a picture as PNG, JPEG or WebP.",
    "media_no_audio": "There is no sound in that file. Please send one that has sound.",
    "media_too_long": "That recording is longer than {limit_minutes} minutes. Please cut it into "
    "shorter parts.",
    "media_damaged": "That file is damaged or cut short, so I cannot read it. Please export or "
    "record it again, and send it again.",
    "media_too_many_streams": "That file has too many tracks or channels. Please export one mono "
    "or stereo track.",
    "media_picture_too_large": "That picture is larger than {limit_megapixels} megapixels, or far "
    "longer than it is wide. Please send a smaller one.",
    "media_timeout": "Reading that file took too long, so I stopped. Please send a shorter one, or "
    "export it as MP3 or WAV.",
    "attachment_gone": "I could not open “{name}” any more. Please send it again.",
    # results
    "no_speech": "I hear no speech in this recording. If there should be some, try “clean this” "
    "first, or record it again closer to the microphone.",
    "unsure": "(I am not sure of every word: the recording is hard to understand.)",
    "cleaned": "Cleaned: the noise between the words is {lower} dB lower.",
    "stand_in": "(In the small voice: the other voices are not installed here.)",
    "hardly_noisy": "I found hardly any noise to take out.",
    "sent_again": "(sent again: the first try may have reached you)",
    # where a request stands
    "status_received": "looking at it",
    "status_next": "next in line, {eta}",
    "status_queued": "{place} in line, {eta}",
    "status_running": "{doing} {percent}%, {eta}",
    "status_composed": "sending",
    "eta": "about {time}",
    "eta_unknown": "time not known yet",
    "doing_speech_recognition": "transcribing",
    "doing_text_to_speech": "speaking",
    "doing_speech_enhancement": "cleaning",
}


def say(key: str, **facts: object) -> str:
    """The sentence of a key, its gaps filled; an unknown key is a KeyError, found by the tests."""
    return PHRASES[key].format(**facts)
