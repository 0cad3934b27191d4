"""A sandbox as a fair user would prepare it: a token, a group that is deployed, and a contract that names the group."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from clumio_conformance.run.power import HEALTHY
from clumio_conformance.run.session import COLLECTION
from clumio_conformance.run.targets import sandbox
from comparison.relay import Relay, relay

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
    """A sandbox behind a relay, broken in one way or none, with a group."""

    url: str
    group: str
    broken: bool
    relay: Relay


@contextmanager
def broken(fault: str) -> Iterator[Target]:
    """Start a sandbox of its own, deploy a group, then break it."""
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


def named(document: dict[str, Any], group: str) -> dict[str, Any]:
    """The contract with the id of a group that exists as the example of the path's parameter."""
    _parameter(document)["example"] = group
    return document


def narrowed(document: dict[str, Any], group: str) -> dict[str, Any]:
    """The contract with that id as the only one, and with the one filter of the examples.

    Specmatic does not use the example of a parameter, and what it makes of the filter's pattern does not match it.
    """
    _parameter(document)["schema"] = {"type": "string", "enum": [group]}
    for parameter in document["paths"][COLLECTION]["get"]["parameters"]:
        if parameter.get("name") == "filter":
            parameter["schema"] = {"type": "string", "enum": [parameter["example"]]}
    return document


def write(document: dict[str, Any], folder: Path) -> Path:
    """Write a contract as JSON, which every reader of YAML reads the same way."""
    file = folder / "spec.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def _parameter(document: dict[str, Any]) -> dict[str, Any]:
    parameter: dict[str, Any] = document["components"]["parameters"]["ConnectionGroupId"]
    return parameter
