"""Nothing but the wire talks to a target."""

import ast
from collections.abc import Iterator
from pathlib import Path

import clumio_conformance

PACKAGE = Path(clumio_conformance.__file__).parent
# What opens connections, and who may import it: the wire, the control API of a sandbox, and the mocks.
NETWORK = {
    "aiohttp",
    "ftplib",
    "http",
    "httpcore",
    "httpx",
    "requests",
    "smtplib",
    "socket",
    "ssl",
    "urllib3",
    "websockets",
}
MAY = {
    "transport/wire.py": {"httpx", "http"},
    "transport/connection.py": {"httpcore", "httpx", "ssl"},
    "transport/surroundings.py": {"httpcore", "ssl"},
    "session/control.py": {"httpx"},
    "doctor/way.py": {"socket", "ssl"},
    "connection_groups/mocks.py": {"httpx", "ssl"},
    "connection_groups/client_effect.py": {"httpx"},
    # Mocks, and a transport that wraps the user's own: neither is part of a run.
    "connection_groups/mocking.py": {"httpx", "http"},
    "httpx.py": {"httpx"},
    "connection_groups/suite/cases.py": {"requests"},
    "connection_groups/suite/test_stateful.py": {"requests"},
}


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]
            if node.module == "urllib":
                yield from (f"urllib.{alias.name}" for alias in node.names)


def test_who_may_open_a_connection() -> None:
    found = {
        str(file.relative_to(PACKAGE)): names
        for file in PACKAGE.rglob("*.py")
        if (names := set(imported(file)) & (NETWORK | {"urllib.request"}))
    }

    assert found == MAY


def test_what_only_prepares_requests_sends_none() -> None:
    """`requests` writes bodies for our own wire, and httpx holds answers: neither of them sends."""
    for name in ("suite/cases.py", "suite/test_stateful.py", "client_effect.py"):
        tree = ast.parse((PACKAGE / "connection_groups" / name).read_text(encoding="utf-8"))
        used = {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in {"httpx", "requests"}
        }
        assert used <= {"MockTransport", "PreparedRequest", "Request", "Response", "__all__"}, name
