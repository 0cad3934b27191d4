"""The sandbox as users reach the vendor: behind nginx, or by https through a forward proxy."""

import os
import shutil
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from socket import create_connection, socket
from uuid import uuid4

import pytest
import trustme
from forward_proxy import forward_proxy
from proxy import proxy

from clumio_conformance.connection_groups.run import perform
from clumio_conformance.exchange import Request, Response
from clumio_conformance.options import RunOptions
from clumio_conformance.result import Result
from clumio_conformance.session.sandbox_process import sandbox
from clumio_conformance.session.targets import Live, Sandbox, Target

HOST = "api.example.test"


def behind_nginx(target: Target, options: RunOptions) -> Result:
    """Run against a sandbox behind nginx, with the faults of the target."""
    with broken(target) as (url, token, control_url), nginx(url) as front:
        return _performed(front, token, control_url, options, {})


def through_a_proxy(target: Target, options: RunOptions) -> Result:
    """Run against a sandbox by https through a forward proxy, with the faults of the target."""
    with (
        tempfile.TemporaryDirectory() as folder,
        broken(target) as (url, token, control_url),
        over_tls(url, authority(Path(folder))) as port,
        forward_proxy({HOST: port}) as forward,
    ):
        surroundings = {
            "HTTPS_PROXY": f"http://127.0.0.1:{forward.port}",
            "SSL_CERT_FILE": f"{folder}/ca.pem",
        }
        return _performed(f"https://{HOST}", token, control_url, options, surroundings)


@contextmanager
def broken(target: Target) -> Iterator[tuple[str, str, str]]:
    """Start a sandbox with the faults of a target; yield its base URL, a token, and its control URL."""
    assert isinstance(target, Sandbox)
    with sandbox() as (url, control):
        token = f"token-{uuid4()}"
        control.register(token)
        control.set_faults(target.faults)
        yield url, token, url


def authority(folder: Path) -> ssl.SSLContext:
    """Make a private authority, in `ca.pem` of the folder; return the settings of a server."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(folder / "ca.pem"))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.issue_cert(HOST, "127.0.0.1", "localhost").configure_cert(server)
    return server


@contextmanager
def over_tls(url: str, settings: ssl.SSLContext) -> Iterator[int]:
    """A server with TLS before a URL, at this port; addresses in bodies begin with https, too."""

    def secured(_request: Request, response: Response) -> Response:
        return replace(response, body=response.body.replace(b"http://", b"https://"))

    with proxy(secured, url, tls=settings) as front:
        yield int(front.rpartition(":")[2])


@contextmanager
def nginx(url: str, location: str = "") -> Iterator[str]:
    """Start nginx before a URL; yield its base URL. `location` are further lines of its configuration."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        temporary = "".join(
            f"{kind}_temp_path {folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        configuration = Path(folder, "nginx.conf")
        configuration.write_text(
            f"daemon off; user root; pid {folder}/pid; error_log {folder}/log; events {{}}\n"
            f"http {{ access_log off; {temporary}\n"
            f"  server {{ listen 127.0.0.1:{port};\n"
            f"    location / {{ proxy_pass {url}; proxy_http_version 1.1; {location} }} }} }}\n"
        )
        with started(["nginx", "-c", str(configuration)], port):
            yield f"http://127.0.0.1:{port}"


@contextmanager
def started(command: list[str], port: int) -> Iterator[None]:
    """Start a server, and wait until it listens at this port of this machine."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                create_connection(("127.0.0.1", port), 0.2).close()
                break
            except OSError:
                assert process.poll() is None, f"{command[0]} ended with {process.returncode}"
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def needs_program(name: str) -> None:
    """Skip a test where a program of Debian's is not installed; in CI it is."""
    if shutil.which(name) is None:
        assert not os.environ.get("CI"), f"{name} is not installed"
        pytest.skip(f"{name} is not installed")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _performed(
    url: str, token: str, control_url: str, options: RunOptions, surroundings: dict[str, str]
) -> Result:
    live = Live(base_url=url, control_url=control_url, allow_writes=True)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"CLUMIO_API_TOKEN": token, **surroundings}.items():
            patch.setenv(name, value)
        return perform(live, replace(options, rate=0.0, max_requests=100_000))
