"""The vendor's own Python SDK, `clumioapi` 1.0.3, run for real against the sandbox.

It needs Python 3.12 or newer, so it runs in a Python of its own: the one that `CLUMIO_SDK_PYTHON` names, else
the one of the tests. None of its code is in this project.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from clumio_sandbox.driver import Driver

PAGE = Path(__file__).parents[2] / "docs" / "sandbox.md"

BEFORE = """
import json, sys
from clumioapi.controllers.types import aws_connection_groups_types
from clumioapi.exceptions.clumio_exception import ClumioException
from clumioapi.models import create_aws_connection_group_v1_request, update_aws_connection_group_v1_request

Create = create_aws_connection_group_v1_request.CreateAwsConnectionGroupV1Request
Update = update_aws_connection_group_v1_request.UpdateAwsConnectionGroupV1Request
Filter = aws_connection_groups_types.ListAwsConnectionGroupsV1FilterT
base_url, token, given = json.load(sys.stdin)
"""
AFTER = """
groups = client.aws_connection_groups_v1
create, update = groups.create_aws_connection_group, groups.update_aws_connection_group
read, listed = groups.read_aws_connection_group, groups.list_aws_connection_groups
print(json.dumps(work()))
"""
ACCOUNT = {"AccountNativeId": "1" * 12, "MasterAwsAccountId": "2" * 12, "MasterRegion": "us-east-1"}


@dataclass(frozen=True)
class Sdk:
    """Runs scripts that use the SDK as one organization of the sandbox."""

    python: str
    sandbox: Driver

    def run(self, script: str, given: Any = None) -> Any:
        """What the script's function `work` returns; it has the names of `BEFORE`, the page and `AFTER`."""
        done = subprocess.run(
            # -P: modules come from the SDK's Python only, and not from the current folder.
            [self.python, "-P", "-c", BEFORE + script + the_pages_client() + AFTER],
            input=json.dumps([self.sandbox.base_url, self.sandbox.token, given]),
            # The SDK's HTTP client would ask the environment's proxy for this machine.
            env={**os.environ, "no_proxy": "*"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


def the_pages_client() -> str:
    """The example of docs/sandbox.md, unchanged."""
    section = PAGE.read_text(encoding="utf-8").partition("\n## The vendor's Python SDK\n")[2]
    return section.partition("```python\n")[2].partition("```")[0]


@pytest.fixture(scope="session")
def sdk_python() -> str:
    """A Python that has the SDK."""
    named = os.environ.get("CLUMIO_SDK_PYTHON")
    python = named or sys.executable
    command = [python, "-P", "-c", "from clumioapi import clumioapi_client"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        problem = done.stderr.strip().rpartition("\n")[2] if done.returncode else ""
    except OSError as error:
        problem = str(error)
    if problem:
        which = "CLUMIO_SDK_PYTHON" if named else "CLUMIO_SDK_PYTHON is not set, and this Python"
        pytest.skip(f"no Python 3.12 or newer with the package clumioapi; {which}: {problem}")
    return python


@pytest.fixture
def sdk(sdk_python: str, clumio_sandbox: Driver) -> Sdk:
    return Sdk(sdk_python, clumio_sandbox)


def test_it_creates_updates_and_reads(sdk: Sdk) -> None:
    """An update's values are intended at once; a read has unit and external id as its caller asks."""
    script = """
def work():
    fields = given | {"AwsRegions": ["us-east-1"], "AssetTypes": ["EC2/EBS"], "Description": "first"}
    made = create(Create(**fields, OrganizationalUnitId="unit"))
    later = update(made.Id, Update(AwsRegions=["us-west-2"], AssetTypes=["S3"], Description="second"))
    full = read(made.Id, embed="read-organizational-unit", return_external_id=True)
    without = read(made.Id, return_external_id=False)
    return [
        [made.Status, made.Links.Self.Type],
        [made.IntendedAssetTypes, made.IntendedAwsRegions, made.Description],
        [later.IntendedAssetTypes, later.IntendedAwsRegions, later.Description],
        [full.IntendedAssetTypes, full.IntendedAwsRegions, full.Description],
        [made.Id == later.Id == full.Id, made.Etag != later.Etag == full.Etag == without.Etag],
        [full.ExternalId == made.ExternalId, full.Embedded["read-organizational-unit"]["id"]],
        [without.ExternalId, without.Embedded],
    ]
"""
    assert sdk.run(script, ACCOUNT) == [
        ["connecting", "get"],
        [["EC2/EBS"], ["us-east-1"], "first"],
        [["S3"], ["us-west-2"], "second"],
        [["S3"], ["us-west-2"], "second"],
        [True, True],
        [True, "unit"],
        [None, None],
    ]


def test_it_creates_from_the_deprecated_list(sdk: Sdk) -> None:
    script = """
def work():
    return create(Create(**given, AwsRegions=["us-east-1"], AssetTypesEnabled=["EBS"])).IntendedAssetTypes
"""
    assert sdk.run(script, ACCOUNT) == ["EBS"]


def test_it_reads_what_is_connected(sdk: Sdk) -> None:
    """A deployed group has an alias and a configuration; a deprecated configuration is null."""
    types = ["EC2/EBS", "DynamoDB"]
    made = [sdk.sandbox.create_group(asset_types=types)["id"] for _ in range(2)]
    for group_id in made:
        sdk.sandbox.stack(group_id, "deploy")
    sdk.sandbox.stack(made[1], "legacy")
    script = """
def work():
    group, legacy = map(read, given)
    config = group.Config
    parts = config.Ebs, config.Ec2, config.Dynamodb, config.WarmTierProtect.Dynamodb
    return [
        [group.Status, group.OngoingStackOperation, bool(group.AccountName), bool(group.StackArn)],
        [group.AssetTypesEnabled, config.AssetTypesEnabled, group.AwsRegions, group.AccountNativeIds],
        [part.InstalledTemplateVersion for part in parts],
        [config.Rds, legacy.Config],
    ]
"""
    assert sdk.run(script, made) == [
        ["fully_connected", "no_active_operation", True, True],
        [types, types, ["us-east-1"], ["123456789012"]],
        ["1.1"] * 4,
        [None, None],
    ]


# The groups that each filter finds: `a` has EC2/EBS and RDS, `b` has EBS; `c` has S3, but is not connected.
FILTERS: list[tuple[dict[str, Any], str]] = [
    ({}, "abc"),
    ({"AccountNativeId": {"in": ["a1", "c1", "d1"]}}, "ac"),
    ({"AccountNativeId": {"in": ["a"]}}, ""),
    ({"OrganizationalUnitId": {"in": ["unit-1"]}}, "ac"),
    ({"OrganizationalUnitId": {"in": ["unit-1", "unit-2"]}}, "abc"),
    ({"AccountAlias": {"contains": "aws-account"}}, "ab"),
    ({"AccountAlias": {"contains": "b1"}}, "b"),
    ({"AccountAlias": {"contains": "c1"}}, ""),
    ({"ServicesEnabled": {"contains": ["ebs"]}}, "ab"),
    ({"ServicesEnabled": {"contains": ["ebs", "rds"]}}, "a"),
    ({"ServicesEnabled": {"contains": ["s3"]}}, ""),
    ({"ServicesEnabled": {"contains": ["iceberg_on_glue"]}}, ""),
    ({"ServicesEnabled": {"eq": ["ebs"]}}, "b"),
    ({"ServicesEnabled": {"eq": ["rds", "ebs"]}}, "a"),
    ({"ServicesEnabled": {"contains": ["ebs"]}, "OrganizationalUnitId": {"in": ["unit-2"]}}, "b"),
]


def test_each_documented_filter_finds_its_groups(sdk: Sdk) -> None:
    for account, unit, types in (("a1", "unit-1", ["EC2/EBS", "RDS"]), ("b1", "unit-2", ["EBS"])):
        fields = {"account_native_id": account, "organizational_unit_id": unit, "asset_types": types}
        sdk.sandbox.stack(sdk.sandbox.create_group(**fields)["id"], "deploy")
    sdk.sandbox.create_group(account_native_id="c1", organizational_unit_id="unit-1", asset_types=["S3"])
    script = """
def found(fields):
    page = listed(filter=Filter(**fields))
    assert page.CurrentCount == len(page.Embedded.Items)
    return "".join(group.IntendedAccountNativeIds[0][0] for group in page.Embedded.Items)

def work():
    return [found(fields) for fields in given]
"""
    filters = [fields for fields, _ in FILTERS]
    assert list(zip(filters, sdk.run(script, filters), strict=True)) == FILTERS


def test_its_paginator_reads_each_group_once(sdk: Sdk) -> None:
    made = [sdk.sandbox.create_group(account_native_id=account)["id"] for account in "ababa"]
    script = """
def work():
    pages = client.aws_connection_groups_v1_paginator.list_aws_connection_groups
    every = [[group.Id for group in page.Embedded.Items] for page in pages(limit=2)]
    some = [[group.Id for group in page.Embedded.Items]
        for page in pages(limit=2, filter=Filter(AccountNativeId={"in": ["a"]}))]
    return [every, some]
"""
    pages = [[made[0:2], made[2:4], made[4:5]], [[made[0], made[2]], [made[4]]]]
    assert sdk.run(script) == pages


def test_a_refused_call_is_its_exception(sdk: Sdk) -> None:
    """The exception has the status, and the body of the answer."""
    script = """
def refused(call):
    try:
        return call()
    except ClumioException as error:
        text = str(error)
        body = json.loads(text.partition("Body: ")[2])
        return [text.partition("HTTP Status Code: ")[2][:3], body["errors"][0]["error_code"]]

def work():
    answers = [
        refused(lambda: read("nope")),
        refused(lambda: read("a/b c")),
        refused(read),
        refused(lambda: update(given, Update())),
        refused(lambda: update(given)),
        refused(create),
        refused(lambda: listed(limit=-1)),
    ]
    client.base_controller.client.bearer_token = "unknown"
    return answers + [refused(lambda: read(given)), refused(listed)]
"""
    answers = sdk.run(script, sdk.sandbox.create_group()["id"])
    assert [status for status, _ in answers] == [
        "404",
        "404",
        "404",
        "400",
        "400",
        "400",
        "400",
        "401",
        "401",
    ]
    assert [code for _, code in answers[-2:]] == [402, 402]
