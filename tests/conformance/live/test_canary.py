"""No secret is in what a run writes or prints, or in the list of its processes, after any ending."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from live_target import BRIEF, SandboxAndControl, Vendor, finished, start, vendor, writing
from proxy import Change
from spread import spread

from clumio_conformance.exchange import Request, Response

EXTERNAL_ID = "ExternalID_canary-1f0e9d8c"
ODD_ID = "odd/canary+external=id"
SIGNATURE = "canary0signature0deadbeef"
URL = f"https://templates.example.com/t?X-Amz-Credential=canary0key&X-Amz-Signature={SIGNATURE}"
CANARIES = (EXTERNAL_ID, ODD_ID, quote(ODD_ID, safe=""), SIGNATURE, "canary0key")


def planted(target: list[Vendor], *, red: bool) -> Change:
    """Put canaries into bodies, error messages, headers and redirects, also new ones."""
    secret = ODD_ID if red else EXTERNAL_ID

    def changed(request: Request, response: Response) -> Response | None:
        if "/_sandbox/" in request.url:
            return None
        body = response.body
        if response.status == 200 and isinstance(response.json, dict) and "external_id" in response.json:
            group = response.json
            body = body.replace(str(group["external_id"]).encode(), secret.encode())
            body = body.replace(str(group["deployment_template_url"]).encode(), URL.encode())
            body = body.replace(b'"connecting"', b'"paused"') if red else body
        elif response.status >= 400:
            echo = f"no {EXTERNAL_ID} for Bearer {target[0].token} at {URL}"
            body = body.replace(b'"error_message":"', b'"error_message":"' + echo.encode() + b" ")
        headers = (
            ("X-Echo", f"{target[0].token} {EXTERNAL_ID}"),
            ("Set-Cookie", "session=canary0cookie"),
            ("Location", URL),
        )
        status = 302 if request.url.endswith("?embed=read-organizational-unit") else response.status
        return Response(status=status, headers=(*response.headers, *headers), body=body)

    return changed


CRASH = """
import pytest

@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    result = yield
    session = pyfuncitem.funcargs.get("session")
    if session is not None and "a_group_is_read" in pyfuncitem.name:
        outgoing = session.wire.outgoing("GET", "/connections/aws/connection-groups?limit=1")
        exchange = session.wire.send(outgoing)[-1]
        authorization = outgoing.authorization
        raise RuntimeError(f"the suite broke: {authorization} {exchange}")
    return result
"""
MODES: dict[str, tuple[str, ...]] = {
    "plain": (),
    "debug logs": (
        "-o",
        "log_cli=true",
        "--log-level=DEBUG",
        "--log-file=debug.log",
        "--log-file-level=DEBUG",
    ),
    "everything of a traceback": ("--showlocals", "--tb=long", "-vv", "-rA", "--full-trace"),
    "set-up": ("--setup-show", "-s"),
    "pytest's own log": ("--debug=pytestdebug.log",),
    "crash": ("-p", "crash", "--showlocals", "--tb=long", "-vv", "--full-trace"),
    "generated requests": ("--hypothesis-verbosity=debug", "--hypothesis-show-statistics"),
}


def written(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in folder.rglob("*"):
        yield str(file), str(file).encode()
        if file.is_file():
            yield str(file), file.read_bytes()


def processes(root: int) -> Iterator[tuple[str, bytes]]:
    """Command line and environment of the children of a process, and the command line of itself."""
    own = Path(f"/proc/{root}/cmdline").read_bytes()
    yield "command line", own
    for child in Path(f"/proc/{root}/task/{root}/children").read_text().split():
        command_line = Path(f"/proc/{child}/cmdline").read_bytes()
        if command_line != own:  # until its program starts, a child shows its parent's memory
            yield "command line of a child", command_line
            yield "environ of a child", Path(f"/proc/{child}/environ").read_bytes()


RUNS = [(mode, "green") for mode in MODES] + [("plain", "red"), ("everything of a traceback", "red")]


@pytest.mark.parametrize(("mode", "colour"), spread(RUNS, [("crash", "green")]))
def test_no_canary_anywhere(tmp_path: Path, sandbox: SandboxAndControl, mode: str, colour: str) -> None:
    """A run that writes, whose answers echo every secret: green, red, broken, with all output of pytest."""
    target, red = list[Vendor](), colour == "red"
    home, temporary, work = (tmp_path / name for name in ("home", "tmp", "work"))
    for folder in (home, temporary, work):
        folder.mkdir()
    (work / "crash.py").write_text(CRASH)
    environment = {
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "PYTHONPATH": str(work),
        "XDG_CACHE_HOME": str(home / ".cache"),
    }
    with vendor(sandbox, planted(target, red=red)) as opened:
        target.append(opened)
        group = opened.create()
        words = [*writing(opened, group), *BRIEF]
        done = finished(
            start(
                work,
                opened.token,
                *words,
                "-k",
                "test_reading or test_saving or authorization",
                *MODES[mode],
                environment=environment,
            ),
            work,
        )

    canaries = [opened.token, "canary0cookie", *CANARIES]
    (work / "crash.py").unlink()
    places = [
        ("output", done.output.encode()),
        *(place for folder in (home, temporary, work) for place in written(folder)),
    ]
    found = {(name, canary) for name, text in places for canary in canaries if canary.encode() in text}
    assert found == set()
    assert done.report["run"]["requests"] > 20, "the canaries were there to be seen"
    assert done.code == (3 if mode == "crash" else 1 if red else 0), done.output


def test_no_canary_in_the_processes_of_a_run(tmp_path: Path) -> None:
    """The embedded sandbox is a child of the run: it is not handed what is no business of its own."""
    token = "canary-token-of-nobody"
    process = start(tmp_path, token, "run", *BRIEF, "-k", "test_reading or description")
    seen: list[tuple[str, bytes]] = []
    while process.poll() is None:
        with suppress(FileNotFoundError, ProcessLookupError):  # one of them has just ended
            seen += processes(process.pid)
        time.sleep(0.02)
    finished(process, tmp_path)

    assert any(name == "environ of a child" and text for name, text in seen)
    assert [name for name, text in seen if token.encode() in text] == []
