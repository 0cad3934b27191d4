"""The contract as it is read from its two files."""

import re
from pathlib import Path

import pytest
from exchanges import COLLECTION, PATH

from clumio_conformance.connection_groups.operations import CREATE, LIST, READ, UPDATE, asset_types
from clumio_conformance.contract.contract import Contract, contract
from clumio_conformance.contract.requirements import read_requirements
from clumio_conformance.contract.source_file import SourceFile
from clumio_conformance.contract.yaml_files import ContractError
from clumio_conformance.exchange import Placement


def test_the_four_operations() -> None:
    assert {operation.id: operation.title for operation in contract().operations} == {
        UPDATE: "PUT /connections/aws/connection-groups/{connection_group_id}",
        READ: "GET /connections/aws/connection-groups/{connection_group_id}",
        CREATE: "POST /connections/aws/connection-groups",
        LIST: "GET /connections/aws/connection-groups",
    }


def test_requirements_have_stable_ids_and_say_something() -> None:
    for name, row in contract().requirements.items():
        assert re.fullmatch(r"UCG-[A-Z]+-\d\d", name)
        assert row.id == name
        assert row.level in {"must", "inferred", "open"}
        assert row.grade in {"doc", "sdk", "wire", "third", "guess"}
        assert set(row.sides) <= {"holds", "accepts", "refuses"}
        assert row.needs in {None, "writes", "create", "control", "deployed", "legacy"}
        assert row.says.endswith(".")


def test_the_types_in_the_order_of_the_page() -> None:
    assert asset_types(contract()) == ("EC2/EBS", "RDS", "DynamoDB", "EC2MSSQL", "S3", "EBS")


@pytest.mark.parametrize(
    ("method", "url", "operation", "parameters"),
    [
        ("PUT", f"https://api.invalid{PATH}", UPDATE, ("7c3e",)),
        ("put", PATH, UPDATE, ("7c3e",)),
        ("GET", f"{PATH}?embed=x#y", READ, ("7c3e",)),
        ("PUT", f"{COLLECTION}/a%2Fb%20c", UPDATE, ("a/b c",)),
        ("GET", COLLECTION, LIST, ()),
        ("POST", f"{COLLECTION}?x", CREATE, ()),
    ],
)
def test_a_request_is_placed(method: str, url: str, operation: str, parameters: tuple[str, ...]) -> None:
    assert contract().place(method, url) == Placement(operation=operation, parameters=parameters)


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("DELETE", PATH),
        ("PUT", COLLECTION),
        ("PUT", f"{COLLECTION}/"),
        ("GET", f"{PATH}/x"),
        ("GET", f"/api{COLLECTION}"),
        ("GET", "http://["),
        ("", ""),
    ],
)
def test_a_request_outside_of_the_contract_is_not(method: str, url: str) -> None:
    assert contract().place(method, url) is None


@pytest.mark.parametrize(
    ("pointer", "text"),
    [
        ("/openapi", "openapi: 3.1.0"),
        ("/paths/~1connections~1aws~1connection-groups/post", "    post:"),
        ("/servers/1", "  - url: https://us-east-1.api.clumio.com"),
        ("/components/schemas/Link/properties/href", "        href:"),
    ],
)
def test_a_node_has_a_line(pointer: str, text: str) -> None:
    line = contract().line(pointer)

    assert line is not None
    assert contract().spec.file.read_text().splitlines()[line - 1] == text


@pytest.mark.parametrize("pointer", ["/nowhere", "/openapi/x", "/servers/99", "/servers/x", "/tags/0/name/x"])
def test_what_leads_nowhere_has_no_line(pointer: str) -> None:
    assert contract().line(pointer) is None


def test_yaml_is_read_as_version_1_2(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(
        b"\xef\xbb\xbfvalues: [on, off, no, 010, 1_000, 0o17, 0x1F, 1e3, -.5, ~, 2020-13-41, 1:30, !!str 5]\n"
        b"common: &common {a: 1, b: 2}\n200: {<<: *common, b: 3}\ntrue: {<<: [*common, {c: 4}]}\n'<<': 5\n"
    )

    content = SourceFile.read(file).mapping
    assert content == {
        "values": ["on", "off", "no", 10, "1_000", 15, 31, 1000.0, -0.5, None, "2020-13-41", "1:30", "5"],
        "common": {"a": 1, "b": 2},
        "200": {"a": 1, "b": 3},
        "true": {"a": 1, "b": 2, "c": 4},
        "<<": 5,
    }
    assert [SourceFile.read(file).line(one) for one in ("/200", "/200/a", "/200/b")] == [3, 2, 3]


def test_json_is_read_as_json(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{\n\t"a": "\\ud83d\\ude00",\n\t"200": [1,\n2.0]}', encoding="utf-8")

    source = SourceFile.read(file)
    assert source.content == {"a": "\U0001f600", "200": [1, 2.0]}
    assert [source.line(one) for one in ("/a", "/200", "/200/1", "/b")] == [2, 3, 4, None]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"a\.yaml: can't be read: No such file"),
        (b"a: [1", r"a\.yaml:1: is not YAML: .*; fix it there or just above"),
        (b"a: 1\nb: {\n", r"a\.yaml:3: is not YAML: "),
        (b"a: \xff", r"a\.yaml: is not UTF-8: .*; save it as UTF-8"),
        (b"a: 1\na: 2\n", r"a\.yaml:2: has the key 'a' twice; take one of them away"),
        (b'{"a": 1,\n"a": 2}', r"a\.yaml:2: has the key 'a' twice; take one of them away"),
        (b"a:\n  - .inf\n", r"a\.yaml:2: has the number \.inf, which JSON has not; quote it"),
        (b'{"a": 1,\n"b": -1e999}', r"a\.yaml:2: has the number -1e999, which is too large"),
        (b"a: !include b\n", r"a\.yaml:1: has the tag !include, which JSON has not; take it away"),
        (b"? [a]\n: 1\n", r"a\.yaml:1: has a key that is no text"),
        (b"a: *b\n", r"a\.yaml:1: has the alias \*b, but no anchor of this name before it"),
        (b"a:\n  <<: 5\n", r"a\.yaml:\d: has a merge key \(<<\) with something else than mappings"),
        (b"a: 1\n---\nb: 2\n", r"a\.yaml:2: has a second document; split the file"),
        (b"- 1\n", r"a\.yaml:1: expected a mapping at the top, found list"),
        (b"", r"a\.yaml:1: expected a mapping at the top, found NoneType"),
        (b"a: \x01\n", r"a\.yaml: is not YAML: unacceptable character"),
        (b"a:\n  200: x\n  '200': y\n", r"a\.yaml:3: has the key '200' twice; take one of them away"),
        (b"a: &a\n  b: *a\n", r"a\.yaml:2: has an alias within its own anchor; write it out"),
    ],
)
def test_a_file_that_is_no_yaml(tmp_path: Path, content: bytes | None, message: str) -> None:
    file = tmp_path / "a.yaml"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(ContractError, match=message):
        _ = SourceFile.read(file).mapping


@pytest.mark.parametrize("spec", ["{}", "[]", "null", "text", "paths: {/x: {get: {}}}"])
def test_a_spec_that_is_none(tmp_path: Path, spec: str) -> None:
    (tmp_path / "spec.yaml").write_text(spec)
    (tmp_path / "requirements.yaml").write_text(
        "requirements: [{id: X-Y-01, level: must, grade: doc, says: S.}]"
    )

    with pytest.raises(ContractError, match=r"requirements\.yaml|spec\.yaml"):
        Contract(tmp_path)


@pytest.mark.parametrize("sides", ["accepts", "[maybe]", "[]", "5", "null", "[[holds]]"])
def test_sides_that_are_none_are_named(tmp_path: Path, sides: str) -> None:
    rows = tmp_path / "requirements.yaml"
    rows.write_text(f"requirements: [{{id: X-Y-01, level: must, grade: doc, says: S., sides: {sides}}}]")

    with pytest.raises(ContractError, match=r":1: expected `sides` of X-Y-01 to be a list of holds, accepts"):
        read_requirements(rows)


@pytest.mark.parametrize("key", ["page", "note", "needs"])
def test_a_text_of_a_row_that_is_none_is_named(tmp_path: Path, key: str) -> None:
    rows = tmp_path / "requirements.yaml"
    rows.write_text(f"requirements: [{{id: X-Y-01, level: must, grade: doc, says: S., {key}: 7}}]")

    with pytest.raises(ContractError, match=rf":1: expected a text at `{key}` of X-Y-01, found 7; quote it"):
        read_requirements(rows)


@pytest.mark.parametrize("rows", ["{}", "requirements: [{id: X}]", "requirements: [x]", "[]"])
def test_requirements_that_are_none(tmp_path: Path, rows: str) -> None:
    (tmp_path / "spec.yaml").write_text(contract().spec.file.read_text())
    (tmp_path / "requirements.yaml").write_text(rows)

    with pytest.raises(ContractError, match=r"requirements\.yaml(:1)?: (expected|the contract lacks)"):
        Contract(tmp_path)
