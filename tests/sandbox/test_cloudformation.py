"""Groups follow real stacks: those of moto's server, and stubbed answers for what moto never does."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import boto3
import pytest
from botocore.stub import Stubber

from clumio_sandbox.cloudformation import CloudFormationStacks
from clumio_sandbox.driver import Driver, RefusedError
from clumio_sandbox.group import Group, Operation, Plan, Stack
from clumio_sandbox.life_cycle import UPDATE_LIFETIME, Event, request_update
from clumio_sandbox.process import running
from clumio_sandbox.stacks import PHASES, Phase, StackView, observed

REGION = "us-east-1"
ACCOUNT = "123456789012"
ARN = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/clumio/1"


@pytest.fixture
def driver(aws_endpoint: str) -> Iterator[Driver]:
    with running(["--cloudformation-endpoint", aws_endpoint]) as base_url:
        yield Driver(base_url, "sandbox-token")


def fetch(url: str) -> str:
    with urlopen(url) as response:  # noqa: S310 - the sandbox's own URL
        return str(response.read().decode())


def parameters(group: dict[str, Any]) -> list[dict[str, str]]:
    """Those of the vendor's onboarding scripts."""
    values = {
        "ClumioToken": group["id"],
        "RoleExternalId": group["external_id"],
        "PermissionModel": "SELF_MANAGED",
        "PermissionsBoundaryARN": "",
    }
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]


def deployment(group: dict[str, Any]) -> dict[str, Any]:
    return {
        "StackName": "clumio",
        "TemplateBody": fetch(group["deployment_template_url"]),
        "Parameters": parameters(group),
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
    }


def test_a_group_follows_its_stack(driver: Driver, aws_endpoint: str) -> None:
    """Created, deployed, updated, discarded, rolled back and deleted, all through CloudFormation."""
    aws = boto3.client("cloudformation", region_name=REGION, endpoint_url=aws_endpoint)
    iam = boto3.client("iam", region_name=REGION, endpoint_url=aws_endpoint)
    group = driver.create_group(description="old")
    group_id = group["id"]
    role = f"ClumioIAMRole-{group_id}"
    assert driver.read_group(group_id)["status"] == "connecting"

    arn = aws.create_stack(**deployment(group))["StackId"]
    connected = driver.read_group(group_id)
    assert (connected["status"], connected["ongoing_stack_operation"]) == (
        "fully_connected",
        "no_active_operation",
    )
    assert (connected["stack_arn"], connected["stack_name"]) == (arn, "clumio")
    assert connected["asset_types_enabled"] == ["EC2/EBS"]
    trust = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    assert group["external_id"] in json.dumps(trust)
    assert iam.list_role_policies(RoleName=role)["PolicyNames"] == ["Clumio-EC2-EBS"]

    wanted = {"asset_types": ["EC2/EBS", "S3"], "aws_regions": ["us-west-2"]}
    update = driver.update_group(group_id, **wanted, description="new")
    assert driver.read_group(group_id)["asset_types_enabled"] == ["EC2/EBS"]
    aws.update_stack(**deployment(update))
    updated = driver.read_group(group_id)
    assert (updated["asset_types_enabled"], updated["aws_regions"]) == (wanted["asset_types"], ["us-west-2"])
    assert updated["config"]["s3"]["installed_template_version"] == "1.2"

    driver.update_group(group_id, asset_types=["RDS"], aws_regions=["us-west-2"])
    assert driver.read_group(group_id)["intended_asset_types"] == ["RDS"]
    driver.advance(UPDATE_LIFETIME)
    assert without_etag(driver.read_group(group_id)) == without_etag(updated)

    driver.update_group(group_id, asset_types=["DynamoDB"], aws_regions=["us-west-2"])
    from moto.cloudformation.models import cloudformation_backends  # noqa: PLC0415 - slow to import

    stack = cloudformation_backends[ACCOUNT][REGION].stacks[arn]
    # Moto's own stacks never roll back.
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    assert driver.read_group(group_id)["ongoing_stack_operation"] == "updating_stack"
    stack.status = "UPDATE_ROLLBACK_COMPLETE"
    assert without_etag(driver.read_group(group_id)) == without_etag(updated)

    aws.delete_stack(StackName=arn)
    with pytest.raises(RefusedError, match="404"):
        driver.read_group(group_id)
    state = driver.state(group_id)
    assert state["deleted"]
    assert {row["aws_region"] for row in state["connections"]} == {"us-east-1", "us-west-2"}
    assert {row["asset_type"] for row in state["backups"]} == {"EC2/EBS", "S3"}


def without_etag(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "_etag"}


def test_the_control_api_does_not_move_a_real_stack(driver: Driver, aws_endpoint: str) -> None:
    """It says so, and can still give up an update."""
    aws = boto3.client("cloudformation", region_name=REGION, endpoint_url=aws_endpoint)
    group = driver.create_group()
    with pytest.raises(RefusedError, match=r"409.*use CloudFormation"):
        driver.stack(group["id"], "deploy")
    aws.create_stack(**{**deployment(group), "StackName": "another"})
    driver.update_group(group["id"], asset_types=["RDS"], aws_regions=["us-east-1"])
    state = driver.stack(group["id"], "discard")
    assert state["group"]["intended_asset_types"] == ["EC2/EBS"]


def test_a_dead_endpoint_does_not_harm_the_api(aws_credentials: None, tmp_path: Path) -> None:  # noqa: ARG001 - a fixture
    log = tmp_path / "log"
    with (
        log.open("wb") as stderr,
        running(["--cloudformation-endpoint", "http://127.0.0.1:9"], stderr=stderr) as base_url,
    ):
        driver = Driver(base_url, "sandbox-token")
        group = driver.create_group(master_region="no region \u2603")
        assert driver.read_group(group["id"])["status"] == "connecting"
        assert driver.read_group(driver.create_group()["id"])["status"] == "connecting"
    assert "cannot be read" in log.read_text()
    assert "Traceback" not in log.read_text()


def a_group() -> Group:
    return Group(
        id="group", organization="o", external_id="e", account_native_id=ACCOUNT,
        master_aws_account_id=ACCOUNT, master_region=REGION, organizational_unit_id="u", created_at=0.0,
        settled=Plan(("RDS",), (REGION,), "old", 1),
    )  # fmt: skip


def view(status: str, *, revision: int | None = 1, moved_at: str = "1") -> StackView:
    return StackView(ARN, "clumio", status, revision, moved_at)


def follow(group: Group, *views: StackView) -> Group:
    for look in views:
        for _, after in observed(group, look, 0.0):
            group = after
    return group


def deployed() -> Group:
    return follow(a_group(), view("CREATE_COMPLETE"))


def updating() -> Group:
    return request_update(deployed(), Plan(("S3",), (REGION,), "new"), 0.0)


def test_a_look_at_an_unchanged_stack_changes_nothing() -> None:
    group = deployed()
    assert observed(group, view("CREATE_COMPLETE"), 0.0) == []
    assert observed(updating(), view("CREATE_COMPLETE"), 0.0) == []


@pytest.mark.parametrize("status", ["CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"])
def test_a_create_that_fails(status: str) -> None:
    group = follow(a_group(), view("CREATE_IN_PROGRESS"))
    assert (group.status, group.operation) == ("connecting", Operation.CREATING)
    failed = follow(group, view("ROLLBACK_IN_PROGRESS"), view(status))
    assert (failed.status, failed.operation, failed.reach) == ("deployment_failed", Operation.NONE, None)
    assert follow(a_group(), view(status)) == failed


@pytest.mark.parametrize("status", ["UPDATE_ROLLBACK_COMPLETE", "UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED"])
def test_an_update_that_fails(status: str) -> None:
    """It is discarded, whether or not a read observed the running update."""
    before = updating()
    under_way = follow(before, view("UPDATE_IN_PROGRESS"))
    assert under_way.operation is Operation.UPDATING
    assert under_way.reach == before.reach
    failed = follow(under_way, view("UPDATE_ROLLBACK_IN_PROGRESS"), view(status))
    assert (failed.intended, failed.reach, failed.operation) == (before.settled, before.reach, Operation.NONE)
    assert follow(before, view(status)) == failed
    assert follow(failed, view(status)) == failed


def test_an_update_that_succeeds() -> None:
    views = view("UPDATE_IN_PROGRESS"), view("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", revision=2)
    under_way = follow(updating(), *views)
    assert under_way.operation is Operation.UPDATING
    done = follow(under_way, view("UPDATE_COMPLETE", revision=2))
    assert done.reach
    assert (done.reach.asset_types, done.pending, done.settled.description) == (("S3",), None, "new")
    again = follow(done, view("UPDATE_COMPLETE", revision=2, moved_at="2"))
    assert again.stack != done.stack
    assert again.reach == done.reach


def test_a_stack_updated_from_an_older_template_leaves_the_request_pending() -> None:
    group = follow(updating(), view("UPDATE_COMPLETE", revision=1, moved_at="2"))
    assert group.reach
    assert (group.reach.asset_types, group.intended.asset_types) == (("RDS",), ("S3",))


def test_a_replaced_template_does_not_complete_an_update() -> None:
    group = request_update(updating(), Plan(("DynamoDB",), (REGION,), None), 0.0)
    assert follow(group, view("UPDATE_COMPLETE", revision=2)).intended == group.settled


def test_a_stack_that_does_not_tell_its_revision_has_made_what_was_intended() -> None:
    group = follow(updating(), view("UPDATE_COMPLETE", revision=None))
    assert group.reach
    assert group.reach.asset_types == ("S3",)


@pytest.mark.parametrize("before", [deployed, updating], ids=["deployed", "updating"])
def test_deletion(before: Any) -> None:
    group = follow(before(), view("DELETE_IN_PROGRESS"))
    assert group.operation is Operation.DELETING
    assert not group.deleted
    assert follow(group, view("DELETE_COMPLETE")).deleted
    assert follow(before(), view("DELETE_COMPLETE")).deleted
    kept = follow(group, view("DELETE_FAILED"))
    assert (kept.deleted, kept.operation, kept.reach) == (False, Operation.NONE, group.reach)
    assert follow(kept, view("DELETE_FAILED")) == kept


def test_deletion_amid_an_update() -> None:
    group = follow(updating(), view("UPDATE_IN_PROGRESS"), view("DELETE_IN_PROGRESS"))
    assert (group.operation, group.pending) == (Operation.DELETING, None)


@pytest.mark.parametrize("status", [*PHASES, "REVIEW_IN_PROGRESS", "IMPORT_COMPLETE", "NEW_IN_2030"])
@pytest.mark.parametrize("before", [a_group, deployed, updating], ids=["new", "deployed", "updating"])
def test_any_status_can_be_met_in_any_state(before: Any, status: str) -> None:
    for first in (*PHASES, None):
        start = follow(before(), view(first, moved_at="0")) if first else before()
        if not start.deleted:
            follow(start, view(status, moved_at="9"))


def stubbed(*responses: dict[str, Any]) -> CloudFormationStacks:
    stacks = CloudFormationStacks("http://127.0.0.1:9")
    stubber = Stubber(stacks.client(REGION))
    for response in responses:
        stubber.add_response("describe_stacks", response)
    stubber.activate()
    return stacks


def described(status: str, **more: Any) -> dict[str, Any]:
    moment = "2026-01-01T00:00:00Z"
    stack = {"StackId": ARN, "StackName": "clumio", "StackStatus": status, "CreationTime": moment, **more}
    return {"Stacks": [stack]}


@pytest.mark.usefixtures("aws_credentials")
def test_a_rollback_is_seen() -> None:
    outputs = [{"OutputKey": "ClumioTemplateRevision", "OutputValue": "1"}]
    stacks = stubbed(described("UPDATE_ROLLBACK_COMPLETE", Outputs=outputs))
    look = stacks.look(updating())
    assert look
    assert (look.status, look.revision, look.arn) == ("UPDATE_ROLLBACK_COMPLETE", 1, ARN)
    assert [event for event, _ in observed(updating(), look, 0.0)] == [Event.START, Event.FAIL]


@pytest.mark.usefixtures("aws_credentials")
def test_the_stack_is_found_on_a_later_page() -> None:
    own = [{"ParameterKey": "ClumioToken", "ParameterValue": "group"}]
    other = [{"ParameterKey": "ClumioToken", "ParameterValue": "other"}]
    stacks = stubbed(
        {**described("CREATE_COMPLETE", Parameters=other), "NextToken": "more"},
        described("CREATE_IN_PROGRESS", Parameters=own),
    )
    look = stacks.look(a_group())
    assert look
    assert look.status == "CREATE_IN_PROGRESS"
    assert stubbed(described("CREATE_COMPLETE")).look(a_group()) is None


@pytest.mark.usefixtures("aws_credentials")
@pytest.mark.parametrize(
    ("message", "status"), [("Stack with id x does not exist", "DELETE_COMPLETE"), ("no", None)]
)
def test_a_stack_that_is_forgotten_is_deleted(message: str, status: str | None) -> None:
    stacks = CloudFormationStacks("http://127.0.0.1:9")
    stubber = Stubber(stacks.client(REGION))
    stubber.add_client_error("describe_stacks", "ValidationError", message)
    stubber.activate()
    look = stacks.look(deployed())
    assert (look and look.status) == status
    assert Stack(ARN, "clumio", view("CREATE_COMPLETE").mark) == deployed().stack


def test_every_status_of_cloudformation_is_known_or_ignored_on_purpose() -> None:
    """The list is botocore's; a status that it adds fails here."""
    shape = boto3.client("cloudformation", region_name=REGION).meta.service_model.shape_for("StackStatus")
    ignored = {status for status in shape.enum if status.startswith(("IMPORT_", "REVIEW_"))}
    assert set(PHASES) == set(shape.enum) - ignored
    assert set(PHASES.values()) == set(Phase)
