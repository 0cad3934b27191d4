"""The deployment template: its content, its URL, and what CloudFormation's linter says."""

import json
from typing import Any

import pytest

from clumio_sandbox.checks import ASSET_TYPES
from clumio_sandbox.driver import Driver

PARAMETERS = {"ClumioToken", "RoleExternalId", "PermissionModel", "PermissionsBoundaryARN"}


def lint(template: str) -> list[Any]:
    from cfnlint.api import lint as linted  # noqa: PLC0415 - slow to import

    return list(linted(template))


def fetch(sandbox: Driver, url: str) -> tuple[int, Any]:
    """Status and document; a template needs no token."""
    status, body = sandbox.exchange("GET", url.removeprefix(sandbox.base_url), None, ())
    return status, json.loads(body)


@pytest.mark.parametrize("kinds", [ASSET_TYPES, ("RDS", "RDS"), ()])
def test_the_linter_accepts_it(clumio_sandbox: Driver, kinds: tuple[str, ...]) -> None:
    group = clumio_sandbox.create_group(asset_types=list(kinds))
    _, template = fetch(clumio_sandbox, group["deployment_template_url"])
    assert lint(json.dumps(template)) == []


def test_the_linter_refuses_a_wrong_template() -> None:
    assert lint('{"Resources": {"A": {"Type": "AWS::IAM::Role", "Properties": {}}}}')


def test_it_trusts_by_external_id_and_grows_with_the_asset_types(clumio_sandbox: Driver) -> None:
    group_id = clumio_sandbox.create_group()["id"]
    sizes = []
    for count in range(1, len(ASSET_TYPES) + 1):
        wanted = list(ASSET_TYPES[:count])
        answer = clumio_sandbox.update_group(group_id, asset_types=wanted, aws_regions=[])
        _, template = fetch(clumio_sandbox, answer["deployment_template_url"])
        assert set(template["Parameters"]) == PARAMETERS
        role = template["Resources"]["ClumioIAMRole"]["Properties"]
        assert len(role["Policies"]) == count
        trust = json.dumps(role["AssumeRolePolicyDocument"])
        assert '{"sts:ExternalId": {"Ref": "RoleExternalId"}}' in trust
        sizes.append(len(json.dumps(role)))
    assert sizes == sorted(set(sizes))


def test_a_template_is_there_until_another_takes_its_place(clumio_sandbox: Driver) -> None:
    """The template of the deployed plan stays, beside that of the intended plan."""
    first = clumio_sandbox.create_group()
    second = clumio_sandbox.update_group(first["id"], asset_types=["S3"], aws_regions=[])
    third = clumio_sandbox.update_group(first["id"], asset_types=["RDS"], aws_regions=[])
    urls = [group["deployment_template_url"] for group in (first, second, third)]
    assert [fetch(clumio_sandbox, url)[0] for url in urls] == [200, 404, 200]
    clumio_sandbox.stack(first["id"], "deploy")
    assert [fetch(clumio_sandbox, url)[0] for url in urls] == [404, 404, 200]
    clumio_sandbox.stack(first["id"], "destroy")
    assert fetch(clumio_sandbox, urls[2])[0] == 404


@pytest.mark.parametrize(
    "spoil", [lambda url: url[:-1], lambda url: url.partition("?")[0], lambda url: url + "%C3%A9"]
)
def test_a_template_needs_the_signature_of_its_url(clumio_sandbox: Driver, spoil: Any) -> None:
    status, error = fetch(clumio_sandbox, spoil(clumio_sandbox.create_group()["deployment_template_url"]))
    assert status == 403
    assert error["errors"]


@pytest.mark.parametrize("path", ["x/1.template", "x/one.template", "x/99999999999999999999.template"])
def test_there_is_no_other_template(clumio_sandbox: Driver, path: str) -> None:
    status, error = fetch(clumio_sandbox, f"/_sandbox/templates/{path}")
    assert status == 404
    assert error["errors"]
