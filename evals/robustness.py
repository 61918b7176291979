"""Robustness, the paper's third axis: what becomes of dialogues that go wrong (section 4.3).

Four kinds of scripted dialogues: long chains of tasks; tasks that are not supported; errors of the
multi-modal models; breaks in context. Each is held with the service as it runs, on engines that
cost nothing, and judged by rules on what was done, on what, and whether it was delivered. Run with
the offline router alone by

    python -m evals.robustness [--kind KIND] [--name PART] [--json] [--transcript]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot import logs
from evals.dialogue import KINDS, Dialogue, load, load_all
from evals.judge import Seen, judge
from evals.stage import ENGINES, FEW_ENGINES, Held, Stage, stage
from evals.transcript import page
from handlers.analyse import Minds

#: Dialogues held side by side.
AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class Outcome:
    """A dialogue that was held: what was seen in each round, and what was wrong with it."""

    dialogue: Dialogue
    seen: Sequence[Seen]
    wrong: Sequence[Sequence[str]]

    @property
    def passed(self) -> bool:
        """Whether every round was as expected."""
        return not any(self.wrong)

    def misses(self) -> list[dict[str, Any]]:
        """The rounds that were not as expected."""
        rounds = zip(self.dialogue.rounds, self.seen, self.wrong, strict=True)
        return [
            {
                "dialogue": self.dialogue.name,
                "round": number,
                "said": round_.words,
                "differs": list(wrong),
                "did": [each.task for each in seen.steps],
                "answered": seen.words,
            }
            for number, (round_, seen, wrong) in enumerate(rounds, start=1)
            if wrong
        ]


@dataclass(frozen=True, slots=True)
class Report:
    """What came of all dialogues, in ``seconds``."""

    outcomes: Sequence[Outcome]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether every dialogue went as expected."""
        return all(each.passed for each in self.outcomes)

    def rows(self) -> list[dict[str, Any]]:
        """Figures for each kind, and for all together."""
        kinds = list(dict.fromkeys(each.dialogue.kind for each in self.outcomes))
        rows = [_row(kind, [x for x in self.outcomes if x.dialogue.kind == kind]) for kind in kinds]
        return [*rows, _row("all", self.outcomes)]

    def to_json(self) -> dict[str, Any]:
        """Everything a program may want."""
        return {
            "axis": "robustness",
            "kinds": self.rows(),
            "misses": [miss for each in self.outcomes for miss in each.misses()],
            "seconds": round(self.seconds, 1),
        }

    def text(self) -> str:
        """The table, and under it every round that was not as expected."""
        lines = [
            f"{'kind':<14}{'dialogues':>12}{'passed':>9}{'rounds':>9}{'passed':>9}{'share':>9}"
        ]
        lines += [
            f"{row['kind']:<14}{row['dialogues']:>12}{row['dialogues_passed']:>9}"
            f"{row['rounds']:>9}{row['rounds_passed']:>9}{row['share']:>9.1%}"
            for row in self.rows()
        ]
        for each in self.outcomes:
            for miss in each.misses():
                lines.append(f"\n{miss['dialogue']}, round {miss['round']}: “{miss['said']}”")
                lines += [f"  - {differs}" for differs in miss["differs"]]
                did = ", ".join(miss["did"]) or "nothing"
                lines.append(f"  did {did}; answered: {miss['answered'][:200]!r}")
        return "\n".join(lines)


def _row(kind: str, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    rounds = [wrong for each in outcomes for wrong in each.wrong]
    passed = sum(each.passed for each in outcomes)
    return {
        "kind": kind,
        "dialogues": len(outcomes),
        "dialogues_passed": passed,
        "rounds": len(rounds),
        "rounds_passed": sum(not wrong for wrong in rounds),
        "share": passed / max(1, len(outcomes)),
    }


async def evaluate(dialogues: Sequence[Dialogue], minds: Minds) -> Report:
    """Hold the dialogues with these minds, several side by side, and judge them."""
    started = time.monotonic()
    outcomes: dict[str, Outcome] = {}
    for few, engines in ((False, ENGINES), (True, FEW_ENGINES)):
        some = [each for each in dialogues if each.few == few]
        if not some:
            continue
        async with stage(minds, engines) as here:
            places = asyncio.Semaphore(AT_ONCE)
            for each in await asyncio.gather(*(_hold(here, one, places) for one in some)):
                outcomes[each.dialogue.name] = each
    ordered = [outcomes[each.name] for each in dialogues]
    return Report(ordered, time.monotonic() - started)


async def _hold(here: Stage, dialogue: Dialogue, places: asyncio.Semaphore) -> Outcome:
    held = Held(dialogue)
    seen: list[Seen] = []
    async with places:
        for number in range(1, len(dialogue.rounds) + 1):
            if seen and not seen[-1].over:  # what is stuck stays so
                seen.append(Seen(over=False))
            else:
                seen.append(await here.play(held, number))
    wrong = [judge(*each) for each in zip(dialogue.rounds, seen, strict=True)]
    return Outcome(dialogue, seen, wrong)


def alone() -> Minds:
    """The minds of a service without a language model."""
    from engines.dialogue.router import Router  # noqa: PLC0415 - reads its examples

    return Minds(Router())


def main() -> int:
    """Print the report, or the page of the long dialogue; 1 when a dialogue went wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kind", choices=KINDS, help="only dialogues of this kind")
    parser.add_argument("--name", default="", help="only dialogues with this in their name")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--transcript", action="store_true", help="print docs/dialogue.md")
    options = parser.parse_args()
    logs.set_up("CRITICAL", [])
    if options.transcript:
        report = asyncio.run(evaluate(load("twelve_rounds"), alone()))
        sys.stdout.write(page(report.outcomes[0].dialogue, report.outcomes[0].seen))
        return int(not report.passed)
    found = load(options.kind) if options.kind else load_all()
    found = [each for each in found if options.name in each.name]
    report = asyncio.run(evaluate(found, alone()))
    if options.json:
        print(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
    else:
        print(report.text())
    return int(not report.passed)


if __name__ == "__main__":
    sys.exit(main())
