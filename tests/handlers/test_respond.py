"""What a result looks like: playable file and waveform, words and their files, in order."""

from __future__ import annotations

from engines.kinds import Artifact, Outcome, Refusal
from engines.tasks import TASKS
from handlers import respond
from handlers.edge import Part
from handlers.phrases import LOCALES, say
from tests.handlers.conftest import sound, transcript


def document(name: str) -> Artifact:
    return Artifact(name, "document", "text/plain", "4" * 64, 3)


def test_words_come_before_their_files() -> None:
    outcome = Outcome("hello", {}, (document("t.txt"), document("t.srt")), 0.1)
    parts = respond.result("speech_recognition", outcome)
    assert [(part.kind, part.text, part.held) for part in parts] == [
        ("text", "hello", False),
        ("file", "", True),  # until somebody presses the button under the words
    ]
    assert [button.action for button in parts[0].buttons] == ["subtitles", "speak", "forget"]
    assert [file.name for file in parts[1].files] == ["t.txt", "t.srt"]


def test_sound_that_is_no_voice_is_an_audio_file() -> None:
    outcome = sound("rain")
    (main, playable, picture) = outcome.artifacts
    rain = Artifact(**{**as_fields(playable), "speech": False})
    parts = respond.result("speech_enhancement", Outcome("", {}, (main, rain, picture), 0.1))
    assert [part.kind for part in parts] == ["audio", "picture"]


def as_fields(artifact: Artifact) -> dict[str, object]:
    return {name: getattr(artifact, name) for name in Artifact.__slots__}


def test_an_unsure_transcript_says_so() -> None:
    unsure = Outcome("mumble", {"notes": [{"code": "unsure", "facts": {}}]}, (), 0.1)
    (part,) = respond.result("speech_recognition", unsure)
    assert part.text == "mumble\n\n" + say("unsure")


def test_how_much_noise_went_is_said_and_that_there_was_none_too() -> None:
    for code, facts in (("cleaned", {"lower": 14}), ("hardly_noisy", {})):
        data = {"notes": [{"code": code, "facts": facts}]}
        outcome = Outcome("", data, sound("cleaned").artifacts, 0.1)
        words = say(code, **facts)
        assert respond.result("speech_enhancement", outcome)[0].text == words


def test_the_lossless_original_is_kept_but_not_sent() -> None:
    parts = respond.result("text_to_speech", sound())
    names = [file.name for part in parts for file in part.files]
    assert names == ["speech.ogg", "speech.png"]


def video(*, round: bool = False) -> Outcome:
    film = Artifact(
        "face.mp4", "main", "video/mp4", "1" * 64, 9, 2.5, pixels=(480, 640), round=round
    )
    frames = [Artifact(f"face-{n}.png", "picture", "image/png", str(n) * 64, 5) for n in (2, 3)]
    return Outcome("", {"notes": [{"code": "headphones", "facts": {}}]}, (film, *frames), 0.1)


def test_a_video_comes_with_its_frames() -> None:
    shown, frames = respond.result("talking_head", video())
    assert (shown.kind, shown.text) == ("video", say("headphones"))
    assert [(each.name, each.duration_s, each.pixels) for each in shown.files] == [
        ("face.mp4", 2.5, (480, 640))
    ]
    assert (frames.kind, len(frames.files)) == ("picture", 2)
    assert respond.result("talking_head", video(round=True))[0].kind == "video_note"


def test_files_beside_a_sound_are_not_held_back_for_a_button_that_is_not_there() -> None:
    *artifacts, picture = sound("music").artifacts
    score = Artifact("music.mid", "document", "audio/midi", "5" * 64, 7)
    parts = respond.result("text_to_audio", Outcome("", {}, (*artifacts, picture, score), 0.1))
    assert [(part.kind, part.held) for part in parts][-1] == ("file", False)


def test_a_part_survives_the_outbox() -> None:
    parts = respond.result("text_to_speech", sound()) + respond.refusal(Refusal("dead"))
    parts = respond.result("talking_head", video()) + parts
    assert parts[-1].buttons
    for part in parts:
        assert Part.from_json(part.to_json()) == part


def test_help_names_every_task() -> None:
    for locale in LOCALES:
        text = respond.help_text(locale, TASKS)
        assert all(say(f"task_{name}_example", locale) in text for name in TASKS)


def test_no_result_is_silent() -> None:
    assert respond.result("speech_recognition", transcript("words"))
    assert respond.result("text_to_speech", Outcome("done", {}, (), 0.1))


def test_what_no_voice_speaks_is_not_offered_to_be_spoken() -> None:
    outcome = Outcome("guten Tag", {"language": "de"}, (), 1.0)
    (part,) = respond.result("speech_recognition", outcome)
    assert [button.action for button in part.buttons] == ["forget"]
