"""The operations, paths, headers and media type of connection groups."""

from typing import Any, Final
from urllib.parse import quote

from clumio_conformance.contract.contract import Contract
from clumio_conformance.contract.coverage import Pairs
from clumio_conformance.exchange import Exchange
from clumio_conformance.transport.redaction import Redaction, SecretNames

UPDATE: Final = "update-aws-connection-group"
READ: Final = "read-aws-connection-group"
CREATE: Final = "create-aws-connection-group"
LIST: Final = "list-aws-connection-groups"
COLLECTION: Final = "/connections/aws/connection-groups"
GROUP_MEDIA_TYPE: Final = "application/api.clumio.aws-connection-groups=v1+json"
ITEMS: Final = "/_embedded/items/*"
"""The place of the groups in a page of the list."""
PAIRS: Final = Pairs(category="asset type pair", operation=UPDATE, field="asset_types")
OU_HEADER: Final = "x-clumio-organizationalunit-context"
NAME: Final = "connection groups"
"""The name of the contract's subject in messages."""
SUBJECT_OPTION: Final = "--connection-group-id"
"""The option of `run` that names the group to update."""
SECRETS: Final = SecretNames(field="external_id", form=r"ExternalID_[\w-]{8,}")
"""The external id: its field, and its form at the vendor."""

NEEDS: Final = {
    "writes": "updates (--allow-writes)",
    "create": "groups that may be created",
    "control": "a control API that moves the stack (--control-url)",
    "deployed": "a group with a stack of all asset types",
}
"""The descriptions of the capabilities; see `needs` in requirements.yaml."""

# Percent-encoded ids that name no group. Probes of unknown groups use only these, never a random id.
UNKNOWN_IDS: Final = {
    "unknown": "00000000-0000-4000-8000-000000000000",
    "odd": "a%2Fb%20c",
    "unicode": "%E6%9D%B1%E4%BA%AC",
    "long": "x" * 300,
}
UNKNOWN_GROUP: Final = f"{COLLECTION}/{UNKNOWN_IDS['unknown']}"
NEAR_MISSES: Final = ("cut", "longer", "padded")
"""The small changes of an id after which it names no group."""
_LONG_ENOUGH: Final = 16
"""Length from which a nearly equal id can't be somebody's group."""


def group_path(group_id: str) -> str:
    """The path of a group, its id percent-encoded as clients do."""
    segment = quote(group_id, safe="")
    # A segment of only dots leads out of the collection.
    return f"{COLLECTION}/{segment.replace('.', '%2E') if segment in {'.', '..'} else segment}"


def near_paths(group_id: str) -> dict[str, str]:
    """Return the paths of nearly equal ids, by NEAR_MISSES; empty if the id is too short."""
    if len(group_id) < _LONG_ENOUGH:
        return {}
    near = (group_id[:-1], f"{group_id}x", f"{group_id} ")
    return {name: group_path(one) for name, one in zip(NEAR_MISSES, near, strict=True)}


def headers(unit: str | None) -> dict[str, str]:
    """Return the default headers of a request: the media type of the page, and the organizational unit."""
    return {"Accept": GROUP_MEDIA_TYPE, **({} if unit is None else {OU_HEADER: unit})}


def redaction(*tokens: str) -> Redaction:
    """Make the redaction for the secrets of connection groups."""
    return Redaction(*tokens, names=SECRETS)


def asset_types(contract: Contract) -> tuple[str, ...]:
    """The values of asset_types, in the order of the page; those of overlays come last."""
    return tuple(contract.document["components"]["schemas"]["AssetType"]["enum"])


def link_of(resource: dict[str, Any], name: str) -> str | None:
    """Return the address of a link of a group or a page; None when it has none."""
    links = resource.get("_links")
    link = links.get(name) if isinstance(links, dict) else None
    href = link.get("href") if isinstance(link, dict) else None
    return href if isinstance(href, str) else None


def ids_of(page: Exchange) -> list[str]:
    """Return the ids of the groups of a page of the list."""
    return [item["id"] for item in items_of(page) if isinstance(item.get("id"), str)]


def items_of(page: Exchange) -> list[dict[str, Any]]:
    """Return the groups of a page of the list."""
    return [item for item in _items(page) or () if isinstance(item, dict)]


def has_items(page: Exchange) -> bool:
    """Whether an answer is a page of the list, maybe an empty one."""
    return _items(page) is not None


def size_of(page: Exchange) -> int | None:
    """How many entries a page of the list has, groups or not; None if it is no page."""
    items = _items(page)
    return None if items is None else len(items)


def _items(page: Exchange) -> list[Any] | None:
    embedded = page.resource.get("_embedded")
    items = embedded.get("items") if isinstance(embedded, dict) else None
    return items if isinstance(items, list) else None
