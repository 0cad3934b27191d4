"""The answer that the contract expects, derived from the request alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from clumio_conformance.contract.operations import Operation, essence
from clumio_conformance.contract.schema import Violation
from clumio_conformance.exchange import NotJson, Request, header


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """How a request must be answered.

    `requirements` are those that a refused request breaks, an accepted one tests, or an open one leaves
    undecided. `sent` says in short what is special about the request,
    `location` says where, and `cause` is its class for fingerprints. A request that must be refused for
    several reasons has an expectation for each in `parts`.
    """

    outcome: Literal["accepted", "refused", "open"]
    requirements: tuple[str, ...] = ()
    location: str = "request"
    sent: str = ""
    cause: str = ""
    parts: "tuple[Expectation, ...]" = ()


def unreadable(request: Request, operation: Operation) -> Expectation | None:
    """Return the expectation for a body that is missing or not JSON; None for any other."""
    if operation.request is None or operation.body is None:
        return None
    if request.body is None or not request.body.strip():
        return refused(operation.body.requirement("required"), sent="no body", cause="missing")
    body = request.json
    if isinstance(body, NotJson):
        return refused(operation.request.root.source("type", None), sent=body.why, cause="not JSON")
    return None


def refused(requirement: str | None, *, sent: str, cause: str, location: str = "request body") -> Expectation:
    """Return the expectation for a request that breaks one requirement."""
    ids = (requirement,) if requirement else ()
    return Expectation(outcome="refused", requirements=ids, location=location, sent=sent, cause=cause)


def broken(violations: Sequence[Violation]) -> Expectation:
    """Return the expectation for a request whose body does not match its schema."""
    parts = tuple(
        Expectation(
            outcome="refused",
            requirements=(violation.requirement,),
            location=f"request {violation.path or 'body'}",
            sent=f"{violation.path or 'body'} = {violation.actual}",
            cause=violation.keyword,
        )
        for violation in violations
    )
    return together(parts)


def together(parts: "tuple[Expectation, ...]") -> Expectation:
    """Return the expectation for a request that must be refused for each of these reasons."""
    if len(parts) == 1:
        return parts[0]
    return Expectation(
        outcome="refused",
        requirements=tuple(dict.fromkeys(one for part in parts for one in part.requirements)),
        location="request body",
        sent=", ".join(part.sent for part in parts),
        cause="several",
        parts=parts,
    )


def is_labelled(request: Request, operation: Operation) -> bool:
    """Whether the request's Content-Type is a documented one."""
    label = essence(header(request.headers, "content-type"))
    documented: dict[str, Any] = operation.body.keywords.get("content", {}) if operation.body else {}
    return label in map(essence, documented)
