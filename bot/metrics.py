"""What Prometheus may read: counts of what happened, and what waits at the moment it looks.

Label values come from fixed lists (platforms, tasks, states), anything else is counted as
``other``: no name, id, word or secret of anybody can become one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from db.backlog import Backlog
from db.jobs import FINAL
from db.turns import OVER, UNANSWERED, UNFINISHED
from engines.loop.jobs import LANES
from engines.tasks import TASKS

PLATFORMS = ("console", "discord", "telegram")
STAGES = (*UNANSWERED, *UNFINISHED, OVER, "failed", "cancelled")
SENT = ("sent", "retried", "undeliverable")
#: From a short answer of a small model to an hour of sound on a processor.
ENGINE_SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600)


class Metrics:
    """The counts of one process, in a registry of their own.

    Fulfils the counting fields of :class:`handlers.tally.Tally`.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._turns = Counter(
            "earshot_turns",
            "Turns that came to a stage.",
            ("platform", "stage"),
            registry=self.registry,
        )
        self._jobs = Counter(
            "earshot_jobs",
            "Jobs that ended, by how.",
            ("task", "state"),
            registry=self.registry,
        )
        self._engine_seconds = Histogram(
            "earshot_engine_seconds",
            "How long a job ran on its engine.",
            ("task",),
            buckets=ENGINE_SECONDS,
            registry=self.registry,
        )
        self._sends = Counter(
            "earshot_sends",
            "Parts of replies handed to a platform, by what came of it.",
            ("platform", "outcome"),
            registry=self.registry,
        )
        self._fetched = Gauge(
            "earshot_model_fetched",
            "How much of the local language model is here, 0 to 1.",
            registry=self.registry,
        )
        self._waiting = _Waiting()
        self.registry.register(self._waiting)
        ProcessCollector(registry=self.registry)

    def turn(self, platform: str, stage: str) -> None:
        """Count a turn that came to a stage."""
        self._turns.labels(_one_of(PLATFORMS, platform), _one_of(STAGES, stage)).inc()

    def job(self, task: str, state: str, engine_s: float | None = None) -> None:
        """Count a job that ended, and how long it ran if it did."""
        task = _one_of(TASKS, task)
        self._jobs.labels(task, _one_of(FINAL, state)).inc()
        if engine_s is not None:
            self._engine_seconds.labels(task).observe(max(0.0, engine_s))

    def sent(self, platform: str, outcome: str) -> None:
        """Count a try to send a part of a reply."""
        self._sends.labels(_one_of(PLATFORMS, platform), _one_of(SENT, outcome)).inc()

    def fetched(self, fraction: float) -> None:
        """Note how much of the local language model is here."""
        self._fetched.set(fraction)

    def text(self, backlog: Backlog | None, *, leading: bool) -> bytes:
        """Everything in Prometheus' text format; what waits is left out when it is not known."""
        self._waiting.backlog, self._waiting.leading = backlog, leading
        return generate_latest(self.registry)


class _Waiting(Collector):
    """Gauges of one look; they are made anew each time, so none of them goes stale."""

    backlog: Backlog | None = None
    leading = False

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily(
            "earshot_leading", "1 where this process runs the loop.", value=float(self.leading)
        )
        if self.backlog is None:
            return
        queued = GaugeMetricFamily(
            "earshot_queue_jobs", "Jobs waiting in the queue.", labels=("lane",)
        )
        for number, lane in enumerate(LANES):
            queued.add_metric((lane,), self.backlog.queued.get(number, 0))
        yield queued
        yield GaugeMetricFamily(
            "earshot_queue_running", "Jobs on an engine.", value=self.backlog.running
        )
        yield GaugeMetricFamily(
            "earshot_queue_oldest_seconds",
            "How long the oldest job has waited.",
            value=self.backlog.oldest_queued_s,
        )
        outbox = GaugeMetricFamily(
            "earshot_outbox_parts", "Parts of replies not sent yet.", labels=("platform",)
        )
        for platform, parts in _grouped(self.backlog).items():
            outbox.add_metric((platform,), parts)
        yield outbox
        yield GaugeMetricFamily(
            "earshot_outbox_oldest_seconds",
            "How long the oldest part has waited.",
            value=self.backlog.oldest_part_s,
        )


def _grouped(backlog: Backlog) -> dict[str, int]:
    found: dict[str, int] = {}
    for platform, parts in backlog.outbox.items():
        name = _one_of(PLATFORMS, platform)
        found[name] = found.get(name, 0) + parts
    return found


def _one_of(known: Collection[str], value: str) -> str:
    return value if value in known else "other"
