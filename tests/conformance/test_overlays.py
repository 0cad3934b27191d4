"""OpenAPI Overlays: how they change a description, how a wrong one is refused, and what is judged by them."""

import json
from pathlib import Path
from typing import Any

import pytest
from recordings import GROUPS, HOST, UPDATE, entry, har
from ruamel.yaml import YAML

from clumio_conformance.cli import main
from clumio_conformance.connection_groups.expectations import expectation
from clumio_conformance.contract.contract import applied, contract
from clumio_conformance.contract.overlays import Overlaid, named, overlaid
from clumio_conformance.contract.specification import Specification
from clumio_conformance.contract.yaml_files import ContractError
from clumio_conformance.exchange import Request

ROOT = Path(__file__).parents[2]
OVERLAYS = ROOT / "openapi" / "overlays"
INFO = {"title": "an overlay", "version": "1"}
TARGET: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "an API", "version": "1"},
    "paths": {
        "/a": {"get": {"tags": ["x", "y"], "parameters": [{"name": "p"}, {"name": "q"}]}},
        "/b": {"get": {"tags": ["x"]}, "put": {}},
    },
    "servers": [{"url": "one"}, {"url": "two"}, {"url": "three"}],
}


def written(file: Path, document: Any) -> Path:
    with file.open("w", encoding="utf-8") as stream:
        YAML().dump(document, stream)
    return file


def changed(folder: Path, *actions: dict[str, Any], version: str = "1.1.0", target: Any = TARGET) -> Any:
    """The target with the actions of one overlay applied."""
    overlay = written(
        folder / "o.yaml", {"overlay": version, "info": INFO, "x-note": 1, "actions": [*actions]}
    )
    return overlaid(Specification(written(folder / "spec.yaml", target)), [overlay]).content


def only(path: str, of: Any = TARGET) -> Any:
    for token in path.split():
        of = of[int(token) if isinstance(of, list) else token]
    return of


@pytest.mark.parametrize("versions", [("3.0.3", "1.0.0"), ("3.1.0", "1.1.2")])
@pytest.mark.parametrize(
    ("action", "path", "becomes"),
    [
        ({"target": "$", "update": {"info": {"title": "new"}}}, "info", {"title": "new", "version": "1"}),
        ({"target": "$.info", "update": {"x-new": [1]}}, "info x-new", [1]),
        ({"target": "$.servers", "update": {"url": "four"}}, "servers 3", {"url": "four"}),
        ({"target": "$.paths.*.get", "update": {"tags": ["z"]}}, "paths /b get tags", ["x", "z"]),
        ({"target": "$.paths['/b'].put", "remove": True}, "paths /b", {"get": {"tags": ["x"]}}),
        ({"target": "$.servers[0, 2, 0]", "remove": True}, "servers", [{"url": "two"}]),
        ({"target": "$.servers[::-1]", "remove": True}, "servers", []),
        ({"target": "$..parameters[?@.name=='p']", "remove": True}, "paths /a get parameters 0 name", "q"),
    ],
)  # fmt: skip
def test_an_action_changes_what_its_target_selects(
    tmp_path: Path, versions: tuple[str, str], action: dict[str, Any], path: str, becomes: Any
) -> None:
    """Objects are merged, lists go on, other values are replaced, in 3.0 and 3.1 alike."""
    target = {**TARGET, "openapi": versions[0]}
    result = changed(tmp_path, action, version=versions[1], target=target)
    assert only(path, result) == becomes
    assert result["openapi"] == versions[0]


@pytest.mark.parametrize(
    ("action", "path", "becomes"),
    [
        ({"target": "$.info.title", "update": "new"}, "info title", "new"),
        ({"target": "$.paths.*.get.tags[?@ == 'x']", "remove": True}, "paths /a get tags", ["y"]),
        ({"target": "$.servers", "update": [{"url": "4"}, {"url": "5"}]}, "servers 4", {"url": "5"}),
        ({"target": "$.paths['/b'].put", "copy": "$.paths['/a'].get"}, "paths /b put", only("paths /a get")),
        ({"target": "$.servers", "copy": "$.servers[0]"}, "servers 3", {"url": "one"}),
    ],
)
def test_version_1_1_copies_and_changes_plain_values(
    tmp_path: Path, action: dict[str, Any], path: str, becomes: Any
) -> None:
    assert only(path, changed(tmp_path, action)) == becomes


def test_actions_see_the_result_of_those_before(tmp_path: Path) -> None:
    """Also of the overlays before; what was copied or merged into two places is not shared."""
    result = changed(
        tmp_path,
        {"target": "$.paths.*.get", "update": {"x-new": {"a": 1}}},
        {"target": "$.paths['/a'].get['x-new']", "update": {"b": 2}},
    )
    assert [result["paths"][path]["get"]["x-new"] for path in ("/a", "/b")] == [{"a": 1, "b": 2}, {"a": 1}]
    first = written(
        tmp_path / "1.yaml",
        {"overlay": "1.0.0", "info": INFO, "actions": [{"target": "$", "update": {"x-1": {}}}]},
    )
    second = written(
        tmp_path / "2.yaml",
        {"overlay": "1.0.0", "info": INFO, "actions": [{"target": "$['x-1']", "update": {"y": 1}}]},
    )
    spec = Specification(tmp_path / "spec.yaml")
    assert overlaid(spec, [first, second]).content["x-1"] == {"y": 1}
    assert "x-1" not in spec.content
    with pytest.raises(ContractError, match="matches nothing"):
        overlaid(spec, [second, first])


def test_each_node_knows_its_file_and_line(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text("openapi: 3.1.0\ntags:\n  - a\n  - b\n  - c\ninfo: {title: t}\n", encoding="utf-8")
    overlay = tmp_path / "o.yaml"
    overlay.write_text(
        "overlay: 1.1.0\ninfo: {title: t, version: v}\nactions:\n"
        "  - target: $.tags[?@ == 'b']\n    remove: true\n"
        "  - target: $\n    update:\n      tags:\n        - d\n      info:\n        title: new\n",
        encoding="utf-8",
    )
    of = overlaid(Specification(spec), [overlay])
    places = {
        pointer: (of.place(pointer)[0].name, of.line(pointer))
        for pointer in ("/tags/0", "/tags/1", "/tags/2", "/info", "/info/title", "/tags/3")
    }
    assert places == {
        "/tags/0": ("spec.yaml", 3),
        "/tags/1": ("spec.yaml", 5),
        "/tags/2": ("o.yaml", 9),
        "/info": ("spec.yaml", 6),
        "/info/title": ("o.yaml", 11),
        "/tags/3": ("spec.yaml", None),
    }
    assert str(of.broken("/tags/2/x", "is wrong")) == f"{overlay}:9: actions/1/update/tags/0/x: is wrong"


HEAD = "overlay: 1.0.0\ninfo: {title: t, version: v}\n"
ACTION = f"{HEAD}actions:\n  - "
WRONG = {
    "no version": ("info: {title: t, version: v}\n", 1, "overlay: expected the version"),
    "a number": (HEAD.replace("1.0.0", "1.0"), 1, "found 1.0; write overlay: 1.0.0 or 1.1.0"),
    "another version": (HEAD.replace("1.0.0", "1.2.0"), 1, "found '1.2.0'"),
    "no title": ("overlay: 1.0.0\ninfo: {version: v}\nactions: []\n", 2, "info/title: expected a text"),
    "no actions": (HEAD, 1, "actions: expected a list of actions, found None"),
    "none": (HEAD + "actions: []\n", 3, "write at least one"),
    "a typo": (ACTION + "target: $\n    updates: {}\n", 5, "actions/0/updates: is no field"),
    "a typo above": (HEAD + "action: []\n", 3, "action: is no field of the overlay"),
    "no target": (ACTION + "update: {}\n", 4, "target: expected a JSONPath, found None"),
    "no modifier": (ACTION + "target: $\n    remove: false\n", 4, "found none of them"),
    "two": (ACTION + "target: $.info\n    remove: true\n    update: {}\n", 4, "update and remove"),
    "no boolean": (ACTION + "target: $\n    remove: 1\n", 5, "expected true or false, found 1"),
    "copy": (ACTION + "target: $\n    copy: $.info\n", 5, "not known in version 1.0"),
    "no JSONPath": (ACTION + "target: $.paths[\n    update: {}\n", 4, "is no JSONPath (RFC 9535)"),
    "not rooted": (ACTION + "target: paths\n    update: {}\n", 4, "paths is no JSONPath"),
    "nothing": (ACTION + "target: $.gone\n    update: {}\n", 4, "$.gone matches nothing in"),
    "plain": (ACTION + "target: $.info.title\n    update: x\n", 4, "1.0 changes objects and lists"),
    "root": (ACTION + "target: $\n    remove: true\n", 4, "the whole description can't be"),
    "misfit": (
        ACTION + "target: $\n    update:\n      info: x\n", 6,
        "actions/0/update/info: expected a mapping, as in the description, found a plain value",
    ),
    "to copy": (
        ACTION.replace("1.0.0", "1.1.0") + "target: $\n    copy: $.paths.*\n", 5, "matches 2; name exactly",
    ),
    "extends": (
        HEAD + "extends: other.yaml\nactions: [{target: $, update: {}}]\n", 3, "names the description 'B'",
    ),
    "no URI": (HEAD + "extends: 1\nactions: [{target: $, update: {}}]\n", 3, "expected a URI reference"),
    "not YAML": ("overlay: [\n", 2, "is not YAML"),
    "a list": ("- 1\n", 1, "expected a mapping at the top"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "says"), WRONG.values(), ids=WRONG)
def test_a_wrong_overlay_is_refused(tmp_path: Path, text: str, line: int, says: str) -> None:
    """With its file, the line, the place and the way out; the same from the command line, with 4."""
    spec = Specification(written(tmp_path / "spec.yaml", TARGET))
    written(tmp_path / "other.yaml", {"info": {"title": "B"}})
    file = tmp_path / "o.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContractError) as why:
        overlaid(spec, [file])
    assert str(why.value).startswith(f"{file}:{line}: ")
    assert says in str(why.value)


@pytest.mark.parametrize(
    "extends", ["./spec.yaml", "copy.yaml", "gone.yaml", "https://example.com/other.yaml"]
)
def test_a_target_that_may_be_meant_is_accepted(tmp_path: Path, extends: str) -> None:
    """A copy of the same API, and what can't be read here: the command line has named the target."""
    written(tmp_path / "copy.yaml", {"info": TARGET["info"]})
    overlay = {"overlay": "1.0.0", "info": INFO, "extends": extends}
    file = written(
        tmp_path / "o.yaml", {**overlay, "actions": [{"target": "$.info", "update": {"x-new": 1}}]}
    )
    spec = Specification(written(tmp_path / "spec.yaml", TARGET))
    assert overlaid(spec, [file]).content["info"]["x-new"] == 1


def test_an_own_overlay_has_a_name() -> None:
    assert named("sdk-drift", OVERLAYS) == OVERLAYS / "sdk-drift.yaml"
    with pytest.raises(ContractError, match="no such file; name one, or one of: sdk-drift"):
        named("sdk-drft", OVERLAYS)


# --- the contract with an overlay ---


# No rows of the project, so that its trace does not look for them.
MINE, UNKNOWN = (f"{prefix}-90" for prefix in ("UCG-SDK", "UCG-GONE"))


def row(**fields: str) -> dict[str, str]:
    return {"id": MINE, "level": "inferred", "grade": "guess", "says": "Something.", **fields}


def extended(folder: Path, update: Any, *rows: dict[str, str], target: str = "AssetType") -> Path:
    """An overlay of one action on a schema of the contract."""
    action = {"target": f"$.components.schemas.{target}", "update": update}
    head = {"overlay": "1.0.0", "info": INFO, "x-requirements": [*rows]}
    return written(folder / "mine.yaml", {**head, "actions": [action]})


@pytest.mark.parametrize(
    ("rows", "source", "says"),
    [
        ([row(level="must")], None, f"{MINE} is a must, but what an overlay says is at most inferred"),
        ([row(id="UCG-OP-01")], None, "UCG-OP-01 is there already"),
        ([row()], "UCG-ENUM-01", "x-requirements/overlay: UCG-ENUM-01 is a must; name a row"),
        ([row()], UNKNOWN, f"there is no requirement {UNKNOWN}"),
        ([{"id": MINE}], None, "expected a text at `level`"),
    ],
)
def test_what_an_overlay_says_is_at_most_inferred(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: list[Any], source: str | None, says: str
) -> None:
    update = {"enum": ["Lambda"]} | ({"x-requirements": {"overlay": source}} if source else {})
    file = extended(tmp_path, update, *rows)
    assert main(["judge", str(har(tmp_path, entry())), "--overlay", str(file)]) == 4
    message = capsys.readouterr().err
    assert message.startswith(f"clumio-conformance: --overlay: {file}:")
    assert says in message


def expected(body: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    request = Request(method="PUT", url="/", body=json.dumps({**UPDATE, **body}).encode())
    found = expectation(request, contract().operation("update-aws-connection-group"))
    return found.outcome, found.requirements


BODIES: dict[str, tuple[dict[str, Any], Any, Any]] = {
    "a type of the SDKs": (
        {"asset_types": ["FSX"]}, ("refused", ("UCG-ENUM-01",)), ("accepted", ("UCG-SDK-01",)),
    ),
    "another type": (
        {"asset_types": ["FSX", "Lambda"]}, ("refused", ("UCG-ENUM-01",)), ("refused", ("UCG-ENUM-01",)),
    ),
    "a type of the page": (
        {"asset_types": ["S3"]}, ("accepted", ("UCG-OP-01",)), ("accepted", ("UCG-OP-01",)),
    ),
    "another set": (
        {"template_permission_set": "none"}, ("accepted", ("UCG-OP-01",)), ("open", ("UCG-SDK-02",)),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "without", "with_it"), BODIES.values(), ids=BODIES)
def test_a_request_is_expected_by_what_says_so(body: dict[str, Any], without: Any, with_it: Any) -> None:
    """The page's rows stay musts where page and overlay agree; what only the overlay says has its own row."""
    assert expected(body) == without
    with applied(["sdk-drift"]):
        assert expected(body) == with_it
    assert expected(body) == without


def test_an_overlay_without_rows_asserts_nothing(tmp_path: Path) -> None:
    with applied([str(extended(tmp_path, {"enum": ["Lambda"]}))]):
        assert expected({"asset_types": ["Lambda"]}) == ("open", ())
    with applied([str(extended(tmp_path, {"minLength": 4}))]):
        assert expected({"asset_types": ["RDS"]}) == ("accepted", ("UCG-OP-01",))


GROUP: dict[str, Any] = contract().document["components"]["examples"]["ConnectionGroup"]["value"]
SENT = {
    "asset_types": ["EC2/EBS", "IcebergOnS3Tables"],
    "aws_regions": GROUP["intended_aws_regions"],
    "description": GROUP["description"],
    "template_permission_set": "all",
}
NEWER = {
    **GROUP,
    "asset_types_enabled": ["EC2/EBS", "FSX", "IcebergOnGlue"],
    "intended_asset_types": SENT["asset_types"],
    "template_permission_set": "all",
    "_embedded": {},
    "_links": {
        **GROUP["_links"],
        "update-aws-connection-group": {"href": "/a", "templated": False, "type": "put"},
    },
    "config": {
        **GROUP["config"],
        "iceberg_on_glue": {"installed_template_version": "1"},
        "iceberg_on_s3_tables": {},
    },
}


def answered(body: Any, status: int = 200) -> dict[str, Any]:
    """An update with the newer values, and its answer."""
    return entry(body, status, url=f"{HOST}{GROUPS}/{GROUP['id']}", sent=SENT)


def judged(tmp_path: Path, *entries: dict[str, Any], words: tuple[str, ...] = ()) -> tuple[int, Any]:
    code = main(["judge", str(har(tmp_path, *entries)), "--report-dir", str(tmp_path / "report"), *words])
    return code, json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))


def test_a_recording_is_judged_by_the_overlaid_contract(tmp_path: Path) -> None:
    """All of the SDKs' drift is a finding without the overlay, and none with it."""
    code, report = judged(tmp_path, answered(NEWER))
    assert code == 1
    assert {row["requirement"] for row in report["findings"]} == {
        "UCG-ENUM-01", "UCG-ENUM-05", "UCG-ENUM-06", "UCG-RESP-24",
    }  # fmt: skip
    assert "overlays" not in report["run"]
    code, report = judged(tmp_path, answered(NEWER), words=("--strict", "--overlay", "sdk-drift"))
    assert (code, report["findings"]) == (0, [])
    [overlay] = report["run"]["overlays"]
    assert overlay.startswith("sdk-drift.yaml sha256:")
    assert f"the contract has the overlay {overlay}" in report["notes"]
    rows = {row["id"]: row["outcome"] for row in report["requirements"] if row["id"].startswith("UCG-SDK")}
    assert rows.pop("UCG-SDK-02") == "not_run"
    assert set(rows.values()) == {"conforms"}


def test_a_finding_keeps_its_name_and_points_into_the_overlay(tmp_path: Path) -> None:
    """What breaks page and overlay is the same cause; what breaks only the overlay is a warning."""
    wrong = {**NEWER, "status": "active", "template_permission_set": "none"}
    _, before = judged(tmp_path, answered(wrong))
    code, after = judged(tmp_path, answered(wrong), words=("--overlay", "sdk-drift"))
    names = {row["requirement"]: row["fingerprint"] for row in before["findings"]}
    found = {row["requirement"]: row for row in after["findings"]}
    assert code == 1
    assert found.keys() == {"UCG-ENUM-02", "UCG-SDK-03"}
    assert found["UCG-ENUM-02"]["fingerprint"] == names["UCG-ENUM-02"]
    assert (found["UCG-SDK-03"]["level"], found["UCG-SDK-03"]["fails"]) == ("inferred", False)
    assert found["UCG-ENUM-02"]["file"] == "openapi/spec.yaml"
    line = found["UCG-SDK-03"]["line"]
    assert found["UCG-SDK-03"]["file"] == "openapi/overlays/sdk-drift.yaml"
    text = (OVERLAYS / "sdk-drift.yaml").read_text(encoding="utf-8").splitlines()[line - 1]
    assert text.strip() == "TemplatePermissionSet:"
    known = ["known", "add", str(tmp_path / "report" / "report.json"), found["UCG-SDK-03"]["fingerprint"]]
    known += ["--why", "new", "--owner", "us", "--file", str(tmp_path / "known.toml")]
    assert main(known) == 4
    assert main([*known, "--overlay", "sdk-drift"]) == 0
    sarif = json.loads((tmp_path / "report" / "results.sarif").read_text(encoding="utf-8"))
    uris = [
        one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for one in sarif["runs"][0]["results"]
    ]
    assert uris == ["openapi/spec.yaml", "openapi/overlays/sdk-drift.yaml"]


def test_parts_are_joined_if_they_have_the_same_overlays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where processes share the files of one command, and with the known deviations of a file."""
    files = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        files.append(str(har(tmp_path / name, answered({**NEWER, "status": "active"}))))
    known = ("--known", "sdk-drift")
    out = tmp_path / "both"
    words = ["judge", *files, "--jobs", "2", "--overlay", "sdk-drift", *known, "--report-dir", str(out)]
    assert main(words) == 1
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert [row["requirement"] for row in report["findings"]] == ["UCG-ENUM-02"]
    assert len(report["run"]["overlays"]) == 1
    joined = ["merge", str(out / "report.json"), "--report-dir", str(tmp_path / "joined")]
    assert main([*joined, "--overlay", "sdk-drift"]) == 1
    capsys.readouterr()
    assert main(joined) == 4
    assert "give the same with --overlay" in capsys.readouterr().err


@pytest.mark.slow
def test_a_run_reports_what_the_sandbox_does_not_have(tmp_path: Path) -> None:
    """The sandbox keeps to the page and refuses the newer types: a warning, and no failure unless strict."""
    words = ["run", "--overlay", "sdk-drift", "--report-dir", str(tmp_path)]
    assert main(words) == 0
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert {row["requirement"] for row in report["findings"]} == {"UCG-SDK-01"}
    assert {row["outcome"] for row in report["requirements"] if row["level"] == "must"} == {"conforms"}


def test_the_overlay_keeps_the_base() -> None:
    with applied(["sdk-drift"]):
        of = contract()
        assert isinstance(of.spec, Overlaid)
        assert of.spec.digest != of.base.spec.digest
        assert of.base.requirements.items() < of.requirements.items()
    assert contract().overlays == []
