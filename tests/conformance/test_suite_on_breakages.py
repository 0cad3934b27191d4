"""A target broken by hand, in other ways than by the sandbox's own faults: the command must be red.

The first failed test ends each run (`-x`): by then the breakage is found. A target that proves nothing is
never green either.
"""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from exchanges import ERROR, GROUP
from live_target import Ran, ran, same, vendor
from proxy import Change, proxy
from spread import spread

from clumio_conformance.connection_groups.operations import GROUP_MEDIA_TYPE
from clumio_conformance.exchange import Request, Response, header
from clumio_conformance.session.control import Control
from clumio_conformance.session.sandbox_process import sandbox

TOKEN = "sandbox-token"
SUCCESS = (("Content-Type", GROUP_MEDIA_TYPE),)
FAILURE = (("Content-Type", "application/json"),)
Broken = Callable[..., Ran]
"""Runs against the sandbox whose answers a `Change` changes; what follows are words of the command line."""


def run(folder: Path, base_url: str, *words: str, token: str = TOKEN) -> Ran:
    """Run the command with writes against any base URL."""
    done = ran(folder, token, "run", "--base-url", base_url, "--allow-writes", "--quick", *words)
    assert "Traceback" not in done.output, done.output
    assert "INTERNALERROR" not in done.output, done.output
    assert token not in done.output, done.output
    return done


def finding(done: Ran, requirement: str) -> tuple[str, str, str, str]:
    """Kind, location, expected and actual of the first finding about a requirement."""
    found = next(row for row in done.report["findings"] if row["requirement"] == requirement)
    return found["kind"], found["location"], found["expected"], found["actual"]


# --- ways to break an answer ---


def group_with(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Change:
    """Change the group of each successful answer, or each that is listed."""

    def changed(request: Request, response: Response) -> Response | None:
        body = response.json
        if response.status != 200 or not isinstance(body, dict) or "/_sandbox/" in request.url:
            return None
        if "id" in body:
            body = change(body)
        elif "items" in body.get("_embedded", {}):
            body = {**body, "_embedded": {"items": [change(item) for item in body["_embedded"]["items"]]}}
        return replace(response, body=json.dumps(body).encode())

    return changed


def error_with(**changes: Any) -> Change:
    """Change each error."""
    return lambda _request, response: replace(response, **changes) if 400 <= response.status < 500 else None


def accepting(when: Callable[[Request], bool]) -> Change:
    """Accept such requests, and answer them with the group as it was last shown."""
    shown: list[Response] = []

    def changed(request: Request, response: Response) -> Response | None:
        if response.status == 200 and request.method != "GET":
            shown[:] = [response]
        return shown[0] if response.status >= 400 and shown and when(request) else None

    return changed


def refusing(when: Callable[[Any], bool]) -> Change:
    """Refuse updates with such a body."""

    def changed(request: Request, _response: Response) -> Response | None:
        body = request.json
        refused = Response(status=400, headers=FAILURE, body=json.dumps(ERROR).encode())
        return refused if request.method == "PUT" and isinstance(body, dict) and when(body) else None

    return changed


def success_with(**changes: Any) -> Change:
    """Change each successful answer to an update."""
    return lambda request, response: (
        replace(response, **changes) if request.method == "PUT" and response.status == 200 else None
    )


def _lacks_regions(request: Request) -> bool:
    body = request.json
    return (
        request.method == "PUT"
        and isinstance(body, dict)
        and "asset_types" in body
        and "aws_regions" not in body
    )


STATUSES = (
    "connecting | fully_connected | partially_connected | deployment_failed | "
    "connected_with_no_managed_stacks | unlinked"
)
# What is broken, the requirement, and what its finding says: kind, location, expected, actual.
BREAKAGES: dict[str, tuple[Change, str, tuple[str, str, str, str]]] = {
    "a status that is not documented": (
        group_with(lambda group: {**group, "status": "active"}),
        "UCG-ENUM-02",
        ("undocumented", "/status", STATUSES, '"active"'),
    ),
    "a time as a number": (
        group_with(lambda group: {**group, "created_timestamp": 1_790_000_000}),
        "UCG-RESP-08",
        ("type", "/created_timestamp", "string", "1790000000"),
    ),
    "a relative template URL": (
        group_with(lambda group: {**group, "deployment_template_url": "/template.yaml"}),
        "UCG-FLOW-01",
        ("semantic", "/deployment_template_url", "an absolute http(s) URL", '"/template.yaml"'),
    ),
    "a description that is cut": (
        group_with(lambda group: {**group, "description": group["description"][:5]}),
        "UCG-SAVE-01",
        ("semantic", "/description", '"under test", as sent', '"under"'),
    ),
    "a required field that is not checked": (
        accepting(_lacks_regions),
        "UCG-BODY-09",
        (
            "accepts-invalid", "request /aws_regions",
            "refused with a 4xx: /aws_regions = no such field", "200 for /aws_regions = no such field",
        ),
    ),
    "a token that is not asked for": (
        accepting(lambda request: header(request.headers, "authorization") is None),
        "UCG-AUTH-01",
        (
            "accepts-invalid", "request header authorization",
            "refused with a 4xx: no Authorization header", "200 for no Authorization header",
        ),
    ),
    "a documented type that is refused": (
        refusing(lambda body: "S3" in str(body.get("asset_types"))),
        "UCG-ENUM-01",
        (
            "rejects-valid", "request /asset_types", "200 for asset_types with S3",
            '400 {"errors": [{"error_code": 402, "error_message": "Unauthorized access"}]}',
        ),
    ),
    "an error without errors": (
        error_with(body=b'{"message": "no"}'),
        "UCG-ERR-01",
        ("missing", "/errors", "the required field errors", "no such field"),
    ),
    "an error code as a text": (
        error_with(body=b'{"errors": [{"error_code": "402", "error_message": "no"}]}'),
        "UCG-ERR-02",
        ("type", "/errors/0/error_code", "integer", '"402"'),
    ),
    "a bad request as a failure of the server": (
        error_with(status=500),
        "UCG-ERR-07",
        ("status", "status for request path connection_group_id", "a 4xx for an unknown id", "500"),
    ),
    "another media type": (
        success_with(headers=FAILURE),
        "UCG-CTYPE-02",
        ("media type", "header content-type", GROUP_MEDIA_TYPE, "application/json"),
    ),
    "another status of success": (
        success_with(status=202),
        "UCG-RESP-01",
        ("status", "status", "200", "202"),
    ),
    "an answer cut in half": (
        success_with(body=b'{"id": "7c3e", '),
        "UCG-RESP-02",
        (
            "type", "body", "a JSON object",
            'Expecting property name enclosed in double quotes: line 1 column 16 (char 15): '
            '"{\\"id\\": \\"7c3e\\", "',
        ),
    ),
}  # fmt: skip


# --- targets of which nothing can be learned ---


@contextmanager
def _down() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    yield f"http://127.0.0.1:{port}"


def _always(status: int, body: bytes, *headers: tuple[str, str]) -> Callable[[], Any]:
    return lambda: proxy(lambda _request, _response: Response(status=status, headers=headers, body=body))


HOPELESS: dict[str, tuple[Callable[[], Any], set[int]]] = {
    "down": (_down, {5}),
    "401 to everything": (_always(401, json.dumps(ERROR).encode(), *FAILURE), {5}),
    "an empty 401 to everything": (_always(401, b""), {5}),
    "the same recorded 200 to everything": (_always(200, json.dumps(GROUP).encode(), *SUCCESS), {5}),
    "an HTML 502 to everything": (
        _always(502, b"<html>Bad Gateway</html>", ("Content-Type", "text/html")),
        {5},
    ),
    "an empty 200 to everything": (_always(200, b""), {5}),
}


# --- what comes of it ---


def _drifted(group: dict[str, Any]) -> dict[str, Any]:
    """A group as the vendor's SDKs know it, beyond the page."""
    links = {"update-aws-connection-group": {"href": "/here", "type": "put"}} | (group.get("_links") or {})
    beyond: dict[str, Any] = {"template_permission_set": "all", "_embedded": {"read-organizational-unit": {}}}
    if group.get("config"):
        beyond["config"] = {"iceberg_on_glue": {}, "iceberg_on_s3_tables": {}, **group["config"]}
    return {**group, **beyond, "_links": links}


@pytest.fixture(scope="module")
def healthy() -> Iterator[tuple[str, Control]]:
    """The one sandbox behind all targets that are broken by hand."""
    with sandbox() as opened:
        yield opened


@pytest.fixture
def broken(healthy: tuple[str, Control], tmp_path: Path) -> Broken:
    """Runs against the sandbox behind a proxy, each in an organization of its own."""

    def run_behind(change: Change, *words: str) -> Ran:
        with vendor(healthy, change) as target:
            return run(tmp_path, target.url, "--control-url", target.behind, *words, token=target.token)

    return run_behind


# A group, what is refused and accepted, an error, an answer.
SPREAD = (
    "a description that is cut", "a required field that is not checked", "an error without errors",
    "an answer cut in half",
)  # fmt: skip


@pytest.mark.parametrize("name", spread(BREAKAGES, SPREAD))
def test_a_target_that_is_broken_by_hand_is_red(name: str, broken: Broken) -> None:
    """The finding names the field, what was expected and what was there; with -v it is printed."""
    change, requirement, expected = BREAKAGES[name]

    seen = broken(change, "-v", "--", "-x")

    assert seen.code == seen.report["exit_code"] == 1, seen.output
    assert finding(seen, requirement) == expected
    for text in (requirement, *expected[1:]):
        assert text in seen.output


@pytest.mark.slow
def test_a_target_behind_a_proxy_that_changes_nothing_is_green(broken: Broken) -> None:
    seen = broken(same, "--strict")

    assert seen.code == 0, seen.output
    assert seen.report["findings"] == []


@pytest.mark.parametrize(
    "chosen", spread(["", "test_reading or test_saving"], ["test_reading or test_saving"])
)
def test_the_drift_that_the_sdks_show_is_excused_by_the_projects_own_list(
    broken: Broken, chosen: str
) -> None:
    seen = broken(group_with(_drifted), "--strict", "--known", "sdk-drift", "--", "-k", chosen)

    assert seen.code == 0, seen.output
    assert {(row["requirement"], row["outcome"]) for row in seen.report["findings"]} == {
        ("UCG-RESP-24", "known")
    }


@pytest.mark.parametrize("name", spread(HOPELESS, ["down", "the same recorded 200 to everything"]))
def test_a_target_that_proves_nothing_is_never_green(name: str, tmp_path: Path) -> None:
    """Red or inconclusive, with a report that shows it, and no traceback."""
    target, codes = HOPELESS[name]

    with target() as base_url:
        seen = run(tmp_path, base_url)

    assert seen.code in codes, seen.output
    assert seen.report["exit_code"] == seen.code
