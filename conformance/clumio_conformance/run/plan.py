"""What a run would do, told without a connection."""

import os
from collections import Counter
from collections.abc import Iterator
from typing import Final, TextIO

import pytest

from clumio_conformance.contract.document import contract
from clumio_conformance.judging.ledger import Ledger
from clumio_conformance.options import RunOptions
from clumio_conformance.run.keeper import refuse_unfinished
from clumio_conformance.run.plugin import ConformancePlugin
from clumio_conformance.run.runner import arguments
from clumio_conformance.run.session import Session
from clumio_conformance.run.targets import TOKEN_VARIABLE, capabilities, grants, policy, unopened

SENDS: Final = 2
"""Requests that a test sends unless its mark `sends` says otherwise."""
UNHURRIED: Final = 100.0
"""Requests a second that a target on loopback answers, about."""


class _Chosen:
    """Takes the tests that would run, and keeps them from running."""

    def __init__(self, plugin: ConformancePlugin) -> None:
        self.items: list[pytest.Item] = []
        self._plugin = plugin

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keep what is left of the suite."""
        self.items = [item for item in session.items if self._plugin.unfit(item) is None]


def show_plan(options: RunOptions, stream: TextIO) -> int:
    """Print the plan of a run; gives the exit code.

    Raises:
        UsageError: an earlier run has to be cleaned up first.
    """
    refuse_unfinished(options)
    rules = contract()
    ledger = Ledger(contract=rules, capabilities=capabilities(options))
    with unopened(options) as wire:
        session = Session(contract=rules, ledger=ledger, wire=wire)
        plugin = ConformancePlugin(options, session, lambda finding: finding.requirement)
        chosen = _Chosen(plugin)
        code = int(
            pytest.main([*arguments(options), "--collect-only", "-pno:terminal"], plugins=[plugin, chosen])
        )
    for line in _lines(options, chosen.items):
        print(line, file=stream)
    return 4 if code == pytest.ExitCode.USAGE_ERROR else 0


def _lines(options: RunOptions, items: list[pytest.Item]) -> Iterator[str]:
    limits = policy(options)
    yield "This is a plan: nothing was sent."
    yield f"target    {_target(options)}"
    yield f"writes    {_writes(options)}"
    yield f"group     {_group(options)}"
    if options.target == "live":
        yield f"token     {TOKEN_VARIABLE} is {'set' if os.environ.get(TOKEN_VARIABLE) else 'not set, so that the run would stop'}"
        yield f"unit      {options.unit or 'none'}"
    yield f"rate      {f'{limits.rate:g} requests a second' if limits.rate else 'no limit'}"
    yield f"cap       {f'{limits.max_requests} requests, but for those that restore' if limits.max_requests else 'none'}"
    yield "sends     nothing but"
    for grant in grants(options):
        yield f"  {grant.method:<5} {_short(grant.path)}{f'   once {grant.when}' if grant.when else ''}"
    if limits.fetches:
        yield "  GET   the template's URL, without the token"
    yield f"tests     {len(items)}"
    for name, count in sorted(Counter(item.path.name for item in items).items()):
        yield f"  {count:>5} {name}"
    requests = sum(_sends(item, quick=options.quick) for item in items)
    if options.target != "mock":
        seconds = requests / (limits.rate or UNHURRIED)
        yield f"estimate  {requests} requests, {_duration(seconds)}"
    if limits.max_requests and requests > limits.max_requests:
        yield f"          more than the cap: the run would be inconclusive; use --quick, or --max-requests {requests * 2}"


def _sends(item: pytest.Item, *, quick: bool) -> int:
    mark = item.get_closest_marker("sends")
    if item.get_closest_marker("real") is None and item.get_closest_marker("sends") is None:
        return 0
    counts = mark.args if mark else (SENDS,)
    return int(counts[-1] if quick else counts[0])


def _target(options: RunOptions) -> str:
    if options.target == "mock":
        return "mock: routes within the process, no network"
    if options.target == "sandbox":
        return "sandbox, started by the run on a free port of this machine"
    return f"live, {options.base_url}"


def _writes(options: RunOptions) -> str:
    if options.target == "mock":
        return "none"
    if options.target == "sandbox":
        return "yes, to a sandbox that ends with the run"
    return "yes (--allow-writes)" if options.allow_writes else "none; --allow-writes would send updates"


def _group(options: RunOptions) -> str:
    if options.group_id is not None:
        kept = ", read first and restored at the end" if options.allow_writes else ""
        return f"{options.group_id}{kept}"
    if "create" in capabilities(options):
        return "the run creates its own"
    return "none" if options.target == "mock" else "the first of the list"


def _short(path: str) -> str:
    return path if len(path) < 120 else f"{path[:60]}... ({len(path)} characters)"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"about {minutes} min {rest} s" if minutes else f"about {max(rest, 1)} s"
