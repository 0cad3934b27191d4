"""Recordings that real tools make of the sandbox are judged as the requests were answered.

Firefox is not here: Playwright drives only a Firefox of its own, not Debian's.
"""

import itertools
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from far_sandbox import needs_program, nginx
from playwright.sync_api import Browser, sync_playwright
from real_recorders import (
    CHROMIUM_ARGUMENTS,
    FAULTS,
    FOR_OTHER_ORIGINS,
    Place,
    broken_by,
    check,
    devtools_har,
    installed,
    mitmdump,
    npm_install,
    record_cassette,
    record_devtools,
    recording_context,
    run_schemathesis,
    send_by_httpx,
    send_by_page,
)
from recordings import judge_files
from spread import spread

from clumio_conformance import mitmproxy_addon
from clumio_sandbox.driver import Driver

SPEC = Path(__file__).parents[2] / "openapi" / "spec.yaml"
CHROMIUM = shutil.which("chromium")

with_chromium = pytest.mark.skipif(
    CHROMIUM is None and "CI" not in os.environ, reason="no chromium is installed; CI must have one"
)
with_each_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda name: name or "healthy")


def expected(fault: str, *, lost: bool) -> set[Place]:
    """What is found; `lost`: without the bodies of requests nobody knows what was accepted."""
    return set() if lost and fault == "string-asset-types-accepted" else FAULTS[fault]


def methods(har: Path) -> set[str]:
    return {entry["request"]["method"] for entry in json.loads(har.read_text())["log"]["entries"]}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM or "chromium", args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def programs(pytestconfig: pytest.Config) -> Path:
    """The programs of a virtual environment with mitmproxy, vcrpy and betamax."""
    return installed(pytestconfig.cache)


@pytest.fixture(scope="session")
def node_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which chrome-har is installed."""
    folder = tmp_path_factory.mktemp("chrome-har")
    npm_install(folder)
    return folder


# Each kind of file, each way to keep a content, each way to send, each fault.
SPREAD = [
    ("t.har", "embed", "text", ""),
    ("t.zip", "attach", "text", "string-asset-types-accepted"),
    ("t.har", "attach", "blob", "status-undocumented"),
]


@with_chromium
@pytest.mark.parametrize(
    ("name", "content", "sent", "fault"),
    spread(itertools.product(("t.har", "t.zip"), ("embed", "attach"), ("text", "blob"), FAULTS), SPREAD),
)
def test_har_of_playwright(
    tmp_path: Path,
    browser: Browser,
    clumio_sandbox: Driver,
    *,
    name: str,
    content: str,
    sent: str,
    fault: str,
) -> None:
    made, blob = broken_by(fault, clumio_sandbox), sent == "blob"
    with recording_context(browser, tmp_path / name, content) as context:
        send_by_page(context.new_page(), clumio_sandbox, made, blob=blob)

    check(judge_files(tmp_path / name), expected(fault, lost=blob), without_body=2 if blob else 0)


@with_chromium
@pytest.mark.parametrize("fault", spread(FAULTS, ["string-asset-types-accepted"]))
def test_har_of_playwright_with_preflights(
    tmp_path: Path, browser: Browser, clumio_sandbox: Driver, fault: str
) -> None:
    """Chromium asks the other origin before each request; Playwright does not record that."""
    needs_program("nginx")
    made, har = broken_by(fault, clumio_sandbox), tmp_path / "t.har"
    with (
        nginx(clumio_sandbox.base_url, FOR_OTHER_ORIGINS) as url,
        recording_context(browser, har, "embed") as context,
    ):
        send_by_page(context.new_page(), clumio_sandbox, made, base_url=url)

    check(judge_files(har), FAULTS[fault])


@pytest.mark.slow
@with_chromium
@with_each_fault
@pytest.mark.parametrize("blob", [False, True], ids=["text", "blob"])
@pytest.mark.parametrize("preflights", [False, True], ids=["same-origin", "other-origin"])
def test_har_of_devtools(
    browser: Browser, clumio_sandbox: Driver, node_folder: Path, *, fault: str, blob: bool, preflights: bool
) -> None:
    """chrome-har makes the file from what Chromium's devtools protocol says.

    It writes the fields of a JSON body as parameters of a form, each value of an array as one of its own:
    nobody can say what the body was.
    """
    needs_program("nginx")
    made = broken_by(fault, clumio_sandbox)
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    with nginx(clumio_sandbox.base_url, FOR_OTHER_ORIGINS) if preflights else nullcontext("") as url:
        messages = record_devtools(
            page, lambda: send_by_page(page, clumio_sandbox, made, blob=blob, base_url=url)
        )
    context.close()
    har = devtools_har(node_folder, messages)

    assert ("OPTIONS" in methods(har)) == preflights
    check(judge_files(har), expected(fault, lost=True), without_body=2)


@pytest.mark.slow
@with_each_fault
@pytest.mark.parametrize("reverse", [False, True], ids=["forward", "reverse"])
def test_har_and_flows_of_mitmproxy(
    tmp_path: Path,
    clumio_sandbox: Driver,
    programs: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    fault: str,
    reverse: bool,
) -> None:
    made, direct = broken_by(fault, clumio_sandbox), clumio_sandbox.base_url
    with mitmdump(programs, tmp_path, reverse_of=direct if reverse else None) as url:
        base_url, proxy_url = (url, None) if reverse else (direct, url)
        send_by_httpx(clumio_sandbox, made, base_url=base_url, proxy_url=proxy_url)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")

    for name in ("traffic.har", "traffic.flows"):
        check(judge_files(tmp_path / name), FAULTS[fault])


@pytest.mark.slow
@with_each_fault
def test_mitmproxy_judges_what_passes_with_our_addon(
    tmp_path: Path, clumio_sandbox: Driver, programs: Path, *, fault: str
) -> None:
    made, lines = broken_by(fault, clumio_sandbox), tmp_path / "lines.ndjson"
    ours = Path(sys.executable).with_name("clumio-conformance")
    options = ["-s", str(Path(mitmproxy_addon.__file__)), "--set", f"clumio_record={lines}"]
    options += ["--set", f"clumio_conformance={ours}"]

    with mitmdump(programs, tmp_path, reverse_of=clumio_sandbox.base_url, options=options) as url:
        send_by_httpx(clumio_sandbox, made, base_url=url, proxy_url=None)

    check(judge_files(lines), FAULTS[fault])
    printed = (tmp_path / "mitmdump.log").read_text()
    assert f"judged {len(made)} exchanges: {len(FAULTS[fault])} findings" in printed
    assert all(requirement in printed for requirement, _ in FAULTS[fault])
    assert clumio_sandbox.token not in printed


@pytest.mark.slow
@with_each_fault
@pytest.mark.parametrize(
    ("recorder", "options"),
    [
        ("vcrpy", {"serializer": "yaml"}),
        ("vcrpy", {"serializer": "json"}),
        ("betamax", {"serialize_with": "json"}),
        ("betamax", {"serialize_with": "json", "preserve_exact_body_bytes": True}),
    ],
    ids=["vcrpy-yaml", "vcrpy-json", "betamax", "betamax-bytes"],
)
def test_cassettes(
    tmp_path: Path,
    clumio_sandbox: Driver,
    programs: Path,
    *,
    fault: str,
    recorder: str,
    options: dict[str, Any],
) -> None:
    made = broken_by(fault, clumio_sandbox)
    cassette = record_cassette(programs, tmp_path, clumio_sandbox, made, recorder=recorder, options=options)

    check(judge_files(cassette), FAULTS[fault])


@pytest.mark.slow
@with_each_fault
@pytest.mark.parametrize("options", [(), ("--report-preserve-bytes",)], ids=["text", "bytes"])
def test_reports_of_schemathesis(
    tmp_path: Path, clumio_sandbox: Driver, fault: str, options: tuple[str, ...]
) -> None:
    """Its requests are hostile: the judge says of each whether it is accepted or refused as it must be."""
    broken_by(fault, clumio_sandbox)
    sent, reports = run_schemathesis(tmp_path, SPEC, clumio_sandbox, *options)
    assert len(reports) == 3

    judged = {}
    for report in reports:
        result = judge_files(report)
        # The lines of JSON leave out most headers, so an empty body looks like one that is not recorded.
        check(result, FAULTS[fault], judged=None, without_body=None if report.suffix == ".ndjson" else 0)
        assert result.run["entries"] == sent
        judged[report.name] = result.run["requests"]

    assert len(set(judged.values())) == 1, judged
    assert min(judged.values()) > sent * 0.9
