"""The expectations for requests about connection groups, from the contract and from the open questions."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from clumio_conformance.connection_groups.operations import CREATE, READ, UPDATE
from clumio_conformance.contract.expectation import Expectation, broken, refused, together, unreadable
from clumio_conformance.contract.operations import Operation
from clumio_conformance.contract.pointers import at, pointer_of, tokens_of
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
    if violations:
        return _broken(violations, body)
    if operation.id not in {UPDATE, CREATE}:
        return replace(ACCEPTED, requirements=operation.requirements[:1])
    valid = ACCEPTED if operation.id == UPDATE else replace(ACCEPTED, requirements=("UCG-CREATE-01",))
    added = additions(body, operation.request.beyond(body))
    return next(iter(added), None) or _undecided(body, connected) or valid


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
    """Return the expectation for a body that breaks the schema: refused, unless all violations are open.

    What only an overlay forbids is open: its source shows what is sent, and not what is refused.
    """
    on_page = [violation for violation in violations if not violation.by_overlay]
    if not on_page:
        return replace(broken(violations), outcome="open", cause="open", parts=())
    violations, expected = on_page, broken(on_page)
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


def additions(body: Any, beyond: Mapping[str, str | None]) -> list[Expectation]:
    """Return an expectation for each part of a body that only an overlay allows.

    It is open where the overlay names no requirement for it.
    """
    return [
        Expectation(
            outcome="accepted" if requirement else "open",
            requirements=(requirement,) if requirement else (),
            location=f"request {pointer_of(tokens_of(path)[:1]) or 'body'}",
            sent=_part(body, path),
            cause=_part(body, path),
        )
        for path, requirement in beyond.items()
    ]


def _part(body: Any, path: str) -> str:
    """Name a part of a body by its field and its value."""
    field = (tokens_of(path) or ["body"])[0]
    try:
        value = at(body, path)
    except LookupError:
        return f"no {field}"
    return f"{field} with {value if isinstance(value, str) else as_json(value)}"


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
