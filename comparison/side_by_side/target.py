"""A sandbox as a fair user prepares it: a token, a deployed group, and a contract that names the group."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from ruamel.yaml import YAML

from clumio_conformance.run.power import HEALTHY
from clumio_conformance.session.sandbox_process import sandbox
from side_by_side.relay import Relay, relay

ROOT: Final = Path(__file__).resolve().parents[2]
COLLECTION: Final = "/connections/aws/connection-groups"
TOKEN: Final = "comparison-token"  # noqa: S105 - it opens a sandbox of ours, for minutes
GROUP: Final = {
    "account_native_id": "123456789012",
    "asset_types": ["EC2/EBS"],
    "aws_regions": ["us-west-2"],
    "description": "Accounts of the data platform",
    "master_aws_account_id": "123456789012",
    "master_region": "us-west-2",
}


@dataclass(frozen=True, kw_only=True)
class Target:
    """A sandbox behind a relay, healthy or broken in one way, with a deployed group."""

    url: str
    group: str
    broken: bool
    relay: Relay


@contextmanager
def broken(fault: str) -> Iterator[Target]:
    """Start a sandbox, deploy a group, then break the sandbox."""
    with sandbox() as (base_url, control), relay(urlsplit(base_url).port or 0) as (url, relaying):
        control.register(TOKEN)
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = httpx.post(base_url + COLLECTION, json=GROUP, headers=headers, trust_env=False)
        answer.raise_for_status()
        group: str = answer.json()["id"]
        control.move(group, "deploy")
        if fault != HEALTHY:
            control.set_faults([fault])
        yield Target(url=url, group=group, broken=fault != HEALTHY, relay=relaying)


def digest() -> str:
    """The SHA-256 of what the contract says; comments and layout do not count."""
    return sha256(_contract().encode()).hexdigest()


def contract() -> dict[str, Any]:
    """The contract as it is."""
    document: dict[str, Any] = json.loads(_contract())
    return document


def with_example(group: str) -> dict[str, Any]:
    """The contract with the id of an existing group as the example of the path's parameter."""
    document = contract()
    document["components"]["parameters"]["ConnectionGroupId"]["example"] = group
    return document


def with_enum(group: str) -> dict[str, Any]:
    """The contract with that id as the only one, and with the filter of the example as the only filter.

    Specmatic does not use the example of a parameter, and its filters do not match the pattern of the filter.
    """
    document = contract()
    document["components"]["parameters"]["ConnectionGroupId"]["schema"] = {"type": "string", "enum": [group]}
    for parameter in document["paths"][COLLECTION]["get"]["parameters"]:
        if parameter.get("name") == "filter":
            parameter["schema"] = {"type": "string", "enum": [parameter["example"]]}
    return document


def write(document: dict[str, Any], folder: Path) -> Path:
    """Write a contract as JSON, which every reader of YAML reads in the same way."""
    file = folder / "spec.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


@cache
def _contract() -> str:
    return json.dumps(YAML(typ="safe").load(ROOT / "openapi" / "spec.yaml"))
