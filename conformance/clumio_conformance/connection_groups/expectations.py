"""The expectations for requests about connection groups, from the contract and from the open questions."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from clumio_conformance.connection_groups.operations import CREATE, READ, UPDATE
from clumio_conformance.contract.expectation import Expectation, broken, refused, together, unreadable
from clumio_conformance.contract.operations import Operation
from clumio_conformance.contract.schema import Violation, as_json
from clumio_conformance.exchange import Request

# Asset types that are in the vendor's SDKs but not on its page; accepting one is a cause of its own.
NEWER_TYPES: Final = ("IcebergOnGlue", "IcebergOnS3Tables", "FSX")
_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")

ACCEPTED: Final = Expectation(
    outcome="accepted", requirements=("UCG-OP-01",), sent="an ordinary request", cause="ordinary"
)
LISTED: Final = Expectation(
    outcome="accepted", requirements=("UCG-LIST-01",), sent="a list of the groups", cause="list"
)
# A read has no requirement of its own; that of the operation counts.
READING: Final = Expectation(outcome="accepted", sent="a read of the group", cause="read")
# The page does not say which of the two values counts, so the body has no expectation.
DUPLICATE_KEY: Final = Expectation(
    outcome="open",
    requirements=("UCG-BODY-21",),
    location="request body",
    sent="a key that occurs twice",
    cause="open",
)


def expectation(request: Request, operation: Operation, connected: Collection[str] = ()) -> Expectation:
    """Return the expectation for a request with a valid token and group, from its body.

    `connected` are the asset types that the group has now; whether one may be removed is open.
    """
    missing = unreadable(request, operation)
    if operation.request is None or missing is not None:
        return missing or (READING if operation.id == READ else LISTED)
    if _has_a_key_twice(request.body or b""):
        return DUPLICATE_KEY
    body = request.json
    violations = operation.request.violations(body)
    if violations and not all(one.by_overlay for one in violations):
        return _broken([one for one in violations if not one.by_overlay], body)
    if violations or operation.request.beyond(body):
        return _by_overlay(violations, operation.request.beyond(body))
    if operation.id not in {UPDATE, CREATE}:
        return replace(ACCEPTED, requirements=operation.requirements[:1])
    valid = ACCEPTED if operation.id == UPDATE else replace(ACCEPTED, requirements=("UCG-CREATE-01",))
    return _undecided(body, connected) or valid


def nameless(requirement: str, *, sent: str, cause: str) -> Expectation:
    """Return the expectation for a request whose path names no group of the caller."""
    return refused(requirement, sent=sent, cause=cause, location="request path connection_group_id")


def _has_a_key_twice(body: bytes) -> bool:
    """Whether an object of well-formed JSON has a key twice."""
    twice = False

    def members(pairs: list[tuple[str, Any]]) -> None:
        nonlocal twice
        twice = twice or len(dict(pairs)) < len(pairs)

    json.loads(body, object_pairs_hook=members)
    return twice


def _broken(violations: Sequence[Violation], body: Any) -> Expectation:
    """Return the expectation for a body that breaks the schema: refused, unless all violations are open."""
    expected = broken(violations)
    newer = {violation.path: f"enum {violation.actual}" for violation in violations if _is_newer(violation)}
    expected = together(
        tuple(
            replace(part, cause=newer.get(part.location.removeprefix("request "), part.cause))
            for part in expected.parts or (expected,)
        )
    )
    if all(_older_name(violation, body) for violation in violations):
        return replace(expected, outcome="open", requirements=("UCG-BODY-05",), cause="open", parts=())
    return expected


def _by_overlay(violations: Sequence[Violation], beyond: Mapping[str, str | None]) -> Expectation:
    """Return the expectation for a body that the contract forbids, or allows, only with its overlays.

    What an overlay allows is accepted if the overlay names a requirement for it. What it forbids is open: the
    overlay's source shows what is sent, and not what is refused.
    """
    sources = {one.requirement for one in violations} or {one for one in beyond.values() if one is not None}
    places = [one.path for one in violations] or list(beyond)
    return Expectation(
        outcome="open" if violations or not sources else "accepted",
        requirements=tuple(sorted(sources)),
        location=f"request {places[0] or 'body'}",
        sent=f"what an overlay {'forbids' if violations else 'adds'} at {', '.join(places)}",
        cause="open" if violations else "of an overlay",
    )


def _is_newer(violation: Violation) -> bool:
    return violation.keyword == "enum" and violation.actual in map(as_json, NEWER_TYPES)


def _older_name(violation: Violation, body: dict[str, Any]) -> bool:
    """Whether EC2MSSQL is together with EBS, the older name of EC2/EBS, instead of EC2/EBS."""
    return violation.keyword == "if" and "EBS" in body[violation.path.removeprefix("/")]


def _undecided(body: dict[str, Any], connected: Collection[str]) -> Expectation | None:
    """Return the open requirement that a valid body tests."""

    def undecided(requirement: str, field: str) -> Expectation:
        return Expectation(
            outcome="open",
            requirements=(requirement,),
            location=f"request /{field}",
            sent=f"{field} = {as_json(body[field])}",
            cause="open",
        )

    deprecated = body.get("asset_types_enabled")
    for field in ("asset_types", "aws_regions", "asset_types_enabled"):
        values = body.get(field)
        if values == [] or (values and len(set(values)) < len(values)):
            return undecided("UCG-BODY-16" if values else "UCG-BODY-15", field)
    if deprecated is not None and set(deprecated) != set(body["asset_types"]):
        return undecided("UCG-BODY-17", "asset_types_enabled")
    if set(connected) - set(body["asset_types"]):
        return undecided("UCG-BODY-18", "asset_types")
    if not all(_REGION.fullmatch(region) for region in body["aws_regions"]):
        return undecided("UCG-BODY-19", "aws_regions")
    return None
