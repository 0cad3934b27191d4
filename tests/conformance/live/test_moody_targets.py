"""Targets that answer the same request differently: a finding or a reason, never our own error."""

import itertools
import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from live_target import SandboxAndControl, ran, vendor
from proxy import Change
from spread import spread

from clumio_conformance.exchange import Request, Response

JSON: Final = (("Content-Type", "application/json"),)
ERROR: Final = json.dumps({"errors": [{"error_code": 1, "error_message": "moody"}]}).encode()


def _other_status(response: Response, dice: random.Random) -> Response:
    return replace(response, status=dice.choice([200, 201, 400, 404, 409, 500]))


def _error(_response: Response, dice: random.Random) -> Response:
    return Response(status=dice.choice([400, 404, 409, 422, 500]), headers=JSON, body=ERROR)


def _other_value(response: Response, dice: random.Random) -> Response:
    if not isinstance(response.json, dict):
        return response
    document: dict[str, Any] = dict(response.json)
    if document:
        odd: list[Any] = [None, 7, [], {}, "odd", True, [[]], {"id": 1}, "\ud800", 10**30]
        document[dice.choice(sorted(document))] = dice.choice(odd)
    return replace(response, body=json.dumps(document).encode())


def _lost_id(response: Response, dice: random.Random) -> Response:
    if not isinstance(response.json, dict):
        return response
    document = {**response.json, "id": dice.choice(["", "no-such-group", None, 7, "a b", "../x"])}
    return replace(response, body=json.dumps(document).encode())


MOODS: Final[dict[str, Callable[[Response, random.Random], Response]]] = {
    "another status": _other_status,
    "an error": _error,
    "another value": _other_value,
    "a lost id": _lost_id,
}


def moody(name: str, share: float, seed: int) -> Change:
    dice = random.Random(seed)

    def change(_request: Request, response: Response) -> Response | None:
        return MOODS[name](response, dice) if dice.random() < share else None

    return change


@pytest.mark.parametrize(
    ("name", "share"),
    spread(
        itertools.product(MOODS, [0.03, 0.4]),
        [("an error", 0.4)],
        slow=[("an error", 0.03), ("another value", 0.4), ("a lost id", 0.03)],
    ),
)
def test_a_moody_target_is_never_our_own_error(
    sandbox: SandboxAndControl, tmp_path: Path, name: str, share: float
) -> None:
    with vendor(sandbox, moody(name, share, seed=int(share * 100))) as target:
        options = ("--base-url", target.url, "--control-url", target.behind, "--allow-writes")
        done = ran(tmp_path, target.token, "run", *options, "--quick", "--seed", "3")
    assert done.report["errors"] == []
    assert done.code in {0, 1, 5}


STUMBLES: Final = """
import pytest
from hypothesis.errors import FlakyStrategyDefinition

@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_pyfunc_call(pyfuncitem):
    result = yield
    if pyfuncitem.name == "test_the_list_counts_what_it_holds":
        raise FlakyStrategyDefinition("inconsistent")
    return result
"""


@pytest.mark.parametrize(("healthy", "code"), [(True, 5), (False, 1)])
def test_a_library_that_stumbles_over_a_target_is_a_reason(
    sandbox: SandboxAndControl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, *, healthy: bool
) -> None:
    """Hypothesis complains about another answer to the same request: a deviation explains it, or nothing."""
    (tmp_path / "stumbles.py").write_text(STUMBLES)
    monkeypatch.syspath_prepend(tmp_path)

    def wrong(_request: Request, response: Response) -> Response | None:
        return None if healthy else replace(response, headers=(("Content-Type", "text/odd"),))

    with vendor(sandbox, wrong) as target:
        target.create()
        done = ran(tmp_path, target.token, "run", "--base-url", target.url, "--", "-p", "stumbles")
    assert done.report["errors"] == []
    assert done.code == code
    said = "the target answered the same requests differently when test_the_list_counts_what_it_holds"
    assert (said in str(done.report["inconclusive"])) is healthy


def test_a_known_deviation_explains_it_too(
    sandbox: SandboxAndControl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stumbles.py").write_text(STUMBLES)
    monkeypatch.syspath_prepend(tmp_path)
    known = tmp_path / "known.toml"
    entry = {"requirement": "UCG-CTYPE-02", "location": "header content-type", "observed": "text/odd"}
    texts = "".join(f'{name} = "{value}"\n' for name, value in {**entry, "why": "w", "owner": "o"}.items())
    known.write_text(f"[[known]]\n{texts}since = 2026-01-01\nexpires = 9999-12-31\n")

    def odd(_request: Request, response: Response) -> Response | None:
        succeeded = response.status == 200
        return replace(response, headers=(("Content-Type", "text/odd"),)) if succeeded else None

    with vendor(sandbox, odd) as target:
        target.create()
        options = ("--base-url", target.url, "--known", str(known))
        done = ran(tmp_path, target.token, "run", *options, "--", "-p", "stumbles")
    assert done.report["errors"] == []
    assert {row["outcome"] for row in done.report["findings"]} == {"known"}
    assert "the same requests differently" not in str(done.report["inconclusive"])


@pytest.mark.parametrize("seed", spread([0, 1], [], slow=[0]))
def test_an_unknown_group_that_is_sometimes_found(
    sandbox: SandboxAndControl, tmp_path: Path, seed: int
) -> None:
    """With such a target the generated sequences can't be repeated."""
    behind, control = sandbox
    with vendor(sandbox) as target:
        control.set_faults(["unknown-group-accepted"])
        try:
            options = ("--base-url", target.url, "--control-url", behind, "--allow-writes")
            done = ran(tmp_path, target.token, "run", *options, "--seed", str(seed))
        finally:
            control.set_faults([])
    assert done.report["errors"] == []
    assert done.code == 1
    assert "UCG-PATH-02" in {row["requirement"] for row in done.report["findings"]}
