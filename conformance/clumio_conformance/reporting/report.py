"""`report.json`: the result of a run as data; every other report is made from it."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from clumio_conformance.contract.contract import Contract
from clumio_conformance.contract.operations import Operation
from clumio_conformance.contract.pointers import tokens_of
from clumio_conformance.contract.requirements import Requirement
from clumio_conformance.exchange import Exchange, Headers
from clumio_conformance.judging.findings import Finding
from clumio_conformance.judging.ledger import Row
from clumio_conformance.reporting.headings import severity, title
from clumio_conformance.reporting.text import LONGEST_BODY, as_json, cut
from clumio_conformance.result import Result

SCHEMA_VERSION: Final = "1.3"
MOST_FINDINGS: Final = 200
"""How many causes a report describes; the rest is counted."""
_LONGEST: Final = 2000
"""Characters of a text about a finding."""
VERDICTS: Final[Mapping[int, str]] = {
    0: "passed",
    1: "deviation",
    2: "interrupted",
    3: "error",
    4: "usage",
    5: "inconclusive",
}

# These headers hold times; without them the reports of two equal runs are equal.
_TIMES: Final = frozenset({"date", "age", "expires", "last-modified"})


def report_of(result: Result, contract: Contract, *, finished: datetime | None = None) -> dict[str, Any]:
    """Return the result as JSON values, sorted; times are those of the run, and of each finding's example."""
    failing = {finding.fingerprint for finding in result.failing}
    described = sorted(result.findings, key=lambda one: (one.fingerprint not in failing, -one.count))
    left = described[MOST_FINDINGS:]
    report: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "exit_code": result.exit_code,
        "verdict": VERDICTS.get(result.exit_code, "error"),
        "run": {
            **result.run,
            **({"overlays": contract.overlays} if contract.overlays else {}),
            "finished": (finished or datetime.now(UTC)).isoformat(timespec="seconds"),
        },
        "documentation": documentation(contract),
        "requirements": sorted(
            (_requirement(row, contract) for row in result.rows), key=lambda row: str(row["id"])
        ),
        "findings": sorted(
            (
                finding_row(
                    finding, contract, fails=finding.fingerprint in failing, seed=result.run.get("seed")
                )
                for finding in described[:MOST_FINDINGS]
            ),
            key=lambda row: (row["requirement"], row["operation"], row["location"], row["fingerprint"]),
        ),
        "more_findings": {
            "fail": sum(finding.fingerprint in failing for finding in left),
            "others": sum(finding.fingerprint not in failing for finding in left),
        },
        "behaviour": dict(sorted(result.behaviour.items())),
        "scenarios": dict(sorted(result.scenarios.items())),
        "coverage": result.coverage,
        "inconclusive": result.inconclusive,
        "errors": sorted(result.errors),
        "notes": [*overlay_notes(contract), *result.notes],
        "changes": result.changes,
        "stale": result.stale,
    }
    return dict(_encodable(report))


def documentation(contract: Contract) -> dict[str, str] | None:
    """Name the vendor's page, if the contract does."""
    return asdict(contract.documentation) if contract.documentation else None


def overlay_notes(contract: Contract) -> list[str]:
    """Name the overlays of the contract for the user."""
    return [f"the contract has the overlay {one}" for one in contract.overlays]


def written(report: Mapping[str, Any]) -> str:
    """Write a report as JSON: sorted keys, one value per line."""
    return as_json(report, sort_keys=True)


@cache
def report_schema() -> dict[str, Any]:
    """The JSON Schema of `report.json`."""
    schema: dict[str, Any] = json.loads(
        Path(__file__).with_name("report.schema.json").read_text(encoding="utf-8")
    )
    return schema


def _requirement(row: Row, contract: Contract) -> dict[str, Any]:
    requirement = row.requirement
    return {
        "id": requirement.id,
        "level": requirement.level,
        "outcome": row.outcome,
        "reason": row.reason,
        "says": contract.says(requirement.id),
        "page": requirement.page,
        "grade": requirement.grade,
        "lacks": row.lacks,
        "sides": list(row.sides),
        "count": row.count,
    }


def finding_row(
    finding: Finding, contract: Contract, *, fails: bool = False, seed: int | None = None
) -> dict[str, Any]:
    """Return a finding as JSON values."""
    requirement: Requirement = contract.requirements[finding.requirement]
    pointer = _pointer(finding, contract)
    return {
        "fingerprint": finding.fingerprint,
        "title": title(finding),
        "severity": severity(finding, requirement.level),
        "requirement": finding.requirement,
        "level": requirement.level,
        "outcome": finding.outcome,
        "fails": fails,
        "kind": finding.deviation.kind,
        "operation": finding.operation,
        "operations": list(finding.operations),
        "statuses": list(finding.statuses),
        "locations": list(finding.locations),
        "location": finding.deviation.location,
        "place": finding.place,
        "expected": cut(finding.deviation.expected, _LONGEST),
        "actual": cut(finding.deviation.actual, _LONGEST),
        "observed": finding.deviation.observed,
        "curl": finding.exchange.request.curl(),
        "blame": finding.deviation.blame,
        "client": finding.client,
        "pointer": pointer,
        "file": contract.file(pointer or ""),
        "line": contract.line(pointer) if pointer else None,
        "says": contract.says(requirement.id),
        "page": requirement.page,
        "count": finding.count,
        "of": finding.of,
        "probes": list(finding.probes),
        "seed": seed,
        "reason": finding.reason,
        "since": finding.since and finding.since.isoformat(),
        "is_new": finding.is_new,
        "time": _written_time(finding.exchange.time),
        "request_id": finding.exchange.request_id,
        "exchange": exchange_row(finding.exchange),
    }


def _written_time(time: datetime | None) -> str | None:
    return time.astimezone(UTC).isoformat(timespec="seconds") if time else None


def exchange_row(exchange: Exchange) -> dict[str, Any]:
    """Return an exchange as JSON values, without times."""
    request, response = exchange.request, exchange.response
    answered = response and {
        "status": response.status,
        "headers": _headers(response.headers),
        "body": _body(response.body),
        "bytes": len(response.body),
    }
    return {
        "request": {
            "method": request.method,
            "url": request.url,
            "headers": _headers(request.headers),
            "body": None if request.body is None else _body(request.body),
            "bytes": len(request.body or b""),
        },
        "response": answered,
        "failure": exchange.failure,
    }


def _headers(headers: Headers) -> list[list[str]]:
    return [[name, value] for name, value in headers if name.lower() not in _TIMES]


def _body(body: bytes) -> str:
    return cut(body.decode("utf-8", "backslashreplace"), LONGEST_BODY)


def _pointer(finding: Finding, contract: Contract) -> str | None:
    """The spec node of a finding: from the rule, else the node of the field, else the operation."""
    if finding.deviation.pointer:
        return finding.deviation.pointer
    operation = contract.operation_of(finding.exchange)
    return _node(finding, operation) if operation else None


def _node(finding: Finding, operation: Operation) -> str:
    where, response = finding.deviation.location, finding.exchange.response
    path = where.removeprefix("request ")
    if path != where:
        schema = operation.request
    else:
        answer = operation.error if response and response.status >= 400 else operation.success
        schema = answer.schema if answer else None
    if schema is None or not path.startswith("/"):
        return operation.pointer
    node = schema.root
    for token in tokens_of(path):
        child = node.child(int(token) if token.isdecimal() else token)
        if child is None:
            break
        node = child
    return operation.pointer if node is schema.root else node.pointer


def _encodable(value: Any) -> Any:
    """Replace what UTF-8 can't encode: a target may send half of a surrogate pair."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, Mapping):
        return {_encodable(key): _encodable(child) for key, child in value.items()}
    return [_encodable(child) for child in value] if isinstance(value, list) else value
