"""The way out: forward proxies, authorities of one's own, answers without end, and odd environments."""

import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme
from far_sandbox import HOST, free_port, needs_program, over_tls, started
from far_sandbox import authority as new_authority
from far_target import TOKEN
from forward_proxy import forward_proxy
from live_target import BRIEF, Ran, SandboxAndControl, Vendor, ran, vendor
from proxy import proxy
from real_recorders import installed
from spread import spread

from clumio_conformance.connection_groups.operations import COLLECTION
from clumio_conformance.exchange import Exchange, Request, Response, header
from clumio_conformance.transport import wire as wire_module
from clumio_conformance.transport.redaction import Redaction
from clumio_conformance.transport.surroundings import proxy_for, trusted
from clumio_conformance.transport.wire import Policy, Wire

AWAY = f"https://{HOST}"
NONE = (
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
)
READS = (*BRIEF, "-k", "test_reading")


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NONE:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@dataclass(frozen=True)
class Authority:
    """A private certificate authority, in a file, and the settings of a server that it vouches for."""

    file: Path
    server: ssl.SSLContext


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("authority")
    return Authority(folder / "ca.pem", new_authority(folder))


def run_away(folder: Path, target: Vendor, *words: str, environment: Mapping[str, str]) -> Ran:
    """A run with writes to a host that only a proxy knows."""
    away = ["run", "--base-url", AWAY, "--control-url", target.behind, "--allow-writes", "--rate", "0"]
    return ran(folder, target.token, *away, *words, environment=environment)


# --- through a forward proxy ---


SOME = ("-k", "test_reading or test_saving or path")
WITH_CREDENTIALS = ("user:p%40ss", SOME)


@pytest.mark.parametrize(
    ("credentials", "chosen"),
    spread([(None, ()), ("user:p%40ss", ()), WITH_CREDENTIALS], [WITH_CREDENTIALS]),
    ids=["None", "user:p%40ss", "some tests"],
)
def test_a_run_through_a_forward_proxy(
    tmp_path: Path,
    sandbox: SandboxAndControl,
    authority: Authority,
    credentials: str | None,
    chosen: tuple[str, ...],
) -> None:
    """The proxy sees the host alone; paths arrive as they were sent, and nothing is found."""
    login = credentials and credentials.replace("%40", "@")
    with (
        vendor(sandbox) as target,
        over_tls(target.url, authority.server) as port,
        forward_proxy({HOST: port}, credentials=login) as forward,
    ):
        at = f"{credentials}@" if credentials else ""
        surroundings = {
            "HTTPS_PROXY": f"http://{at}127.0.0.1:{forward.port}", "SSL_CERT_FILE": str(authority.file),
        }  # fmt: skip
        done = run_away(tmp_path, target, "--strict", *BRIEF, *chosen, environment=surroundings)

    assert done.code == 0, done.output
    assert done.report["findings"] == []
    assert set(forward.seen) == {f"CONNECT {HOST}:443 HTTP/1.1"}
    assert any("%2F" in request.url for request in target.seen)
    assert "p@ss" not in done.output
    assert "p%40ss" not in done.output


def squid(folder: Path, upstream: int) -> list[str]:
    """Squid with credentials; for the only name that it looks up it asks the proxy of our own."""
    (folder / "users").write_text("user:" + crypted("p-ss") + "\n")
    port = free_port()
    (folder / "squid.conf").write_text(
        f"http_port 127.0.0.1:{port}\n"
        f"auth_param basic program /usr/lib/squid/basic_ncsa_auth {folder}/users\n"
        "acl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all\n"
        f"cache_peer 127.0.0.1 parent {upstream} 0 no-query default\nnever_direct allow all\n"
        "pid_filename none\naccess_log none\ncache_log /dev/null\ncache deny all\n"
        "cache_effective_user proxy\nshutdown_lifetime 0 seconds\nnetdb_filename none\n"
    )
    return ["squid", "-n", f"test{port}", "-N", "-f", str(folder / "squid.conf"), str(port)]


def crypted(password: str) -> str:
    return subprocess.run(
        ["openssl", "passwd", "-apr1", password], capture_output=True, text=True, check=True
    ).stdout.strip()


def tinyproxy(folder: Path, upstream: int) -> list[str]:
    port = free_port()
    (folder / "tinyproxy.conf").write_text(
        f'Port {port}\nListen 127.0.0.1\nTimeout 60\nConnectPort 443\nLogFile "{folder}/log"\n'
        f"BasicAuth user p-ss\nUpstream http 127.0.0.1:{upstream}\n"
    )
    return ["tinyproxy", "-d", "-c", str(folder / "tinyproxy.conf"), str(port)]


BRIEFLY = [(squid, BRIEF), (tinyproxy, BRIEF)]


@pytest.mark.parametrize(
    ("program", "chosen"),
    spread([*BRIEFLY, (squid, ()), (tinyproxy, ())], [], slow=BRIEFLY),
    ids=["squid", "tinyproxy", "squid, whole", "tinyproxy, whole"],
)
def test_a_run_through_a_forward_proxy_of_debians(
    tmp_path: Path,
    sandbox: SandboxAndControl,
    authority: Authority,
    program: Callable[[Path, int], list[str]],
    chosen: tuple[str, ...],
) -> None:
    """With credentials the whole run finds nothing; without them it is inconclusive."""
    needs_program(program.__name__)
    with (
        ExitStack() as stack,
        vendor(sandbox) as target,
        over_tls(target.url, authority.server) as port,
        forward_proxy({HOST: port}) as upstream,
    ):
        # Squid gives up root, so its folder must be open to others.
        configured = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        configured.chmod(0o755)
        *command, at = program(configured, upstream.port)
        with started(command, int(at)):
            ca = {"SSL_CERT_FILE": str(authority.file)}
            login = {"HTTPS_PROXY": f"http://user:p-ss@127.0.0.1:{at}"}
            done = run_away(tmp_path, target, "--strict", *chosen, environment={**ca, **login})
            stranger = {"HTTPS_PROXY": f"http://127.0.0.1:{at}"}
            refused = run_away(tmp_path, target, *READS, environment={**ca, **stranger})

    assert done.code == 0, done.output
    assert done.report["findings"] == []
    assert refused.code == 5, refused.output
    assert "asks for credentials" in refused.report["inconclusive"]


@pytest.mark.slow
def test_a_run_through_a_proxy_that_opens_tls(
    tmp_path: Path, sandbox: SandboxAndControl, authority: Authority, request: pytest.FixtureRequest
) -> None:
    """mitmproxy, in an environment of its own: its authority is trusted by SSL_CERT_FILE."""
    mitmdump = installed(request.config.cache) / "mitmdump"
    port = free_port()
    with (
        vendor(sandbox) as target,
        over_tls(target.url, authority.server) as tls,
        forward_proxy({HOST: tls}) as upstream,
    ):
        options = {
            "confdir": str(tmp_path), "ssl_verify_upstream_trusted_ca": str(authority.file), "http2": "false",
        }  # fmt: skip
        command = [str(mitmdump), "--quiet", "--mode", f"upstream:http://127.0.0.1:{upstream.port}"]
        command += ["--listen-host", "127.0.0.1", "--listen-port", str(port)]
        command += [word for name, value in options.items() for word in ("--set", f"{name}={value}")]
        with started(command, port):
            surroundings = {
                "HTTPS_PROXY": f"http://127.0.0.1:{port}",
                "SSL_CERT_FILE": str(tmp_path / "mitmproxy-ca-cert.pem"),
            }
            done = run_away(tmp_path / "run", target, "--strict", environment=surroundings)
            unknown = run_away(
                tmp_path / "run", target, *READS, environment={"HTTPS_PROXY": surroundings["HTTPS_PROXY"]}
            )

    assert done.code == 0, done.output
    assert done.report["findings"] == []
    assert unknown.code == 5, unknown.output
    assert "a certificate of a private authority, maybe of a proxy that opens TLS" in unknown.output


REFUSING = {
    "no credentials": ({"credentials": "user:secret"}, "a forward proxy that asks for credentials"),
    "a host that is not let pass": ({"status": 403}, "a forward proxy that lets nothing pass to this host"),
}


@pytest.mark.parametrize("name", REFUSING)
def test_a_forward_proxy_that_refuses(tmp_path: Path, name: str) -> None:
    options, says = REFUSING[name]
    with forward_proxy({}, **options) as forward:  # type: ignore[arg-type] # each option by its name
        surroundings = {"HTTPS_PROXY": f"http://127.0.0.1:{forward.port}"}
        done = ran(tmp_path, "token", "run", "--base-url", AWAY, *READS, environment=surroundings)

    assert done.code == 5, done.output
    assert says in done.report["inconclusive"]
    assert f"through the proxy 127.0.0.1:{forward.port}" in done.report["inconclusive"]
    assert done.report["findings"] == []


def test_a_forward_proxy_that_is_not_there(tmp_path: Path) -> None:
    surroundings = {"HTTPS_PROXY": "http://user:secret@127.0.0.1:9"}
    done = ran(tmp_path, "token", "run", "--base-url", AWAY, *READS, environment=surroundings)

    assert done.code == 5, done.output
    assert "through the proxy 127.0.0.1:9" in done.report["inconclusive"]
    assert "secret" not in done.output


def test_no_proxy_of_the_environment_reads_what_goes_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTP_PROXY is set, as in many companies: a plain request to loopback does not leave the machine."""
    with forward_proxy({}) as forward, proxy(lambda *_: Response(status=200)) as url:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{forward.port}")
        answer = asked(url)

    assert answer.response is not None
    assert answer.response.status == 200
    assert forward.seen == []


def test_a_host_of_no_proxy_is_reached_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", ".example.test, 10.0.0.0/8, [::1], *.internal:8443")

    assert proxy_for(HOST) is None
    assert proxy_for("api.example.org") is not None


# --- authorities ---


@pytest.mark.parametrize("variable", spread(["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"], ["SSL_CERT_FILE"]))
def test_an_authority_of_ones_own_counts_on_this_machine_too(
    tmp_path: Path, sandbox: SandboxAndControl, authority: Authority, variable: str
) -> None:
    with vendor(sandbox) as target, over_tls(target.url, authority.server) as port:
        target.create()
        words = ["run", "--base-url", f"https://localhost:{port}", *READS]
        unknown = ran(tmp_path, target.token, *words)
        known = ran(tmp_path, target.token, *words, environment={variable: str(authority.file)})

    assert unknown.code == 5, unknown.output
    assert "name the authority's file in SSL_CERT_FILE" in unknown.report["inconclusive"]
    assert known.code == 0, known.output
    assert known.report["findings"] == []


def test_a_server_that_asks_for_a_client_certificate(tmp_path: Path, authority: Authority) -> None:
    asking = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(authority.file))
    trustme_made = trustme.CA()
    trustme_made.issue_cert("localhost").configure_cert(asking)
    asking.verify_mode = ssl.CERT_REQUIRED
    ca = tmp_path / "other.pem"
    trustme_made.cert_pem.write_to_path(str(ca))
    with proxy(lambda *_: Response(status=200), tls=asking) as url:
        words = ["run", "--base-url", url.replace("127.0.0.1", "localhost"), *READS]
        done = ran(tmp_path, "token", *words, environment={"SSL_CERT_FILE": str(ca)})

    assert done.code == 5, done.output
    assert done.report["findings"] == []


def test_https_to_a_port_that_speaks_http(tmp_path: Path) -> None:
    with proxy(lambda *_: Response(status=200)) as url:
        done = ran(tmp_path, "token", "run", "--base-url", url.replace("http:", "https:"), *READS)

    assert done.code == 5, done.output
    assert "a port that speaks plain http" in done.report["inconclusive"]


# --- an environment that can't be used ---

ODD: dict[str, tuple[dict[str, str], str]] = {
    "no such file": ({"SSL_CERT_FILE": "/nowhere/ca.pem"}, "SSL_CERT_FILE=/nowhere/ca.pem"),
    "no such bundle": ({"REQUESTS_CA_BUNDLE": "/nowhere/ca.pem"}, "REQUESTS_CA_BUNDLE=/nowhere/ca.pem"),
    "not a PEM": ({"SSL_CERT_FILE": __file__}, "it is no PEM"),
    "a bad port": (
        {"HTTPS_PROXY": "http://127.0.0.1:http"},
        "HTTPS_PROXY: its value is not the URL of a proxy",
    ),
    "a port that is too large": ({"https_proxy": "http://127.0.0.1:99999"}, "https_proxy: its value"),
    "no host": ({"HTTPS_PROXY": "http://"}, "HTTPS_PROXY=http://"),
    "another scheme": ({"ALL_PROXY": "ftp://127.0.0.1:1"}, "ALL_PROXY=ftp://127.0.0.1:1"),
    "an odd exception": ({"HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "[::1"}, "NO_PROXY: '[::1'"),
    "a bad exception": ({"NO_PROXY": "a b"}, "NO_PROXY: 'a b'"),
    "socks without its package": (
        {"ALL_PROXY": "socks5://u:secret@127.0.0.1:1"},
        "needs the package socksio",
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_an_environment_that_can_not_be_used_is_wrong_usage(tmp_path: Path, name: str) -> None:
    """It is said in one line, which names the variable and shows no credentials."""
    surroundings, says = ODD[name]
    done = ran(tmp_path, "token", "run", "--base-url", AWAY, environment=surroundings)

    assert done.code == 4, done.output
    assert says in done.output
    assert len(done.output.strip().splitlines()) == 1
    assert "secret" not in done.output


def test_an_odd_environment_stops_a_restore_too(tmp_path: Path) -> None:
    original = (
        '{"base_url": "https://x.test", "group_id": "x", "asset_types": ["RDS"], "aws_regions": ["a"], '
    )
    (tmp_path / "conformance-report").mkdir()
    (tmp_path / "conformance-report" / "restore.json").write_text(original + '"description": null}')
    done = ran(tmp_path, "token", "restore", environment={"SSL_CERT_FILE": "/nowhere"})

    assert done.code == 4
    assert "SSL_CERT_FILE=/nowhere" in done.output


def test_without_a_variable_the_usual_authorities_are_trusted() -> None:
    assert len(trusted().get_ca_certs()) > 50


# --- answers without end ---


def asked(url: str, timeout: float = 5.0) -> Exchange:
    policy = Policy(allowed={("GET", COLLECTION)})
    wire = Wire(url, TOKEN, policy=policy, redaction=Redaction(TOKEN), timeout=timeout, clock=time.monotonic)
    try:
        return wire.send(wire.outgoing("GET", COLLECTION))[-1]
    finally:
        wire.close()


@contextmanager
def talking(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that answers each connection with raw bytes."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)

        def serve() -> None:
            while not stop.is_set():
                try:
                    connection, _ = listening.accept()
                except TimeoutError:
                    continue
                threading.Thread(target=answered, args=(connection,), daemon=True).start()

        def answered(connection: socket.socket) -> None:
            with connection:
                try:
                    connection.recv(65536)
                    talk(connection)
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            stop.set()
            thread.join()


def dripping(start: bytes, drop: bytes) -> Callable[[socket.socket], None]:
    def talk(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(1000):
            time.sleep(0.05)
            connection.sendall(drop)

    return talk


ENDLESS = {
    "a head": dripping(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "answers before the answer": dripping(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "a body": dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_an_answer_that_drips_has_a_deadline(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Each byte comes in time; the whole answer does not."""
    monkeypatch.setattr(wire_module, "LONGEST_ANSWER", 2)
    started = time.monotonic()
    with talking(ENDLESS[name]) as url:
        answer = asked(url, timeout=0.3)

    assert "did not end within" in str(answer.failure)
    assert time.monotonic() - started < 30, "without a deadline, it would never end"


def test_a_user_agent_is_sent() -> None:
    seen: list[str | None] = []

    def noted(request: Request, _response: Response) -> Response:
        seen.append(header(request.headers, "user-agent"))
        return Response(status=200)

    with proxy(noted) as url:
        asked(url)

    assert str(seen[0]).startswith("clumio-conformance/")


@pytest.mark.slow
def test_a_body_of_100_megabytes_at_every_request(tmp_path: Path) -> None:
    """The run stops soon, and keeps no more than a few megabytes of an answer."""
    body = b"x" * 100_000_000
    with proxy(lambda *_: Response(status=200, body=body)) as url:
        started = time.monotonic()
        done = ran(tmp_path, "token", "run", "--base-url", url, *READS)

    assert done.code == 5, done.output
    assert "larger than" in done.report["inconclusive"]
    assert time.monotonic() - started < 30


# --- redirects ---


def test_a_redirect_to_another_host_gets_no_token(tmp_path: Path) -> None:
    """The run says where the base URL leads to, and sends nothing there."""
    seen: list[object] = []

    def noted(request: Request, _response: Response) -> Response:
        seen.append(request)
        return Response(status=200)

    with (
        proxy(noted) as elsewhere,
        proxy(lambda *_: Response(status=307, headers=(("Location", f"{elsewhere}/v2"),))) as url,
    ):
        done = ran(tmp_path, "token", "run", "--base-url", url, *READS)

    assert done.code == 5, done.output
    assert f"a redirect to {elsewhere}/v2" in done.report["inconclusive"]
    assert seen == []
