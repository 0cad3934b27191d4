"""Requests that change nothing, to find out what the answer to another request depends on."""

import json
import re
from dataclasses import replace
from typing import Any, Final

from clumio_conformance.connection_groups.operations import COLLECTION, UNKNOWN_GROUP, group_path
from clumio_conformance.connection_groups.subjects import Subjects, health
from clumio_conformance.exchange import NotJson, header, parse_json
from clumio_conformance.session.origin import Twins
from clumio_conformance.transport.wire import Outgoing, Wire

_PLAIN_TEXT: Final = re.compile(r"[\w ./:-]{0,255}", re.ASCII)
_PLAIN_PATH: Final = re.compile(r"[\w./?=&-]{0,255}", re.ASCII)


def twins(wire: Wire, subjects: Subjects) -> Twins:
    """Make the requests for the groups of a run."""

    def ordinary(outgoing: Outgoing) -> Outgoing | None:
        """An update of the group under test with its own values, once it was read."""
        values = subjects.values() if outgoing.method == "PUT" else None
        if values is None:
            return None
        path, body = values
        return wire.outgoing("PUT", path, body=json.dumps(body).encode())

    def may_repeat(outgoing: Outgoing) -> bool:
        """A second create could make a second group, which only a control API can delete."""
        return outgoing.method != "POST" or "control" in subjects.session.capabilities

    def own() -> Outgoing | None:
        group_id = subjects.guard.group_id
        return None if group_id is None else wire.outgoing("GET", group_path(group_id))

    return Twins(
        health=lambda unlike: health(wire, unlike),
        own=own,
        harmless=harmless,
        ordinary=ordinary,
        may_repeat=may_repeat,
    )


def harmless(outgoing: Outgoing) -> Outgoing | None:
    """Return the request with plain texts instead of those that a filter may dislike, about no group."""
    is_list = outgoing.path.partition("?")[0] == COLLECTION
    elsewhere = replace(outgoing, path=COLLECTION if is_list else UNKNOWN_GROUP)
    has_plain_path = _PLAIN_PATH.fullmatch(outgoing.path) is not None
    if outgoing.body is None:
        return outgoing if has_plain_path else elsewhere
    label = header(tuple(outgoing.headers.items()), "content-type") or ""
    value = parse_json(outgoing.body)
    if not label.startswith("application/json") or isinstance(value, NotJson):
        return None
    plain = _plain(value)
    if plain == value:
        return outgoing if has_plain_path else elsewhere
    return replace(elsewhere, body=json.dumps(plain).encode())


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value if _PLAIN_TEXT.fullmatch(value) else "plain text"
    if isinstance(value, dict):
        return {_plain(name): _plain(child) for name, child in value.items()}
    return [_plain(child) for child in value] if isinstance(value, list) else value
