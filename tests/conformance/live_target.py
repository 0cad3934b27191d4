"""A live vendor for tests: the sandbox behind a proxy that keeps every request; and runs against it."""

import io
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from proxy import Change, proxy

from clumio_conformance import cli
from clumio_conformance.connection_groups.subjects import NEW_GROUP
from clumio_conformance.exchange import Request, Response
from clumio_conformance.session.control import Control
from clumio_conformance.transport.surroundings import of_certifi

SandboxAndControl = tuple[str, Control]
COLLECTION: Final = "/connections/aws/connection-groups"
COMMAND: Final = str(Path(sys.executable).with_name("clumio-conformance"))
SUITE: Final = Path(cli.__file__).parent / "connection_groups" / "suite"
PRECIOUS: Final = {
    "asset_types": ["RDS", "EC2/EBS"],
    "aws_regions": ["us-west-2", "us-east-1"],
    "description": "precious",
}
# What takes long to collect and adds nothing to a run that is about something else.
BRIEF: Final = (
    "--quick",
    "--",
    "-q",
    *(f"--ignore={SUITE / name}" for name in ("test_stateful.py", "test_properties.py")),
)


def same(_request: Request, _response: Response) -> Response | None:
    """Change nothing."""
    return None


@dataclass
class Vendor:
    """An organization of the sandbox behind a proxy: `seen` is every request that came, in order."""

    url: str
    token: str
    control: Control
    behind: str
    direct: httpx.Client
    seen: list[Request] = field(default_factory=list)

    def raw(self, path: str, method: str = "GET", body: Any = None) -> bytes:
        """Ask the sandbox itself, past the proxy; return the body of the answer."""
        return self.direct.request(method, path, json=body).raise_for_status().content

    def call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Ask the sandbox itself, past the proxy; return the JSON object of the answer."""
        document: dict[str, Any] = json.loads(self.raw(path, method, body))
        return document

    def create(self, **changes: Any) -> str:
        """Make a group that somebody cares for."""
        return str(self.call("POST", COLLECTION, {**NEW_GROUP, **PRECIOUS, **changes})["id"])

    def group(self, group_id: str) -> dict[str, Any]:
        """What an update would write, as the group has it now."""
        group = self.call("GET", f"{COLLECTION}/{group_id}")
        return {
            "asset_types": group["intended_asset_types"],
            "aws_regions": group["intended_aws_regions"],
            "description": group.get("description"),
        }

    def updates(self, group_id: str) -> list[Request]:
        """The updates of a group that came."""
        path = f"{COLLECTION}/{group_id}"
        return [request for request in self.seen if request.method == "PUT" and request.url == path]


def writing(target: Vendor, group: str) -> list[str]:
    """The words of a run that writes to this group."""
    return ["run", "--base-url", target.url, "--allow-writes", "--connection-group-id", group]


@contextmanager
def vendor(sandbox: SandboxAndControl, change: Change = same) -> Iterator[Vendor]:
    """Open a new organization behind a proxy that changes answers."""
    behind, control = sandbox
    token = f"token-{uuid.uuid4()}"
    control.register(token)
    seen: list[Request] = []

    def remembered(request: Request, response: Response) -> Response | None:
        seen.append(request)
        return change(request, response)

    headers = {"Authorization": f"Bearer {token}"}
    with (
        httpx.Client(base_url=behind, headers=headers, trust_env=False, verify=of_certifi()) as direct,
        proxy(remembered, behind) as url,
    ):
        yield Vendor(url=url, token=token, control=control, behind=behind, direct=direct, seen=seen)


@dataclass(frozen=True)
class Ran:
    """What a run of the command left."""

    code: int
    output: str
    report: dict[str, Any]

    def outcome(self, requirement: str) -> str:
        """What came of a requirement."""
        return next(str(row["outcome"]) for row in self.report["requirements"] if row["id"] == requirement)

    def blamed(self) -> set[str]:
        """Who is to blame for the findings."""
        return {str(finding["blame"]) for finding in self.report["findings"]}


def ran(folder: Path, token: str, *words: str, environment: Mapping[str, str] | None = None) -> Ran:
    """Run the command in this process, with the environment and in the folder of a user."""
    folder.mkdir(parents=True, exist_ok=True)
    output = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(output), redirect_stderr(output):
        patch.chdir(folder)
        for name, value in {"CLUMIO_API_TOKEN": token, **(environment or {})}.items():
            patch.setenv(name, value)
        code = cli.main(words)
    return _left(folder, code, output.getvalue())


def start(
    folder: Path,
    token: str,
    *words: str,
    environment: Mapping[str, str] | None = None,
    new_session: bool = False,
) -> "subprocess.Popen[str]":
    """Start the command as a process, to stop it or to look at it."""
    folder.mkdir(parents=True, exist_ok=True)
    return subprocess.Popen(
        [COMMAND, *words],
        cwd=folder,
        env={**os.environ, "CLUMIO_API_TOKEN": token, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=new_session,
    )


def finished(process: "subprocess.Popen[str]", folder: Path) -> Ran:
    """Wait for the process."""
    output, _ = process.communicate(timeout=600)
    return _left(folder, process.returncode, output)


def _left(folder: Path, code: int, output: str) -> Ran:
    file = folder / "conformance-report" / "report.json"
    return Ran(code, output, json.loads(file.read_text()) if file.exists() else {})
