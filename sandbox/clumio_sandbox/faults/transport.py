"""Faults in the connection, and in time."""

from functools import partial

from clumio_sandbox.behaviour import Family, Fault
from clumio_sandbox.faults.hooks import having, on_success, on_update
from clumio_sandbox.messages import Delivery

fault = partial(Fault, family=Family.TRANSPORT)


FAULTS: tuple[Fault, ...] = (
    fault("connection-dropped", "UCG-OP-01", "the connection ends before the answer to an update",
          response=on_update(having(delivery=Delivery.DROPPED))),
    fault("answer-cut-off", "UCG-RESP-02", "the connection ends within the body of success",
          response=on_success(having(delivery=Delivery.CUT))),
    fault("answers-late", None, "updates and reads are answered two seconds late",
          response=on_success(having(delivery=Delivery.LATE))),
)  # fmt: skip
