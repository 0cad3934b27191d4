"""The rules: pure functions from one exchange, or a sequence of them, to verdicts; a file for each family."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from clumio_conformance.contract.document import Contract, Operation
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.exchange import Exchange, Response

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """An answered exchange of an operation of the contract, as a rule sees it."""

    contract: Contract
    operation: Operation
    group_id: str | None
    exchange: Exchange
    response: Response
    expectation: Expectation | None

    @property
    def succeeded(self) -> bool:
        """Whether the status is a 2xx."""
        return 200 <= self.response.status < 300

    @property
    def errors(self) -> list[Any] | None:
        """The errors of the body, whatever the status; None when it has no such list."""
        body = self.response.json
        errors = body.get("errors") if isinstance(body, dict) else None
        return errors if isinstance(errors, list) else None

    @property
    def disguised(self) -> bool:
        """Whether a 2xx carries errors: that is the departure, and nothing else is told of the body as a success."""
        return self.succeeded and self.errors is not None


def comparable(before: Exchange, after: Exchange) -> bool:
    """Whether two answers can be held against each other: both are groups, of which at least a field is the same."""
    return bool(before.group.keys() & after.group.keys())


def rule(*requirements: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Name the requirements that a rule checks; whoever traces them reads it from here."""

    def named(function: Callable[P, R]) -> Callable[P, R]:
        function.__dict__["requirements"] = requirements
        return function

    return named


def schema_rule(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a rule that checks every requirement which the spec names as the source of a keyword."""
    return function
