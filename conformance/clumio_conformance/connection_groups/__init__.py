"""The one room that knows connection groups; the rest of the package knows contracts.

It hands plain arguments to the engine: operations and paths, what is expected of a request, probes, scenarios, rules, the
guard of somebody's group, what a run may send, what is secret, and the suite itself.
"""
