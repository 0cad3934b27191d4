"""A default live run reads, and does nothing else."""

import re
from pathlib import Path

from live_target import BRIEF, COLLECTION, SandboxAndControl, ran, vendor

from clumio_conformance.contract.contract import contract


def test_nothing_but_reads_of_declared_paths(tmp_path: Path, sandbox: SandboxAndControl) -> None:
    """The whole suite, as a user runs it: every request is a GET of a path that the contract knows."""
    with vendor(sandbox) as target:
        group = target.create()
        done = ran(tmp_path, target.token, "run", "--base-url", target.url)
        after = target.group(group)

    assert done.code == 0, done.output
    assert {request.method for request in target.seen} == {"GET"}
    assert all(contract().place(request.method, request.url) for request in target.seen)
    assert {request.body for request in target.seen} == {None}
    assert after["description"] == "precious"


def test_an_organizations_groups_are_not_walked_through(tmp_path: Path, sandbox: SandboxAndControl) -> None:
    """Of several groups one is read, the first that is listed."""
    with vendor(sandbox) as target:
        groups = {target.create() for _ in range(3)}
        ran(tmp_path, target.token, "run", "--base-url", target.url, *BRIEF)

    read = {request.url.split("?")[0].removeprefix(f"{COLLECTION}/") for request in target.seen}
    assert len(read & groups) == 1


def test_a_group_is_named_by_whatever_id(tmp_path: Path, sandbox: SandboxAndControl) -> None:
    """An odd id is one segment of the path, escaped: never another path."""
    odd = "../a/b?x=1#y/\N{CLOUD}"
    with vendor(sandbox) as target:
        ran(tmp_path, target.token, "run", "--base-url", target.url, "--connection-group-id", odd, *BRIEF)

    paths = {request.url.split("?")[0] for request in target.seen}
    assert f"{COLLECTION}/..%2Fa%2Fb%3Fx%3D1%23y%2F%E2%98%81" in paths
    assert all(re.fullmatch(rf"{COLLECTION}(/[^/?#]+)?", path) for path in paths)
