"""What a run may send about connection groups; everything else is refused before a connection is made."""

from dataclasses import dataclass

from clumio_conformance.connection_groups.operations import COLLECTION, UNKNOWN_IDS, group_path, near_paths
from clumio_conformance.options import RunOptions
from clumio_conformance.session.targets import Target
from clumio_conformance.transport.policy import Policy


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A method and a path that a run may send: from its start, or after the event `when`."""

    method: str
    path: str
    when: str | None = None


def grants(target: Target) -> list[Grant]:
    """Return everything that a run may send."""
    if not target.answers:
        return []
    offered = target.capabilities
    methods = ("GET", "PUT") if "writes" in offered else ("GET",)
    nameless = [f"{COLLECTION}/{segment}" for segment in UNKNOWN_IDS.values()]
    found = [Grant(method="GET", path=COLLECTION)]
    if target.subject_id is not None:
        group = group_path(target.subject_id)
        nameless += near_paths(target.subject_id).values()
        found.append(Grant(method="GET", path=group))
        if "writes" in offered:
            found.append(Grant(method="PUT", path=group, when="its original is on disk"))
    found += [Grant(method=method, path=path) for method in methods for path in nameless]
    if target.subject_id is None and "create" not in offered:
        found += _later("GET", when="it is the first of the list")
    if "create" in offered:
        found.append(Grant(method="POST", path=COLLECTION))
        found += [
            grant for method in ("GET", "PUT") for grant in _later(method, when="the run has created it")
        ]
    return found


def policy(target: Target, options: RunOptions) -> Policy:
    """Return what a run may send at its start, and its limits."""
    limits = target.limits(options)
    offered = target.capabilities
    return Policy(
        allowed={(grant.method, grant.path) for grant in grants(target) if grant.when is None},
        # Without a control API a created group can't be deleted, so the run creates only one.
        once=frozenset() if "control" in offered else frozenset({("POST", COLLECTION)}),
        fetches="writes" in offered,
        rate=limits.rate,
        max_requests=limits.max_requests,
        max_seconds=limits.max_seconds,
    )


def _later(method: str, *, when: str) -> list[Grant]:
    """Return the grants for a group that is not known yet, and for ids that are nearly its own."""
    return [
        Grant(method=method, path=f"{COLLECTION}/{{{name}}}", when=when) for name in ("id", "nearly that id")
    ]
