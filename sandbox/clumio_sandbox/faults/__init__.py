"""All deviations that the sandbox can be told to show, by family.

Each is off until it is asked for, does the same each time, and names the requirement that it breaks.
"""

from clumio_sandbox.behaviour import Fault
from clumio_sandbox.faults import (
    accepts_invalid,
    authentication,
    error_shape,
    http,
    life_cycle,
    rejects_valid,
    success_body,
    transport,
)

FAULTS: tuple[Fault, ...] = (
    *success_body.FAULTS,
    *error_shape.FAULTS,
    *authentication.FAULTS,
    *accepts_invalid.FAULTS,
    *rejects_valid.FAULTS,
    *life_cycle.FAULTS,
    *http.FAULTS,
    *transport.FAULTS,
)

__all__ = ["FAULTS"]
