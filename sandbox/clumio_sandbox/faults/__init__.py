"""All faults, by family: deviations that are off by default.

Each fault always has the same effect, and names the requirement that it breaks. Each family's module declares
its faults in one table with one form: name, requirement, description, and one hook of `Fault`.
"""

from dataclasses import replace

from clumio_sandbox.behaviour import Fault
from clumio_sandbox.faults import (
    accepts_invalid,
    authentication,
    error_shape,
    http,
    life_cycle,
    listing,
    rejects_valid,
    success_body,
    transport,
)
from clumio_sandbox.faults.also import ALSO

_DECLARED: tuple[Fault, ...] = (
    *success_body.FAULTS,
    *error_shape.FAULTS,
    *authentication.FAULTS,
    *accepts_invalid.FAULTS,
    *rejects_valid.FAULTS,
    *life_cycle.FAULTS,
    *http.FAULTS,
    *transport.FAULTS,
    *listing.FAULTS,
)

FAULTS = tuple(replace(fault, also=ALSO.get(fault.name, {})) for fault in _DECLARED)

__all__ = ["FAULTS"]
