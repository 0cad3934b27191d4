"""Faults below HTTP, and in time."""

from dataclasses import replace

from clumio_sandbox.behaviour import Family, Fault
from clumio_sandbox.faults.answers import Change, on_success, on_update
from clumio_sandbox.messages import Delivery


def _by(delivery: Delivery) -> Change:
    return lambda response: replace(response, delivery=delivery)


FAULTS: tuple[Fault, ...] = (
    Fault(
        name="connection-dropped",
        requirement="UCG-OP-01",
        family=Family.TRANSPORT,
        description="the connection ends before the answer to an update",
        response=on_update(_by(Delivery.DROPPED)),
    ),
    Fault(
        name="answer-cut-off",
        requirement="UCG-RESP-02",
        family=Family.TRANSPORT,
        description="the connection ends within the body of success",
        response=on_success(_by(Delivery.CUT)),
    ),
    Fault(
        name="answers-late",
        requirement=None,
        family=Family.TRANSPORT,
        description="updates and reads are answered two seconds late",
        response=on_success(_by(Delivery.LATE)),
    ),
)
