"""Requests and answers of the vendor's API, in this process."""

import json
from typing import Any

import pytest
from tests.sandbox.conftest import UPDATE, Client, any_of

from clumio_sandbox.checks import ASSET_TYPES
from clumio_sandbox.messages import GROUP_MEDIA_TYPE, Response

PAGE_FIELDS = {
    "_etag", "_links", "account_name", "account_native_ids", "asset_types_enabled", "aws_regions", "config",
    "created_timestamp", "deployment_template_url", "description", "external_id", "id",
    "intended_account_native_ids", "intended_asset_types", "intended_aws_regions", "master_aws_account_id",
    "master_region", "ongoing_stack_operation", "organizational_unit_id", "stack_arn", "stack_name", "status",
}  # fmt: skip


def assert_error(response: Response, status: int) -> None:
    assert response.status == status, response.body
    assert response.media_type == "application/json"
    document = json.loads(response.body)
    assert set(document) == {"errors"}
    assert document["errors"]
    for error in document["errors"]:
        assert set(error) == {"error_code", "error_message"}
        assert type(error["error_code"]) is int
        assert 0 <= error["error_code"] < 2**32
        assert error["error_message"]


def test_success_has_the_pages_media_type_and_fields_only(client: Client) -> None:
    group = client.deployed(description="all there is", asset_types=list(ASSET_TYPES))
    response = client.send("PUT", f"/{group['id']}", UPDATE | {"description": "more"})
    assert (response.status, response.media_type) == (200, GROUP_MEDIA_TYPE)
    document = json.loads(response.body)
    assert set(document) == PAGE_FIELDS
    assert response.headers["ETag"] == f'"{document["_etag"]}"'
    assert set(document["config"]) == {
        "asset_types_enabled", "dynamodb", "ebs", "ec2", "ec2_mssql", "installed_template_version", "rds",
        "s3", "warm_tier_protect",
    }  # fmt: skip


def test_a_value_that_is_not_there_yet_is_left_out_and_never_null(client: Client) -> None:
    group = client.create()
    assert PAGE_FIELDS - set(group) == {"account_name", "config", "description", "stack_arn", "stack_name"}
    assert None not in group.values()


def test_config_is_null_for_the_deprecated_configuration(client: Client) -> None:
    group_id = client.deployed()["id"]
    client.sandbox.move(group_id, "legacy")
    assert client.read(group_id)["config"] is None


def test_an_update_shows_what_is_intended_and_not_yet_connected(client: Client) -> None:
    group = client.deployed()
    answer = client.update(
        group["id"], asset_types=["S3", "RDS"], aws_regions=["b", "a", "b"], description="later"
    )
    assert (answer["intended_asset_types"], answer["intended_aws_regions"]) == (
        ["S3", "RDS"],
        ["b", "a", "b"],
    )
    assert answer["description"] == "later"
    for field in ("asset_types_enabled", "aws_regions", "account_native_ids", "config", "status"):
        assert answer[field] == group[field]
    assert client.read(group["id"]) == answer


def test_repeating_an_update_changes_nothing(client: Client) -> None:
    group_id = client.create()["id"]
    first, second = (client.update(group_id, description="same") for _ in range(2))
    assert first == second
    assert client.update(group_id, description="other")["_etag"] != first["_etag"]


def test_an_update_replaces_the_description(client: Client) -> None:
    group_id = client.create(description="old")["id"]
    assert "description" not in client.update(group_id)
    assert client.update(group_id, description="")["description"] == ""


@pytest.mark.parametrize("text", ["", "ü\U0001f600\u202e", "\ud800 alone", "nul \x00", "x" * 100_000])
def test_any_description_comes_back_whole(client: Client, text: str) -> None:
    group_id = client.create()["id"]
    assert client.update(group_id, description=text)["description"] == text
    assert client.read(group_id)["description"] == text


@pytest.mark.parametrize(
    "fields",
    [
        *({"asset_types": [kind]} for kind in ASSET_TYPES if kind != "EC2MSSQL"),
        {"asset_types": ["EC2MSSQL", "EC2/EBS"]},
        *({"asset_types_enabled": [kind]} for kind in ASSET_TYPES if kind != "EC2MSSQL"),
        {"asset_types_enabled": None, "description": None, "template_permission_set": None},
        {"template_permission_set": "all"},
        {"asset_types": [], "aws_regions": []},
        {"asset_types": ["RDS", "RDS"], "aws_regions": ["moon", "moon"]},
        {"description": "text"},
    ],
)
def test_valid_updates(client: Client, fields: dict[str, Any]) -> None:
    group_id = client.create()["id"]
    assert "template_permission_set" not in client.update(group_id, **fields)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"asset_types":["RDS"],"aws_regions":["a"],"unknown":NaN}',
        b'{"asset_types":["RDS"],"aws_regions":["a"],"unknown":-Infinity}',
        b'{"asset_types":["RDS"],"aws_regions":["a"],"description":"\xff"}',
        '{"asset_types":["RDS"],"aws_regions":["a"]}'.encode("utf-16"),
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a":' + b"9" * 100_000 + b"}",
        [],
        "text",
        None,
        *(
            {"aws_regions": ["a"], "asset_types": value}
            for value in any_of(
                [None, "RDS", {}, 1, True, [1], [None], [["RDS"]], ["rds"], ["FSX"], [""], ["EC2MSSQL"]]
            )
        ),
        {"aws_regions": ["a"]},
        {"asset_types": ["EC2MSSQL", "EBS"], "aws_regions": ["a"]},
        {"asset_types": ["RDS"]},
        *(
            {"asset_types": ["RDS"], "aws_regions": value}
            for value in any_of([None, "a", {}, 1, False, [1], [None]])
        ),
        *(
            UPDATE | {"asset_types_enabled": value}
            for value in any_of(["RDS", {}, 1, [1], ["rds"], ["EC2MSSQL"], ["EC2MSSQL", "EBS"]])
        ),
        *(UPDATE | {"description": value} for value in any_of([1, False, [], {}])),
    ],
    ids=lambda body: repr(body)[:60],
)
def test_invalid_updates_are_refused_and_change_nothing(client: Client, body: Any) -> None:
    group = client.create()
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    assert_error(client.send("PUT", f"/{group['id']}", content), 400)
    assert client.read(group["id"]) == group


@pytest.mark.parametrize(
    "field", ["account_native_id", "asset_types", "aws_regions", "master_aws_account_id", "master_region"]
)
@pytest.mark.parametrize("value", [None, 1, "missing"])
def test_a_create_needs_its_fields(client: Client, field: str, value: Any) -> None:
    body = UPDATE | {
        "account_native_id": "1",
        "master_aws_account_id": "1",
        "master_region": "r",
        field: value,
    }
    if value == "missing":
        del body[field]
    assert_error(client.send("POST", "", body), 400)


def test_the_onboarding_scripts_create(client: Client) -> None:
    """The scripts send only the deprecated list, and read three fields."""
    body = {
        "account_native_id": "123456789012",
        "asset_types_enabled": ["EC2/EBS"],
        "aws_regions": ["us-east-1"],
        "master_aws_account_id": "123456789012",
        "master_region": "us-east-1",
    }
    accept = {"accept": "application/api.clumio.aws-environments=v1+json", "content-type": "application/json"}
    group = client.json(client.send("POST", "", body, headers=accept))
    assert group["intended_asset_types"] == ["EC2/EBS"]
    assert group["external_id"].startswith("ExternalID_")
    assert group["deployment_template_url"].startswith("http://sandbox.test/_sandbox/templates/")


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("text/plain; charset=utf-8", 200),
        ("Application/JSON", 200),
        ("", 200),
        ("application/xml", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/octet-stream", 415),
    ],
)
def test_media_types_of_a_body(client: Client, media_type: str, status: int) -> None:
    group_id = client.create()["id"]
    response = client.send("PUT", f"/{group_id}", UPDATE, headers={"content-type": media_type})
    assert response.status == status
    if status != 200:
        assert_error(response, status)


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer unknown", "Basic token-of-the-tests", "token-of-the-tests"],
)
def test_without_a_known_bearer_token_nothing_is_served(client: Client, authorization: str | None) -> None:
    group_id = client.create()["id"]
    headers = {} if authorization is None else {"authorization": authorization}
    for method, target in (("PUT", f"/{group_id}"), ("GET", f"/{group_id}"), ("GET", ""), ("POST", "")):
        response = client.send(method, target, UPDATE, token=None, headers=headers)
        assert_error(response, 401)
        assert json.loads(response.body)["errors"][0]["error_code"] == 402


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_case_insensitive(client: Client, scheme: str) -> None:
    headers = {"authorization": f"{scheme} token-of-the-tests"}
    assert client.send("GET", token=None, headers=headers).status == 200


def test_another_organizations_group_is_not_there(client: Client) -> None:
    client.sandbox.store.register("another")
    group = client.create()
    for method in ("GET", "PUT"):
        assert_error(client.send(method, f"/{group['id']}", b"{", token="another"), 404)
    listed = client.json(client.send("GET", token="another"))
    assert listed["_embedded"]["items"] == []


def test_ids_are_percent_decoded(client: Client) -> None:
    group_id = client.create()["id"]
    encoded = "".join(f"%{ord(character):02X}" for character in group_id)
    assert client.read(encoded)["id"] == group_id
    assert_error(client.send("GET", "/a%2Fb%20c"), 404)
    assert_error(client.send("PUT", "/", UPDATE), 404)
    assert_error(client.send("PUT", "/%00", UPDATE), 404)


@pytest.mark.parametrize(
    ("method", "target", "allowed"),
    [
        ("DELETE", "/x", "GET, PUT"),
        ("PATCH", "/x", "GET, PUT"),
        ("PUT", "", "GET, POST"),
        ("BREW", "", "GET, POST"),
    ],
)
def test_wrong_methods(client: Client, method: str, target: str, allowed: str) -> None:
    response = client.send(method, target)
    assert_error(response, 405)
    assert response.headers["Allow"] == allowed


@pytest.mark.parametrize("target", ["/x/y", "x", "/../x/y"])
def test_unknown_paths(client: Client, target: str) -> None:
    assert_error(client.send("GET", target), 404)


def test_reads_embed_the_unit_and_hide_the_external_id_on_request(client: Client) -> None:
    group = client.create(organizational_unit_id="unit-1")
    target = f"/{group['id']}?embed=read-organizational-unit&return_external_id=False"
    document = client.json(client.send("GET", target))
    assert document.pop("_embedded")["read-organizational-unit"]["id"] == "unit-1"
    assert document == {name: value for name, value in group.items() if name != "external_id"}


def test_pages_list_each_group_once(client: Client) -> None:
    ids = [client.create()["id"] for _ in range(5)]
    seen = []
    target = "?limit=2"
    while target:
        page = client.json(client.send("GET", target))
        assert page["current_count"] == len(page["_embedded"]["items"]) <= page["limit"] == 2
        seen += [group["id"] for group in page["_embedded"]["items"]]
        following = page["_links"].get("_next")
        assert following is None or "start=" in following["href"]
        target = "?" + following["href"].partition("?")[2] if following else ""
    assert seen == ids


@pytest.mark.parametrize(
    ("condition", "matches"),
    [
        ({"account_native_id": {"$in": ["111", "222"]}}, True),
        ({"account_native_id": {"$in": ["222"]}}, False),
        ({"organizational_unit_id": {"$in": ["unit"]}}, True),
        ({"account_alias": {"$contains": "aws-acc"}}, True),
        ({"account_alias": {"$contains": "account-111"}}, True),
        ({"account_alias": {"$contains": ""}}, True),
        ({"account_alias": {"$contains": "3"}}, False),
        ({"account_alias": {"$contains": "AWS"}}, False),
        ({"services_enabled": {"$contains": ["ebs"]}}, True),
        ({"services_enabled": {"$contains": ["rds", "ebs"]}}, True),
        ({"services_enabled": {"$contains": "RDS"}}, True),
        ({"services_enabled": {"$contains": []}}, True),
        ({"services_enabled": {"$contains": ["ec2/ebs"]}}, False),
        ({"services_enabled": {"$contains": ["ebs", "s3"]}}, False),
        ({"services_enabled": {"$contains": "s3"}}, False),
        ({"services_enabled": {"$eq": ["rds", "ebs", "rds"]}}, True),
        ({"services_enabled": {"$eq": ["rds"]}}, False),
        ({"services_enabled": {"$eq": ["ebs", "rds", "s3"]}}, False),
        ({"services_enabled": {"$eq": ["ebs", "rds"]}, "account_native_id": {"$in": ["111"]}}, True),
        ({"services_enabled": {"$eq": ["ebs", "rds"]}, "account_native_id": {"$in": ["222"]}}, False),
    ],
)
def test_filters(client: Client, condition: dict[str, Any], matches: bool) -> None:
    client.deployed(account_native_id="111", organizational_unit_id="unit", asset_types=["EC2/EBS", "RDS"])
    assert len(filtered(client, condition)) == matches


@pytest.mark.parametrize(
    ("asset_types", "services"),
    [
        *(([kind], [kind.lower()]) for kind in ("RDS", "DynamoDB", "S3", "EBS")),
        (["EC2/EBS"], ["ebs"]),
        (["EC2/EBS", "EBS"], ["ebs"]),
        (["EC2/EBS", "EC2MSSQL"], ["ebs", "ec2mssql"]),
    ],
)
def test_the_services_of_asset_types(client: Client, asset_types: list[str], services: list[str]) -> None:
    group = client.deployed(asset_types=asset_types)
    assert filtered(client, {"services_enabled": {"$eq": services}}) == [group]


def test_a_group_that_is_not_connected_has_neither_alias_nor_services(client: Client) -> None:
    """It is found by its account and its unit; an update counts once it is deployed."""
    group = client.create(account_native_id="111", organizational_unit_id="unit", asset_types=["RDS"])
    rds = {"services_enabled": {"$contains": ["rds"]}}
    assert filtered(client, {"account_native_id": {"$in": ["111"]}}) == [group]
    assert filtered(client, {"organizational_unit_id": {"$in": ["unit"]}}) == [group]
    assert filtered(client, {"services_enabled": {"$eq": []}}) == [group]
    assert filtered(client, {"account_alias": {"$contains": ""}}) == []
    assert filtered(client, rds) == []

    client.sandbox.move(group["id"], "deploy")
    client.update(group["id"], asset_types=["S3"])
    assert filtered(client, rds) == [client.read(group["id"])]

    client.sandbox.move(group["id"], "deploy")
    assert filtered(client, rds) == []


def filtered(client: Client, condition: dict[str, Any]) -> list[dict[str, Any]]:
    """The groups that a filter finds."""
    page = client.json(client.send("GET", f"?filter={json.dumps(condition)}"))
    groups: list[dict[str, Any]] = page["_embedded"]["items"]
    return groups


@pytest.mark.parametrize(
    "query",
    [
        "limit=-1", "limit=x", "limit=%D9%A3", "limit=" + "9" * 5000, "filter={", "filter=[]",
        'filter={"x":{"$in":[]}}', 'filter={"account_native_id":[]}',
        'filter={"account_native_id":{"$in":[1]}}',
        'filter={"account_alias":{"$contains":1}}', 'filter={"account_native_id":{"$in":[],"$eq":1}}',
        'filter={"services_enabled":{"$eq":[[]]}}', "filter=%ff",
    ],
)  # fmt: skip
def test_invalid_list_parameters_are_refused(client: Client, query: str) -> None:
    assert_error(client.send("GET", f"?{query}"), 400)


@pytest.mark.parametrize("token", ["x", "%00", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk=", "LTE="])
def test_a_page_token_that_was_never_given_out_is_behind_the_last_group(client: Client, token: str) -> None:
    client.create()
    page = client.json(client.send("GET", f"?start={token}"))
    assert (page["_embedded"]["items"], "_next" in page["_links"]) == ([], False)


def test_a_limit_of_nothing_is_the_default(client: Client) -> None:
    assert client.json(client.send("GET", "?limit=0"))["limit"] == client.json(client.send("GET"))["limit"]
