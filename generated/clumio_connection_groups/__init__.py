"""The client of Clumio's AWS connection groups."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .client import AuthenticatedClient, Client

if TYPE_CHECKING:
    from .pagination import iterate_groups, iterate_groups_async
    from .waiting import wait_for_update, wait_for_update_async

from_env = AuthenticatedClient.from_env

__all__ = (
    "AuthenticatedClient",
    "Client",
    "from_env",
    "iterate_groups",
    "iterate_groups_async",
    "wait_for_update",
    "wait_for_update_async",
)

_HOMES: dict[str, str] = {
    "iterate_groups": "pagination",
    "wait_for_update": "waiting",
}
""" Imported when they are used first: they import every model. """


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name.removesuffix("_async"))
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{home}", __name__), name)
