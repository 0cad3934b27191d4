"""Traces of small checkouts with one link missing, and of an invented page that changes in one place."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from html import escape
from pathlib import Path
from textwrap import wrap

import pytest

from clumio_conformance.contract.yaml_files import read_text
from tracing.cli import main

# These ids are none of the project's: `ID-` becomes the real prefix when a checkout is written.
REQUIREMENTS = """\
# A comment that stays.
requirements:
  - id: ID-OP-01
    level: must
    grade: doc
    needs: writes  # a key of somebody else
    page: Paint
    says: A fence is painted.
  - id: ID-BODY-01
    level: must
    grade: doc
    page: Request Body > colors
    says: colors is an array of strings.
  - id: ID-BODY-02
    level: must
    grade: doc
    page: Request Body > colors
    says: colors is required.
  - id: ID-ENUM-01
    level: must
    grade: doc
    page: Request Body > colors
    says: "colors are red or blue."
    sources:
      page: red | blue
      sdk: green too
  - id: ID-RESP-01
    level: inferred
    grade: sdk
    says: Success is a 200.
  - id: ID-FLOW-01
    level: inferred
    grade: third
    says: Paint dries.
  - id: ID-ERR-01
    level: open
    grade: guess
    says: Which error there is.
    note: Nobody has seen one.
"""
SPEC = """\
openapi: 3.1.0
paths:
  /fences:
    put:
      x-requirements: {exists: ID-OP-01}
      requestBody:
        required: true
        x-requirements: {required: ID-BODY-02, content: ID-OP-01}
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Paint"}
      responses:
        "200":
          x-requirements: {status: ID-RESP-01}
          description: Painted.
components:
  schemas:
    Paint:
      type: object
      required: [colors]
      x-requirements:
        type: ID-BODY-01
        required:
          colors: ID-BODY-02
      properties:
        colors:
          type: array
          items:
            $ref: "#/components/schemas/Color"
          x-requirements:
            type: ID-BODY-01
            enum: ID-ENUM-01
    Color:
      type: string
      enum: ["red", "blue"]
"""
RULES = """\
@rule(keywords=KEYWORDS, request_keywords=KEYWORDS)
def body(seen: Seen):
    yield from ()

@rule("ID-OP-01", "ID-RESP-01")
def status(seen: Seen):
    yield from ()

@rule(*IDS)
def dry(before, after):
    yield from ()

IDS = ("ID-FLOW-01",)
KEYWORDS = ("type", "enum", *("required", "if"))
"""
SUITE = """\
from clumio_conformance.connection_groups.rules import paint

@pytest.mark.schema_requirements
def test_each_body():
    pass

@pytest.mark.requirement("ID-OP-01", "ID-RESP-01")
def test_painting():
    pass

def test_drying():
    _wait(1)

def _wait(hours):
    return paint.dry(hours, hours)
"""
PAGE = """\
Paint a Fence
Paints a fence in the named "colors". It dries overnight - or it does not.
NOTE - A wet fence isn't touched.
Request Body required
- colors string[] required
The colors to use. Valid values are any of ["red", "blue"].
- glossy boolean
Whether it shines. If set to
true
, it does.
- layers integer
The number of layers.
- 200
- default
Success
- application/json
- Schema
- Example (from schema)
Schema
- id string
The id of the fence.
state string
Possible values: [
wet
,dry
]How the fence is.
{
"id": "string",
"state": "wet"
}
Error
- application/json
Schema
errors object[]
What went wrong.
error_code uint32error_message stringThe reason.
"""
RULES_FILE = Path("conformance/clumio_conformance/connection_groups/rules/paint.py")
SUITE_FILE = Path("conformance/clumio_conformance/connection_groups/suite/test_paint.py")
ROWS_FILE = Path("openapi/requirements.yaml")
SPEC_FILE = Path("openapi/spec.yaml")


def real(text: str) -> str:
    return text.replace("ID-", "UCG-")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout without a hole, whose accepted page is `PAGE`."""
    folder = tmp_path_factory.mktemp("whole")
    root = folder / "checkout"
    files = {RULES_FILE: RULES, SUITE_FILE: SUITE, ROWS_FILE: REQUIREMENTS, SPEC_FILE: SPEC}
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(real(text), encoding="utf-8")
    assert main(["--root", str(root), "--page", str(saved(folder, PAGE)), "--accept"]) == 0
    ids = real("ID-OP-01, ID-BODY-01, ID-BODY-02, ID-ENUM-01")
    rows = read_text(root / ROWS_FILE).replace("requirements: []", f"requirements: [{ids}]")
    (root / ROWS_FILE).write_text(rows, encoding="utf-8")
    assert main(["--root", str(root), "--write"]) == 0
    return root


@pytest.fixture
def checkout(whole: Path, tmp_path: Path) -> Path:
    """A copy of the checkout without a hole, to make one in."""
    return Path(shutil.copytree(whole, tmp_path / "checkout"))


def saved(folder: Path, page: str, name: str = "page.txt") -> Path:
    file = folder / name
    file.write_bytes(page.encode())
    return file


def edit(file: Path, old: str, new: str) -> None:
    text = read_text(file)
    assert real(old) in text
    file.write_text(text.replace(real(old), real(new), 1), encoding="utf-8")


def traced(root: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    code = main(["--root", str(root), *options])
    output = capsys.readouterr()
    return code, output.out + output.err


def test_a_checkout_without_a_hole_prints_one_line(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert traced(checkout, capsys) == (
        0,
        "30 statements, 7 requirements (4 must, 2 inferred, 1 open), 5 spec nodes, 3 rules, 3 tests: "
        "no hole\n",
    )


DELETE = """\
    delete:
      responses:
        "204":
          description: Gone.
    put:
"""
HOLES = {
    "a must without a rule": (
        RULES_FILE, 'rule("ID-OP-01", ', "rule(",
        "openapi/requirements.yaml:3: ID-OP-01 (must) has no rule; decorate one with @rule(\"ID-OP-01\")",
    ),
    "an inferred without a rule": (RULES_FILE, ', "ID-RESP-01"', "", "ID-RESP-01 (inferred) has no rule"),
    "a must without a test": (
        SUITE_FILE, '"ID-OP-01", ', "",
        "openapi/requirements.yaml:3: ID-OP-01 (must) has no test; name it, or use its rule, in one of",
    ),
    "no schema rule": (
        RULES_FILE, "@rule(keywords=KEYWORDS, request_keywords=KEYWORDS)", "",
        "ID-ENUM-01 (must) has no rule",
    ),
    "a schema rule for answers alone": (
        RULES_FILE, ", request_keywords=KEYWORDS", "", "ID-ENUM-01 (must) has no rule",
    ),
    "no schema test": (SUITE_FILE, "@pytest.mark.schema_requirements", "", "ID-BODY-02 (must) has no test"),
    "a rule without a row": (
        RULES_FILE, "ID-RESP-01", "ID-RESP-77",
        "paint.py:5: status names ID-RESP-77, which has no row; add the row to openapi/requirements.yaml",
    ),
    "a verdict without a row": (
        RULES_FILE, "from ()", 'from ("ID-OP-77",)', "body names ID-OP-77, which has no row",
    ),
    "a test without a row": (
        SUITE_FILE, "ID-RESP-01", "ID-RESP-77",
        "test_paint.py:7: test_painting names ID-RESP-77, which has no row",
    ),
    "a spec id without a row": (
        SPEC_FILE, "enum: ID-ENUM-01", "enum: ID-ENUM-77",
        "openapi/spec.yaml:32: /components/schemas/Paint/properties/colors "
        "names ID-ENUM-77 as the source of enum",
    ),
    "an enum without a source": (
        SPEC_FILE, "            enum: ID-ENUM-01\n", "",
        "openapi/spec.yaml:34: /components/schemas/Color is constrained by enum, "
        "which has no source; name the row in",
    ),
    "a type without a source": (
        SPEC_FILE, "            type: ID-BODY-01\n            enum", "            enum",
        "properties/colors is constrained by type, which has no source",
    ),
    "a required property without a source": (
        SPEC_FILE, "colors: ID-BODY-02", "shape: ID-BODY-02",
        "/components/schemas/Paint is constrained by required: colors, which has no source",
    ),
    "a new bound without a source": (
        SPEC_FILE, "          type: array\n", "          type: array\n          minItems: 1\n",
        "constrained by minItems",
    ),
    "a nullable without a source": (
        SPEC_FILE, "          type: array\n", '          type: [array, "null"]\n', "constrained by null",
    ),
    "a condition without a source": (
        SPEC_FILE, "          type: array\n",
        "          type: array\n          if: {contains: {const: red}}\n", "constrained by if",
    ),
    "a new property without a source": (
        SPEC_FILE, "      properties:\n", "      properties:\n        x: {type: string}\n",
        "properties/x is constrained by type",
    ),
    "a status without a source": (
        SPEC_FILE, "          x-requirements: {status: ID-RESP-01}\n", "",
        "responses/200 is constrained by status",
    ),
    "a media type without a source": (SPEC_FILE, ", content: ID-OP-01", "", "is constrained by content"),
    "a source without its constraint": (
        SPEC_FILE, '      enum: ["red", "blue"]\n', "",
        "properties/colors names a source of enum, but no constraint there needs it",
    ),
    "a rule that is not applied": (
        SUITE_FILE, "return paint.dry(hours, hours)", "return hours",
        "paint.py:10: no run applies the rule dry; call it in",
    ),
    "a row whose rule no run applies": (
        SUITE_FILE, "return paint.dry(hours, hours)", "return hours",
        "openapi/requirements.yaml:31: ID-FLOW-01 (inferred): no run applies its rule: conformance/",
    ),
    "a rule of one exchange with a second parameter": (
        RULES_FILE, "seen: Seen", "seen: Seen, more", "no run applies the rule body",
    ),
    "a rule whose id no test covers": (
        SUITE_FILE, "_wait(1)", "pass", "ID-FLOW-01 (inferred) has no test; name it, or use its rule",
    ),
    "an open row without a note": (
        ROWS_FILE, "    note: Nobody has seen one.\n", "",
        "requirements.yaml:35: ID-ERR-01 (open) has neither a rule nor a note; add a `note` with the reason",
    ),
    "an operation without rows": (
        SPEC_FILE, "    put:\n", DELETE,
        "spec.yaml:4: /paths/~1fences/delete is an operation without a source; name the row as `exists`",
    ),
    "a response of an operation without rows": (
        SPEC_FILE, "    put:\n", DELETE,
        "spec.yaml:6: /paths/~1fences/delete/responses/204 is constrained by status, which has no source",
    ),
    "a property without a constraint and without a source": (
        SPEC_FILE, "      properties:\n",
        "      properties:\n        x:\n          description: Anything.\n",
        "openapi/spec.yaml:26: /components/schemas/Paint/properties/x has neither a constraint nor a source",
    ),
    "a parameter without a constraint and without a source": (
        SPEC_FILE, "    put:\n", "    parameters:\n      - {name: x, in: query}\n    put:\n",
        "openapi/spec.yaml:5: /paths/~1fences/parameters/0 has neither a constraint nor a source",
    ),
    "an array without items": (
        SPEC_FILE, "components:\n  schemas:\n    Paint:\n      type: object\n",
        "components:\n  schemas:\n    Paint:\n      type: object\n      items: false\n",
        "/components/schemas/Paint is constrained by items, which has no source",
    ),
    "fields of an answer without a source for any others": (
        SPEC_FILE, "          description: Painted.\n",
        "          description: Painted.\n          content:\n            application/json:\n"
        '              schema: {$ref: "#/components/schemas/Paint"}\n',
        "spec.yaml:13: /paths/~1fences/put/responses/200 has fields, and no source of `undocumented`",
    ),
    "a header of an answer": (
        SPEC_FILE, "          description: Painted.\n",
        "          description: Painted.\n          headers: {Retry-After: {schema: {type: integer}}}\n",
        "spec.yaml:16: /paths/~1fences/put/responses/200 has headers, which no rule of the contract reads",
    ),
    "a callback": (
        SPEC_FILE, "      responses:\n", "      callbacks: {}\n      responses:\n",
        "/paths/~1fences/put has callbacks, which no rule of the contract reads; take them away, and",
    ),
    "a webhook": (
        SPEC_FILE, "components:\n", "webhooks: {}\ncomponents:\n",
        "spec.yaml:16: the document has webhooks, which no rule of the contract reads",
    ),
    "an unknown grade of a node": (
        SPEC_FILE, "    Color:\n", "    Color:\n      x-grade: rumour\n",
        "/components/schemas/Color has the x-grade 'rumour', which there is not; write one of doc, sdk, wire",
    ),
    "a field of an unknown operation alone": (
        SPEC_FILE, "    Color:\n", "    Color:\n      x-only: [mow-lawn]\n",
        "/components/schemas/Color has the x-only 'mow-lawn', which there is not; write one of",
    ),
    "an operation behind a reference of its path": (
        SPEC_FILE, "  /fences:\n    put:\n",
        '  /fences: {$ref: "#/x-paths/fences"}\nx-paths:\n  fences:\n    get: {responses: {}}\n    put:\n',
        "spec.yaml:6: /x-paths/fences/get is an operation without a source",
    ),
    "a keyword that no rule checks": (
        SPEC_FILE, "            type: ID-BODY-01\n            enum",
        "            type: ID-BODY-01\n            minItems: ID-BODY-01\n            enum",
        "schemas/Paint/properties/colors: no rule checks minItems, which comes from ID-BODY-01",
    ),
    "a row twice": (ROWS_FILE, "- id: ID-ERR-01", "- id: ID-OP-01", "ID-OP-01 is also the row of line 3"),
    "an unknown level": (
        ROWS_FILE, "level: open", "level: maybe",
        "ID-ERR-01 has the level 'maybe'; write one of must, inferred, open",
    ),
    "an unknown grade": (ROWS_FILE, "grade: guess", "grade: rumour", "ID-ERR-01 has the grade 'rumour'"),
    "no id": (ROWS_FILE, "id: ID-ERR-01", "id: ID-err", "is not an id"),
    "a statement without a row": (
        ROWS_FILE, "[ID-OP-01, ID-BODY-01, ID-BODY-02, ID-ENUM-01]", "[]",
        "has no requirement; name the rows that come from it",
    ),
    "a statement that names no row": (
        ROWS_FILE, "[ID-OP-01,", "[ID-OP-77,", "names ID-OP-77, which has no row",
    ),
    "a row of the page without a statement": (
        ROWS_FILE, "    grade: guess\n", "    grade: guess\n    page: Nowhere\n",
        "ID-ERR-01 is from the page (Nowhere), but no statement in `page:` names it",
    ),
    "a document that drifted": (
        Path("docs/requirements.md"), "A fence", "A wall", "docs/requirements.md:17: does not match",
    ),
    "another document that drifted": (
        Path("docs/contradictions.md"), "green", "pink", "docs/contradictions.md:9: does not match",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOLES)
def test_a_hole_is_named_with_its_place_and_the_way_out(
    kind: str, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, old, new, expected = HOLES[kind]
    edit(checkout / file, old, new)
    code, output = traced(checkout, capsys)
    assert code == 1
    assert real(expected) in output


def test_an_operations_own_source_of_status_stands_for_one_response(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(checkout / SPEC_FILE, "{exists: ID-OP-01}", "{exists: ID-OP-01, status: ID-RESP-01}")
    edit(checkout / SPEC_FILE, "          x-requirements: {status: ID-RESP-01}\n", "")
    assert "status" not in traced(checkout, capsys)[1]
    edit(
        checkout / SPEC_FILE,
        "components:\n",
        '        "204":\n          description: Painted.\ncomponents:\n',
    )
    assert (
        "responses/204 is constrained by status, which has no source of its own"
        in traced(checkout, capsys)[1]
    )


IMPORT = "from clumio_conformance.connection_groups.rules.paint import dry\n"
MORE = '\n@rule("ID-OP-01")\ndef more'
CALLS = {
    "the suite": (SUITE_FILE, "\nx = paint.dry\n", True),
    "the judge, through a helper of a rule": (
        RULES_FILE, f"{MORE}(seen: Seen):\n    _help()\ndef _help():\n    dry()\n", True,
    ),
    "a helper that nothing calls": (RULES_FILE, "\ndef _help():\n    dry()\n", False),
    "a rule that is not applied": (RULES_FILE, f"{MORE}(one, two):\n    more(); dry()\n", False),
    "a local name": (RULES_FILE, f"{MORE}(seen: Seen):\n    dry = 1; print(dry)\n", False),
    "an import": (SUITE_FILE, f"\n{IMPORT}", False),
    "a test": (Path("tests/test_rules.py"), f"{IMPORT}x = dry\n", False),
}  # fmt: skip


@pytest.mark.parametrize("caller", CALLS)
def test_a_rule_is_applied_by_what_a_run_reaches(
    caller: str, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, code, applied = CALLS[caller]
    edit(checkout / SUITE_FILE, "paint.dry(hours, hours)", "hours")
    (checkout / file).parent.mkdir(exist_ok=True)
    with (checkout / file).open("a", encoding="utf-8") as source:
        source.write(real(code))
    assert ("no run applies the rule dry" not in traced(checkout, capsys)[1]) == applied


PROBES = """\
PAINT = "paint-fence"
DRY = "ID-FLOW-01"
def covered_by(probes, operation_id=PAINT): ...
"""


def test_a_test_covers_what_its_probes_cover(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They show the rules for each answer, what they name, and the sources of their operation's answers."""
    probes = checkout / RULES_FILE.parents[1] / "probes.py"
    edit(checkout / SUITE_FILE, '"ID-OP-01", "ID-RESP-01"', "*covered_by(PROBES)")
    edit(checkout / SUITE_FILE, "_wait(1)", "pass")
    edit(checkout / SPEC_FILE, "    put:\n", "    put:\n      operationId: paint-fence\n")
    edit(checkout / RULES_FILE, '@rule("ID-OP-01", "ID-RESP-01")', '@rule("ID-OP-01", keywords=("status",))')
    output = traced(checkout, capsys)[1]
    assert [output.count(real(f"{one} (inferred) has no test")) for one in ("ID-FLOW-01", "ID-RESP-01")] == [
        1,
        1,
    ]
    probes.write_text(real(PROBES), encoding="utf-8")
    assert "has no test" not in traced(checkout, capsys)[1]
    edit(checkout / SPEC_FILE, "operationId: paint-fence", "operationId: mow-lawn")
    assert real("ID-RESP-01 (inferred) has no test") in traced(checkout, capsys)[1]


def test_missing_documents_are_drift(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / "docs/requirements.md").unlink()
    code, output = traced(checkout, capsys)
    assert (code, output) == (
        1,
        "docs/requirements.md:1: is missing; run `python scripts/trace.py --write`\n1 holes\n",
    )


def test_an_ancestor_without_a_grade_is_no_source_of_its_properties(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a sibling, known from elsewhere, one entry may cover all that is below it."""
    lines = [
        line for line in read_text(checkout / SPEC_FILE).splitlines(keepends=True) if "ENUM-01" not in line
    ]
    text = "".join(lines).replace(
        real("ID-BODY-01\n        required"), real("ID-BODY-01\n        enum: ID-ENUM-01\n        required")
    )
    (checkout / SPEC_FILE).write_text(text, encoding="utf-8")
    assert "Color is constrained by enum" in traced(checkout, capsys)[1]
    graded = text.replace("    Paint:\n", "    Paint:\n      x-grade: sdk\n")
    (checkout / SPEC_FILE).write_text(graded, encoding="utf-8")
    assert "constrained" not in traced(checkout, capsys)[1]


def test_json_lists_the_links_of_each_requirement(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, output = traced(checkout, capsys, "--json")
    row = next(row for row in json.loads(output)["requirements"] if row["id"] == real("ID-ENUM-01"))
    assert code == 0
    assert row["spec"] == ["/components/schemas/Paint/properties/colors"]
    assert row["rules"] == [f"{RULES_FILE.as_posix()}:2 body"]
    assert row["tests"] == [f"{SUITE_FILE.as_posix()}:4 test_each_body"]


def test_the_documents_show_rows_and_voices(checkout: Path) -> None:
    catalogue = read_text(checkout / "docs/requirements.md")
    assert (
        real("| ID-OP-01 | must | doc | A fence is painted. | Paint | `/paths/~1fences/put`<br>") in catalogue
    )
    assert r"the page of the update operation: red \| blue<br>" in read_text(
        checkout / "docs/contradictions.md"
    )


UNUSABLE = {
    "broken YAML": (ROWS_FILE, "level: must", "level: [must", "requirements.yaml:5: is not YAML"),
    "a row without a level": (
        ROWS_FILE,
        "level: must",
        "rank: must",
        "requirements.yaml:3: expected a text at `level`, found None",
    ),
    "no list": (
        ROWS_FILE,
        "requirements:\n",
        "requirements: 7\nothers:\n",
        "expected `requirements` to be a list, found int",
    ),
    "a broken reference": (
        SPEC_FILE,
        "schemas/Color",
        "schemas/Colour",
        "spec.yaml:29: components/schemas/Paint/properties/colors/items/$ref: #/components/schemas/Colour "
        "points to nothing: there is no",
    ),
    "a method that is none": (
        SPEC_FILE,
        "    put:\n",
        "    PUT: {}\n    put:\n",
        "spec.yaml:4: paths//fences/PUT: is no method of",
    ),
    "a schema that is none": (
        SPEC_FILE,
        "      type: object\n",
        "      type: objekt\n",
        "spec.yaml:19: components/schemas/Paint/type: is no JSON schema",
    ),
    "a row with unknown sides": (
        ROWS_FILE,
        "level: open",
        "level: open\n    sides: refuses",
        "expected `sides` of",
    ),
    "a broken rule": (RULES_FILE, "def body(seen: Seen):", "def body(seen", "paint.py:2: is not Python"),
}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_a_file_that_cannot_be_used_is_named(
    kind: str, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, old, new, expected = UNUSABLE[kind]
    edit(checkout / file, old, new)
    code, output = traced(checkout, capsys)
    assert code == 4
    assert expected in output


def test_a_missing_file_is_named(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / SPEC_FILE).unlink()
    code, output = traced(checkout, capsys)
    assert code == 4
    assert "spec.yaml: can't be read: No such file or directory; restore it" in output


def test_the_script_teaches_its_use() -> None:
    script = Path(__file__).parents[2] / "scripts/trace.py"
    shown = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True, check=True)
    assert "--page FILE" in shown.stdout
    assert "exit codes: 0 fine; 1 holes" in shown.stdout


@pytest.mark.parametrize(
    "options", [["--accept"], ["--nonsense"], ["--page", "x", "--write"], ["--root", "nowhere"]]
)
def test_wrong_usage(options: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(options)
    assert stop.value.code == 4


def as_html(page: str) -> str:
    """The page as a browser saves it, with what frames it."""
    lines = (
        f"<li>{escape(line[2:])}</li>" if line.startswith("- ") else f"<p>{escape(line)}</p>"
        for line in page.splitlines()
    )
    body = "\n".join(lines).replace("If set to</p>\n<p>true</p>\n<p>,", "If set to <code>true</code>,")
    return (
        "<!DOCTYPE html><html><head><title>Fences</title><script>var x = 'The colors';</script></head><body>"
        f"<nav>Mow a Lawn</nav><main><article>{body}</article></main>"
        "<footer>All rights.</footer></body></html>"
    )


COPIES: dict[str, Callable[[str], str]] = {
    "as it was": str,
    "CRLF": lambda page: page.replace("\n", "\r\n"),
    "trailing blanks and empty lines": lambda page: page.replace("\n", "  \n\n"),
    "no-break spaces": lambda page: page.replace(" ", "\u00a0"),
    "a byte-order mark": lambda page: "\ufeff" + page,
    "curly quotes": lambda page: re.sub(r'"([a-z]+)"', "\u201c\\1\u201d", page).replace("'", "\u2019"),
    "an en dash": lambda page: page.replace(" - ", " \u2013 "),
    "other bullets": lambda page: page.replace("\n- ", "\n\u2022 "),
    "narrow lines": lambda page: "\n".join(
        "\n".join(wrap(line, 16, break_long_words=False)) for line in page.splitlines()
    ),
    "one line": lambda page: " ".join(page.split()),
    "inline code on its line": lambda page: page.replace("\ntrue\n,", " true,"),
    "HTML": as_html,
    "HTML as text": lambda page: f"<html><body><pre>{escape(page)}</pre></body></html>",
}


@pytest.mark.parametrize("copy", COPIES)
def test_the_same_page_is_known_in_any_copy(
    copy: str, checkout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = saved(tmp_path, COPIES[copy](PAGE), "page.html" if "HTML" in copy else "page.txt")
    assert traced(checkout, capsys, "--page", str(page)) == (
        0,
        "30 statements as accepted, 0 new, changed or gone\n",
    )


CHANGES = {
    "a new enum value": ('["red", "blue"]', '["red", "blue", "green"]', ["changed Request Body > colors"]),
    "a new value of an answer's enum": ("\n,dry", "\n,dry\n,peeling", ["changed 200 > Schema > state"]),
    "a sentence that is gone": ("It dries overnight - or it does not.", "", ["gone Page"]),
    "a sentence that is new": (
        "The number of layers.",
        "The number of layers. At most 7.",
        ["new Request Body > layers"],
    ),
    "a sentence that changed": ("The id of", "The name of", ["changed 200 > Schema > id"]),
    "a note that is new": ("Request Body", "NOTE - Mind the dog.\nRequest Body", ["new Page"]),
    "another type": ("error_code uint32", "error_code uint64", ["changed default > Schema > error_code"]),
    "no longer required": ("string[] required", "string[]", ["changed Request Body > colors"]),
    "a field that is new": (
        "state string",
        "size string\nHow big.\nstate string",
        ["new 200 > Schema > size"] * 2,
    ),
    "a field that is gone": (
        "- layers integer\nThe number of layers.\n",
        "",
        ["gone Request Body > layers"] * 2,
    ),
    "a field with another name": ("- layers integer", "- coats integer", ["changed Request Body > layers"]),
    "another status": ("- 200\n", "- 202\n", ["changed 200"]),
    "a status more": ("- default\n", "- 429\n- default\n", ["new 429"]),
    "another media type": (
        "Error\n- application/json",
        "Error\n- application/problem+json",
        ["changed default"],
    ),
    "another example": ('"state": "wet"', '"state": "dry"', ["changed 200 > Example > state"]),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_of_the_page_is_named_with_its_place(
    kind: str, checkout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new, expected = CHANGES[kind]
    assert old in PAGE
    page = saved(tmp_path, PAGE.replace(old, new, 1))
    code, output = traced(checkout, capsys, "--page", str(page), "--json")
    assert code == 1
    assert [f"{change['kind']} {change['at']}" for change in json.loads(output)["changes"]] == expected


def test_a_change_names_requirements_and_tests_and_shows_the_new_text(
    checkout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = saved(tmp_path, PAGE.replace('"blue"', '"green"'))
    code, output = traced(checkout, capsys, "--page", str(page))
    assert code == 1
    assert 'text          Valid values are any of ["red", "green"].' in output
    assert real("ID-ENUM-01 colors are red or blue.") in output
    assert f"{SUITE_FILE.as_posix()}:8 test_painting" in output
    assert "29 statements as accepted, 1 new, changed or gone" in output


def test_a_page_is_accepted_with_its_links(
    checkout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is known keeps its requirements, what is new is listed and stays a hole; nothing else changes."""
    before = read_text(checkout / ROWS_FILE)
    page = saved(
        tmp_path,
        PAGE.replace("state string", "size string\nHow big.\nstate string").replace('"blue"', '"green"'),
    )
    code, output = traced(checkout, capsys, "--page", str(page), "--accept")
    assert code == 0
    assert "link   200 > Schema > size: How big." in output
    assert real("review Request Body > colors: still ID-OP-01, ID-BODY-01") in output
    assert traced(checkout, capsys, "--page", str(page))[0] == 0
    after = read_text(checkout / ROWS_FILE)
    kept = [line for line in before.splitlines() if "Request Body > colors" not in line or "says" in line]
    assert [line for line in after.splitlines() if line in kept] == [
        line for line in before.splitlines() if line in kept
    ]
    code, output = traced(checkout, capsys)
    assert code == 1
    assert output.count("the statement at '200 > Schema > size' has no requirement") == 2


def test_no_sentence_of_the_page_is_stored(checkout: Path) -> None:
    stored = "".join(read_text(file) for file in checkout.rglob("*") if file.is_file())
    sentences = [line for line in PAGE.splitlines() if line.endswith(".")]
    assert len(sentences) > 6
    assert not [line for line in sentences if line in stored]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("Mow a Lawn\nIt grows again.\n", "is not the page: expected most of the 30 statements"),
        ("", "has no text"),
        ("\x89PNG\r\n\x1a\n\x00\xff", "is not the page"),
    ],
)
def test_a_file_that_is_not_the_page_is_refused(
    page: str, expected: str, checkout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, output = traced(checkout, capsys, "--page", str(saved(tmp_path, page)))
    assert code == 4
    assert expected in output


def test_a_page_that_is_missing_is_named(
    checkout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, output = traced(checkout, capsys, "--page", str(tmp_path / "nowhere.txt"))
    assert code == 4
    assert "nowhere.txt: can't be read: No such file or directory" in output
