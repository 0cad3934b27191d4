"""`results.sarif`: the findings as SARIF 2.1.0, for code scanning services."""

import json
from collections.abc import Mapping
from typing import Any, Final

from clumio_conformance.reporting.text import cut, one_line
from clumio_conformance.reporting.wording import worded

SPEC: Final = "openapi/spec.yaml"

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {"must": "error", "inferred": "warning", "open": "note"}
_LONGEST: Final = 1000


def sarif(report: Mapping[str, Any]) -> str:
    """Write a rule for each requirement, and a result for each finding not blamed on the environment."""
    rules = [_rule(row) for row in report["requirements"]]
    index = {rule["id"]: at for at, rule in enumerate(rules)}
    findings = [finding for finding in report["findings"] if finding["blame"] != "environment"]
    results = [_result(finding, index[finding["requirement"]]) for finding in findings]
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
    driver = {"name": "clumio-conformance", "semanticVersion": version, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"clumio-conformance/{category}/"},
        "columnKind": "utf16CodeUnits",
        "invocations": [{"executionSuccessful": successful, "exitCode": exit_code}],
        "results": results,
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(row: Mapping[str, Any]) -> dict[str, Any]:
    where = (
        f"On the vendor's page: {row['page']}."
        if row["page"]
        else f"Not from the vendor's page (grade: {row['grade']})."
    )
    text = f"{row['says']}\n{where}\nLevel: {row['level']}."
    return sarif_rule(row["id"], row["says"], text, level=_LEVELS[row["level"]], tag=row["level"])


def sarif_rule(name: str, says: str, text: str, *, level: str, tag: str) -> dict[str, Any]:
    """Write a rule; `level` is that of a result without one of its own."""
    return {
        "id": name,
        "name": name,
        "shortDescription": {"text": says},
        "fullDescription": {"text": says},
        "help": {"text": text},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["api-contract", tag], "precision": "very-high"},
    }


def _result(finding: Mapping[str, Any], rule_index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding["requirement"],
        "ruleIndex": rule_index,
        "level": "error" if finding["fails"] else _LEVELS[finding["level"]],
        "message": {"text": _message(finding)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": finding.get("file", SPEC)},
                    "region": {"startLine": finding["line"] or 1},
                },
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
            "kind": finding["kind"],
            "blame": finding["blame"],
            "client": one_line(finding["client"]),
        },
    }
    if finding["outcome"] == "known":
        result["suppressions"] = [{"kind": "external", "justification": finding["reason"] or ""}]
    return result


def _message(finding: Mapping[str, Any]) -> str:
    words = worded(finding)
    head = f"{words.operation} -> {words.status}, {one_line(words.location)}: {finding['says']}"
    rows = [
        f"{label}: {words.line(label)}"
        for label in ("expected", "actual", "blame", "replay")
        if label in words.rows
    ]
    return without_links("\n".join(cut(row, _LONGEST) for row in (head, *rows)))


def without_links(text: str) -> str:
    """Escape the links of SARIF's message syntax in a text from the target."""
    return text.replace("](", "] (")
