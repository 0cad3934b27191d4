"""The reports of a run: made from its result and the contract, without further decisions."""
