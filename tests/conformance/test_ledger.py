"""What a run has seen, what comes of each requirement, and the exit code."""

from collections import Counter
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest
from exchanges import ERROR, GROUP, SENT, judged, listed, read, refused, unanswered, update

from clumio_conformance.connection_groups.operations import NEEDS
from clumio_conformance.contract.contract import contract
from clumio_conformance.contract.requirements import Side
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.findings import Blame, Deviation, Kind, Verdict
from clumio_conformance.judging.folding import MANY
from clumio_conformance.judging.known import Known, KnownList
from clumio_conformance.judging.ledger import Ledger, Row, behaviour_of
from clumio_conformance.options import RunOptions
from clumio_conformance.result import Result
from clumio_conformance.session.session import Session
from clumio_conformance.session.targets import Live, Mock, Sandbox, Target
from clumio_conformance.transport.redaction import Redaction

BOTH = "UCG-BODY-03"
LIVE = Live(base_url="https://api.invalid")
MUST, INFERRED, OPEN = "UCG-RESP-22", "UCG-RESP-24", "UCG-SAVE-04"

KNOWN = KnownList(
    entries=(
        Known(
            requirement=MUST,
            location="/status",
            observed="as 7",
            why="ticket 7",
            owner="us",
            since=date(2026, 1, 1),
            expires=date(2026, 12, 31),
            where="known.toml:1",
        ),
    )
)


def deviation(
    *, blame: Blame = "vendor", kind: Kind = "type", location: str = "/status", actual: str = "7"
) -> Deviation:
    """Return a deviation with the class of its actual value."""
    return Deviation(
        kind=kind, location=location, expected="string", actual=actual, observed=f"as {actual}", blame=blame
    )


def kept(requirement: str, side: Side = "holds") -> Verdict:
    """Return the verdict that a requirement was kept."""
    return Verdict(requirement=requirement, side=side)


def departed(requirement: str, found: Deviation | None = None, side: Side = "holds") -> Verdict:
    """Return the verdict that it was not."""
    return Verdict(requirement=requirement, side=side, deviation=found or deviation())


def ledger(*verdicts: Verdict, exchange: Exchange | None = None, **options: Any) -> Ledger:
    """Return a ledger that has taken these verdicts on one exchange."""
    options = {"capabilities": frozenset({"writes"}), "needs": NEEDS, **options}
    result = Ledger(contract=contract(), **options)
    result.observe(exchange or update(), verdicts)
    return result


def row(of: Ledger, requirement: str) -> Row:
    """Return the outcome of one requirement."""
    return next(row for row in of.rows() if row.requirement.id == requirement)


def outcome_of(of: Ledger, requirement: str) -> tuple[str, str]:
    """Return outcome and reason of one requirement."""
    return row(of, requirement).outcome, row(of, requirement).reason


# --- outcomes ---


UNSEEN = "no allowed request was seen accepted; no forbidden request was seen refused"


def test_a_requirement_conforms_when_it_was_seen() -> None:
    book = ledger(kept(MUST), kept(MUST))
    book.observe(update(), [kept(MUST)])

    assert outcome_of(book, MUST) == ("conforms", "seen in 2 exchanges")
    assert outcome_of(ledger(kept(OPEN)), OPEN) == ("conforms", "recorded in 1 exchanges")


@pytest.mark.parametrize(
    ("sides", "outcome"),
    [
        ((), ("not_run", UNSEEN)),
        (("accepts",), ("not_run", "no forbidden request was seen refused")),
        (("refuses",), ("not_run", "no allowed request was seen accepted")),
        (("holds",), ("not_run", UNSEEN)),
        (("accepts", "refuses"), ("conforms", "seen in 1 exchanges")),
    ],
)  # fmt: skip
def test_a_requirement_with_two_sides_conforms_only_with_both(
    sides: tuple[Side, ...], outcome: tuple[str, str]
) -> None:
    assert outcome_of(ledger(*(kept(BOTH, side) for side in sides)), BOTH) == outcome


@pytest.mark.parametrize(
    ("requirement", "reason"),
    [
        (MUST, "no answer tested it"),
        (
            "UCG-FLOW-04",
            "this target does not offer what it needs: a control API that moves the stack (--control-url)",
        ),
        ("UCG-CREATE-05", "this target does not offer what it needs: groups that may be created"),
    ],
)
def test_what_was_not_seen_says_why(requirement: str, reason: str) -> None:
    assert outcome_of(ledger(), requirement) == ("not_run", reason)


def test_what_was_skipped_says_why_at_first() -> None:
    book = ledger()
    book.skip([MUST, "UCG-FLOW-04"], "no group is left")
    book.skip([MUST], "later")

    assert outcome_of(book, MUST) == ("not_run", "no group is left")
    assert outcome_of(book, "UCG-FLOW-04") == ("not_run", "no group is left")
    book.observe(update(), [kept(MUST)])
    assert row(book, MUST).outcome == "conforms"


def test_one_deviation_outweighs_all_that_was_kept() -> None:
    book = ledger(kept(MUST), departed(MUST), departed(MUST, deviation(location="/x")), kept(MUST))

    assert outcome_of(book, MUST) == ("deviation", "deviates at /status, /x")


def test_a_known_deviation() -> None:
    book = ledger(kept(MUST), departed(MUST), known=KNOWN)

    assert outcome_of(book, MUST) == ("known", "ticket 7 (us, until 2026-12-31)")
    assert [book.fails(finding) for finding in book.sorted_findings()] == [False]


def test_a_known_deviation_does_not_hide_another() -> None:
    book = ledger(departed(MUST), departed(MUST, deviation(location="/x")), known=KNOWN)

    assert row(book, MUST).outcome == "deviation"
    assert {finding.deviation.location: finding.outcome for finding in book.sorted_findings()} == {
        "/status": "known",
        "/x": "deviation",
    }


@pytest.mark.parametrize("side", ["accepts", "refuses"])
def test_a_departure_is_no_observation_of_its_side(side: Side) -> None:
    """A refusal, and what is the environment's fault, must not leave a requirement green."""
    book = ledger(
        departed(BOTH, deviation(kind="rejects-valid"), side), departed(MUST, deviation(blame="environment"))
    )

    assert row(book, BOTH).outcome == "deviation"
    assert row(book, MUST).outcome == "not_run"


@pytest.mark.parametrize(
    "verdicts", [(), (departed(BOTH),), (departed(MUST, deviation(blame="environment")),)]
)
def test_a_known_deviation_that_could_not_happen_is_not_stale(verdicts: tuple[Verdict, ...]) -> None:
    book = ledger(*verdicts, known=KNOWN)

    assert [row(book, MUST).outcome for _ in range(2)] == ["not_run"] * 2, "asking twice changes nothing"


# --- levels and blame ---


@pytest.mark.parametrize(
    ("requirement", "lax", "strict"), [(MUST, True, True), (INFERRED, False, True), (OPEN, False, False)]
)
def test_what_fails_a_run(requirement: str, lax: object, strict: object) -> None:
    for level, fails in ((False, lax), (True, strict)):
        book = Ledger(contract=contract(), strict=level)
        new = book.observe(update(), [departed(requirement)])

        assert bool(new) is fails
        assert [book.fails(finding) for finding in book.sorted_findings()] == [fails]
        assert row(book, requirement).outcome == "deviation"


@pytest.mark.parametrize("blame", ["vendor", "page", "spec", "suite"])
def test_whoever_is_to_blame_a_deviation_fails(blame: Blame) -> None:
    book = ledger(departed(MUST, deviation(blame=blame)))

    assert all(book.fails(finding) for finding in book.sorted_findings())


def test_the_environment_never_fails_a_run() -> None:
    book = ledger(departed(MUST, deviation(blame="environment")), strict=True)

    assert [book.fails(finding) for finding in book.sorted_findings()] == [False]
    assert row(book, MUST).outcome == "not_run"


def test_lost_answers_are_blamed_on_the_network() -> None:
    book = ledger(departed(MUST, deviation(kind="transport")), departed(BOTH))
    book.blame_network()

    assert {finding.requirement: book.fails(finding) for finding in book.sorted_findings()} == {
        MUST: False,
        BOTH: True,
    }


# --- findings ---


def test_one_cause_is_one_finding() -> None:
    book = ledger(departed(MUST), departed(MUST))
    assert book.observe(update(), [departed(MUST)]) == ()
    book.observe(update(), [kept(MUST)])

    [finding] = book.sorted_findings()

    assert (finding.count, finding.of) == (2, 3)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (
            departed(MUST, deviation(location="/items/0/x")),
            departed(MUST, deviation(location="/items/17/x")),
            True,
        ),
        (
            departed(MUST, deviation(location="/items/0")),
            departed(MUST, deviation(location="/items/1")),
            True,
        ),
        (
            departed(MUST, deviation(location="/items/0")),
            departed(MUST, deviation(location="/id")),
            False,
        ),
        (
            departed(MUST, deviation(location="/aws_regions")),
            departed(MUST, deviation(location="/status")),
            False,
        ),
        # Fields that are not documented have no names of their own.
        (departed(MUST, deviation(location="/s3")), departed(MUST, deviation(location="/s4")), True),
        (
            departed(MUST, deviation(location="/config/s3/x1")),
            departed(MUST, deviation(location="/config/s3/x2")),
            True,
        ),
        (
            departed(MUST, deviation(location="/config/s3/x")),
            departed(MUST, deviation(location="/config/rds/x")),
            False,
        ),
        (
            departed(MUST, deviation(location="request /extra")),
            departed(MUST, deviation(location="request /other")),
            True,
        ),
        (departed(MUST), departed(MUST, deviation(actual="8")), False),
        (departed(MUST), departed(BOTH), False),
        (departed(MUST), departed(MUST, deviation(blame="page", kind="enum")), True),
    ],
)
def test_what_makes_a_cause(first: Verdict, second: Verdict, same: object) -> None:
    assert (len(ledger(first, second).findings) == 1) is same


LIST = "/connections/aws/connection-groups"
ONE = f"{LIST}/{{connection_group_id}}"


def test_a_cause_has_all_its_operations_and_statuses() -> None:
    book = ledger(departed(MUST), items="/_embedded/items/*")
    book.observe(read(status=206), [departed(MUST)])
    book.observe(unanswered(), [departed(MUST)])
    book.observe(listed(), [departed(MUST, deviation(location="/_embedded/items/3/status"))])

    [finding] = book.sorted_findings()

    assert finding.operations == (f"GET {LIST}", f"GET {ONE}", f"PUT {ONE}")
    assert finding.statuses == ("200", "206", "no answer")
    assert (finding.count, finding.place) == (4, "/status")


def test_a_cause_that_is_known_of_one_operation_is_new_of_another() -> None:
    known = KnownList(entries=(replace(KNOWN.entries[0], operation=f"GET {ONE}"),))
    book = ledger(departed(MUST), known=known)
    book.observe(read(), [departed(MUST)])

    [finding] = book.sorted_findings()

    assert (finding.outcome, finding.operations, finding.count) == ("deviation", (f"PUT {ONE}",), 1)
    assert finding.reason == f"known at /status of GET {ONE}: ticket 7 (us, until 2026-12-31)"
    assert book.fails(finding)
    assert book.unmet() == []


def test_an_unknown_field_that_is_known_does_not_hide_another() -> None:
    """Both have the same place, but an entry names one of them."""
    known = KnownList(entries=(replace(KNOWN.entries[0], location="/s3"),))
    fields = [departed(MUST, deviation(location=location)) for location in ("/s3", "/s4", "/s5")]
    book = ledger(*fields, known=known)

    [finding] = book.sorted_findings()

    assert (finding.outcome, finding.locations, finding.place) == ("deviation", ("/s4", "/s5"), "/*")
    every = ledger(*fields, known=KnownList(entries=(replace(KNOWN.entries[0], location="/*"),)))
    assert [one.outcome for one in every.sorted_findings()] == ["known"]


def test_a_special_case_is_not_another_cause() -> None:
    special = [
        replace(deviation(kind="accepts-invalid", location="request /asset_types/0"), observed=observed)
        for observed in ("accepted: enum", 'accepted: enum "FSX"', "accepted: enumeration")
    ]
    book = ledger(*(departed(MUST, one) for one in special))

    assert sorted((one.deviation.observed, one.count) for one in book.sorted_findings()) == [
        ("accepted: enum", 2),
        ("accepted: enumeration", 1),
    ]


@pytest.mark.parametrize("number", [MANY, MANY + 1])
def test_a_status_that_is_wrong_everywhere_is_one_cause(number: int) -> None:
    places = ["/asset_types", "/aws_regions", "/description", "body", "header x", "path y"][:number]
    book = ledger(
        *(
            departed(MUST, deviation(kind="status", location=f"status for request {place}"))
            for place in places
        )
    )

    found = [one.place for one in book.sorted_findings()]

    assert found == (["status"] if number > MANY else sorted(f"status for request {one}" for one in places))


def test_a_fingerprint_is_stable() -> None:
    [finding] = ledger(departed(MUST)).sorted_findings()

    assert finding.fingerprint == "f8f3091a3e842286"


def test_the_most_usual_request_shows_a_cause() -> None:
    """Neither the first, nor the last, nor the shortest."""
    book = Ledger(contract=contract(), effect=lambda exchange: str(exchange.request.json))
    for sent in ({**SENT, "extra": "x"}, SENT, {}, SENT, {**SENT, "description": "y"}):
        book.observe(update(sent=sent), [departed(MUST)])

    [finding] = book.sorted_findings()

    assert finding.exchange.request.json == SENT
    assert finding.client == str(SENT)
    assert finding.count == 5


def test_findings_are_sorted_by_the_order_of_the_contract() -> None:
    book = ledger(
        departed("UCG-SAVE-01"),
        departed(MUST, deviation(location="/z")),
        departed(MUST),
        departed("UCG-AUTH-01"),
    )

    assert [(finding.requirement, finding.deviation.location) for finding in book.sorted_findings()] == [
        ("UCG-AUTH-01", "/status"), (MUST, "/z"), (MUST, "/status"), ("UCG-SAVE-01", "/status"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("exchange", "behaviour"),
    [
        (update(), "200"),
        (update(ERROR), "200"),
        (refused(), "400 402"),
        (refused({"errors": [{"error_code": 1}, "x", {"error_message": "y"}]}, status=422), "422 1 None"),
        (refused({"errors": "x"}), "400"),
        (refused(b"<html>", status=502), "502"),
        (unanswered(), "no answer"),
    ],
)
def test_what_a_target_did_is_written_in_short(exchange: Exchange, behaviour: str) -> None:
    assert behaviour_of(exchange) == behaviour


# --- what comes of a run ---


def seen_all(*, capabilities: frozenset[str] = frozenset({"writes"}), **options: Any) -> Ledger:
    """Return a ledger in which every requirement was seen kept on all its sides."""
    verdicts = [kept(row.id, side) for row in contract().requirements.values() for side in row.sides]
    return ledger(*verdicts, capabilities=capabilities, **options)


def summed(
    book: Ledger,
    *,
    pytest_code: int = 0,
    target: Target | None = None,
    wire: dict[str, Any] | None = None,
    origin: dict[str, Any] | None = None,
    **options: Any,
) -> Result:
    """Sum up a ledger as a run does."""
    dealings = {"lost": None, "requests": 1, "throttled": 0, "base_url": "https://api.invalid"}
    fake = SimpleNamespace(
        ledger=book,
        wire=SimpleNamespace(**{**dealings, **(wire or {})}, redaction=Redaction()),
        origin=SimpleNamespace(
            **{"strays": 0, "is_unreliable": False, "strangers": Counter(), **(origin or {})}
        ),
        kept_back=set(),
        wavering=[],
    )
    return Result.of(
        target or Sandbox(), RunOptions(**options), cast("Session", fake), pytest_code=pytest_code
    )


def test_a_run_that_saw_everything_kept_passes() -> None:
    result = summed(seen_all())

    assert (result.exit_code, result.inconclusive, result.failing) == (0, None, [])


def test_a_must_that_was_not_seen_proves_nothing() -> None:
    book = seen_all()
    others = [row for row in contract().requirements.values() if row.id != BOTH]
    lacking = [kept(row.id, side) for row in others for side in row.sides]
    partial = ledger(*lacking, kept(BOTH, "accepts"))

    assert book.unseen() == []
    assert [row.requirement.id for row in partial.unseen()] == [BOTH]
    result = summed(partial)
    assert (result.exit_code, result.inconclusive) == (
        5,
        f"no answer tested these requirements: {BOTH}",
    )


def test_only_a_must_that_the_target_can_show_has_to_be_seen() -> None:
    unseen = {row.requirement.id for row in ledger(capabilities=frozenset({"control"})).unseen()}

    assert {MUST, "UCG-FLOW-04"} <= unseen
    assert not {BOTH, INFERRED, OPEN, "UCG-RESP-03"} & unseen


@pytest.mark.parametrize(
    ("verdict", "options", "code"),
    [
        (departed(MUST), {}, 1),
        (departed(INFERRED), {}, 0),
        (departed(INFERRED), {"strict": True}, 1),
        (departed(OPEN), {"strict": True}, 0),
        (departed(MUST), {"known": KNOWN}, 0),
        (departed(MUST, deviation(blame="environment")), {}, 0),
    ],
)
def test_the_exit_code_shows_deviations(verdict: Verdict, options: dict[str, Any], code: int) -> None:
    book = seen_all(**options)
    book.observe(update(), [verdict])

    assert summed(book).exit_code == code


def test_our_own_error_comes_before_a_deviation() -> None:
    book = seen_all()
    book.observe(update(), [departed(MUST)])
    book.errors.append("test_x: KeyError")

    assert summed(book).exit_code == 3
    assert summed(seen_all(), pytest_code=3).exit_code == 3


@pytest.mark.parametrize("code", [2, 4])
def test_an_interrupted_or_misused_run_says_so(code: int) -> None:
    assert summed(seen_all(), pytest_code=code).exit_code == code


@pytest.mark.parametrize("code", [0, 1, 5])
def test_the_findings_decide_what_pytest_calls_failed(code: int) -> None:
    assert summed(seen_all(), pytest_code=code).exit_code == 0
    assert summed(Ledger(contract=contract()), pytest_code=code).exit_code == 5


@pytest.mark.parametrize(
    ("dealings", "why"),
    [
        ({"wire": {"lost": "the target refuses the token"}}, "the target refuses the token"),
        ({"origin": {"strays": 2, "is_unreliable": True}}, "2 requests got the API's answer at another try"),
    ],
)
def test_a_target_that_was_lost_proves_nothing(dealings: dict[str, Any], why: str) -> None:
    result = summed(seen_all(), **dealings)

    assert result.exit_code == 5
    assert result.inconclusive
    assert result.inconclusive.startswith(why)


def test_a_deviation_is_one_even_if_the_target_was_lost_later() -> None:
    book = seen_all()
    book.observe(update(), [departed(MUST)])

    assert summed(book, wire={"lost": "gone"}).exit_code == 1


def test_lost_answers_are_the_networks_when_it_lost_others() -> None:
    book = seen_all()
    book.observe(unanswered(), [departed(MUST, deviation(kind="transport"))])

    book.blame_network()

    assert summed(book, origin={"strays": 2, "is_unreliable": True}).exit_code == 5


def test_nothing_judged_is_nothing_proved() -> None:
    targets: list[Target] = [Sandbox(), LIVE, Mock()]
    for target in targets:
        assert summed(Ledger(contract=contract()), target=target).exit_code == 5


def test_answers_that_are_all_the_same_refusal_prove_nothing() -> None:
    book = Ledger(contract=contract(), capabilities=frozenset({"writes"}))
    for exchange in (refused(status=401), read(ERROR, status=401)):
        book.observe(exchange, judged(exchange))

    assert summed(book, target=LIVE).exit_code == 5


def test_a_good_answer_alone_is_no_reason_to_pass() -> None:
    book = ledger(*judged(update(GROUP)))

    assert summed(book).exit_code == 5


def test_a_mock_is_confirmed_by_an_answer_of_the_target_alone() -> None:
    book = seen_all()
    for scenario, target in (("a", update()), ("b", unanswered()), ("c", update())):
        book.scenarios[scenario] |= {"mock": "200", "target": behaviour_of(target)}
    book.scenarios["a"]["parity"], book.scenarios["c"]["parity"] = "confirmed", "differs"
    book.scenarios["d"]["mock"] = behaviour_of(refused())

    assert summed(book).scenarios == {
        "a": {"mock": "200", "target": "200", "parity": "confirmed"},
        "b": {"mock": "200", "target": "no answer", "parity": "not_run"},
        "c": {"mock": "200", "target": "200", "parity": "differs"},
        "d": {"mock": "400 402", "parity": "not_run"},
    }
