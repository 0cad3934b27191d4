"""The only folder that knows connection groups; the rest of the package knows contracts.

It passes plain arguments to the engine: operations, paths, expectations, probes, scenarios, rules, the guard
of somebody's group, the list of what a run may send, the names of secrets, and the suite itself.
"""
