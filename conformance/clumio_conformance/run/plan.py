"""The plan of a run, made without a connection."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, TextIO

import pytest

from clumio_conformance.options import TOKEN_VARIABLE, RunOptions
from clumio_conformance.run.plugin import ConformancePlugin
from clumio_conformance.run.runner import arguments, frozen
from clumio_conformance.session.session import Session
from clumio_conformance.session.targets import Target
from clumio_conformance.transport.policy import Policy

SENDS: Final = 2
"""Requests of a test without the mark `sends`."""
UNHURRIED: Final = 100.0
"""Requests per second to a target on loopback, about."""


class _Chosen:
    """Collects the tests that would run, without running them."""

    def __init__(self, plugin: ConformancePlugin) -> None:
        self.items: list[pytest.Item] = []
        self._plugin = plugin

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keep the selected tests."""
        self.items = [item for item in session.items if self._plugin.unfit(item) is None]


def show(
    target: Target,
    options: RunOptions,
    session: Session,
    *,
    suite: Path,
    plugins: Sequence[object],
    limits: Policy,
    sends: Sequence[str],
    stream: TextIO,
) -> int:
    """Print the plan of a run and return the exit code; `sends` has a line for each thing it may send."""
    plugin = ConformancePlugin(target, options, session, lambda finding: finding.requirement, suite=suite)
    chosen = _Chosen(plugin)
    collect = [*arguments(suite, options), "--collect-only", "-pno:terminal"]
    with frozen():
        code = int(pytest.main(collect, plugins=[plugin, *plugins, chosen]))
    for line in _lines(target, options, chosen.items, limits, sends):
        print(line, file=stream)
    for error in session.ledger.errors:
        print(f"error: {error}", file=stream)
    done = {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
    stopped = {pytest.ExitCode.INTERRUPTED, pytest.ExitCode.USAGE_ERROR}
    return 3 if session.ledger.errors else 0 if code in done else code if code in stopped else 3


def short(path: str) -> str:
    """Return a path, shortened when it is long."""
    return path if len(path) < 120 else f"{path[:60]}... ({len(path)} characters)"


def _lines(
    target: Target, options: RunOptions, items: list[pytest.Item], limits: Policy, sends: Sequence[str]
) -> Iterator[str]:
    yield "This is a plan: nothing was sent."
    for name, text in target.plan().items():
        yield f"{name:<9} {text}"
    yield f"group     {_group(target)}"
    if target.is_vendor:
        token = "set" if os.environ.get(TOKEN_VARIABLE) else "not set: the run would stop; set it"
        yield f"token     {TOKEN_VARIABLE} is {token}"
        yield f"unit      {target.unit or 'none'}"
    cap = limits.max_requests
    yield f"rate      {f'{limits.rate:g} requests a second' if limits.rate else 'no limit'}"
    yield f"cap       {f'{cap} requests, plus those that restore' if cap else 'none'}"
    yield f"budget    {f'{limits.max_seconds:g} s' if limits.max_seconds else 'none'}"
    yield f"sends     {'only' if sends else 'nothing'}"
    yield from (f"  {line}" for line in sends)
    if limits.fetches:
        yield "  GET   the template's URL, without the token"
    yield f"tests     {len(items)}"
    for name, count in sorted(Counter(item.path.name for item in items).items()):
        yield f"  {count:>5} {name}"
    requests = sum(_sends(item, quick=options.quick) for item in items)
    if target.answers:
        yield f"estimate  {requests} requests, {_duration(requests / (limits.rate or UNHURRIED))}"
    if cap and requests > cap:
        fix = f"use --quick, or --max-requests {requests * 2}"
        yield f"          more than the cap: the run would be inconclusive; {fix}"


def _sends(item: pytest.Item, *, quick: bool) -> int:
    mark = item.get_closest_marker("sends")
    if item.get_closest_marker("real") is None and mark is None:
        return 0
    counts = mark.args if mark else (SENDS,)
    return int(counts[-1] if quick else counts[0])


def _group(target: Target) -> str:
    if target.subject_id is not None:
        kept = ", read first and restored at the end" if "writes" in target.capabilities else ""
        return f"{target.subject_id}{kept}"
    if "create" in target.capabilities:
        return "the run creates its own, which stays: the API can't delete one"
    return "the first of the list" if target.answers else "none"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"about {minutes} min {rest} s" if minutes else f"about {max(rest, 1)} s"
