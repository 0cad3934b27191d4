"""The judge: applies every rule to an exchange."""

from typing import Final

from clumio_conformance.contract.document import UPDATE, Contract, Operation
from clumio_conformance.contract.expectation import Expectation, expectation
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.findings import Blame, Deviation, Verdict
from clumio_conformance.judging.rules import Seen, body, errors, identity, media_type, saving, status

RULES: Final = (
    status.accepted,
    status.refused,
    status.success,
    status.created,
    status.recorded,
    media_type.media_type,
    body.success,
    body.error,
    errors.error,
    errors.disguised,
    identity.whole,
    identity.template_url,
    identity.links,
    identity.etag,
    identity.unit,
    identity.stack,
    identity.intended,
    saving.answered,
)


def judge(
    exchange: Exchange,
    contract: Contract,
    expected: Expectation | None = None,
    *,
    blame: Blame = "environment",
) -> list[Verdict]:
    """Say of each requirement that an exchange shows whether it was kept.

    Without `expected` the request alone tells what must be refused; that it must be accepted can't be known then.
    `blame` is whose fault it is when there was no answer at all.
    """
    match = contract.match(exchange.request.method, exchange.request.place)
    if match is None:
        return []
    operation, group_id = match
    if exchange.response is None or (exchange.failure is not None and blame == "environment"):
        valid = expected is not None and expected.outcome == "accepted" and operation.id == UPDATE
        return [_silence(exchange, blame, "UCG-OP-01" if valid else "UCG-ERR-01")]
    seen = Seen(
        contract=contract,
        operation=operation,
        group_id=group_id,
        exchange=exchange,
        response=exchange.response,
        expectation=expected or _refusal(exchange, operation),
    )
    return [verdict for rule in RULES for verdict in rule(seen)]


def _refusal(exchange: Exchange, operation: Operation) -> Expectation | None:
    told = expectation(exchange.request, operation)
    return told if told.outcome == "refused" else None


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
