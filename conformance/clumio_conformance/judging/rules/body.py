"""The body of an answer against its schema."""

from collections.abc import Iterator
from typing import Any, Final

from clumio_conformance.contract.schema import Schema, Violation, json_type, shown
from clumio_conformance.exchange import NotJson
from clumio_conformance.judging.findings import Deviation, Kind, Verdict
from clumio_conformance.judging.rules import Seen, rule, schema_rule

_KINDS: Final[dict[str, Kind]] = {"required": "missing", "enum": "undocumented", "if": "semantic"}
_KEYWORDS: Final = ("type", "enum", "if", "minimum", "maximum")


@schema_rule
@rule("UCG-RESP-02", "UCG-RESP-24", "UCG-LIST-01")
def success(seen: Seen) -> Iterator[Verdict]:
    """The body of a success is what the contract says, value by value."""
    if seen.disguised:
        return
    if seen.response.status == 200 or (seen.succeeded and seen.response.body):
        yield from _against(seen, seen.operation.success, "UCG-RESP-24")


@schema_rule
@rule("UCG-ERR-01", "UCG-ERR-02", "UCG-ERR-03", "UCG-ERR-09")
def error(seen: Seen) -> Iterator[Verdict]:
    """The body of an error is an object with a list of errors."""
    if seen.response.status >= 400:
        yield from _against(seen, seen.operation.error, "UCG-ERR-09")


def _against(seen: Seen, schema: Schema, undocumented: str) -> Iterator[Verdict]:
    body = seen.response.json
    root = schema.root.sources["type"]
    if isinstance(body, NotJson):
        yield Verdict(
            requirement=root,
            deviation=Deviation(
                kind="type",
                location="body",
                expected="a JSON object",
                actual=f"{body.why}: {_excerpt(seen.response.body)}",
                observed="empty" if not seen.response.body else "not JSON",
                pointer=schema.root.pointer,
            ),
        )
        return
    violations = schema.violations(body)
    broken = {violation.path for violation in violations}
    for violation in violations:
        yield Verdict(requirement=violation.requirement, deviation=_deviation(violation, body))
    yield from _shown(schema, body, undocumented, broken)


def _shown(schema: Schema, body: Any, undocumented: str, broken: set[str]) -> Iterator[Verdict]:
    extra = False
    for visit in schema.visits(body):
        if not visit.chain:
            extra = True
            yield Verdict(
                requirement=undocumented,
                deviation=Deviation(
                    kind="undocumented",
                    location=visit.path,
                    expected="no such field",
                    actual=shown(visit.value),
                    observed="undocumented field",
                ),
            )
        elif not any(path == visit.path or path.startswith(f"{visit.path}/") for path in broken):
            keywords = ("null",) if visit.value is None else _KEYWORDS
            for keyword in keywords:
                source = visit.node.sources.get(keyword) or (
                    visit.source("enum") if keyword == "enum" and visit.node.enum else None
                )
                if isinstance(source, str) and (keyword != "if" or "EC2MSSQL" in visit.value):
                    yield Verdict(requirement=source)
    if not extra and isinstance(body, dict):
        yield Verdict(requirement=undocumented)


def _deviation(violation: Violation, body: Any) -> Deviation:
    value = _value(body, violation.path)
    observed = {"type": f"type {json_type(value)}", "enum": f"value {shown(value)}"}.get(
        violation.keyword, violation.keyword
    )
    return Deviation(
        kind=_KINDS.get(violation.keyword, "type"),
        location=violation.path or "body",
        expected=violation.expected,
        actual=violation.actual,
        observed=observed,
        pointer=violation.pointer,
    )


def _value(body: Any, path: str) -> Any:
    for escaped in path.split("/")[1:]:
        token = escaped.replace("~1", "/").replace("~0", "~")
        if isinstance(body, list):
            body = body[int(token)]
        elif isinstance(body, dict) and token in body:
            body = body[token]
        else:
            return NotJson("absent")
    return body


def _excerpt(body: bytes) -> str:
    return shown(body[:200].decode("utf-8", "replace"))
