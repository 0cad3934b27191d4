"""The judge: applies every rule to an exchange."""

from clumio_conformance.contract.contract import Contract
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.contract.operations import Operation
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging import contract_rules
from clumio_conformance.judging.findings import Blame, Deviation, Verdict
from clumio_conformance.judging.rules import Seen, verdicts

__all__ = ["contract_rules", "judge"]


def judge(
    exchange: Exchange,
    contract: Contract,
    expected: Expectation | None = None,
    *,
    blame: Blame = "environment",
) -> list[Verdict]:
    """Return a verdict for each requirement that a placed exchange tests.

    `expected` None means that no expectation is known. `blame` is who is blamed when there was no answer.
    """
    operation = contract.operation_of(exchange)
    if operation is None or exchange.placement is None:
        return []
    if exchange.response is None or (exchange.failure is not None and blame == "environment"):
        requirement = _answering(operation, expected)
        return [_silence(exchange, blame, requirement)] if requirement else []
    seen = Seen(
        contract=contract,
        operation=operation,
        parameters=exchange.placement.parameters,
        exchange=exchange,
        response=exchange.response,
        expectation=expected,
    )
    return list(verdicts(seen))


def _answering(operation: Operation, expected: Expectation | None) -> str | None:
    """The requirement that an answer exists: the operation's own if the request is valid, else of errors."""
    if expected is not None and expected.outcome == "accepted" and operation.from_page:
        return next(iter(operation.requirements), None)
    return operation.error.described.requirement("status") if operation.error else None


def _silence(exchange: Exchange, blame: Blame, requirement: str) -> Verdict:
    return Verdict(
        requirement=requirement,
        deviation=Deviation(
            kind="transport",
            location="connection",
            expected="an answer",
            actual=exchange.failure or "no answer",
            observed="no answer",
            blame=blame,
        ),
    )
