"""Kill a busy sandbox several times, and check that no answered write is lost.

`python tests/sandbox/soak.py --requests 30000 --connections 32 --kills 20` sends mixed requests from so many
connections; each has groups of its own and knows what they must look like. The exit code is 1 when an
acknowledged write is missing, or one is half there.
"""

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from clumio_sandbox.group_document import GROUPS_PATH
from clumio_sandbox.process import base_url, start, stop

PATIENCE = 30.0
KINDS = ("RDS", "S3", "DynamoDB", "EC2/EBS")


def plan(number: int) -> dict[str, Any]:
    """An update whose parts all contain its number, so that a partial update is visible."""
    kinds = [KINDS[number % 4], KINDS[(number + 1) % 4]]
    return {"asset_types": kinds, "aws_regions": [f"region-{number}"], "description": str(number)}


def number_of(group: dict[str, Any]) -> int:
    """The number of the update in a group; raises `ValueError` when its parts are of several updates."""
    number = int(group["description"])
    shown = (group["intended_asset_types"], group["intended_aws_regions"])
    if shown != (plan(number)["asset_types"], plan(number)["aws_regions"]):
        raise ValueError(f"half applied: {group}")
    return number


@dataclass
class Progress:
    """The progress of all workers."""

    goal: int
    done: int = 0
    problems: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self) -> bool:
        """Count one request; False when there were enough."""
        with self.lock:
            self.done += 1
            return self.done < self.goal and not self.problems


class Worker:
    """One connection and its groups: for each, the numbers of the last answered and the last sent update."""

    def __init__(self, port: int, seed: int, progress: Progress) -> None:
        self._port = port
        self._random = random.Random(seed)
        self._progress = progress
        self._connection: HTTPConnection | None = None
        self.groups: dict[str, tuple[int, int]] = {}

    def run(self) -> None:
        """Send requests until there were enough."""
        try:
            while self._progress.count():
                self._step()
            for group_id in self.groups:
                self._read(group_id)
        except ValueError as error:
            self._progress.problems.append(str(error))

    def _step(self) -> None:
        chance = self._random.random()
        if not self.groups or chance < 0.02:
            self._create()
            return
        group_id = self._random.choice(list(self.groups))
        if chance < 0.6:
            self._update(group_id)
        elif chance < 0.9:
            self._read(group_id)
        elif chance < 0.95:
            self._ask("GET", "?limit=3", None)
        else:
            self._ask("PUT", f"/{group_id}", {"asset_types": None})

    def _create(self) -> None:
        body = plan(0) | {"account_native_id": "1", "master_aws_account_id": "1", "master_region": "r"}
        _, group = self._ask("POST", "", body)
        if group:
            self.groups[group["id"]] = (0, 0)

    def _update(self, group_id: str) -> None:
        acknowledged, sent = self.groups[group_id]
        number = sent + 1
        self.groups[group_id] = (acknowledged, number)
        status, group = self._ask("PUT", f"/{group_id}", plan(number))
        if status == 200 and group and number_of(group) == number:
            self.groups[group_id] = (number, number)

    def _read(self, group_id: str) -> None:
        status, group = self._ask("GET", f"/{group_id}", None)
        if status == 0:
            return
        acknowledged, sent = self.groups[group_id]
        if status != 200 or not group or not acknowledged <= number_of(group) <= sent:
            raise ValueError(
                f"{group_id}: expected an update from {acknowledged} to {sent}, actual {status} {group}"
            )

    def _ask(self, method: str, target: str, body: Any) -> tuple[int, Any]:
        """Status and document; status 0 when the sandbox was killed meanwhile."""
        headers = {"Authorization": "Bearer sandbox-token", "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body)
        connection = self._connected()
        try:
            connection.request(method, GROUPS_PATH + target, content, headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        except (OSError, HTTPException):
            connection.close()
            self._connection = None
            return 0, None

    def _connected(self) -> HTTPConnection:
        deadline = time.monotonic() + PATIENCE
        while self._connection is None:
            connection = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
            try:
                connection.connect()
                self._connection = connection
            except OSError as error:
                if time.monotonic() > deadline:
                    raise ValueError(f"the sandbox does not accept connections after {PATIENCE} s") from error
                time.sleep(0.05)
        return self._connection


def soak(*, state: Path, requests: int, connections: int, kills: int, seed: int) -> list[str]:
    """Run the soak; return the problems."""
    process = start(["--state", str(state)])
    port = int(base_url(process).rpartition(":")[2])
    progress = Progress(requests)
    workers = [Worker(port, seed + number, progress) for number in range(connections)]
    threads = [threading.Thread(target=worker.run) for worker in workers]
    for thread in threads:
        thread.start()
    for kill in range(1, kills + 1):
        while progress.done < requests * kill // (kills + 1) and not progress.problems:
            time.sleep(0.01)
        process.kill()
        process.communicate()
        process = start(["--state", str(state), "--port", str(port)])
        base_url(process)
    for thread in threads:
        thread.join()
    code = stop(process)
    groups = sum(len(worker.groups) for worker in workers)
    updates = sum(acknowledged for worker in workers for acknowledged, _ in worker.groups.values())
    print(f"requests={progress.done} kills={kills} groups={groups} updates={updates} exit={code}")
    return progress.problems + ([f"exit code {code}"] if code else [])


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=30_000)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--state", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        problems = soak(
            state=options.state or Path(folder) / "state",
            requests=options.requests,
            connections=options.connections,
            kills=options.kills,
            seed=options.seed,
        )
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
