"""What a run knows about somebody's group, and whether a value can be its own work or the vendor's."""

import hashlib
import html
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

FIELDS: Final = ("asset_types", "aws_regions", "description")
"""The fields that every update writes."""


def written(group: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a read that an update writes; a missing one is None."""
    return {
        "asset_types": group.get("intended_asset_types", group.get("asset_types_enabled")),
        "aws_regions": group.get("intended_aws_regions", group.get("aws_regions")),
        "description": group.get("description"),
        "template_permission_set": group.get("template_permission_set"),
    }


def comparable(value: Any) -> Any:
    """Return a value without what does not count: the order of a list."""
    return sorted(map(str, value)) if isinstance(value, list) else value or ""


def digest(value: Any) -> str:
    """Return a short name of a value, for the journal; repetitions in a list do not count."""
    named = comparable(sorted(set(map(str, value))) if isinstance(value, list) else value)
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()[:12]


class State:
    """The values that the group had or was to have in this run.

    A value is explained if the run sent or saw it, or if the vendor can have made it from the last ones: cut,
    trimmed, escaped, reordered, with entries left out or added. Any other value is of another writer.
    """

    def __init__(self, original: Mapping[str, Any]) -> None:
        # By field: the values by their short names, the latest one last.
        self._known: dict[str, dict[str, Any]] = {field: {} for field in FIELDS}
        self.enter(original)

    def sent(self, body: Any) -> None:
        """Enter an update that is sent."""
        if isinstance(body, dict):
            self.enter({**body, **({"asset_types": a} if (a := body.get("asset_types_enabled")) else {})})
            self.enter(body)

    def enter(self, fields: Mapping[str, Any]) -> None:
        """Enter values that were sent or seen."""
        for field in FIELDS:
            value, known = fields.get(field), self._known[field]
            name = digest(value)
            known.pop(name, None)
            known[name] = value

    def strange(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields with values that only another writer explains."""
        return {
            field: fields[field] for field in FIELDS if not _explained(fields.get(field), self._known[field])
        }

    def digests(self) -> dict[str, list[str]]:
        """Return short names of all values, for the journal."""
        return {field: list(known) for field, known in self._known.items()}


def _explained(value: Any, known: Mapping[str, Any]) -> bool:
    if not value or digest(value) in known:
        return True
    if isinstance(value, list):
        entries = set(map(str, value))
        recent = [set(map(str, one)) for one in [*known.values()][-3:] if isinstance(one, list)]
        return any(entries <= one or entries >= one for one in recent)
    return any(_derived(str(value), str(one)) for one in known.values() if one)


def _derived(value: str, text: str) -> bool:
    """Whether a text can be made from another by cutting, trimming, escaping or changing its case."""
    if _letters(text).startswith(_letters(value)):
        return True
    plain = _plain_letters(value)
    return bool(plain) and _plain_letters(text).startswith(plain)


def _letters(text: str) -> str:
    return re.sub(r"\W", "", html.unescape(text)).casefold()


def _plain_letters(text: str) -> str:
    """The letters that are left where a text lost all others."""
    return re.sub(r"[^a-z0-9]", "", html.unescape(text).casefold())


def unexplained(fields: Mapping[str, Any], digests: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the fields with values that are not in the journal."""
    return [field for field in FIELDS if digest(fields.get(field)) not in digests.get(field, ())]
