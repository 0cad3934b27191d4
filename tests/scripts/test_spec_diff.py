"""Each kind of difference is named, placed, and blamed on whom it hurts."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import spec_diff
from clumio_conformance.contract.documents import read_document
from clumio_conformance.contract.specification import Specification
from clumio_conformance.spec_diff.comparison import compare
from clumio_conformance.spec_diff.difference import Difference

SPEC = Path(__file__).resolve().parents[2] / "openapi" / "spec.yaml"
UPDATE = "PUT /connections/aws/connection-groups/{connection_group_id}"


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    """The contract."""
    return read_document(SPEC).content


@pytest.fixture
def spec(contract: dict[str, Any]) -> dict[str, Any]:
    """The contract, to be changed."""
    return deepcopy(contract)


def changed(spec: dict[str, Any], edit: Callable[[dict[str, Any]], object]) -> list[Difference]:
    """Return what an edit changes for the update operation."""
    before = deepcopy(spec)
    edit(spec)
    return [
        one
        for one in compare(*(Specification(SPEC, one) for one in (before, spec)))
        if UPDATE in one.operations
    ]


def schema(spec: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = spec["components"]["schemas"][name]
    return found


def put(spec: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = spec["paths"]["/connections/aws/connection-groups/{connection_group_id}"]["put"]
    return found


def request(spec: dict[str, Any]) -> dict[str, Any]:
    return schema(spec, "UpdateConnectionGroupRequest")


def group(spec: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schema(spec, "ConnectionGroup")["properties"]
    return found


EDITS: list[tuple[Callable[[dict[str, Any]], object], tuple[str, str, str, tuple[str, ...]], set[str]]] = [
    # what a client sends
    (
        lambda spec: request(spec)["required"].append("description"),
        ("narrowed", "body > description", "required", ("client",)),
        set(),
    ),
    (
        lambda spec: request(spec)["required"].remove("aws_regions"),
        ("widened", "body > aws_regions", "required", ("promise",)),
        {"UCG-BODY-09"},
    ),
    (
        lambda spec: request(spec)["properties"].update(color={"type": "string"}),
        ("added", "body > color", "", ()),
        set(),
    ),
    (
        lambda spec: request(spec)["properties"].pop("description"),
        ("removed", "body > description", "", ("client",)),
        {"UCG-BODY-10", "UCG-BODY-11", "UCG-BODY-12"},
    ),
    (
        lambda spec: schema(spec, "AssetType")["enum"].append("FSX"),
        ("widened", "body > asset_types[]", "enum", ("promise",)),
        {"UCG-ENUM-01", "UCG-DEPR-01", "UCG-CREATE-03"},
    ),
    (
        lambda spec: schema(spec, "AssetType")["enum"].remove("S3"),
        ("narrowed", "body > asset_types[]", "enum", ("client",)),
        {"UCG-ENUM-01", "UCG-DEPR-01", "UCG-CREATE-03"},
    ),
    (
        lambda spec: schema(spec, "AssetTypes").pop("if"),
        ("widened", "body > asset_types", "if", ("promise",)),
        {"UCG-BODY-04", "UCG-CREATE-03"},
    ),
    (
        lambda spec: request(spec)["properties"].update(
            asset_types_enabled={"$ref": "#/components/schemas/AssetTypes"}
        ),
        ("narrowed", "body > asset_types_enabled", "type", ("client",)),
        {"UCG-BODY-06", "UCG-BODY-12"},
    ),
    (
        lambda spec: put(spec)["parameters"].append(
            {"name": "dry_run", "in": "query", "required": True, "schema": {"type": "boolean"}}
        ),
        ("added", "query dry_run", "", ("client",)),
        set(),
    ),
    (
        lambda spec: put(spec)["parameters"][0].update(allowEmptyValue=True),
        ("widened", "query page", "allowEmptyValue", ("promise",)),
        set(),
    ),
    # what a client gets
    (
        lambda spec: schema(spec, "ConnectionGroupStatus")["enum"].append("paused"),
        ("widened", "200 > status", "enum", ("client",)),
        {"UCG-ENUM-02"},
    ),
    (
        lambda spec: schema(spec, "ConnectionGroupStatus")["enum"].remove("unlinked"),
        ("narrowed", "200 > status", "enum", ("promise",)),
        {"UCG-ENUM-02"},
    ),
    (
        lambda spec: group(spec).update(color={"type": "string"}),
        ("added", "200 > color", "", ()),
        set(),
    ),
    (
        lambda spec: group(spec).pop("stack_arn"),
        ("removed", "200 > stack_arn", "", ("client",)),
        {"UCG-RESP-20"},
    ),
    (
        lambda spec: group(spec)["config"].update(
            oneOf=[{"$ref": "#/components/schemas/ConnectionGroupConfig"}]
        ),
        ("narrowed", "200 > config", "type", ("promise",)),
        {"UCG-CONF-01", "UCG-CONF-02"},
    ),
    (
        lambda spec: group(spec)["id"].update(type="integer"),
        ("changed", "200 > id", "type", ("client", "promise")),
        {"UCG-RESP-12"},
    ),
    (
        lambda spec: schema(spec, "ErrorDetail")["properties"]["error_code"].update(maximum=2**64),
        ("widened", "default > errors[] > error_code", "maximum", ("client",)),
        {"UCG-ERR-02"},
    ),
    (
        lambda spec: schema(spec, "ErrorResponse").pop("required"),
        ("widened", "default > errors", "required", ("client",)),
        {"UCG-ERR-01"},
    ),
    (
        lambda spec: put(spec)["responses"].update({"404": put(spec)["responses"]["default"]}),
        ("added", "404", "", ()),
        {"UCG-CTYPE-03", "UCG-ERR-01", "UCG-ERR-02", "UCG-ERR-03", "UCG-ERR-09"},
    ),
    (
        lambda spec: put(spec)["responses"].pop("default"),
        ("removed", "default", "", ("client",)),
        {"UCG-CTYPE-03", "UCG-ERR-01", "UCG-ERR-02", "UCG-ERR-03", "UCG-ERR-09"},
    ),
    # the operation, and what only says more
    (
        lambda spec: put(spec).update(operationId="change-aws-connection-group"),
        ("changed", "", "operationId", ("client", "promise")),
        {"UCG-OP-01", "UCG-OP-02"},
    ),
    (
        lambda spec: group(spec)["stack_name"].update(deprecated=True),
        ("annotated", "200 > stack_name", "deprecated", ()),
        set(),
    ),
    (
        lambda spec: group(spec)["stack_name"].update({"x-requirements": {"type": "UCG-RESP-20"}}),
        ("annotated", "200 > stack_name", "requirements", ()),
        {"UCG-RESP-21", "UCG-RESP-20"},
    ),
]


@pytest.mark.parametrize(("edit", "expected", "requirements"), EDITS)
def test_an_edit_is_reported(
    spec: dict[str, Any],
    edit: Callable[[dict[str, Any]], object],
    expected: tuple[str, str, str, tuple[str, ...]],
    requirements: set[str],
) -> None:
    put(spec)["parameters"] = [{"name": "page", "in": "query", "schema": {"type": "integer"}}]
    found = {(one.kind, one.where, one.keyword, one.breaks): one for one in changed(spec, edit)}
    assert expected in found
    assert set(found[expected].requirements) == requirements


def test_the_same_change_of_several_operations_is_reported_once(spec: dict[str, Any]) -> None:
    (found,) = changed(spec, lambda spec: group(spec).update(color={"type": "string"}))
    assert [name.split()[0] for name in found.operations] == ["GET", "POST", "PUT"]


def test_words_order_and_examples_do_not_count(spec: dict[str, Any]) -> None:
    def edit(spec: dict[str, Any]) -> None:
        group(spec)["id"]["description"] = "Another description."
        schema(spec, "AssetType")["enum"].reverse()
        spec["components"].pop("examples")
        put(spec)["summary"] = "Another summary"

    assert changed(spec, edit) == []


def test_a_whole_operation_is_one_difference(spec: dict[str, Any]) -> None:
    (found,) = changed(
        spec, lambda spec: spec["paths"].pop("/connections/aws/connection-groups/{connection_group_id}")
    )
    assert (found.kind, found.breaks) == ("removed", ("client",))
    assert {"UCG-OP-01", "UCG-ENUM-02", "UCG-ERR-02"} <= set(found.requirements)


def written(folder: Path, spec: dict[str, Any], edit: Callable[[dict[str, Any]], object]) -> Path:
    """Write an edited contract."""
    edit(spec)
    path = folder / "new.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML().dump(spec, file)
    return path


def breaking(spec: dict[str, Any]) -> None:
    schema(spec, "ConnectionGroupStatus")["enum"].append("paused")


def harmless(spec: dict[str, Any]) -> None:
    group(spec)["color"] = {"type": "string"}


@pytest.mark.parametrize(
    ("edit", "options", "code"),
    [
        (lambda _: None, [], 0),
        (lambda _: None, ["--strict"], 0),
        (breaking, [], 1),
        (harmless, [], 0),
        (harmless, ["--strict"], 1),
    ],
)
def test_the_exit_code_says_whether_something_breaks(
    spec: dict[str, Any],
    tmp_path: Path,
    edit: Callable[[dict[str, Any]], object],
    options: list[str],
    code: int,
) -> None:
    assert spec_diff.main([str(SPEC), str(written(tmp_path, spec, edit)), *options]) == code


def test_text_names_what_was_gained_where_whom_it_breaks_and_the_requirement(
    spec: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec_diff.main([str(SPEC), str(written(tmp_path, spec, breaking))])
    output = capsys.readouterr().out
    assert "widened   response 200 > status enum  [response.enum.widened]" in output
    assert f"  in       {UPDATE}" in output
    assert '  gained   ["paused"]' in output
    assert "  breaks   the client" in output
    assert "  sources  UCG-ENUM-02" in output


def test_json_is_for_machines(
    spec: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec_diff.main([str(SPEC), str(written(tmp_path, spec, breaking)), "--json"])
    result = json.loads(capsys.readouterr().out)
    assert result["breaking"] == 2  # in a group, and in the groups of a list
    assert {one["kind"] for one in result["differences"]} == {"widened"}


def test_a_broken_specification_has_another_exit_code_than_a_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "new.yaml"
    broken.write_text("openapi: 3.1.0\npaths: {\n", encoding="utf-8")
    assert spec_diff.main([str(SPEC), str(broken)]) == 3
    assert f"{broken}:3: is not YAML" in capsys.readouterr().err


BROKEN = {
    "a schema that is a branch of itself": (
        "    StackOperation:\n",
        '    StackOperation:\n      allOf: [{$ref: "#/components/schemas/StackOperation"}]\n',
    ),
    "a version that is another": ("openapi: 3.1.0", "openapi: 3.0.3"),
    "an operation that is none": ("    put:\n", "    head:\n    put:\n"),
    "a list that is none": ("      enum: [creating_stack,", "      x-only:\n      enum: [creating_stack,"),
    "servers that are none": ("servers:\n", "servers:\nx-servers:\n"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_specification_is_named_in_one_line(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, (old, new) = tmp_path / "new.yaml", BROKEN[kind]
    text = SPEC.read_text(encoding="utf-8")
    assert old in text
    broken.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert spec_diff.main([str(SPEC), str(broken)]) == 3
    printed = capsys.readouterr().err
    assert printed.startswith(f"spec_diff.py: {broken}:")
    assert re.search(r"; correct it, see OpenAPI 3.[01]\n$", printed)
    assert len(printed.splitlines()) == 1


def test_a_reader_may_close_the_output_early() -> None:
    """`spec_diff.py OLD NEW | head -1` prints no traceback."""
    command = [sys.executable, spec_diff.__file__, str(SPEC), str(SPEC)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (process.stderr.read(), process.wait(timeout=30)) == (b"", 141)


def test_wrong_usage_has_another_exit_code_than_a_difference() -> None:
    with pytest.raises(SystemExit) as caught:
        spec_diff.main([str(SPEC), str(SPEC), "--fail-on", "all"])
    assert caught.value.code == 4
    assert spec_diff.main([str(SPEC)]) == 4
