"""The safety of a live run, broken in one place at a time: a test of this folder must fail each time."""

import contextlib
import io
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any

import httpx
import pytest
from spread import spread

from clumio_conformance.connection_groups import grants, operations
from clumio_conformance.connection_groups.guard import journal
from clumio_conformance.connection_groups.guard.journal import Journal, Original
from clumio_conformance.transport import base_url, connection, pacing, wire
from clumio_conformance.transport.pacing import Pace
from clumio_conformance.transport.policy import Policy
from clumio_conformance.transport.redaction import Redaction
from clumio_conformance.transport.secret import Secret
from clumio_conformance.transport.wire import Wire

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Mutant:
    """One thing that is broken: what, how, and the test that must notice."""

    name: str
    where: Any
    attribute: str
    broken: Any
    caught_by: str


def nothing(*_: object, **__: object) -> None:
    """Do nothing."""


def following(**options: Any) -> httpx.Client:
    return _CLIENT(**{**options, "follow_redirects": True})


def counting(self: Wire) -> None:
    self.requests += 1


def at_once(target: Any) -> list[grants.Grant]:
    return [replace(grant, when=None) for grant in _GRANTS(target)]


def looks_like_loopback(url: str) -> bool:
    return any(word in url for word in ("localhost", "127.0.0.1"))


_CLIENT, _GRANTS = httpx.Client, grants.grants
LIST = "test_wire.py::test_what_is_not_on_the_list_is_not_sent"
NOWHERE = "test_wire.py::test_no_token_goes_there"
KEPT = "test_shown.py::test_nothing_that_is_kept_shows_the_token"
JOURNAL = "test_journal.py::test_no_update_before_the_journal"
TEMPLATE = "test_wire.py::test_a_template_lies_nowhere_else"

MUTANTS = [
    Mutant("everything may be sent", Policy, "check", nothing, LIST),
    Mutant(
        "what may be sent once may be sent again", Policy, "answered", nothing,
        "test_wire.py::test_what_may_be_sent_once_is_sent_once",
    ),
    Mutant(
        "an id may be several segments", operations, "quote", lambda text, **_: text,
        "test_wire.py::test_an_id_is_one_segment",
    ),
    Mutant("a token goes anywhere", wire, "problem", nothing, NOWHERE),
    Mutant("a token goes in the clear", base_url, "is_safe", lambda _: True, NOWHERE),
    Mutant("a name that looks like loopback is it", base_url, "is_loopback", looks_like_loopback, NOWHERE),
    Mutant(
        "a redirect is followed", httpx, "Client", following, "test_wire.py::test_a_redirect_is_an_answer",
    ),
    Mutant(
        "a cookie is kept", wire, "DefaultCookiePolicy", lambda **_: DefaultCookiePolicy(),
        "test_wire.py::test_a_cookie_of_the_target_vouches_for_nothing",
    ),
    Mutant(
        "a proxy of the environment is trusted", connection, "is_loopback", lambda _: False,
        "test_way_out.py::test_no_proxy_of_the_environment_reads_what_goes_to_this_machine",
    ),
    Mutant("a template may lie anywhere", wire, "is_safe", lambda _: True, TEMPLATE),
    Mutant("the rate is ignored", Pace, "wait", nothing, "test_wire.py::test_no_more_than_the_rate"),
    Mutant(
        "the cap is ignored", Wire, "_count", counting,
        "test_wire.py::test_the_cap_ends_the_run_and_not_the_restoration",
    ),
    Mutant(
        "429 is an answer like others", wire, "asks_to_wait", lambda *_: False,
        "test_pacing.py::test_what_the_target_asks_for_is_waited",
    ),
    Mutant(
        "Retry-After is ignored", pacing, "retry_after", nothing,
        "test_pacing.py::test_what_the_target_asks_for_is_waited",
    ),
    Mutant("a group may be updated from the start", grants, "grants", at_once, JOURNAL),
    Mutant("the journal is not written", Journal, "create", nothing, JOURNAL),
    Mutant(
        "the journal is not synced", journal, "_settle", nothing,
        "test_journal.py::test_the_journal_is_synced_before_it_counts",
    ),
    Mutant(
        "an unfinished run is forgotten", Journal, "exists", lambda _: False,
        "test_journal.py::test_no_run_starts_before_an_unfinished_one_is_given_back",
    ),
    Mutant(
        "any read can be restored", Original, "__post_init__", nothing,
        "test_journal.py::test_what_could_not_be_restored_is_not_updated",
    ),
    Mutant(
        "a restoration is not verified", Original, "differences", lambda *_: [],
        "test_journal.py::test_a_restoration_that_is_not_seen_is_none",
    ),
    Mutant(
        "a target that was given up is not restored", Wire, "revive", nothing,
        "test_journal.py::test_a_restoration_revives_what_was_given_up",
    ),
    Mutant("nothing is redacted", Redaction, "body", lambda _, body: body, KEPT),
    Mutant("a token shows itself", Secret, "__repr__", str.__repr__, KEPT),
    Mutant(
        "a traceback shows the frames of httpx", Wire, "_receive", Wire._streamed,
        "test_shown.py::test_an_exception_that_is_no_answer_leaves_its_frames_behind",
    ),
    Mutant("httpx logs", wire, "_quiet", nothing, "test_shown.py::test_httpx_logs_nothing"),
]  # fmt: skip


def outcome(*tests: str, broken: Callable[[], None] = nothing) -> int:
    """Run tests of this folder within this process, after something was broken."""

    class Breaks:
        def pytest_collection_finish(self) -> None:
            broken()

    with contextlib.redirect_stdout(io.StringIO()):
        return int(
            pytest.main(
                ["-q", "-pno:cacheprovider", *(f"{HERE}/{test}" for test in tests)], plugins=[Breaks()]
            )
        )


@pytest.fixture(autouse=True)
def _levels() -> None:
    """What an earlier wire has set is not to save the mutant that sets nothing."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.slow), 3])
def test_nothing_fails_while_nothing_is_broken(step: int) -> None:
    assert outcome(*dict.fromkeys(mutant.caught_by for mutant in MUTANTS[::step])) == pytest.ExitCode.OK


@pytest.mark.parametrize("mutant", spread(MUTANTS, MUTANTS[::3]), ids=lambda mutant: mutant.name)
def test_a_mutant_is_caught(monkeypatch: pytest.MonkeyPatch, mutant: Mutant) -> None:
    def broken() -> None:
        monkeypatch.setattr(mutant.where, mutant.attribute, mutant.broken)

    assert outcome(mutant.caught_by, broken=broken) == pytest.ExitCode.TESTS_FAILED
