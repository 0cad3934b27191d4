"""`results.sarif`: the findings as SARIF 2.1.0, for code scanning services."""

from collections.abc import Mapping
from importlib.metadata import metadata
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from clumio_conformance.reporting.headings import severity_of, title_of, worst_first
from clumio_conformance.reporting.markdown import link, safe
from clumio_conformance.reporting.text import as_json, cut, one_line
from clumio_conformance.reporting.wording import worded

SPEC: Final = "openapi/spec.yaml"

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {"must": "error", "inferred": "warning", "open": "note"}
_LONGEST: Final = 1000


def sarif(report: Mapping[str, Any], location: str | None = None) -> str:
    """Write a rule for each requirement, and a result for each finding not blamed on the environment.

    `location` is the file that all results are shown at, instead of the contract's own files.
    """
    rules = [_rule(row, report.get("documentation")) for row in report["requirements"]]
    index = {rule["id"]: at for at, rule in enumerate(rules)}
    findings = [finding for finding in worst_first(report["findings"]) if finding["blame"] != "environment"]
    results = [
        _result(finding, index[finding["requirement"]], location or _instead(finding, report))
        for finding in findings
    ]
    return sarif_log(
        rules,
        results,
        category=report["run"]["target"],
        version=report["run"]["version"],
        exit_code=report["exit_code"],
        successful=not report["errors"],
    )


def sarif_log(
    rules: list[dict[str, Any]],
    results: list[dict[str, Any]],
    *,
    category: str,
    version: str,
    exit_code: int,
    successful: bool = True,
) -> str:
    """Write a run with these rules and results; a later run of the same category replaces its results."""
    driver = {"name": "clumio-conformance", "semanticVersion": version, **_information(), "rules": rules}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"clumio-conformance/{category}/"},
        "columnKind": "utf16CodeUnits",
        "invocations": [{"executionSuccessful": successful, "exitCode": exit_code}],
        "results": results,
    }
    return as_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _information() -> dict[str, str]:
    """The address of the project's documentation, if its package names one."""
    urls = metadata("clumio-connection-groups").get_all("Project-URL") or ()
    named = {"Documentation": "informationUri"}
    return {named[label]: url for label, url in (one.split(", ", 1) for one in urls) if label in named}


def _rule(row: Mapping[str, Any], documentation: Mapping[str, str] | None) -> dict[str, Any]:
    where = (
        f"On the vendor's page: {row['page']}."
        if row["page"]
        else f"Not from the vendor's page (grade: {row['grade']})."
    )
    texts = [row["says"], where, f"Level: {row['level']}."]
    rule = sarif_rule(row["id"], row["says"], texts, level=_LEVELS[row["level"]], tag=row["level"])
    if documentation and row["page"]:
        rule["helpUri"] = documentation["url"]
        rule["help"]["markdown"] += f"\n\n{link(documentation['url'], documentation['title'])}"
    return rule


def sarif_rule(name: str, says: str, texts: list[str], *, level: str, tag: str) -> dict[str, Any]:
    """Write a rule, with texts as its help; `level` is that of a result without one of its own."""
    return {
        "id": name,
        "name": name,
        "shortDescription": {"text": cut(says, _LONGEST)},
        "fullDescription": {"text": cut(says, _LONGEST)},
        "help": {"text": "\n".join(texts), "markdown": "\n\n".join(map(safe, texts))},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["api-contract", tag], "precision": "very-high"},
    }


def _instead(finding: Mapping[str, Any], report: Mapping[str, Any]) -> str | None:
    """The first file of known deviations, if the contract's file is not in the working directory."""
    if Path(finding.get("file", SPEC)).is_file():
        return None
    files = (Path(name) for name in report["run"].get("known", ()))
    return next((file.as_posix() for file in files if not file.is_absolute() and file.is_file()), None)


def _result(finding: Mapping[str, Any], rule_index: int, location: str | None) -> dict[str, Any]:
    file, line = (location, 1) if location else (finding.get("file", SPEC), finding["line"] or 1)
    result: dict[str, Any] = {
        "ruleId": finding["requirement"],
        "ruleIndex": rule_index,
        "level": "error" if finding["fails"] else _LEVELS[finding["level"]],
        "message": {"text": _message(finding)},
        "locations": [
            {
                **physical_location(file, line),
                "logicalLocations": [
                    {"fullyQualifiedName": f"{finding['operation']} {one_line(finding['location'])}"}
                ],
            }
        ],
        "partialFingerprints": {
            "primaryLocationLineHash": finding["fingerprint"],
            "requirementCause/v1": finding["fingerprint"],
        },
        "properties": {
            "severity": severity_of(finding),
            "kind": finding["kind"],
            "blame": finding["blame"],
            "client": one_line(finding["client"]),
        },
    }
    if finding["outcome"] == "known":
        result["suppressions"] = [{"kind": "external", "justification": one_line(finding["reason"] or "")}]
    return result


def without_revision(file: str) -> str:
    """Return the path in the repository of a file in a git revision; any other path is returned unchanged."""
    return file.rpartition(":")[2]


def physical_location(file: str, line: int) -> dict[str, Any]:
    """Write the place of a result.

    GitHub refuses a whole SARIF file for one address that is not relative, or has a scheme.
    """
    path = quote(one_line(without_revision(file)))
    return {"physicalLocation": {"artifactLocation": {"uri": path}, "region": {"startLine": line}}}


def _message(finding: Mapping[str, Any]) -> str:
    words = worded(finding)
    head = f"{title_of(finding)}. {words.operation} -> {words.status}, {words.location}"
    rows = [f"{label}: {words.line(label)}" for label in words.rows if label not in {"known", "when"}]
    return without_links("\n".join(cut(one_line(row), _LONGEST) for row in (head, *rows)))


def without_links(text: str) -> str:
    """Escape the links of SARIF's message syntax in a text from the target."""
    return text.replace("](", "] (")
