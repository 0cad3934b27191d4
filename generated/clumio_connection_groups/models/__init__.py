"""Contains all the data models used in inputs/outputs"""

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
