"""The register of rules: pure functions from one exchange, or from a sequence of them, to verdicts.

`@rule` is the registration. A rule whose only parameter is a `Seen` is applied to every answered exchange by the judge;
any other is called by the test that has the sequence it needs.
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
    """An answered exchange of an operation of the contract, as a rule sees it; `parameters` are the values in its path."""

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
        """What the contract documents for this status."""
        return self.operation.answer(self.response.status)

    @property
    def errors(self) -> list[Any] | None:
        """The errors of the body, whatever the status; None when it has no such list."""
        body = self.response.json
        errors = body.get("errors") if isinstance(body, dict) else None
        return errors if isinstance(errors, list) else None

    @property
    def disguised(self) -> bool:
        """Whether a 2xx carries errors: that is the departure, and nothing else is judged of the body as a success."""
        return self.succeeded and self.errors is not None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A registered rule: the requirements that it names, and the keywords of the contract whose sources it checks.

    `of_one_exchange`: the judge applies it to every exchange.
    """

    check: Callable[..., Any]
    requirements: tuple[str, ...]
    keywords: tuple[str, ...]
    of_one_exchange: bool


REGISTER: Final[list[Rule]] = []


def rule(*requirements: str, keywords: tuple[str, ...] = ()) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register a rule with the requirements that it checks; `keywords`: those that the contract names for these, too."""

    def registered(function: Callable[P, R]) -> Callable[P, R]:
        parameters = [one.annotation for one in signature(function).parameters.values()]
        REGISTER.append(
            Rule(
                check=function,
                requirements=requirements,
                keywords=keywords,
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
