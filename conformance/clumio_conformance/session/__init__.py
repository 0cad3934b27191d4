"""The target of a run, what may be sent to it, and the judgement of each exchange."""
