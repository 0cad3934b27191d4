"""The doctor: what prevents a run, and the way out."""

import json
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import trustme
from results import HOSTILE

from clumio_conformance.cli import main
from clumio_conformance.connection_groups.operations import COLLECTION
from clumio_conformance.doctor import checks
from clumio_conformance.transport.surroundings import AUTHORITIES

NOW = datetime.now(UTC)
TOKEN = "canary-token-4711"
PAGE: dict[str, Any] = {"_embedded": {"items": []}, "_links": {}}
REFUSED = {"errors": [{"error_code": 1, "error_message": "no"}]}
Answer = tuple[int, dict[str, str], str]
Checks = dict[str, dict[str, str]]


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLUMIO_API_BASE_URL", "CLUMIO_ORGANIZATIONAL_UNIT_CONTEXT", *AUTHORITIES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLUMIO_API_TOKEN", TOKEN)


@contextmanager
def serving(
    answer: Callable[[str], Answer], tls: ssl.SSLContext | None = None
) -> Iterator[tuple[str, list[str]]]:
    """Serve on a free port; yield the base URL and the requests that came."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            status, headers, body = answer(self.path)
            self.send_response_only(status)
            for name, value in {"Date": format_datetime(datetime.now(UTC), usegmt=True), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode("utf-8", "surrogatepass"))

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a refused handshake is no news
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def always(status: int, body: object, **headers: str) -> Callable[[str], Answer]:
    text = body if isinstance(body, str) else json.dumps(body)
    content = "text/html" if isinstance(body, str) else "application/json"
    return lambda _path: (status, {"Content-Type": content, **headers}, text)


@pytest.fixture
def doctor(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Checks]]:
    """Run the doctor; return its code, and its checks by their names. The token is never printed."""

    def ran(*words: str) -> tuple[int, Checks]:
        code = main(["doctor", "--json", *words])
        output = capsys.readouterr().out
        assert TOKEN not in output
        document: dict[str, Any] = json.loads(output)
        assert document["ok"] == (code == 0)
        return code, {check["name"]: check for check in document["checks"]}

    return ran


Doctor = Callable[..., tuple[int, Checks]]


def test_the_sandbox_is_checked_without_a_target(doctor: Doctor) -> None:
    code, found = doctor()
    assert code == 0
    assert [found[name]["state"] for name in ("sandbox", "answer", "clock", "token")] == ["ok"] * 4


def test_a_healthy_target(doctor: Doctor) -> None:
    with serving(always(200, PAGE, **{"X-RateLimit-Remaining": "9"})) as (url, seen):
        code, found = doctor("--base-url", url, "--connection-group-id", "mine")
    assert code == 0
    assert seen == [f"{COLLECTION}?limit=1", f"{COLLECTION}/mine"]
    assert found["group"]["state"] == "ok"
    assert found["rate"]["seen"] == "x-ratelimit-remaining: 9"


def test_without_a_token_the_rest_is_checked(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLUMIO_API_TOKEN")
    with serving(always(401, REFUSED)) as (url, _):
        code, found = doctor("--base-url", url)
    assert code == 5
    assert found["token variable"]["state"] == "fail"
    assert found["answer"]["state"] == "ok"


@pytest.mark.parametrize(
    ("answer", "name", "state", "said"),
    [
        (always(401, REFUSED), "token", "fail", "new token"),
        (always(403, REFUSED), "token", "fail", "connection groups"),
        (always(404, REFUSED), "token", "fail", "path of the base URL"),
        (always(200, "<html>Log in</html>"), "answer", "fail", "login page"),
        (always(302, "", Location="https://portal.invalid/"), "answer", "fail", "portal.invalid"),
        (always(503, "<html>down</html>"), "answer", "fail", "gateway"),
        (always(407, "<html>who?</html>"), "answer", "fail", "HTTPS_PROXY"),
    ],
)
def test_an_answer_that_prevents_a_run(
    doctor: Doctor, answer: Callable[[str], Answer], name: str, state: str, said: str
) -> None:
    with serving(answer) as (url, _):
        code, found = doctor("--base-url", url)
    assert code == 5
    assert found[name]["state"] == state
    assert said in found[name]["way_out"]


@pytest.mark.parametrize(("seconds", "said"), [(-3600, "ahead of"), (3600, "behind")])
def test_a_clock_that_is_off_is_a_warning(doctor: Doctor, seconds: int, said: str) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
    with serving(always(200, PAGE, Date=date)) as (url, _):
        code, found = doctor("--base-url", url)
    assert code == 0
    assert found["clock"]["state"] == "warn"
    assert said in found["clock"]["seen"]


def test_a_group_that_is_not_there(doctor: Doctor) -> None:
    def answer(path: str) -> Answer:
        return always(404, REFUSED)(path) if path.endswith("/gone") else always(200, PAGE)(path)

    with serving(answer) as (url, _):
        code, found = doctor("--base-url", url, "--connection-group-id", "gone")
    assert code == 5
    assert "organization" in found["group"]["way_out"]


def test_nothing_listens(doctor: Doctor) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        code, found = doctor("--base-url", f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert code == 5
    assert found["tcp"]["state"] == "fail"
    assert found["answer"]["state"] == "skipped"


def test_a_host_without_an_address(doctor: Doctor) -> None:
    code, found = doctor("--base-url", "https://nowhere.invalid")
    assert code == 5
    assert "check the host name" in found["dns"]["way_out"]


@pytest.mark.parametrize("url", ["http://api.example.com", "https://me:secret@host", "https://host/?a=b"])
def test_a_url_that_no_token_may_be_sent_to(doctor: Doctor, url: str) -> None:
    code, found = doctor("--base-url", url)
    assert code == 5
    assert found["url"]["state"] == "fail"
    assert "secret" not in json.dumps(found)


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusting(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


def over_tls(
    authority: trustme.CA, *names: str, dates: tuple[datetime, datetime] | None = None
) -> AbstractContextManager[tuple[str, list[str]]]:
    """Serve with a certificate for these names, which is valid between the dates."""
    settings = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    begin, end = dates or (None, NOW + timedelta(days=90))
    authority.issue_cert(*names, not_before=begin, not_after=end).configure_cert(settings)
    return serving(always(200, PAGE), settings)


def test_an_authority_that_nobody_trusts_until_it_is_named(
    doctor: Doctor, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with over_tls(authority, "127.0.0.1") as (url, seen):
        code, found = doctor("--base-url", url)
        assert code == 5
        assert "SSL_CERT_FILE" in found["tls"]["way_out"]
        assert seen == [], "no token goes to a server that is not trusted"
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        code, found = doctor("--base-url", url)
    assert code == 0
    assert found["tls"]["state"] == "ok"
    assert "trusted by SSL_CERT_FILE" in found["tls"]["seen"]


@pytest.mark.parametrize(
    ("name", "days", "state", "said"),
    [
        ("api.example.com", (-9, 90), "fail", "another host"),
        ("127.0.0.1", (-9, -1), "fail", "expired"),
        ("127.0.0.1", (1, 90), "fail", "not valid yet"),
        ("127.0.0.1", (-9, 3), "warn", "renew"),
    ],
)
@pytest.mark.usefixtures("trusting")
def test_a_certificate_that_is_wrong(
    doctor: Doctor, authority: trustme.CA, *, name: str, days: tuple[int, int], state: str, said: str
) -> None:
    begin, end = (NOW + timedelta(days=day) for day in days)
    with over_tls(authority, name, dates=(begin, end)) as (url, _):
        code, found = doctor("--base-url", url)
    assert code == (5 if state == "fail" else 0)
    assert found["tls"]["state"] == state
    assert said in found["tls"]["way_out"]


def test_plain_http_where_tls_is_expected(doctor: Doctor) -> None:
    with serving(always(200, PAGE)) as (url, _):
        code, found = doctor("--base-url", url.replace("http:", "https:"))
    assert code == 5
    assert "plain http" in found["tls"]["way_out"]


def test_an_authority_file_that_is_none(
    doctor: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, authority: trustme.CA
) -> None:
    file = tmp_path / "empty.pem"
    file.write_text("no certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with over_tls(authority, "127.0.0.1") as (url, _):
        code, found = doctor("--base-url", url)
    assert code == 5
    assert "SSL_CERT_FILE" in found["tls"]["seen"]


def test_a_proxy_is_named_and_one_that_cannot_be_used_prevents_a_run(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("https_proxy", "http://me:secret@127.0.0.1:9")
    code, found = doctor("--base-url", "https://api.example.com")
    assert code == 5
    assert "127.0.0.1:9" in found["proxy"]["seen"]
    assert found["tcp"]["state"] == "fail"
    monkeypatch.setenv("https_proxy", "gopher://me:secret@127.0.0.1:9")
    code, found = doctor("--base-url", "https://api.example.com")
    assert found["proxy"]["state"] == "fail"
    assert "secret" not in json.dumps(found)


@pytest.mark.parametrize(("lost", "code", "state"), [("respx", 5, "fail"), ("httpx-retries", 0, "skipped")])
def test_an_extra_that_is_missing(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, lost: str, code: int, state: str
) -> None:
    def found_distribution(name: str) -> object:
        if name == lost:
            raise PackageNotFoundError(name)
        return distribution(name)

    monkeypatch.setattr(checks, "distribution", found_distribution)
    with serving(always(200, PAGE)) as (url, _):
        ended, found = doctor("--base-url", url)
    assert ended == code
    check = found["extra conformance" if lost == "respx" else "extra retries"]
    assert check["state"] == state
    assert lost in check["seen"]
    assert check["way_out"].startswith("pip install 'clumio-connection-groups[")


def test_a_python_that_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert checks.python().state == "fail"


def test_a_hostile_target_controls_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    name = f"X-RateLimit-{TOKEN}"
    with serving(always(200, PAGE, **{name: "\x1b[2J\x9b31m"})) as (url, _):
        assert main(["doctor", "--base-url", url]) in {0, 5}
    with serving(always(500, HOSTILE, Server="\x1b]0;title\x07")) as (url, _):
        assert main(["doctor", "--base-url", url]) == 5
    output = capsys.readouterr().out
    assert not {"\x1b", "\x9b", "\x07"} & set(output)
    assert TOKEN not in output


@pytest.mark.parametrize(
    "words",
    [
        ["--base-url", " "],
        ["--connection-group-id", "x"],
        ["--base-url", "http://[", "--connection-group-id", ""],
    ],
)
def test_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", *words]) == 4
    assert "--" in capsys.readouterr().err
