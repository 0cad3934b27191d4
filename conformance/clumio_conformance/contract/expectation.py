"""What the contract expects of the answer to a request, told from the request alone."""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from clumio_conformance.contract.document import UPDATE, Operation
from clumio_conformance.contract.schema import Violation, shown
from clumio_conformance.exchange import NotJson, Request, header

# Asset types that the vendor's SDKs have and its page lacks: that one of them is accepted is a cause of its own.
NEWER_TYPES: Final = ("IcebergOnGlue", "IcebergOnS3Tables", "FSX")
_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """How a request must be answered.

    `requirements` are those that decide: broken by the request when it must be refused, at stake when it must be
    accepted, undecided when it is open. `sent` says in short what is special about the request, `location` where,
    `cause` is the class of it that goes into fingerprints.
    """

    outcome: Literal["accepted", "refused", "open"]
    requirements: tuple[str, ...] = ()
    location: str = "request"
    sent: str = ""
    cause: str = ""


ACCEPTED: Final = Expectation(
    outcome="accepted", requirements=("UCG-OP-01",), sent="an ordinary request", cause="ordinary"
)
# Which of the two counts is not said, so nothing else can be told of the body either.
DUPLICATE_KEY: Final = Expectation(
    outcome="open",
    requirements=("UCG-BODY-21",),
    location="request body",
    sent="a key that stands twice",
    cause="open",
)


def expectation(request: Request, operation: Operation, connected: Collection[str] = ()) -> Expectation:
    """Tell from its body what a request with a valid token and group must meet.

    `connected` are the asset types that the group has now: asking for fewer is open.
    """
    if operation.request is None:
        return replace(ACCEPTED, requirements=())
    if request.body is None or not request.body.strip():
        return _refused("UCG-BODY-01", sent="no body", cause="missing")
    body = request.json
    if isinstance(body, NotJson):
        return _refused("UCG-BODY-14", sent=body.why, cause="not JSON")
    if _stands_twice(request.body):
        return DUPLICATE_KEY
    violations = operation.request.violations(body)
    if violations:
        return _broken(violations, body)
    valid = ACCEPTED if operation.id == UPDATE else replace(ACCEPTED, requirements=("UCG-CREATE-01",))
    return _undecided(body, connected) or valid


def _stands_twice(body: bytes) -> bool:
    """Whether an object of well-formed JSON has a key twice."""
    twice = False

    def members(pairs: list[tuple[str, Any]]) -> None:
        nonlocal twice
        twice = twice or len(dict(pairs)) < len(pairs)

    json.loads(body, object_pairs_hook=members)
    return twice


def _refused(requirement: str, *, sent: str, cause: str) -> Expectation:
    return Expectation(
        outcome="refused", requirements=(requirement,), location="request body", sent=sent, cause=cause
    )


def _broken(violations: Sequence[Violation], body: Any) -> Expectation:
    """What a body must meet that misses the schema: refused, unless all that is amiss is open."""
    first = violations[0]
    told = Expectation(
        outcome="refused",
        requirements=tuple(dict.fromkeys(violation.requirement for violation in violations)),
        location=f"request {first.path or 'body'}",
        sent=f"{first.path or 'body'} = {first.actual}",
        cause=f"enum {first.actual}" if first.actual in map(shown, NEWER_TYPES) else first.keyword,
    )
    if all(_older_name(violation, body) for violation in violations):
        return replace(told, outcome="open", requirements=("UCG-BODY-05",), cause="open")
    return told


def nameless(requirement: str, *, sent: str, cause: str) -> Expectation:
    """What a request must meet whose path names no group, or none that is the caller's."""
    return Expectation(
        outcome="refused",
        requirements=(requirement,),
        location="request path connection_group_id",
        sent=sent,
        cause=cause,
    )


def mislabelled(request: Request) -> bool:
    """Whether the body is not labelled as the page says."""
    media_type = header(request.headers, "content-type") or ""
    return media_type.partition(";")[0].strip().lower() != "application/json"


def _older_name(violation: Violation, body: dict[str, Any]) -> bool:
    """Whether all that is amiss is that EC2MSSQL stands beside EBS, the older name of EC2/EBS."""
    return violation.keyword == "if" and "EBS" in body[violation.path.removeprefix("/")]


def _undecided(body: dict[str, Any], connected: Collection[str]) -> Expectation | None:
    """Name the open requirement that a body touches although it meets the schema."""

    def undecided(requirement: str, field: str) -> Expectation:
        return Expectation(
            outcome="open",
            requirements=(requirement,),
            location=f"request /{field}",
            sent=f"{field} = {shown(body[field])}",
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
