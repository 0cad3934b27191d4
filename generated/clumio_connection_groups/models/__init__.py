"""All models of requests and answers; each is imported when it is first asked for"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .asset_info import AssetInfo
    from .asset_type import AssetType
    from .connection_group import ConnectionGroup
    from .connection_group_config import ConnectionGroupConfig
    from .connection_group_embedded import ConnectionGroupEmbedded
    from .connection_group_links import ConnectionGroupLinks
    from .connection_group_list import ConnectionGroupList
    from .connection_group_list_embedded import ConnectionGroupListEmbedded
    from .connection_group_list_links import ConnectionGroupListLinks
    from .connection_group_status import ConnectionGroupStatus
    from .create_connection_group_request import CreateConnectionGroupRequest
    from .error_detail import ErrorDetail
    from .error_response import ErrorResponse
    from .link import Link
    from .stack_operation import StackOperation
    from .update_connection_group_request import UpdateConnectionGroupRequest
    from .warm_tier_protect import WarmTierProtect

_MODULES = {
    "AssetInfo": ".asset_info",
    "AssetType": ".asset_type",
    "ConnectionGroup": ".connection_group",
    "ConnectionGroupConfig": ".connection_group_config",
    "ConnectionGroupEmbedded": ".connection_group_embedded",
    "ConnectionGroupLinks": ".connection_group_links",
    "ConnectionGroupList": ".connection_group_list",
    "ConnectionGroupListEmbedded": ".connection_group_list_embedded",
    "ConnectionGroupListLinks": ".connection_group_list_links",
    "ConnectionGroupStatus": ".connection_group_status",
    "CreateConnectionGroupRequest": ".create_connection_group_request",
    "ErrorDetail": ".error_detail",
    "ErrorResponse": ".error_response",
    "Link": ".link",
    "StackOperation": ".stack_operation",
    "UpdateConnectionGroupRequest": ".update_connection_group_request",
    "WarmTierProtect": ".warm_tier_protect",
}

__all__ = (
    "AssetInfo",
    "AssetType",
    "ConnectionGroup",
    "ConnectionGroupConfig",
    "ConnectionGroupEmbedded",
    "ConnectionGroupLinks",
    "ConnectionGroupList",
    "ConnectionGroupListEmbedded",
    "ConnectionGroupListLinks",
    "ConnectionGroupStatus",
    "CreateConnectionGroupRequest",
    "ErrorDetail",
    "ErrorResponse",
    "Link",
    "StackOperation",
    "UpdateConnectionGroupRequest",
    "WarmTierProtect",
)


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    model = globals()[name] = getattr(import_module(_MODULES[name], __name__), name)
    return model


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
