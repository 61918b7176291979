"""Requests as people put them, and the steps they mean; and that no text is too much."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.dialogue.plan import Asset, Handle, Plan, Query, ResultOf, Step
from engines.dialogue.router import Router
from engines.dialogue.routing import arguments
from engines.dialogue.routing.arguments import words
from engines.dialogue.routing.asking import is_order
from engines.dialogue.routing.clauses import clauses
from engines.dialogue.routing.quotes import evened
from engines.kinds import Refusal
from engines.tasks import TASKS

#: One for all: what it loads is the same.
ROUTER = Router()


@pytest.fixture(autouse=True, scope="module")
def warm() -> None:
    """Fit it, if that was not done on this machine before: that is no part of a decision."""
    asyncio.run(ROUTER.warm())


ATTACHED = (Asset("a9", "audio", 12.0),)
RECENT = (Asset("a8", "image"), Asset("a7", "audio", 3.0), Asset("a2", "audio", 60.0))


def hear(source: str | int = "a9", language: str | None = None) -> Step:
    arguments = {} if language is None else {"language": language}
    return Step("speech_recognition", arguments, (given_by(source),))


def clean(source: str | int = "a9") -> Step:
    return Step("speech_enhancement", {}, (given_by(source),))


def say(words: str | int, **manner: object) -> Step:
    return Step(
        "text_to_speech", {"text": ResultOf(words) if isinstance(words, int) else words} | manner
    )


def step(task: str, *sources: str | int, **arguments: object) -> Step:
    return Step(task, arguments, tuple(given_by(each) for each in sources))


def given_by(source: str | int) -> Handle | ResultOf:
    return ResultOf(source) if isinstance(source, int) else Handle(source)


async def plan(
    text: str,
    *,
    attached: tuple[Asset, ...] = ATTACHED,
    recent: tuple[Asset, ...] = RECENT,
    spoken: bool = False,
) -> Plan:
    made = await ROUTER.plan(Query(text, attached, recent, spoken))
    for step in made.steps:  # whatever it plans, the tasks' rows allow
        stand_in = {name: "word" for name, value in step.arguments.items() if name == "text"}
        TASKS[step.task].validate({**step.arguments, **stand_in})
        assert len(step.inputs) == len(TASKS[step.task].takes)
    return made


WRITTEN: list[tuple[str, list[Step]]] = [
    # writing down
    ("transcribe this", [hear()]),
    ("Transcribe", [hear()]),
    ("TRANSCRIBE THIS!!", [hear()]),
    ("please transcribe this recording", [hear()]),
    ("Hey Earshot, could you please transcribe this for me?", [hear()]),
    ("Hi! Can you transcribe the voice message?", [hear()]),
    ("I'd like you to transcribe my interview", [hear()]),
    ("I want a transcript of this", [hear()]),
    ("Can I get a transcription, please?", [hear()]),
    ("transcript please", [hear()]),
    ("give me the text of this", [hear()]),
    ("Generate the text of this speech", [hear()]),
    ("write down what she says", [hear()]),
    ("write this down", [hear()]),
    ("please type this up", [hear()]),
    ("write what they are saying", [hear()]),
    ("make subtitles for this video", [hear()]),
    ("subtitles", [hear()]),
    ("convert this to text", [hear()]),
    ("turn my voice note into text please", [hear()]),
    ("speech to text", [hear()]),
    ("extract the words from this recording", [hear()]),
    ("recognize the speech", [hear()]),
    ("what does he say?", [hear()]),
    ("What’s she saying", [hear()]),
    ("what is being said here?", [hear()]),
    ("tell me what the speaker said", [hear()]),
    ("what's in this voice message?", [hear()]),
    ("transcribe a2", [hear("a2")]),
    ("Transcribe A2, please.", [hear("a2")]),
    ("transcribe a2 and a7", [hear("a2"), hear("a7")]),
    ("transcribe a15", [hear("a15")]),
    ("이거 받아써 줘", [hear()]),
    ("이거 받아 적어 주세요", [hear()]),
    # the language of a recording
    ("transcribe this in Korean", [hear(language="ko")]),
    ("transcribe this in german.", [hear(language="de")]),
    ("it is in German: transcribe", [hear(language="de")]),
    ("This is Spanish. Transcribe it.", [hear(language="es")]),
    ("Transcribe this. It's in Mandarin.", [hear(language="zh")]),
    ("transcribe this French recording", [hear(language="fr")]),
    ("transcribe this as is", [hear()]),
    ("transcribe this in no time", [hear()]),
    ("transcribe this in full", [hear()]),
    # cleaning
    ("clean this", [clean()]),
    ("Clean up the recording, please", [clean()]),
    ("clean it up", [clean()]),
    ("could you denoise a7?", [clean("a7")]),
    ("de-noise this", [clean()]),
    ("remove the noise", [clean()]),
    ("Remove the background noise from this recording.", [clean()]),
    ("get rid of that awful hiss", [clean()]),
    ("take the noise out", [clean()]),
    ("enhance the speech", [clean()]),
    ("improve the sound quality", [clean()]),
    ("make the voice clearer", [clean()]),
    ("This is from the train, can you clean it?", [clean()]),
    ("소음 제거해 줘", [clean()]),
    # speaking
    ("say 'hello there'", [say("hello there")]),
    ("is there a dog in it? find the dog", [step("target_sound_detection", "a9", target="dog")]),
    ("describe this", [step("audio_captioning", "a9")]),
    ("say 'hello', then say it slower", [say("hello"), say("hello", speed=0.8)]),
    (
        "say hello in the voice of emma, then say it again, slowly",
        [say("hello", voice="emma"), say("hello", voice="emma", speed=0.8)],
    ),
    ('say "hello there"', [say("hello there")]),
    ("say “hello there”", [say("hello there")]),
    ("say «bonjour»", [say("bonjour")]),
    ("say 'don't panic'", [say("don't panic")]),
    ("say ‘it’s late’", [say("it’s late")]),
    ("say good morning everyone", [say("good morning everyone")]),
    ("Please say good morning, please", [say("good morning")]),
    ("can you say hello?", [say("hello")]),
    ("say how are you?", [say("how are you?")]),
    ("say: hello", [say("hello")]),
    ("say this: I am here", [say("I am here")]),
    ("say this is great", [say("this is great")]),
    ("say the words open sesame", [say("open sesame")]),
    ("read the following text: One.\n\nTwo.", [say("One.\n\nTwo.")]),
    ("read aloud: good evening", [say("good evening")]),
    ("Read this out loud: good evening", [say("good evening")]),
    ('read "a, then b and c" to me', [say("a, then b and c")]),
    ("pronounce Llanfair", [say("Llanfair")]),
    ('Generate a speech with text "here we go"', [say("here we go")]),
    ("generate a speech with the text: here we go", [say("here we go")]),
    ("make a voice note saying I will be late", [say("I will be late")]),
    ("text to speech: hello", [say("hello")]),
    ("convert this to speech: hello", [say("hello")]),
    ('"안녕" 읽어 줘', [say("안녕")]),
    ("안녕하세요 여러분 읽어 주세요", [say("안녕하세요 여러분")]),
    # joints within the words to speak
    ("say hello and welcome, then we begin", [say("hello and welcome, then we begin")]),
    ("say clean this, then transcribe it", [say("clean this, then transcribe it")]),
    ("say hello, then read the room", [say("hello, then read the room")]),
    ("say 'clean this, then transcribe a2'", [say("clean this, then transcribe a2")]),
    ("say 'sit; say nothing' then clean this", [say("sit; say nothing"), clean(1)]),
    ("say: clean this", [say("clean this")]),
    # voices and speed
    ("say 'hi' in the voice of michael", [say("hi", voice="michael")]),
    ("say 'hi' with voice af_heart", [say("hi", voice="af_heart")]),
    ("say in the voice of emma: 'hi'", [say("hi", voice="emma")]),
    ("say 'hi' in a British voice", [say("hi", voice="british")]),
    ("read 'hi' using a british male voice", [say("hi", voice="british male")]),
    ("say good night in the voice of george", [say("good night", voice="george")]),
    ("say 'in the voice of emma'", [say("in the voice of emma")]),
    ("say 'hi' slowly", [say("hi", speed=0.8)]),
    ("say 'drive slowly' faster!", [say("drive slowly", speed=1.25)]),
    ("say 'drive slowly'", [say("drive slowly")]),
    ("say 'hi' at half speed", [say("hi", speed=0.5)]),
    ("say 'hi' at 1.5x", [say("hi", speed=1.5)]),
    (
        "say 'hi' slowly in the voice of michael, please",
        [say("hi", speed=0.8, voice="michael")],
    ),
    # chains
    ("clean this, then transcribe it and read it aloud", [clean(), hear(1), say(2)]),
    ("transcribe a2 and then read it out slowly", [hear("a2"), say(1, speed=0.8)]),
    ("remove the noise; write down what she says", [clean(), hear(1)]),
    ("Clean this. Transcribe it. Read it to me.", [clean(), hear(1), say(2)]),
    ("clean this\ntranscribe it", [clean(), hear(1)]),
    ("clean a2 and transcribe a7", [clean("a2"), hear("a7")]),
    ("say 'hi' and then transcribe it", [say("hi"), hear(1)]),
    ("transcribe this and then clean it", [hear(), clean()]),
    ("transcribe this and turn it into speech", [hear(), say(1)]),
    (
        "transcribe it, then read the transcript aloud in the voice of emma",
        [hear(), say(1, voice="emma")],
    ),
    ("Please clean this, and could you also transcribe it?", [clean(), hear(1)]),
    ('transcribe this and say "done, and dusted"', [hear(), say("done, and dusted")]),
    # what the other tasks are asked for by
    ("translate this", [step("speech_translation", "a9")]),
    ("please translate this into French", [step("speech_translation", "a9", language="fr")]),
    ("transcribe this and translate it", [hear(), step("speech_translation", "a9")]),
    ("sing happy birthday", [step("text_to_sing", text="happy birthday")]),
    ("Generate a sound of rain on a roof", [step("text_to_audio", text="rain on a roof")]),
    ("make some music", [step("text_to_audio", text="music")]),
    ("separate the speakers", [step("speech_separation", "a9")]),
    # nothing that is asked of us
    ("generate an image of this audio", []),
    ("hello", []),
    ("thanks, that was great!", []),
    ("Thanks for the transcript!", []),
    ("I hate transcription", []),
    ("tell me a joke", []),
    ("Can you sing?", []),
    ("what do you say to pizza?", []),
    ("clean energy is good", []),
    ("clean the kitchen", []),
    ("I like to sing and read books", []),
    ("He cleaned up and they said nothing.", []),
    ("write a poem", []),
    ("👍", []),
    ("a7", []),
    ("?!", []),
]

SPOKEN: list[tuple[str, list[Step]]] = [
    ("So I told him to clean up his room", []),
    ("So I told him to clean up his room, and read a book.", []),
    ("What did she say about it?", []),
    ("Read the news yesterday, it was awful.", []),
    ("He was late. Say hello to your mother.", []),
    ("Clean the kitchen, please, and write a list.", []),
    ("Translate this for your father.", []),
    ("Say", []),
    ("Say the train leaves at nine.", [say("the train leaves at nine.")]),
    ("Read out loud: dinner is ready.", [say("dinner is ready.")]),
    ("Please transcribe this recording.", [hear("a7")]),
    ("Um, could you transcribe a2?", [hear("a2")]),
    (
        "Please clean up the recording and then write down what she says.",
        [clean("a7"), hear(1)],
    ),
    ("Okay. Remove the noise, then read it aloud.", [clean("a7")]),
]

REFUSED: list[tuple[str, str]] = [
    ("sing", "nothing_to_sing"),
    ("generate a sound", "nothing_to_sound"),
    ("extract the sound", "nothing_to_find"),
    ("say", "nothing_to_say"),
    ("say something", "nothing_to_say"),
    ("say ''", "nothing_to_say"),
    ("read it aloud", "nothing_to_say"),
    ("Please read this out loud slowly.", "nothing_to_say"),
    ('generate a speech with text ""', "nothing_to_say"),
    ("text to speech", "nothing_to_say"),
    ("clean this and read it aloud", "nothing_to_say"),
    ("First clean up the audio, next say what she said", "nothing_to_say"),
]


@pytest.mark.parametrize(("text", "steps"), WRITTEN)
async def test_a_written_request_means_these_steps(text: str, steps: list[Step]) -> None:
    assert list((await plan(text)).steps) == steps


@pytest.mark.parametrize(("text", "steps"), SPOKEN)
async def test_a_spoken_request_means_these_steps(text: str, steps: list[Step]) -> None:
    assert list((await plan(text, spoken=True)).steps) == steps


@pytest.mark.parametrize(("text", "code"), REFUSED)
async def test_a_request_that_cannot_be_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        await plan(text)
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["transcribe this", "clean it", "what does he say?"])
async def test_a_request_about_a_recording_needs_one(text: str) -> None:
    image = (Asset("a1", "image"),)
    for recent in ((), image):
        with pytest.raises(Refusal) as refused:
            await plan(text, attached=(), recent=recent)
        assert refused.value.code == "needs_audio"
    with pytest.raises(Refusal) as refused:  # and not a recording from before
        await plan(text, attached=image)
    assert refused.value.code == "wrong_inputs"


async def test_what_came_with_the_request_is_preferred_then_the_newest_before_it() -> None:
    assert (await plan("clean this")).steps == (clean("a9"),)
    assert (await plan("clean this", attached=())).steps == (clean("a7"),)


async def test_of_several_recordings_all_are_meant_and_stay_apart() -> None:
    two = (Asset("a3", "audio"), Asset("a4", "audio"))
    steps = (clean("a3"), clean("a4"), hear(1), hear(2), say(3), say(4))
    chain = "clean these, then transcribe them and read them aloud"
    assert (await plan(chain, attached=two)).steps == steps


async def test_a_spoken_request_is_about_itself_only_when_there_is_nothing_else() -> None:
    assert (await plan("Clean this.", spoken=True)).steps == (clean("a7"),)
    assert (await plan("Clean this.", spoken=True, recent=())).steps == (clean("a9"),)


async def test_a_recording_without_words_is_written_down() -> None:
    assert (await plan("")).steps == (hear("a9"),)
    both = (Asset("a3", "audio"), Asset("a4", "image"), Asset("a5", "audio"))
    assert (await plan("  \n", attached=both)).steps == (hear("a3"), hear("a5"))
    assert (await plan("", attached=())).steps == ()


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("clean this", ["clean this"]),
        (
            "clean this, and then transcribe it; read it",
            ["clean this", "transcribe it", "read it"],
        ),
        ("clean the bread and butter one", ["clean the bread and butter one"]),
        ("say 'a, then clean this' and clean it", ["say 'a, then clean this'", "clean it"]),
        ("say a, then clean this", ["say a, then clean this"]),
        ("  ", []),
    ],
)
def test_a_text_is_cut_where_a_request_begins(text: str, pieces: list[str]) -> None:
    assert clauses(text, begins_with_verb) == pieces


def begins_with_verb(pieces: Sequence[str]) -> list[bool]:
    return [is_order(piece) for piece in pieces]


FRAGMENTS = (
    *("say", "read it", "clean this", "transcribe", "a7", "then", "and", "please", "slowly", "to"),
    *("in the voice of", "british", "what", "write", "down", "text", "speech", "make", "generate"),
    *('"', "'", "“", "”", "’", ",", ";", ".", ":", "\n", " ", "the", "translate", "읽어 줘", "\0"),
    *("it is in German", "speed", "at 9x", "voice", "hello", "again", "the second one", "sing"),
    *("detect the dog", "from 2 to 3 s", "on the left", "고 ", "한 다음 ", "영어로", "찾아줘"),
)
REFUSALS = {
    *("", "nothing_to_say", "nothing_to_sing", "nothing_to_sound", "nothing_to_find"),
    *("needs_audio", "needs_image", "wrong_inputs", "unknown_handle", "argument_range"),
    "too_many_steps",
}
texts = st.text() | st.lists(st.sampled_from(FRAGMENTS), max_size=12).map(" ".join)


@given(texts, st.booleans(), st.booleans())
async def test_any_text_is_planned_or_refused(text: str, spoken: bool, alone: bool) -> None:
    attached, recent = ((), ()) if alone else (ATTACHED, RECENT)
    refused, made = "", Plan()
    try:
        made = await ROUTER.plan(Query(text, attached, recent, spoken))
    except Refusal as refusal:
        refused = refusal.code
    assert refused in REFUSALS
    for number, step in enumerate(made.steps, start=1):
        references = [*step.inputs, *step.arguments.values()]
        earlier = [each.step for each in references if isinstance(each, ResultOf)]
        assert all(1 <= each < number for each in earlier)
        words = step.arguments.get("text", "words")
        assert words if isinstance(words, str) else isinstance(words, ResultOf)


@given(texts)
def test_cutting_a_text_loses_only_the_words_that_join(text: str) -> None:
    def words(part: str) -> list[str]:
        return [word for word in re.findall(r"\w+", part) if word.lower() not in {"and", "then"}]

    assert words(" ".join(clauses(text, begins_with_verb))) == words(text)


LONG = 20_000
#: Each is a trap for a pattern that scans or splits the same words again and again.
WORST = (
    *(" ", "\n", ", ", "x", "and, ", "then and ", "please hey, ", "the a the ", "fast fast. "),
    *("“,", "'x", " 'x", '",', "‘x’,", "make speech ", "write what say ", "get rid of, "),
    *(
        "read it out, ",
        "read out loud ",
        "text to speech, ",
        "x. 읽어 ",
        "it is in ",
        "clean the x ",
    ),
    *("in the voice of x ", "transcribe a7, ", "sing x, ", "C4 | ", "0.5 | ", "1 s to ", "from 2 "),
    *(
        "고 ",
        "하고 ",
        "x라고 ",
        "소리 ",
        "개 ",
        "두 번째 ",
        "then clean ",
        "not x ",
        "말고 ",
        "the first ",
    ),
    *("left ", "in English ", "into x ", "rain ", "extract the x ", "when does ", "my voice "),
    *(
        "Mina's ",
        "a ",
        "don't ",
        "목소리로 ",
        "영어로 ",
        "노래 ",
        "불러 ",
        "make a sound of ",
        "say ",
    ),
)


@pytest.mark.parametrize("lead", ["", "read it "])
async def test_a_long_text_is_planned_in_little_time(lead: str) -> None:
    for piece in WORST:
        text = lead + piece * (LONG // len(piece)) + "!"
        began = time.process_time()
        with suppress(Refusal):
            await ROUTER.plan(Query(text, ATTACHED, RECENT))
        assert time.process_time() - began < 2.0, (lead, piece)


@pytest.mark.parametrize("task", TASKS)
def test_arguments_of_a_long_text_are_read_in_little_time(task: str) -> None:
    for piece in WORST:
        text = piece * (LONG // len(piece)) + "!"
        began = time.process_time()
        arguments.read(task, text)
        words.words_of(evened(text))
        assert time.process_time() - began < 2.0, piece
