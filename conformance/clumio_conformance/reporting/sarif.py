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
    driver = {"name": "clumio-conformance", "semanticVersion": report["run"]["version"], "rules": rules}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"clumio-conformance/{report['run']['target']}/"},
        "columnKind": "utf16CodeUnits",
        "invocations": [{"executionSuccessful": not report["errors"], "exitCode": report["exit_code"]}],
        "results": [_result(finding, index[finding["requirement"]]) for finding in findings],
    }
    return (
        json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)
        + "\n"
    )


def _rule(row: Mapping[str, Any]) -> dict[str, Any]:
    where = (
        f"On the vendor's page: {row['page']}."
        if row["page"]
        else f"Not from the vendor's page (grade: {row['grade']})."
    )
    return {
        "id": row["id"],
        "name": row["id"],
        "shortDescription": {"text": row["says"]},
        "fullDescription": {"text": row["says"]},
        "help": {"text": f"{row['says']}\n{where}\nLevel: {row['level']}."},
        "defaultConfiguration": {"level": _LEVELS[row["level"]]},
        "properties": {"tags": ["api-contract", row["level"]], "precision": "very-high"},
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
    return _plain("\n".join(cut(row, _LONGEST) for row in (head, *rows)))


def _plain(text: str) -> str:
    """Escape the links of SARIF's message syntax in a text from the target."""
    return text.replace("](", "] (")
