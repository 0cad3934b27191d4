"""Rules about errors beyond their schema."""

from collections.abc import Iterator
from typing import Any

from clumio_conformance.contract.schema import as_json, json_type
from clumio_conformance.judging.findings import Deviation, Verdict
from clumio_conformance.judging.rules import Seen, rule


@rule("UCG-ERR-02", "UCG-ERR-04", "UCG-ERR-05")
def error(seen: Seen) -> Iterator[Verdict]:
    """A list of errors is not empty, and each has a code and a message."""
    errors = seen.errors
    if errors is None or seen.succeeded:
        return
    empty = Deviation(
        kind="missing", location="/errors", expected="at least one error", actual="[]", observed="empty"
    )
    yield Verdict(requirement="UCG-ERR-04", deviation=None if errors else empty)
    for index, entry in enumerate(errors):
        if isinstance(entry, dict):
            yield from _entry(index, entry)


def _entry(index: int, entry: dict[str, Any]) -> Iterator[Verdict]:
    for field in ("error_code", "error_message"):
        deviation = None
        value = entry.get(field)
        if field not in entry or (isinstance(value, str) and not value.strip()):
            deviation = Deviation(
                kind="missing",
                location=f"/errors/{index}/{field}",
                expected=f"{field}, not empty",
                actual=as_json(entry),
                observed="missing" if field not in entry else "empty",
            )
        yield Verdict(requirement="UCG-ERR-05", deviation=deviation)
    code = entry.get("error_code")
    if isinstance(code, float) and code.is_integer():
        # 402.0 is an integer for JSON Schema, but not for a client that reads an unsigned 32-bit integer.
        yield Verdict(
            requirement="UCG-ERR-02",
            deviation=Deviation(
                kind="type",
                location=f"/errors/{index}/error_code",
                expected="integer",
                actual=as_json(code),
                observed=f"type {json_type(code)}",
            ),
        )


@rule("UCG-ERR-06")
def disguised(seen: Seen) -> Iterator[Verdict]:
    """An answer with a 2xx status has no errors in its body."""
    if not seen.succeeded:
        return
    deviation = Deviation(
        kind="status",
        location="status",
        expected="a 4xx or 5xx with a body of errors",
        actual=f"{seen.response.status} with {as_json(seen.response.json)}",
        observed="errors under success",
    )
    yield Verdict(requirement="UCG-ERR-06", deviation=deviation if seen.disguised else None)
