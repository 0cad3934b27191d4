"""The reports of a run: they know its result and the contract, and decide nothing."""
