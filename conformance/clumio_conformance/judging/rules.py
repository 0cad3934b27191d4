"""The register of rules: pure functions from one exchange, or a sequence of exchanges, to verdicts.

`@rule` registers a rule. If its only parameter is a `Seen`, the judge applies it to every answered exchange.
Any other rule is called by the tests that have the sequence it needs.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from inspect import signature
from typing import Any, Final, ParamSpec, TypeVar

from clumio_conformance.contract.contract import Contract
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.contract.operations import Answer, Operation
from clumio_conformance.exchange import Exchange, Response
from clumio_conformance.judging.findings import Verdict

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The input of a rule: an answered exchange and its operation; `parameters` are values in the path."""

    contract: Contract
    operation: Operation
    parameters: tuple[str, ...]
    exchange: Exchange
    response: Response
    expectation: Expectation | None

    @property
    def succeeded(self) -> bool:
        """Whether the status is a 2xx."""
        return 200 <= self.response.status < 300

    @cached_property
    def answer(self) -> Answer | None:
        """The documented answer for this status."""
        return self.operation.answer(self.response.status)

    @property
    def errors(self) -> list[Any] | None:
        """The errors of the body, with any status; None when it has no such list."""
        body = self.response.json
        errors = body.get("errors") if isinstance(body, dict) else None
        return errors if isinstance(errors, list) else None

    @property
    def is_forbidden(self) -> bool:
        """Whether the request must be refused: if it was not, that is the finding, and not what follows."""
        return self.expectation is not None and self.expectation.outcome == "refused"

    @property
    def disguised(self) -> bool:
        """Whether a 2xx has errors in its body: only this is reported; the rest of it is not judged."""
        return self.succeeded and self.errors is not None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A registered rule: its requirements, and the contract keywords whose sources it checks.

    `keywords` are those of answers and operations, `request_keywords` those of request bodies.

    `of_one_exchange`: the judge applies it to every exchange.
    """

    check: Callable[..., Any]
    requirements: tuple[str, ...]
    keywords: tuple[str, ...]
    request_keywords: tuple[str, ...]
    of_one_exchange: bool


REGISTER: Final[list[Rule]] = []


def rule(
    *requirements: str, keywords: tuple[str, ...] = (), request_keywords: tuple[str, ...] = ()
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register a rule with its requirements; for the keywords the contract names further requirements."""

    def registered(function: Callable[P, R]) -> Callable[P, R]:
        parameters = [one.annotation for one in signature(function).parameters.values()]
        REGISTER.append(
            Rule(
                check=function,
                requirements=requirements,
                keywords=keywords,
                request_keywords=request_keywords,
                of_one_exchange=parameters == [Seen],
            )
        )
        return function

    return registered


def verdicts(seen: Seen) -> Iterable[Verdict]:
    """Apply every rule of one exchange."""
    for one in REGISTER:
        if one.of_one_exchange:
            yield from one.check(seen)
