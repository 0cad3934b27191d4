"""`clumio-conformance diff`: what is compared, how it is printed, what is ignored, and what fails."""

import json
import re
import subprocess
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from clumio_conformance.commands.command_line import command
from clumio_conformance.spec_diff.rules import RULES
from clumio_conformance.spec_diff.writing import WRITERS

OLD = """openapi: 3.1.0
info: {title: Things, version: "1"}
paths:
  /things:
    post:
      operationId: make
      requestBody:
        content:
          application/json:
            schema:
              properties:
                kind: {enum: [a, b]}
      responses:
        200:
          description: Fine.
          content:
            application/json:
              schema:
                properties:
                  id: {type: string, maxLength: 9}
"""
BREAKING = OLD.replace("enum: [a, b]", "enum: [a]")
RISKY = OLD.replace("maxLength: 9", "maxLength: 5")
SAFE = OLD.replace("id: {type", "name: {type: string}\n                  id: {type")
NOTED = OLD.replace("operationId: make", "operationId: make\n      deprecated: true")
RULE, PLACE = "request.enum.narrowed", "request body > kind enum"
TODAY = datetime.now(UTC).date()

Diff = Callable[..., tuple[int, str, str]]


@pytest.fixture
def diff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Diff:
    """Run the command in a temporary folder with `old.yaml`; the result is the code and what is printed."""
    monkeypatch.chdir(tmp_path)
    Path("old.yaml").write_text(OLD, encoding="utf-8")

    def run(*words: str, new: str | None = None) -> tuple[int, str, str]:
        if new is not None:
            Path("new.yaml").write_text(new, encoding="utf-8")
            words = ("old.yaml", "new.yaml", *words)
        capsys.readouterr()
        try:
            code = command("clumio-conformance", ["diff", *words])
        except SystemExit as stop:
            code = int(stop.code or 0)
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def repository(diff: Diff) -> Diff:
    """Run the command in a repository: the tag v1 has the old specification, HEAD the breaking one."""
    git("init", "-q", "-b", "main")
    commit(OLD)
    git("tag", "v1")
    commit(BREAKING)
    git("checkout", "-q", "-b", "side", "v1")
    commit(RISKY)
    git("checkout", "-q", "main")
    return diff


def git(*words: str) -> None:
    names = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *names, *words], check=True, capture_output=True)


def commit(text: str, **others: str) -> None:
    Path("openapi").mkdir(exist_ok=True)
    for name, content in {"spec": text, **others}.items():
        Path("openapi", f"{name}.yaml").write_text(content, encoding="utf-8")
    git("add", "openapi")
    git("commit", "-q", "-m", "a change")


# --- what fails ---


@pytest.mark.parametrize(
    ("new", "severity"), [(BREAKING, 0), (RISKY, 1), (SAFE, 2), (NOTED, 3), (OLD + "# the same\n", 4)]
)
def test_what_is_at_least_as_bad_as_the_limit_fails(diff: Diff, new: str, severity: int) -> None:
    limits = ["breaking", "risky", "safe", "documentation", "never"]
    expected = [int(severity <= at) for at in range(4)] + [0]

    assert [diff("--fail-on", limit, new=new)[0] for limit in limits] == expected
    assert diff(new=new)[0] == expected[1]
    assert diff("--strict", new=new)[0] == expected[3]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("old.yaml", "none.yaml"), 3, "none.yaml: can't be read: No such file or directory"),
        (("old.yaml",), 4, "old.yaml is one file; name the other one too, or a revision"),
        (("a", "b", "c"), 4, "expected at most two specifications, found 3: a b c"),
        ((), 4, "is in no git repository, so there are no revisions; name two files"),
        (("main..HEAD",), 4, "is in no git repository"),
        (("old.yaml", "main"), 4, "is in no git repository"),
        (("--format", "xml"), 4, "invalid choice: 'xml'"),
        (("old.yaml", "old.yaml", "--output", "."), 4, "--output .: can't be written"),
        (("old.yaml", "old.yaml", "--ignore", "none.toml"), 4, "none.toml: can't be read"),
        (("--explain", "request.enum.narrow"), 4, f"no rule request.enum.narrow; did you mean {RULE}"),
        (("--explain", "zzz"), 4, "no rule zzz; --explain lists the rules"),
        (("--explain", RULE, "old.yaml"), 4, "--explain compares nothing; leave old.yaml away"),
    ],
)
def test_wrong_usage_is_one_line_with_a_way_out(
    diff: Diff, words: tuple[str, ...], code: int, message: str
) -> None:
    found, printed, error = diff(*words)

    assert (found, printed) == (code, "")
    assert message in error
    assert "Traceback" not in error


# --- what is compared ---


@pytest.mark.parametrize(
    ("words", "old", "new", "code"),
    [
        ((), "v1:openapi/spec.yaml", "openapi/spec.yaml", 1),
        (("v1",), "v1:openapi/spec.yaml", "openapi/spec.yaml", 1),
        (("main",), "main:openapi/spec.yaml", "openapi/spec.yaml", 0),
        (("v1..main",), "v1:openapi/spec.yaml", "main:openapi/spec.yaml", 1),
        (("main..",), "main:openapi/spec.yaml", "HEAD:openapi/spec.yaml", 0),
        (("v1", "side", "--fail-on", "breaking"), "v1:openapi/spec.yaml", "side:openapi/spec.yaml", 0),
        (("v1:openapi/spec.yaml", "old.yaml"), "v1:openapi/spec.yaml", "old.yaml", 0),
        (("v1:openapi/spec.yaml",), "v1:openapi/spec.yaml", "openapi/spec.yaml", 1),
    ],
)
def test_revisions_and_files(repository: Diff, words: tuple[str, ...], old: str, new: str, code: int) -> None:
    found, printed, _ = repository(*words)

    assert found == code
    assert printed.startswith(f"old  {old}\nnew  {new}\n")


def test_three_dots_begin_where_the_revisions_parted(repository: Diff) -> None:
    assert repository("main..side", "--json")[0] == 1
    found = json.loads(repository("main...side", "--json")[1])
    assert [one["rule"] for one in found["differences"]] == ["response.maxLength.narrowed"]


def test_without_a_tag_the_last_commit_that_changed_the_specification_is_the_old_one(
    repository: Diff, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("tag", "-d", "v1")
    Path("openapi/spec.yaml").write_text(OLD, encoding="utf-8")
    monkeypatch.chdir("openapi")  # from any folder

    code, printed, _ = repository("--fail-on", "breaking")
    assert code == 0
    assert re.match(r"old  [0-9a-f]{40}:openapi/spec.yaml\nnew  spec.yaml\n", printed)


def test_other_files_are_those_of_the_revision(repository: Diff) -> None:
    with_file = OLD.replace("{enum: [a, b]}", "{$ref: kind.yaml}")
    commit(with_file, kind="enum: [a, b]\n")
    commit(with_file, kind="enum: [a]\n")

    code, printed, _ = repository("HEAD~1..HEAD", "--json")
    assert code == 1
    (one,) = json.loads(printed)["differences"]
    assert (one["old"]["file"], one["old"]["line"]) == ("HEAD~1:openapi/kind.yaml", 1)
    assert one["new"]["file"] == "HEAD:openapi/kind.yaml"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("none..main",), 4, "none: is no revision of "),
        (("--upload-pack=x..main",), 4, "no such option"),
        (("old.yaml", "none"), 4, "none: is neither a file nor a revision"),
        (
            ("v1", "--spec", "api.yaml"),
            3,
            "v1:api.yaml: can't be read: the revision has no such file",
        ),
        (("v1:../x.yaml",), 3, "v1:../x.yaml: can't be read"),
    ],
)
def test_a_revision_that_cannot_be_read(
    repository: Diff, words: tuple[str, ...], code: int, message: str
) -> None:
    found, _, error = repository(*words)

    assert found == code
    assert message in error


# --- how it is printed ---


def test_text_says_what_where_since_when_whom_it_breaks_and_what_to_do(diff: Diff) -> None:
    code, printed, _ = diff(new=BREAKING)

    assert code == 1
    assert printed.splitlines() == [
        "old  old.yaml",
        "new  new.yaml",
        "",
        "breaking: 1 (a client of the old specification breaks)",
        "",
        f"narrowed  {PLACE}  [{RULE}]",
        f"  means    {RULES[RULE].title}",
        "  in       POST /things",
        '  lost     ["b"]',
        *[line for line in printed.splitlines() if line.startswith("  witness")],
        *[line for line in printed.splitlines() if line.startswith(("  old  ", "  new  "))],
        "  breaks   the client",
        f"  why      {RULES[RULE].explanation}",
        f"  do       {RULES[RULE].advice}",
        "",
        "failed: 1 breaking, 0 risky, 0 safe, 0 documentation (what is risky or worse fails)",
    ]
    assert "  witness  this was valid, and is not any more: " in printed
    assert "  old      old.yaml:12  /paths" in printed
    assert "  new      new.yaml:12  /paths" in printed


def test_the_worst_comes_first(diff: Diff) -> None:
    new = NOTED.replace("enum: [a, b]", "enum: [a]").replace("maxLength: 9", "maxLength: 5")
    severities = [one["severity"] for one in json.loads(diff("--json", new=new)[1])["differences"]]
    assert severities == ["breaking", "risky", "documentation"]


def test_json_keeps_its_form(diff: Diff) -> None:
    found = json.loads(diff("--json", new=BREAKING)[1])

    assert found["breaking"] == 1
    (one,) = found["differences"]
    assert one["breaks"] == ["client"]
    assert one["severity"] == "breaking"
    assert one["rule"] == RULE
    assert (found["exit_code"], found["counts"]["breaking"]) == (1, 1)


def suite_of(text: str) -> ET.Element:
    return ET.fromstring(text)[0]  # noqa: S314 - we wrote it


def test_junit_has_a_case_for_each_difference(diff: Diff) -> None:
    suite = suite_of(diff("--format", "junit", new=BREAKING)[1])
    said = {"name": "old.yaml to new.yaml", "tests": "1", "failures": "1", "skipped": "0", "errors": "0"}
    assert said.items() <= suite.attrib.items()
    (case,) = suite.iter("testcase")
    assert (case.attrib["classname"], case.attrib["name"]) == ("breaking", f"{RULE}: {PLACE}")
    suite = suite_of(diff("--format", "junit", new=OLD)[1])
    assert (suite.attrib["tests"], suite.attrib["failures"]) == ("1", "0")


def test_sarif_points_at_both_files(diff: Diff) -> None:
    (run,) = json.loads(diff("--format", "sarif", new=BREAKING)[1])["runs"]

    (result,) = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == RULE
    assert result["level"] == "error"
    places = [one["physicalLocation"] for one in (*result["locations"], *result["relatedLocations"])]
    assert [(one["artifactLocation"]["uri"], one["region"]["startLine"]) for one in places] == [
        ("new.yaml", 12),
        ("old.yaml", 12),
    ]


def test_a_place_in_a_revision_is_a_path_of_the_repository(repository: Diff) -> None:
    """GitHub refuses a SARIF file with an address such as HEAD:openapi/spec.yaml, and finds no such file."""
    (run,) = json.loads(repository("v1", "HEAD", "--format", "sarif")[1])["runs"]
    (result,) = run["results"]
    places = [one["physicalLocation"] for one in (*result["locations"], *result["relatedLocations"])]

    assert {one["artifactLocation"]["uri"] for one in places} == {"openapi/spec.yaml"}
    assert "::error file=openapi/spec.yaml,line=" in repository("v1", "HEAD", "--format", "github")[1]


def test_annotations_are_printed_on_github_beside_the_text(
    diff: Diff, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "::error" not in diff(new=BREAKING)[1]
    monkeypatch.setenv("GITHUB_ACTIONS", "true")

    printed = diff(new=BREAKING)[1]
    annotation = f"::error file=new.yaml,line=12,title={RULE} {PLACE}::{RULES[RULE].title}"
    assert annotation in printed
    assert printed.startswith("old  old.yaml")
    assert diff("--format", "github", new=BREAKING)[1].startswith(annotation)
    assert diff("--format", "github", new=RISKY)[1].startswith("::warning file=new.yaml,line=20,")


def test_a_changelog_entry_has_a_line_for_each_difference_that_is_noticed(diff: Diff) -> None:
    printed = diff("--changelog", new=BREAKING)[1]

    head, line = printed.strip().split("\n\n")
    assert head == "## Unreleased"
    assert line.startswith(f"- Breaking: `{PLACE}` of `POST /things`: {RULES[RULE].title}")
    assert line.endswith(RULES[RULE].advice)
    assert "Documentation: 1 differences" in diff("--changelog", new=NOTED)[1]


def test_a_file_gets_the_format_and_the_terminal_the_verdict(diff: Diff) -> None:
    code, printed, _ = diff("--format", "markdown", "--output", "out.md", new=BREAKING)

    assert code == 1
    assert printed.startswith("failed: 1 breaking")
    assert Path("out.md").read_text().startswith("## Differences of the specification\n\n**failed")


HOSTILE = "\x1b[31m\n::error::x\r##[error]y</code><script>|*_[a](http://b)\u202e" + "z" * 5000


@pytest.mark.parametrize("form", WRITERS)
def test_a_hostile_specification_forges_nothing(diff: Diff, form: str) -> None:
    content = json.loads(json.dumps(_parsed()))
    item = content["paths"].pop("/things")
    item["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"] = {
        HOSTILE: {"enum": [HOSTILE, 1]}
    }
    content["paths"]["/" + HOSTILE.replace("{", "")] = item
    old = json.dumps(content)
    Path("old.yaml").write_text(old, encoding="utf-8")

    item["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"][HOSTILE]["enum"].pop(0)
    code, printed, error = diff("--format", form, new=json.dumps(content))

    assert (code, error) == (1, "")
    if form == "json":
        assert json.loads(printed)["differences"]
        return
    assert "\x1b" not in printed
    assert "\u202e" not in printed
    assert "\r" not in printed
    assert "<script>" not in (printed if form == "markdown" else "")
    assert "##[error]" not in (printed if form in {"text", "github"} else "")
    lines = [line for line in printed.splitlines() if line.lstrip().startswith("::")]
    assert len(lines) == (1 if form == "github" else 0)
    if form == "junit":
        suite_of(printed)


def _parsed() -> Any:
    from clumio_conformance.contract.source_file import SourceFile  # noqa: PLC0415 - for this test alone

    return SourceFile(Path("old.yaml"), OLD).content


# --- rules ---


def test_rules_are_explained(diff: Diff) -> None:
    code, printed, _ = diff("--explain", RULE)
    assert code == 0
    assert printed == (
        f"{RULE}\n\n{RULES[RULE].title}\n\nwhy  {RULES[RULE].explanation}\ndo   {RULES[RULE].advice}\n"
    )
    listed = diff("--explain")[1].splitlines()
    assert [line.split()[0] for line in listed] == list(RULES)


# --- the ignore file ---


def entry(**changes: Any) -> str:
    keys = {
        "rule": RULE, "place": PLACE, "operation": "POST /things", "why": "nobody sends b", "owner": "us",
        "since": TODAY - timedelta(days=9), "expires": TODAY, **changes,
    }  # fmt: skip
    given = {key: value for key, value in keys.items() if value is not None}
    lines = [
        f"{key} = {json.dumps(value) if isinstance(value, str) else value}" for key, value in given.items()
    ]
    return "\n".join(["[[ignored]]", *lines]) + "\n"


def ignoring(diff: Diff, text: str, *words: str, new: str = BREAKING) -> tuple[int, str, str]:
    Path("ignored.toml").write_text(text, encoding="utf-8")
    return diff("--ignore", "ignored.toml", *words, new=new)


@pytest.mark.parametrize("changes", [{}, {"operation": None}, {"place": None, "link": "https://example.com"}])
def test_an_ignored_difference_does_not_fail_and_is_shown_with_its_reason(
    diff: Diff, changes: dict[str, Any]
) -> None:
    code, printed, _ = ignoring(diff, entry(**changes))

    assert code == 0
    assert f"ignored   {PLACE}  [{RULE}]: nobody sends b (us, until {TODAY})" in printed
    assert printed.endswith("1 ignored (what is risky or worse fails)\n")
    (run,) = json.loads(ignoring(diff, entry(**changes), "--format", "sarif")[1])["runs"]
    assert run["results"][0]["suppressions"][0]["justification"].startswith("nobody sends b")


@pytest.mark.parametrize(
    ("changes", "new", "line"),
    [
        ({"since": TODAY - timedelta(9), "expires": TODAY - timedelta(1)}, BREAKING,
         f"expired on {TODAY - timedelta(1)}; check it again, then remove it or set a later date"),
        ({}, OLD, f"{RULE} does not happen any more; remove the entry"),
        ({"place": "request body > other enum"}, BREAKING, "does not happen any more"),
        ({"operation": "GET /things"}, BREAKING, "does not happen any more"),
        ({"fingerprint": "0123"}, BREAKING, "does not happen any more"),
    ],
)  # fmt: skip
def test_an_entry_that_is_expired_or_not_needed_is_red(
    diff: Diff, changes: dict[str, Any], new: str, line: str
) -> None:
    code, printed, _ = ignoring(diff, entry(**changes), new=new)

    assert code == 1
    assert "stale     ignored.toml:1: " in printed
    assert line in printed
    assert "1 stale entries in the ignore file" in printed
    assert ignoring(diff, entry(**changes), "--fail-on", "never", new=new)[0] == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rule = ", "ignored.toml:1: is not TOML"),
        ("[[known]]\n", "ignored.toml: holds known; it may hold nothing but [[ignored]] entries"),
        (entry(rule="request.enum.narrow"), f"there is no rule request.enum.narrow; did you mean {RULE}"),
        (entry(why=""), "ignored.toml:1: why must be a text that is not empty"),
        (entry(owner=None), "ignored.toml:1: owner must be a text"),
        (entry(expires="2030-01-01"), "ignored.toml:1: expires must be a date"),
        (entry(since=TODAY + timedelta(1)), f"ignored.toml:1: expires on {TODAY}, before `since`"),
        (entry(colour="red"), "ignored.toml:1: unknown keys: colour; allowed: "),
        (entry(place=5), "ignored.toml:1: place must be a text"),
        (entry() + entry(), "ignored.toml:9: is the same entry as ignored.toml:1; remove one of them"),
    ],
)  # fmt: skip
def test_a_wrong_entry_is_wrong_usage_with_file_and_line(diff: Diff, text: str, message: str) -> None:
    code, printed, error = ignoring(diff, text)

    assert (code, printed) == (4, "")
    assert message in error


def test_a_ready_made_entry_needs_a_reason_and_an_owner(diff: Diff) -> None:
    code, printed, _ = diff("--entries", new=BREAKING)

    assert code == 0
    (row,) = tomllib.loads(printed)["ignored"]
    assert (row["rule"], row["place"], row["operation"]) == (RULE, PLACE, "POST /things")
    assert "why must be a text" in ignoring(diff, printed)[2]
    filled = printed.replace('why = ""', 'why = "w"').replace('owner = ""', 'owner = "o"')
    assert ignoring(diff, filled)[0] == 0
    assert ignoring(diff, filled, new=OLD.replace("enum: [a, b]", "enum: [b]"))[0] == 1
