"""Operations of any contract: any method, status, media type and number of path parameters."""

import json
from pathlib import Path
from typing import Any

import pytest

from clumio_conformance.contract.contract import Contract
from clumio_conformance.contract.nodes import Node
from clumio_conformance.contract.operations import operations
from clumio_conformance.contract.schema import Schema
from clumio_conformance.contract.specification import METHODS, Specification
from clumio_conformance.contract.yaml_files import ContractError
from clumio_conformance.exchange import Exchange, Placement, Request, Response
from clumio_conformance.judging.judge import judge

VENDOR_TYPE = "application/api.a=v1+json"


def specification(folder: Path, document: dict[str, Any]) -> Specification:
    file = folder / "spec.yaml"
    file.write_text(json.dumps(document, indent=1))
    return Specification(file)


def contract(folder: Path, paths: dict[str, Any], **components: Any) -> Contract:
    """A contract with these paths; an operation without an id is named after its method."""
    for item in paths.values():
        for method in METHODS:
            if method in item:
                item[method] = {"operationId": method, "responses": {}} | item[method]
    specification(folder, {"openapi": "3.1.0", "paths": paths, "components": components})
    (folder / "requirements.yaml").write_text(
        "requirements: [{id: X-Y-01, level: must, grade: doc, says: S.}]"
    )
    return Contract(folder)


def answer(body: Any, *, status: int = 200, media_type: str = VENDOR_TYPE, method: str = "GET") -> Exchange:
    return Exchange(
        request=Request(method=method, url="https://api.invalid/a"),
        response=Response(
            status=status,
            headers=(("Content-Type", media_type),),
            body=body if isinstance(body, bytes) else json.dumps(body).encode(),
        ),
    )


def departures(of: Contract, exchange: Exchange) -> set[tuple[str, str, str]]:
    """Requirement, location and expected text of each deviation."""
    verdicts = judge(of.placed(exchange), of)
    return {
        (one.requirement, one.deviation.location, one.deviation.expected) for one in verdicts if one.deviation
    }


# --- which operation ---


@pytest.mark.parametrize(
    ("method", "url", "operation", "parameters"),
    [
        ("DELETE", "https://api.invalid/a/1/b/x%2Fy", "delete", ("1", "x/y")),
        ("PATCH", "/a/new", "patch", ()),
        ("GET", "/a/new", "get", ("new",)),
        ("OPTIONS", "/a.b/1", "options", ("1",)),
    ],
)
def test_an_operation_is_found(
    tmp_path: Path, method: str, url: str, operation: str, parameters: tuple[str, ...]
) -> None:
    """A fixed path is taken before one with parameters; what looks like a pattern in a path is text."""
    paths: dict[str, Any] = {
        "/a/{id}": {"get": {}, "patch": {"operationId": "other"}},
        "/a/new": {"patch": {}},
        "/a/{id}/b/{name}": {"delete": {}},
        "/a.b/{odd-name}": {"options": {}},
    }
    of = contract(tmp_path, paths)

    assert of.place(method, url) == Placement(operation=operation, parameters=parameters)
    assert of.place(method, "/axb/1") is None


def test_an_operation_behind_a_reference_of_its_path_is_found(tmp_path: Path) -> None:
    items = {"A": {"get": {"operationId": "get", "responses": {}}}}
    of = contract(tmp_path, {"/a": {"$ref": "#/components/pathItems/A"}, "x-note": {}}, pathItems=items)

    assert of.place("GET", "/a") == Placement(operation="get", parameters=())
    assert of.operation("get").pointer == "/components/pathItems/A/get"


def answered(response: Any) -> dict[str, Any]:
    return {"/a": {"get": {"responses": {"200": response}}}}


def described(schema: Any) -> dict[str, Any]:
    return answered({"content": {"application/json": {"schema": schema}}})


MALFORMED: list[tuple[Any, str]] = [
    ([], r":\d+: paths: expected a mapping, found \[\]; write the operations there"),
    ({"/a": None}, r":\d+: paths//a: expected a mapping, found None; correct it, see"),
    ({"/a": ["get"]}, r"paths//a: expected a mapping, found \['get'\]"),
    ({"/a": {"GET": {}}}, r":\d+: paths//a/GET: is no method of OpenAPI; write one of get, put"),
    ({"/a": {"get": {"operationId": 7}}}, r"a/get/operationId: expected a text, found 7"),
    ({"/a": {"get": {"operationId": ""}}}, r"get/operationId: '' is not the id of this operation alone"),
    (
        {"/a": {"get": {"operationId": "o"}, "put": {"operationId": "o"}}},
        r":\d+: paths//a/put/operationId: 'o' is not the id of this operation alone; give it one of its own",
    ),
    ({"/a": {"get": {"responses": []}}}, r"get/responses: expected a mapping, found \[\]"),
    ({"/a": {"get": {"parameters": None}}}, r"get/parameters: expected a list, found None"),
    ({"/a": {"get": {"requestBody": {"required": "yes"}}}}, r"required: expected true or false, found 'yes'"),
    (answered(None), r"responses/200: expected a mapping, found None"),
    (answered("x"), r"responses/200: expected a mapping, found 'x'"),
    (answered({"content": []}), r"200/content: expected a mapping, found \[\]"),
    (answered({"x-requirements": "X-Y-01"}), r"200/x-requirements: expected a mapping, found 'X-Y-01'"),
    (answered({"$ref": 5}), r"200/\$ref: expected a text, found 5"),
    (described([]), r"schema: expected a mapping or true or false, found \[\]"),
    (described({"enum": None}), r"schema/enum: expected a list, found None"),
    (described({"required": True}), r"schema/required: expected a list, found True"),
    (described({"required": [1]}), r"schema/required/0: expected a text, found 1"),
    (described({"allOf": "x"}), r"schema/allOf: expected a list, found 'x'"),
    (described({"anyOf": ["x"]}), r"schema/anyOf/0: expected a mapping, found 'x'"),
    (described({"items": None}), r"schema/items: expected a mapping or true or false, found None"),
    (described({"properties": {"a": None}}), r"properties/a: expected a mapping, found None"),
    (described({"x-only": "get"}), r"x-only: expected a list, found 'get'"),
    (described({"pattern": "("}), r":\d+: .*schema/pattern: is no JSON schema: .*; write it as JSON Schema"),
    (described({"type": "strng"}), r"schema/type: is no JSON schema: "),
    (described({"$ref": "#/components/schemas/Loop"}), r"schemas/Loop: refers to itself; break the circle"),
]


@pytest.mark.parametrize(("paths", "message"), MALFORMED)
def test_a_node_that_is_not_what_it_must_be_is_named(tmp_path: Path, paths: Any, message: str) -> None:
    loop = {"oneOf": [{"$ref": "#/components/schemas/Loop"}, {"type": "null"}]}
    for item in paths.values() if isinstance(paths, dict) else ():
        for method, operation in item.items() if isinstance(item, dict) else ():
            item[method] = {"operationId": method, "responses": {}} | operation
    document = {"openapi": "3.1.0", "paths": paths, "components": {"schemas": {"Loop": loop}}}
    file = specification(tmp_path, document).file
    (tmp_path / "requirements.yaml").write_text(
        "requirements: [{id: X-Y-01, level: must, grade: doc, says: S.}]"
    )

    with pytest.raises(ContractError, match=message) as error:
        Contract(tmp_path)
    assert str(error.value).startswith(f"{file}:")
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize("lacking", ["operationId", "responses"])
def test_an_operation_that_lacks_something_is_named_with_its_line(tmp_path: Path, lacking: str) -> None:
    operation: dict[str, Any] = {"operationId": "get", "responses": {}}
    del operation[lacking]
    of = specification(tmp_path, {"paths": {"/a": {"get": operation}}})

    with pytest.raises(
        ContractError, match=rf"spec\.yaml:\d+: paths//a/get: lacks {lacking}; each operation"
    ):
        list(operations(of))


# --- which answer ---


@pytest.mark.parametrize(
    ("status", "documented"),
    [(200, "200"), (204, "2XX"), (404, "404"), (418, "default"), (599, "default"), (302, None), (101, None)],
)
def test_an_answer_is_found(tmp_path: Path, status: int, documented: str | None) -> None:
    responses: dict[str, Any] = {"404": {}, "200": {}, "2XX": {}, "default": {}}
    operation = contract(tmp_path, {"/a": {"get": {"responses": responses}}}).operation("get")

    found = operation.answer(status)

    assert (found and found.status) == documented


@pytest.mark.parametrize(("status", "documented"), [(200, "default"), (500, "default"), (302, None)])
def test_a_default_alone_stands_for_a_success_too(
    tmp_path: Path, status: int, documented: str | None
) -> None:
    operation = contract(tmp_path, {"/a": {"get": {"responses": {"default": {}}}}}).operation("get")

    found = operation.answer(status)

    assert (found and found.status) == documented


def test_an_undocumented_success_is_compared_with_the_documented_one(tmp_path: Path) -> None:
    operation = contract(tmp_path, {"/a": {"get": {"responses": {"201": {}}}}}).operation("get")

    found = operation.answer(202)

    assert found
    assert found.status == "201"
    assert not found.documents(202)
    assert operation.answer(500) is None


@pytest.mark.parametrize(
    ("documented", "actual", "fits"),
    [
        ("application/json", "Application/JSON; charset=utf-8", True),
        ("application/json", "application/problem+json", False),
        ("application/json", None, False),
        (VENDOR_TYPE, VENDOR_TYPE, True),
        (VENDOR_TYPE, f"{VENDOR_TYPE}; charset=utf-8", False),
        (VENDOR_TYPE, VENDOR_TYPE.upper(), False),
        ("application/*", "application/xml; charset=utf-8", True),
        ("application/*", "text/html", False),
        ("*/*", "text/html", True),
    ],
)
def test_a_media_type_fits(tmp_path: Path, documented: str, actual: str | None, fits: object) -> None:
    """What RFC 9110 allows is compared without case and parameters; anything else only as it is written."""
    responses: dict[str, Any] = {"200": {"content": {"text/csv": {}, documented: {}}}}
    success = contract(tmp_path, {"/a": {"get": {"responses": responses}}}).operation("get").success

    assert success
    assert success.fits(actual) is fits
    assert success.fits("text/csv")


def test_what_the_contract_says_is_judged_without_a_rule_of_ones_own(tmp_path: Path) -> None:
    """Status, media type, type, bound and condition: each finding quotes the contract and its source."""
    schema = {
        "type": "object",
        "x-requirements": {"type": "X-TYPE-01"},
        "properties": {
            "size": {
                "type": "integer",
                "minimum": 3,
                "maximum": 999,
                "x-requirements": {"maximum": "X-MAX-01"},
            },
            "name": {"type": "string", "pattern": "^a", "x-requirements": {"pattern": "X-PAT-01"}},
            "tags": {
                "type": "array",
                "if": {"contains": {"const": "red"}},
                "then": {"contains": {"const": "blue"}},
                "x-requirements": {"if": "X-IF-01"},
            },
        },
    }
    sources = {"status": "X-STATUS-01", "content": "X-CONTENT-01", "undocumented": "X-NEW-01"}
    response = {"x-requirements": sources, "content": {VENDOR_TYPE: {"schema": schema}}}
    of = contract(tmp_path, {"/a": {"get": {"responses": {"200": response}}}})
    wrong = {"size": 1000, "name": "b", "tags": ["red"], "colour": 1}

    assert departures(of, answer({"size": 999, "name": "a", "tags": ["red", "blue"]})) == set()
    assert departures(of, answer(wrong, status=202, media_type="application/json")) == {
        ("X-STATUS-01", "status", "200"),
        ("X-CONTENT-01", "header content-type", VENDOR_TYPE),
        ("X-MAX-01", "/size", "an integer from 3 to 999"),
        ("X-PAT-01", "/name", 'pattern "^a"'),
        ("X-IF-01", "/tags", "blue together with red"),
        ("X-NEW-01", "/colour", "no such field"),
    }


SIZE: dict[str, Any] = {"type": "integer", "maximum": 999}
A_SOURCE = {"maximum": "X-MAX-01", "enum": "X-ENUM-01"}


@pytest.mark.parametrize(
    ("keywords", "expected"),
    [
        (
            {"properties": {"a": {"allOf": [{**SIZE, "x-requirements": A_SOURCE}]}}},
            ("X-MAX-01", "/a", "an integer of at most 999"),
        ),
        (
            {"properties": {"a": {"allOf": [{"enum": [1, 2], "x-requirements": A_SOURCE}]}}},
            ("X-ENUM-01", "/a", "1 | 2"),
        ),
        (
            {
                "allOf": [{"properties": {"a": {**SIZE, "x-requirements": A_SOURCE}}}],
                "properties": {"b": {}},
            },
            ("X-MAX-01", "/a", "an integer of at most 999"),
        ),
        ({"patternProperties": {"^a": SIZE}}, ("X-TYPE-01", "/a", "an integer of at most 999")),
        ({"additionalProperties": SIZE}, ("X-TYPE-01", "/a", "an integer of at most 999")),
        ({"additionalProperties": {"enum": [1, 2]}}, ("X-TYPE-01", "/a", "1 | 2")),
    ],
)
def test_a_finding_quotes_the_contract_wherever_it_says_it(
    tmp_path: Path, keywords: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    """In a branch of `allOf`, with the branch's source and fields, or for fields without a name."""
    schema = {"type": "object", "x-requirements": {"type": "X-TYPE-01"}, **keywords}
    response = {
        "x-requirements": {"undocumented": "X-NEW-01"}, "content": {VENDOR_TYPE: {"schema": schema}},
    }  # fmt: skip
    of = contract(tmp_path, {"/a": {"get": {"responses": {"200": response}}}})

    assert departures(of, answer({"a": 1})) == set()
    assert departures(of, answer({"a": 1000})) == {expected}


def test_an_array_that_has_no_items_is_judged(tmp_path: Path) -> None:
    schema = {"type": "array", "items": False, "x-requirements": {"type": "X-T-01", "items": "X-I-01"}}
    never = {"type": "object", "x-requirements": {"type": "X-T-01"}, "properties": {"a": False}}
    of = contract(tmp_path, answered({"content": {VENDOR_TYPE: {"schema": schema}}}))

    assert departures(of, answer([1])) == {("X-I-01", "/0", "items false")}
    assert contract(tmp_path, described(never)).operation("get").success


def test_an_answer_without_a_body_is_judged(tmp_path: Path) -> None:
    response = {"x-requirements": {"status": "X-GONE-01"}}
    of = contract(tmp_path, {"/a": {"delete": {"responses": {"204": response}}}})

    assert departures(of, answer(b"", status=204, method="DELETE")) == set()
    assert departures(of, answer(b"{}", status=204, method="DELETE")) == {("X-GONE-01", "body", "no body")}


def of_two_media_types(folder: Path, method: str) -> Contract:
    """JSON with a bound, any text, text with a pattern, and a body without a schema."""
    size = {"type": "integer", "maximum": 9, "x-requirements": {"maximum": "X-MAX-01"}}
    json_body = {
        "type": "object", "x-requirements": {"type": "X-TYPE-01"}, "properties": {"size": size},
    }  # fmt: skip
    text_body = {"type": "string", "pattern": "^a", "x-requirements": {"type": "X-T-01", "pattern": "X-P-01"}}
    content = {
        "application/problem+json": {"schema": {"type": "array", "x-requirements": {"type": "X-ARRAY-01"}}},
        "application/json": {"schema": json_body},
        "application/xml": {"schema": json_body},
        "text/*": {"schema": text_body},
        "image/png": {},
    }
    return contract(folder, {"/a": {method: {"responses": {"200": {"content": content}}}}})


@pytest.mark.parametrize(
    ("media_type", "body", "expected"),
    [
        ("application/json", {"size": 9}, set()),
        ("application/json", {"size": 10}, {("X-MAX-01", "/size", "an integer of at most 9")}),
        ("application/problem+json", [], set()),
        ("application/problem+json", {}, {("X-ARRAY-01", "body", "array")}),
        ("application/problem+json", b"<p>", {("X-ARRAY-01", "body", "a JSON array")}),
        ("text/csv", b"a,b", set()),
        ("text/csv", b"b,a", {("X-P-01", "body", 'pattern "^a"')}),
        ("application/xml", b"<size>10</size>", set()),
        ("image/png", b"\x89PNG", set()),
        ("application/octet-stream", b"<p>", {("X-ARRAY-01", "body", "a JSON array")}),
    ],
)
def test_a_body_is_judged_by_the_schema_of_its_media_type(
    tmp_path: Path, media_type: str, body: Any, expected: set[tuple[str, str, str]]
) -> None:
    """Text is compared as a string; XML and what has no schema is not compared."""
    of = of_two_media_types(tmp_path, "get")

    assert departures(of, answer(body, media_type=media_type)) == expected


def test_the_body_of_a_head_is_not_missed(tmp_path: Path) -> None:
    of = of_two_media_types(tmp_path, "head")

    assert departures(of, answer(b"", media_type="application/json", method="HEAD")) == set()


# --- sources ---


def test_sources_are_inherited_by_items_and_from_graded_objects_alone(tmp_path: Path) -> None:
    of = specification(
        tmp_path,
        {
            "schemas": {
                "Plain": {
                    "x-requirements": {"type": "X-OUT-01"},
                    "properties": {"a": {"$ref": "#/schemas/List"}},
                },
                "Graded": {
                    "x-grade": "sdk",
                    "x-requirements": {"type": "X-ALL-01", "exists": "X-HERE-01"},
                    "properties": {"a": {"type": "string"}},
                },
                "List": {"x-requirements": {"type": "X-LIST-01"}, "items": {"type": "string"}},
            }
        },
    )
    plain, graded = Node.enter(of, "/schemas/Plain"), Node.enter(of, "/schemas/Graded")

    listed = plain.below("properties", "a")
    assert (listed.pointer, listed.requirement("type")) == ("/schemas/List", "X-LIST-01")
    assert listed.below("items").requirement("type") == "X-LIST-01"
    assert listed.requirement("enum") is None
    assert graded.below("properties", "a").requirement("type") == "X-ALL-01"
    assert graded.requirement("exists") == "X-HERE-01"
    assert graded.below("properties", "a").requirement("exists") is None


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("#/schemas/a", r"spec\.yaml:\d+: schemas/a: refers to itself; break the circle"),
        ("#/nowhere", r"spec\.yaml:\d+: .*nowhere.* points to nothing.*; name a node that exists"),
        ("other.yaml#/a", r"spec\.yaml:\d+: .*other\.yaml#/a does not point into this file"),
    ],
)
def test_a_reference_that_leads_nowhere_is_named_with_its_line(
    tmp_path: Path, reference: str, message: str
) -> None:
    of = specification(tmp_path, {"schemas": {"a": {"$ref": reference}}})

    with pytest.raises(ContractError, match=message):
        Node.enter(of, "/schemas/a")


def test_a_schema_within_itself_can_be_compiled(tmp_path: Path) -> None:
    """What is described within itself is checked once; deeper values are open."""
    tree = {
        "type": "object",
        "x-requirements": {"type": "X-TREE-01"},
        "properties": {
            "child": {
                "oneOf": [{"$ref": "#/schemas/Tree"}, {"type": "null"}],
                "x-requirements": {"type": "X-CHILD-01"},
            },
            "name": {"type": "string", "x-requirements": {"type": "X-NAME-01"}},
        },
    }
    schema = Schema.at(specification(tmp_path, {"schemas": {"Tree": tree}}), "/schemas/Tree", "o")

    assert schema.violations({"name": "a", "child": {"name": "b", "child": None}}) == []
    assert [one.requirement for one in schema.violations({"name": 1})] == ["X-NAME-01"]
