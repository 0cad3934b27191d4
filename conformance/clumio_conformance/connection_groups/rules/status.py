"""Rules about acceptance, refusal and the status."""

from collections.abc import Iterator
from typing import Any

from clumio_conformance.connection_groups.operations import UPDATE
from clumio_conformance.contract.expectation import Expectation, is_labelled
from clumio_conformance.contract.schema import Node, as_json
from clumio_conformance.exchange import NotJson
from clumio_conformance.judging.contract_rules import SCHEMA_KEYWORDS
from clumio_conformance.judging.findings import Deviation, Verdict
from clumio_conformance.judging.rules import Seen, rule


@rule(
    "UCG-OP-01", "UCG-OP-02", "UCG-OU-01", "UCG-BODY-11", "UCG-BODY-13", "UCG-BODY-20", "UCG-CTYPE-01",
    "UCG-CTYPE-04", "UCG-CTYPE-06", "UCG-DEPR-01", "UCG-DEPR-02", "UCG-PATH-01", "UCG-PATH-04", "UCG-FLOW-14",
    "UCG-READ-01", "UCG-CREATE-01", keywords=("exists",), request_keywords=SCHEMA_KEYWORDS,
)  # fmt: skip
def accepted(seen: Seen) -> Iterator[Verdict]:
    """A valid request is accepted, and each of its parts counts as accepted."""
    expected = seen.expectation
    if expected is None or seen.disguised:
        return
    if not seen.succeeded:
        if expected.outcome == "accepted":
            yield from _rejected(seen, expected)
    elif expected.outcome != "refused":
        yield from _accepted(seen, expected)


def _accepted(seen: Seen, expected: Expectation) -> Iterator[Verdict]:
    if expected.outcome == "accepted":
        for requirement in expected.requirements:
            yield Verdict(requirement=requirement, side="accepts")
    if seen.operation.id == UPDATE:
        yield Verdict(requirement="UCG-OP-01", side="accepts")
        yield Verdict(requirement="UCG-OP-02")
        yield Verdict(requirement="UCG-PATH-01", side="accepts")
        yield Verdict(requirement="UCG-PATH-02", side="accepts")
        if is_labelled(seen.exchange.request, seen.operation):
            yield Verdict(requirement="UCG-CTYPE-01", side="accepts")
    elif seen.operation.request is None:
        for requirement in seen.operation.requirements:
            if requirement not in expected.requirements:
                yield Verdict(requirement=requirement)
    yield from _carried(seen)


def _rejected(seen: Seen, expected: Expectation) -> Iterator[Verdict]:
    requirement = next(iter((*expected.requirements, *seen.operation.requirements)), None)
    if requirement is None:
        return
    success = seen.operation.success
    yield Verdict(
        requirement=requirement,
        side="accepts",
        deviation=Deviation(
            kind="rejects-valid",
            location=expected.location,
            expected=f"{success.status if success else 'a 2xx'} for {expected.sent}",
            actual=f"{seen.response.status} {_reason(seen)}".strip(),
            observed=f"rejected: {expected.cause}",
        ),
    )


def _carried(seen: Seen) -> Iterator[Verdict]:
    """Yield the verdicts about the request schema that an accepted request proves."""
    schema, body = seen.operation.request, seen.exchange.request.json
    if schema is None or isinstance(body, NotJson) or schema.violations(body) or schema.beyond(body):
        return
    required = seen.operation.body.requirement("required") if seen.operation.body else None
    if required is not None:
        yield Verdict(requirement=required, side="accepts")
    for visit in schema.visits(body):
        if visit.node is None:
            yield Verdict(requirement="UCG-BODY-13", side="accepts")
        else:
            sources = (visit.node.source(keyword, None) for keyword in _met(visit.node, visit.value))
            yield from (Verdict(requirement=one, side="accepts") for one in sources if one is not None)
    if seen.operation.id == UPDATE:
        named = schema.root.sources["required"].items()
        yield from (Verdict(requirement=one, side="accepts") for field, one in named if field in body)
        if "description" not in body:
            yield Verdict(requirement="UCG-BODY-11", side="accepts")


def _met(node: Node, value: Any) -> Iterator[str]:
    """Yield the keywords that a value meets."""
    if value is None:
        yield "null"
        return
    yield "type"
    if node.enum:
        yield "enum"
    # Only a deprecated value proves that the deprecated values of an enum are still accepted.
    if not node.deprecated_values or value in node.deprecated_values:
        yield "exists"
    if "if" in node.keywords and node.applies(value):
        yield "if"


@rule(
    "UCG-AUTH-01", "UCG-AUTH-02", "UCG-AUTH-03", "UCG-PATH-02", "UCG-BODY-01", "UCG-BODY-14", "UCG-ERR-07",
    request_keywords=SCHEMA_KEYWORDS,
)  # fmt: skip
def refused(seen: Seen) -> Iterator[Verdict]:
    """A request that breaks the contract is refused with a 4xx."""
    expected = seen.expectation
    if expected is None or expected.outcome != "refused" or seen.disguised:
        return
    status = seen.response.status
    if seen.succeeded:
        for part in expected.parts or (expected,):
            yield from (_wrongly_accepted(one, part, status) for one in part.requirements)
        return
    if 400 <= status < 500:
        yield Verdict(requirement="UCG-ERR-07")
        if len(expected.requirements) == 1:
            yield Verdict(requirement=expected.requirements[0], side="refuses")
        return
    yield Verdict(
        requirement="UCG-ERR-07",
        deviation=Deviation(
            kind="status",
            location=f"status for {expected.location}",
            expected=f"a 4xx for {expected.sent}",
            actual=str(status),
            observed=f"{status // 100}xx",
        ),
    )


@rule(
    "UCG-AUTH-04", "UCG-ERR-08", "UCG-BODY-05", "UCG-BODY-15", "UCG-BODY-16", "UCG-BODY-17", "UCG-BODY-18",
    "UCG-BODY-19", "UCG-BODY-21", "UCG-CTYPE-05", "UCG-RATE-01", "UCG-READ-03", "UCG-READ-04",
    "UCG-CREATE-07", "UCG-PATH-06",
)  # fmt: skip
def recorded(seen: Seen) -> Iterator[Verdict]:
    """A request about an open requirement was answered; nothing is asserted."""
    if seen.expectation and seen.expectation.outcome == "open":
        for requirement in seen.expectation.requirements:
            yield Verdict(requirement=requirement)
    if seen.response.status in {401, 403}:
        yield Verdict(requirement="UCG-AUTH-04")
    elif seen.response.status == 429:
        yield Verdict(requirement="UCG-RATE-01")
    elif 400 <= seen.response.status < 500:
        yield Verdict(requirement="UCG-ERR-08")


def _wrongly_accepted(requirement: str, expected: Expectation, status: int) -> Verdict:
    return Verdict(
        requirement=requirement,
        side="refuses",
        deviation=Deviation(
            kind="accepts-invalid",
            location=expected.location,
            expected=f"refused with a 4xx: {expected.sent}",
            actual=f"{status} for {expected.sent}",
            observed=f"accepted: {expected.cause}",
        ),
    )


def _reason(seen: Seen) -> str:
    body = seen.response.json
    return as_json(body) if isinstance(body, dict) else ""
