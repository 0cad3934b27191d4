"""Faults in the connection, and in time."""

from dataclasses import replace
from functools import partial

from clumio_sandbox.behaviour import Family, Fault
from clumio_sandbox.faults.hooks import Change, on_success, on_update
from clumio_sandbox.messages import Delivery

fault = partial(Fault, family=Family.TRANSPORT)


def _by(delivery: Delivery) -> Change:
    return lambda response: replace(response, delivery=delivery)


FAULTS: tuple[Fault, ...] = (
    fault("connection-dropped", "UCG-OP-01", "the connection ends before the answer to an update",
          response=on_update(_by(Delivery.DROPPED))),
    fault("answer-cut-off", "UCG-RESP-02", "the connection ends within the body of success",
          response=on_success(_by(Delivery.CUT))),
    fault("answers-late", None, "updates and reads are answered two seconds late",
          response=on_success(_by(Delivery.LATE))),
)  # fmt: skip
