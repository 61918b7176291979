"""The catalogues: both languages say all that the code can say, and there is no prose elsewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

from engines.dialogue.plan import Asset, Query
from engines.dialogue.router import Router
from engines.dialogue.routing import steps
from engines.tasks import TASKS
from handlers.channel import CHOICES, Channel
from handlers.commands import MENU
from handlers.edge import Action
from handlers.media.kinds import REFUSALS
from handlers.phrases import FOLDER, LOCALES, known, locale_of, say
from handlers.respond import help_text

ROOT = Path(__file__).resolve().parents[2]
CODE = [path for folder in ("engines", "handlers", "bot") for path in (ROOT / folder).rglob("*.py")]
#: Keys that are put together from a task's, a command's or a setting's name.
PUT_TOGETHER = ("task_", "doing_", "command_", "arg_", "menu_", "button_", "setting_")
#: A fragment, or the name of something: no sentence, and no full stop.
FRAGMENTS = (
    *PUT_TOGETHER, "status_", "eta", "help_line", "sent_again", "unsure", "stand_in", "ordinal",
    "argument_name", "argument_type_name", "name_of_task", "file_split", "settings_title",
    "settings_line",
)  # fmt: skip


class Message(Visitor):
    """What a message refers to."""

    def __init__(self, entry: ftl.Message) -> None:
        super().__init__()
        self.facts: set[str] = set()
        self.parts: set[str] = set()
        self.visit(entry.value)

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802
        self.facts.add(node.id.name)

    def visit_MessageReference(self, node: ftl.MessageReference) -> None:  # noqa: N802
        self.parts.add(node.id.name)


def entries(locale: str) -> list[ftl.Message]:
    resource = FluentParser().parse((FOLDER / f"{locale}.ftl").read_text())
    assert not [entry for entry in resource.body if isinstance(entry, ftl.Junk)]
    return [entry for entry in resource.body if isinstance(entry, ftl.Message)]


CATALOGUES = {
    locale: {entry.id.name: Message(entry) for entry in entries(locale)} for locale in LOCALES
}
ENGLISH = CATALOGUES["en"]


def gaps(key: str) -> set[str]:
    message = ENGLISH[key]
    return message.facts.union(*(gaps(part) for part in message.parts))


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """The calls of functions of these names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
            if name in names:
                yield node


def named(*names: str) -> dict[str, list[set[str] | None]]:
    """The keys these functions are called with, and the facts of each call (None: not to be seen).

    Only the modules that can mean the catalogue's ``say``: engines have functions of that name.
    """
    found: dict[str, list[set[str] | None]] = {}
    for path in CODE:
        text = path.read_text()
        tree = ast.parse(text)
        if "say" in names and "from handlers.phrases import" not in text:
            continue
        for call in calls(tree, *names):
            if not call.args:
                continue
            for each in literals(call.args[0]):
                facts = {keyword.arg for keyword in call.keywords}
                found.setdefault(each, []).append(
                    None if None in facts else {name for name in facts if name}
                )
    return found


def literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


SAID = named("say")
NOTED = named("note")
REFUSED = named("Refusal", "MediaRefused")
#: What the planners ask for has a code too, kept in tables or chosen.
ASKED = {*steps.CODES.values(), "needs_audio", "needs_image", "wrong_inputs", "model_confused"}


def test_both_languages_say_the_same_things() -> None:
    for locale in LOCALES:
        assert CATALOGUES[locale].keys() == ENGLISH.keys()
        assert len(entries(locale)) == len(CATALOGUES[locale])
        for key, message in CATALOGUES[locale].items():
            assert message.facts == ENGLISH[key].facts, (locale, key)
            assert message.parts == ENGLISH[key].parts, (locale, key)


@pytest.mark.parametrize("key", sorted(SAID.keys() | NOTED.keys() | REFUSED.keys() | ASKED))
def test_what_the_code_says_is_in_the_catalogue_with_all_its_gaps_filled(key: str) -> None:
    assert known(key)
    for facts in SAID.get(key, []) + NOTED.get(key, []) + REFUSED.get(key, []):
        assert facts is None or gaps(key) <= facts


@pytest.mark.parametrize(("code", "facts"), sorted(REFUSALS.items()))
def test_every_refusal_of_media_has_a_sentence(code: str, facts: tuple[str, ...]) -> None:
    assert gaps(code) <= set(facts)


def test_the_scan_finds_what_the_product_says() -> None:
    assert {"too_many_steps", "unknown_handle", "not_yet"} <= REFUSED.keys()
    assert {"status_running", "cancelled"} <= SAID.keys() | REFUSED.keys()
    assert {"no_speech", "cleaned", "hardly_noisy"} <= NOTED.keys()


def test_every_task_command_and_argument_has_its_words() -> None:
    for name, task in TASKS.items():
        keys = {f"task_{name}", f"task_{name}_example", f"doing_{name}", f"command_{task.command}"}
        keys |= {f"arg_{name}_{argument.name}" for argument in task.arguments}
        assert not [key for key in keys if not known(key)]
    assert not [name for name in MENU if not known(f"command_{name}")]
    tasks = {key for key in ENGLISH if key.startswith("task_")}
    assert tasks == {f"task_{name}{end}" for name in TASKS for end in ("", "_example")}


def test_every_setting_has_its_words() -> None:
    keys = {f"setting_{name}_about" for name in Channel.__dataclass_fields__}
    keys |= {f"setting_{name}_{value}" for name, values in CHOICES.items() for value in values}
    keys |= {"setting_auto", "setting_none", "setting_retention_days"}
    assert {key for key in ENGLISH if key.startswith("setting_")} == keys


def test_every_button_has_its_words() -> None:
    buttons = {key for key in ENGLISH if key.startswith("button_")}
    # Those that set something are labelled with what they set it to.
    actions = {f"button_{action}" for action in get_args(Action) if action != "set"}
    assert buttons == actions | {"button_forget_all"}


def test_nothing_in_the_catalogue_is_unused() -> None:
    strings = {
        node.value
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    referred = {part for message in ENGLISH.values() for part in message.parts}
    used = strings | referred | REFUSALS.keys()
    spare = {key for key in ENGLISH if not key.startswith(PUT_TOGETHER)} - used
    assert not spare


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("key", sorted(ENGLISH))
def test_every_sentence_begins_well_and_ends(key: str, locale: str) -> None:
    for number in (0, 1, 2, 5):
        sentence = say(key, locale, **dict.fromkeys(gaps(key), number))
        assert sentence
        assert sentence == sentence.strip()
        if key != "help" and not key.startswith(FRAGMENTS):
            assert sentence[-1] in ".?!"


@pytest.mark.parametrize("locale", LOCALES)
def test_menus_and_buttons_fit_where_platforms_show_them(locale: str) -> None:
    longest = {"command_": 100, "arg_": 100, "menu_": 32, "button_": 40}
    for prefix, limit in longest.items():
        words = [say(key, locale) for key in ENGLISH if key.startswith(prefix)]
        assert words
        assert max(map(len, words)) <= limit


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("task", TASKS)
async def test_the_example_of_a_task_asks_for_it(task: str, locale: str) -> None:
    example = say(f"task_{task}_example", locale)
    kinds = TASKS[task].takes or ("audio",)
    near = tuple(Asset(f"a{number}", kind) for number, kind in enumerate(kinds, start=1))
    plan = await Router().plan(Query(example, recent=near))
    assert [step.task for step in plan.steps] == [task]
    assert example in help_text(locale, [task])


@pytest.mark.parametrize("locale", LOCALES)
def test_every_kind_of_input_has_its_own_words(locale: str) -> None:
    other = say("wrong_inputs", locale, takes="?")
    for task in TASKS.values():
        assert say("wrong_inputs", locale, takes="_".join(task.takes) or "none") != other
        for argument in task.arguments:
            for key, fact in (("argument_name", "name"), ("argument_type_name", "type")):
                assert "?" not in say(key, locale, **{fact: getattr(argument, fact)})


def test_a_fact_is_text_and_never_read_as_fluent() -> None:
    for hostile in ('{ $near } { "x" }', "$near", "a { b", "{ -term }", "\n.attr = x", "'; --"):
        assert f"“{hostile}”" in say("voice_unknown", voice=hostile, near="emma")


def test_numbers_are_printed_as_they_are() -> None:
    assert "1000000000000000001." in say("not_allowed", id=1000000000000000001)
    assert "16000 characters" in say("text_too_long", characters=16000, limit=4096)
    facts = {"name": "speed", "minimum": 0.5, "maximum": 2.0}
    assert "between 0.5 and 2; 2.75" in say("argument_range", **facts, value=2.75)
    assert "inf is not" in say("argument_range", **facts, value=float("inf"))


def test_long_waits_are_said_in_hours() -> None:
    told = [say("stale_question", minutes=minutes) for minutes in (7, 99, 100, 540)]
    assert ["7 min" in told[0], "99 min" in told[1], "2 h" in told[2], "9 h" in told[3]] == [
        True
    ] * 4
    assert "9시간" in say("stale_question", "ko", minutes=540)


def test_a_long_fact_is_cut_and_a_missing_one_is_an_error() -> None:
    assert "…" in say("voice_unknown", voice="v" * 5000, near="emma")
    with pytest.raises(ValueError, match=r"voice_unknown.*near"):
        say("voice_unknown", voice="emma")
    with pytest.raises(KeyError):
        say("no_such_phrase")
    assert not known("no_such_phrase")
    assert not known("-no-such-phrase")


def test_a_fact_may_have_any_name() -> None:
    assert say("attachment_gone", name="x", key="y", locale="z", self="a").startswith("I could not")


def test_every_tag_has_a_language() -> None:
    tags = ("ko", "ko-KR", "KO_kr", "en-US", "pt-BR", "", "-", "한국어")
    assert [locale_of(tag) for tag in tags] == ["ko", "ko", "ko", "en", "en", "en", "en", "en"]
    assert say("cancelled", "ko-KR") == say("cancelled", "ko") != say("cancelled")


def test_places_are_ordinals() -> None:
    places = (1, 2, 3, 4, 11, 12, 13, 21, 112)
    assert [say("ordinal", place=place) for place in places] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th",
    ]  # fmt: skip
    assert say("ordinal", "ko", place=2) == "2번째"


def test_no_sentence_is_written_where_people_s_messages_are_made() -> None:
    folders = (ROOT / "handlers", ROOT / "bot" / "telegram", ROOT / "bot" / "discord")
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}: {text}"
        for folder in folders
        for path in folder.rglob("*.py")
        for call in calls(ast.parse(path.read_text()), "Part", "Button")
        for text in words(call)
    ]
    assert not found


def words(call: ast.Call) -> Iterator[str]:
    """Prose among a call's own arguments: constants, and what f-strings hold between the gaps."""
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        pieces = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
        for piece in pieces:
            text = piece.value if isinstance(piece, ast.Constant) else None
            if isinstance(text, str) and re.search(r"\w+ +\w+", text):
                yield text


def test_a_fact_that_is_words_comes_in_the_sentence_s_language() -> None:
    facts = {"made": "rain throughout", "made_ko": "비 (전체)"}
    assert say("scene_made", "en", **facts) == "Made of: rain throughout."
    assert say("scene_made", "ko-KR", **facts) == "이렇게 만들었어요: 비 (전체)."
