"""The environment's faults are not the vendor's: rate limits, dead networks, gateways, expired tokens."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from live_target import BRIEF, SandboxAndControl, ran, same, vendor, writing
from proxy import Change
from spread import spread

from clumio_conformance.connection_groups.guard import restore as restoration
from clumio_conformance.exchange import Request, Response

ERRORS = (("Content-Type", "application/json"),)
READS = (*BRIEF, "-k", "test_reading")
FEW_READS = (*BRIEF, "-k", "test_a_read_without_a_valid_token")
FEW_WRITES = (*BRIEF, "-k", "test_reading or authorization")
WRITES = (*BRIEF, "-k", "test_reading or authorization or description")
UNAUTHORIZED = Response(
    status=401,
    headers=ERRORS,
    body=b'{"errors":[{"error_code":402,"error_message":"Unauthorized access"}]}',
)


def refused(status: int, *headers: tuple[str, str], body: bytes = b"") -> Response:
    return Response(status=status, headers=(*ERRORS, *headers), body=body)


def dropped(_request: Request, _response: Response) -> Response | None:
    raise ConnectionAbortedError("on purpose")


def one_in(count: int, then: Change) -> Change:
    """Let this happen to every so many requests."""
    turn = [0]

    def changed(request: Request, response: Response) -> Response | None:
        turn[0] += 1
        return then(request, response) if turn[0] % count == 0 else None

    return changed


def at_random(share: float, then: Change) -> Change:
    chance = random.Random(7)
    return lambda request, response: then(request, response) if chance.random() < share else None


def between(first: int, last: int, then: Change) -> Change:
    """Let this happen from one request to another."""
    turn = [0]

    def changed(request: Request, response: Response) -> Response | None:
        turn[0] += 1
        return then(request, response) if first <= turn[0] <= last else None

    return changed


@pytest.mark.parametrize("retry_after", spread([None, "1", "date"], [None, "1"]))
def test_a_vendor_that_answers_429_half_of_the_time(
    tmp_path: Path, sandbox: SandboxAndControl, retry_after: str | None
) -> None:
    """The run completes, slower, and finds nothing that is not there."""
    body = b'{"errors":[{"error_code":429,"error_message":"Too many requests"}]}'

    def throttled(_request: Request, response: Response) -> Response:
        date = next((value for name, value in response.headers if name.lower() == "date"), "")
        headers = (
            () if retry_after is None else (("Retry-After", date if retry_after == "date" else retry_after),)
        )
        return refused(429, *headers, body=body)

    with vendor(sandbox, at_random(0.5, throttled)) as target:
        group = target.create()
        words = ["run", "--base-url", target.url, "--connection-group-id", group]
        chosen = ["--allow-writes", *FEW_WRITES] if retry_after is None else FEW_READS
        done = ran(tmp_path, target.token, *words, *chosen)
        after = target.group(group)

    assert done.code == 0, done.output
    assert done.report["findings"] == []
    assert done.report["run"]["throttled"] > len(target.seen) / 4
    assert after["description"] == "precious"


def test_a_vendor_that_is_unavailable_now_and_then_and_says_so(
    tmp_path: Path, sandbox: SandboxAndControl
) -> None:
    unavailable = one_in(4, lambda _request, _response: Response(status=503, headers=(("Retry-After", "0"),)))
    with vendor(sandbox, unavailable) as target:
        target.create()
        done = ran(tmp_path, target.token, "run", "--base-url", target.url, *READS)

    assert done.code == 0, done.output
    assert done.report["findings"] == []


FLAKY: dict[str, Callable[[], Change]] = {
    "drops": lambda: at_random(0.04, dropped),
    "gateway": lambda: at_random(0.04, lambda _request, _response: Response(status=502, body=b"<html>")),
}


@pytest.mark.parametrize("name", spread(FLAKY, ["drops"]))
def test_a_flaky_network_proves_nothing(tmp_path: Path, sandbox: SandboxAndControl, name: str) -> None:
    """Answers are lost at random: the environment is to blame, the run inconclusive, the group as it was."""
    with vendor(sandbox, FLAKY[name]()) as target:
        group = target.create()
        done = ran(tmp_path, target.token, *writing(target, group), *WRITES)
        after = target.group(group)

    assert done.code == 5, done.output
    assert done.blamed() <= {"environment"}, done.output
    assert "the network is not reliable" in done.output or "the run stopped sending" in done.output
    assert after == {
        "asset_types": ["RDS", "EC2/EBS"],
        "aws_regions": ["us-west-2", "us-east-1"],
        "description": "precious",
    }
    assert len(target.updates(group)) > 3
    assert "in its original state" in done.output
    assert not (tmp_path / "conformance-report" / "restore.json").exists()


@pytest.mark.parametrize("strict", spread([False, True], [True]), ids=["", "strict"])
def test_one_content_that_is_never_answered_is_the_vendors_or_a_filters(
    tmp_path: Path, sandbox: SandboxAndControl, *, strict: bool
) -> None:
    """The same request with a plain text is answered: nobody can tell, so it fails strict runs only."""

    def broken(request: Request, response: Response) -> Response | None:
        return dropped(request, response) if b"\\ud83d" in (request.body or b"") else None

    with vendor(sandbox, broken) as target:
        words = writing(target, target.create())
        done = ran(tmp_path, target.token, *words, *(["--strict"] if strict else []), *WRITES)

    assert done.code == strict, done.output
    assert {(row["kind"], row["blame"]) for row in done.report["findings"]} == {
        ("transport", "vendor or filter")
    }, done.output


@pytest.mark.parametrize("lasting", [True, False], ids=["for good", "for a while"])
def test_a_token_that_expires_midway(
    tmp_path: Path, sandbox: SandboxAndControl, monkeypatch: pytest.MonkeyPatch, *, lasting: bool
) -> None:
    """No refusal since then counts; what can't be restored is reported, and stays in the journal."""
    monkeypatch.setattr(restoration, "REFUSALS", 3)
    open_door: list[bool] = []

    def unauthorized(_request: Request, _response: Response) -> Response:
        return UNAUTHORIZED  # an update has reached the sandbox all the same

    expired = between(40, 10**9 if lasting else 42, unauthorized)
    with vendor(sandbox, lambda *seen: None if open_door else expired(*seen)) as target:
        group = target.create()
        before = target.group(group)
        words = writing(target, group)
        done = ran(tmp_path, target.token, *words, *BRIEF, "-k", "test_reading or test_saving")
        journal = tmp_path / "conformance-report" / "restore.json"

        assert done.code == 5, done.output
        assert done.blamed() <= {"environment"}
        assert "CLUMIO_API_TOKEN" in done.output
        assert journal.exists() is lasting
        assert (target.group(group) == before) is not lasting
        if not lasting:
            return
        assert "is not in its original state" in done.output
        assert "clumio-conformance restore" in done.output
        assert "could not be restored" in done.report["inconclusive"]

        again = ran(tmp_path, target.token, *words)
        assert again.code == 4
        assert "restore it first: clumio-conformance restore" in again.output

        open_door.append(True)
        assert ran(tmp_path, target.token, "restore").code == 0
        assert not journal.exists()
        assert target.group(group) == before


def test_a_token_that_was_never_valid(tmp_path: Path, sandbox: SandboxAndControl) -> None:
    with vendor(sandbox) as target:
        group = target.create()
        done = ran(tmp_path, "expired", *writing(target, group), *BRIEF)

    assert done.code == 5, done.output
    assert "the target refuses the token of this run" in done.report["inconclusive"]
    assert not [request for request in target.seen if request.method != "GET"]


def test_nobody_listens(tmp_path: Path) -> None:
    done = ran(tmp_path, "token", "run", "--base-url", "http://127.0.0.1:9", *READS)

    assert done.code == 5, done.output
    assert done.blamed() <= {"environment"}


def test_a_cap_in_the_middle(tmp_path: Path, sandbox: SandboxAndControl) -> None:
    """The run ends there, inconclusive; the restoration needs no leave."""
    with vendor(sandbox, same) as target:
        group = target.create()
        before = target.group(group)
        done = ran(
            tmp_path,
            target.token,
            *writing(target, group),
            "--max-requests",
            "40",
            *BRIEF,
            "-k",
            "test_reading or test_saving",
        )
        after = target.group(group)

    assert done.code == 5, done.output
    assert "--max-requests" in done.report["inconclusive"]
    assert len(target.updates(group)) > 3
    assert 40 < len(target.seen) < 46
    assert after == before


def test_a_control_api_that_goes_away_makes_a_run_inconclusive(
    tmp_path: Path, sandbox: SandboxAndControl
) -> None:
    """It is on our side, so that neither the vendor nor the suite is to blame; and it is reported once."""

    def gone(request: Request, response: Response) -> Response | None:
        return dropped(request, response) if "/_sandbox/api/groups/" in request.url else None

    with vendor(sandbox, gone) as target:
        words = ["run", "--base-url", target.url, "--control-url", target.url, "--allow-writes"]
        done = ran(tmp_path, target.token, *words, *BRIEF, "-k", "test_life_cycle")

    assert done.code == 5, done.output
    assert "no control API answers (" in done.report["inconclusive"]
    assert done.report["findings"] == []
