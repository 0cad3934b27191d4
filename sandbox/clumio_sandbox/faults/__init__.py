"""All deviations that the sandbox can be told to show, by family."""

from clumio_sandbox.behaviour import Fault

FAULTS: tuple[Fault, ...] = ()
