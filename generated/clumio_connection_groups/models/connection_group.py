from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from .. import parsing
from ..model import Model, define, new
from ..models.asset_type import AssetType
from ..models.connection_group_status import ConnectionGroupStatus
from ..models.stack_operation import StackOperation
from ..types import UNSET, Unset


@define(init=False)
class ConnectionGroup(Model):
    """A connection group, with its connected and its intended values.

    Attributes:
        etag (str | Unset): The version of this representation.
        links (ConnectionGroupLinks | Unset): Addresses of this group and of what belongs to it.
        embedded (ConnectionGroupEmbedded | Unset): Related resources that were requested with `embed`.
        account_name (str | Unset): The alias of the account in AWS.
        account_native_ids (list[str] | Unset): The ids of the AWS accounts that are connected.
        asset_types_enabled (list[AssetType] | Unset): The asset types that are connected.
        aws_regions (list[str] | Unset): The AWS regions that are connected.
        config (ConnectionGroupConfig | None | Unset): What is installed for each asset type; null for a connection with
                the old, unconsolidated configuration.
        created_timestamp (str | Unset): When the connection was created.
        deployment_template_url (str | Unset): The URL of the CloudFormation template for the requested state.
        description (str | Unset): The free text that the user gave the group.
        external_id (str | Unset): The external id to pass to the stack. A secret.
        id (str | Unset): The id that Clumio gave the group; it is the token to pass to the stack.
        intended_account_native_ids (list[str] | Unset): The ids of the requested AWS accounts.
        intended_asset_types (list[str] | Unset): The requested asset types.
        intended_aws_regions (list[str] | Unset): The requested AWS regions.
        master_aws_account_id (str | Unset): The AWS account that holds the group's stack.
        master_region (str | Unset): The AWS region that holds the group's stack.
        ongoing_stack_operation (StackOperation | Unset): The running operation of the group's stack.
        organizational_unit_id (str | Unset): The organizational unit of the group; by default the first one of the
                user.
        stack_arn (str | Unset): The ARN of the installed stack.
        stack_name (str | Unset): The name of the installed stack.
        status (ConnectionGroupStatus | Unset): How far the group is connected.
    """

    __match_args__ = __slots__ = (
        "etag",
        "links",
        "embedded",
        "account_name",
        "account_native_ids",
        "asset_types_enabled",
        "aws_regions",
        "config",
        "created_timestamp",
        "deployment_template_url",
        "description",
        "external_id",
        "id",
        "intended_account_native_ids",
        "intended_asset_types",
        "intended_aws_regions",
        "master_aws_account_id",
        "master_region",
        "ongoing_stack_operation",
        "organizational_unit_id",
        "stack_arn",
        "stack_name",
        "status",
    )
    _names = {
        "_etag": "etag",
        "_links": "links",
        "_embedded": "embedded",
        "account_name": "account_name",
        "account_native_ids": "account_native_ids",
        "asset_types_enabled": "asset_types_enabled",
        "aws_regions": "aws_regions",
        "config": "config",
        "created_timestamp": "created_timestamp",
        "deployment_template_url": "deployment_template_url",
        "description": "description",
        "external_id": "external_id",
        "id": "id",
        "intended_account_native_ids": "intended_account_native_ids",
        "intended_asset_types": "intended_asset_types",
        "intended_aws_regions": "intended_aws_regions",
        "master_aws_account_id": "master_aws_account_id",
        "master_region": "master_region",
        "ongoing_stack_operation": "ongoing_stack_operation",
        "organizational_unit_id": "organizational_unit_id",
        "stack_arn": "stack_arn",
        "stack_name": "stack_name",
        "status": "status",
    }
    _reprs = {
        "deployment_template_url": parsing.without_query,
        "external_id": parsing.hidden,
    }

    etag: str | Unset
    links: ConnectionGroupLinks | Unset
    embedded: ConnectionGroupEmbedded | Unset
    account_name: str | Unset
    account_native_ids: list[str] | Unset
    asset_types_enabled: list[AssetType] | Unset
    aws_regions: list[str] | Unset
    config: ConnectionGroupConfig | None | Unset
    created_timestamp: str | Unset
    deployment_template_url: str | Unset
    description: str | Unset
    external_id: str | Unset
    id: str | Unset
    intended_account_native_ids: list[str] | Unset
    intended_asset_types: list[str] | Unset
    intended_aws_regions: list[str] | Unset
    master_aws_account_id: str | Unset
    master_region: str | Unset
    ongoing_stack_operation: StackOperation | Unset
    organizational_unit_id: str | Unset
    stack_arn: str | Unset
    stack_name: str | Unset
    status: ConnectionGroupStatus | Unset
    additional_properties: dict[str, Any]

    def __init__(
        self,
        etag: str | Unset = UNSET,
        links: ConnectionGroupLinks | Unset = UNSET,
        embedded: ConnectionGroupEmbedded | Unset = UNSET,
        account_name: str | Unset = UNSET,
        account_native_ids: list[str] | Unset = UNSET,
        asset_types_enabled: list[AssetType] | Unset = UNSET,
        aws_regions: list[str] | Unset = UNSET,
        config: ConnectionGroupConfig | None | Unset = UNSET,
        created_timestamp: str | Unset = UNSET,
        deployment_template_url: str | Unset = UNSET,
        description: str | Unset = UNSET,
        external_id: str | Unset = UNSET,
        id: str | Unset = UNSET,
        intended_account_native_ids: list[str] | Unset = UNSET,
        intended_asset_types: list[str] | Unset = UNSET,
        intended_aws_regions: list[str] | Unset = UNSET,
        master_aws_account_id: str | Unset = UNSET,
        master_region: str | Unset = UNSET,
        ongoing_stack_operation: StackOperation | Unset = UNSET,
        organizational_unit_id: str | Unset = UNSET,
        stack_arn: str | Unset = UNSET,
        stack_name: str | Unset = UNSET,
        status: ConnectionGroupStatus | Unset = UNSET,
        *,
        additional_properties: dict[str, Any] | None = None,
    ) -> None:
        self.etag = etag
        self.links = links
        self.embedded = embedded
        self.account_name = account_name
        self.account_native_ids = account_native_ids
        self.asset_types_enabled = asset_types_enabled
        self.aws_regions = aws_regions
        self.config = config
        self.created_timestamp = created_timestamp
        self.deployment_template_url = deployment_template_url
        self.description = description
        self.external_id = external_id
        self.id = id
        self.intended_account_native_ids = intended_account_native_ids
        self.intended_asset_types = intended_asset_types
        self.intended_aws_regions = intended_aws_regions
        self.master_aws_account_id = master_aws_account_id
        self.master_region = master_region
        self.ongoing_stack_operation = ongoing_stack_operation
        self.organizational_unit_id = organizational_unit_id
        self.stack_arn = stack_arn
        self.stack_name = stack_name
        self.status = status
        self.additional_properties = {**(additional_properties or {})}

    @staticmethod
    def _read(received: Mapping[str, Any]) -> Any:
        made = new(ConnectionGroup)
        value: Any
        inner: Any
        missed = 0
        made.etag = value = received.get("_etag", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("_etag", value)
        made.links = value = received.get("_links", UNSET)
        if value.__class__ is dict:
            made.links = ConnectionGroupLinks._read(value)
        else:
            missed += value is UNSET or made._accept("_links", value)
        made.embedded = value = received.get("_embedded", UNSET)
        if value.__class__ is dict:
            made.embedded = ConnectionGroupEmbedded._read(value)
        else:
            missed += value is UNSET or made._accept("_embedded", value)
        made.account_name = value = received.get("account_name", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("account_name", value)
        made.account_native_ids = value = received.get("account_native_ids", UNSET)
        if value.__class__ is list:
            for item in value:
                if item.__class__ is not str:
                    missed += made._accept("account_native_ids", value)
                    break
        else:
            missed += value is UNSET or made._accept("account_native_ids", value)
        made.asset_types_enabled = value = received.get("asset_types_enabled", UNSET)
        if value.__class__ is list:
            try:
                made.asset_types_enabled = [_AssetType[item] for item in value]
            except (KeyError, TypeError):
                missed += made._accept("asset_types_enabled", value)
        else:
            missed += value is UNSET or made._accept("asset_types_enabled", value)
        made.aws_regions = value = received.get("aws_regions", UNSET)
        if value.__class__ is list:
            for item in value:
                if item.__class__ is not str:
                    missed += made._accept("aws_regions", value)
                    break
        else:
            missed += value is UNSET or made._accept("aws_regions", value)
        made.config = value = received.get("config", UNSET)
        if value.__class__ is dict:
            made.config = ConnectionGroupConfig._read(value)
        elif value is not None:
            missed += value is UNSET or made._accept("config", value)
        made.created_timestamp = value = received.get("created_timestamp", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("created_timestamp", value)
        made.deployment_template_url = value = received.get("deployment_template_url", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("deployment_template_url", value)
        made.description = value = received.get("description", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("description", value)
        made.external_id = value = received.get("external_id", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("external_id", value)
        made.id = value = received.get("id", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("id", value)
        made.intended_account_native_ids = value = received.get("intended_account_native_ids", UNSET)
        if value.__class__ is list:
            for item in value:
                if item.__class__ is not str:
                    missed += made._accept("intended_account_native_ids", value)
                    break
        else:
            missed += value is UNSET or made._accept("intended_account_native_ids", value)
        made.intended_asset_types = value = received.get("intended_asset_types", UNSET)
        if value.__class__ is list:
            for item in value:
                if item.__class__ is not str:
                    missed += made._accept("intended_asset_types", value)
                    break
        else:
            missed += value is UNSET or made._accept("intended_asset_types", value)
        made.intended_aws_regions = value = received.get("intended_aws_regions", UNSET)
        if value.__class__ is list:
            for item in value:
                if item.__class__ is not str:
                    missed += made._accept("intended_aws_regions", value)
                    break
        else:
            missed += value is UNSET or made._accept("intended_aws_regions", value)
        made.master_aws_account_id = value = received.get("master_aws_account_id", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("master_aws_account_id", value)
        made.master_region = value = received.get("master_region", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("master_region", value)
        made.ongoing_stack_operation = value = received.get("ongoing_stack_operation", UNSET)
        if value.__class__ is str and value in _StackOperation:
            made.ongoing_stack_operation = _StackOperation[value]
        else:
            missed += value is UNSET or made._accept("ongoing_stack_operation", value)
        made.organizational_unit_id = value = received.get("organizational_unit_id", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("organizational_unit_id", value)
        made.stack_arn = value = received.get("stack_arn", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("stack_arn", value)
        made.stack_name = value = received.get("stack_name", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("stack_name", value)
        made.status = value = received.get("status", UNSET)
        if value.__class__ is str and value in _ConnectionGroupStatus:
            made.status = _ConnectionGroupStatus[value]
        else:
            missed += value is UNSET or made._accept("status", value)
        made._rest = None
        if len(received) + missed != 23:
            made._keep(received)
        return made

    @staticmethod
    @cache
    def _parsers() -> Mapping[str, Callable[[Any], Any]]:
        return {
            "_etag": parsing.string,
            "_links": ConnectionGroupLinks.from_dict,
            "_embedded": ConnectionGroupEmbedded.from_dict,
            "account_name": parsing.string,
            "account_native_ids": parsing.list_of(parsing.string),
            "asset_types_enabled": parsing.list_of(parsing.member_of(AssetType)),
            "aws_regions": parsing.list_of(parsing.string),
            "config": parsing.nullable(ConnectionGroupConfig.from_dict),
            "created_timestamp": parsing.string,
            "deployment_template_url": parsing.string,
            "description": parsing.string,
            "external_id": parsing.string,
            "id": parsing.string,
            "intended_account_native_ids": parsing.list_of(parsing.string),
            "intended_asset_types": parsing.list_of(parsing.string),
            "intended_aws_regions": parsing.list_of(parsing.string),
            "master_aws_account_id": parsing.string,
            "master_region": parsing.string,
            "ongoing_stack_operation": parsing.member_of(StackOperation),
            "organizational_unit_id": parsing.string,
            "stack_arn": parsing.string,
            "stack_name": parsing.string,
            "status": parsing.member_of(ConnectionGroupStatus),
        }


from ..models.connection_group_config import ConnectionGroupConfig
from ..models.connection_group_embedded import ConnectionGroupEmbedded
from ..models.connection_group_links import ConnectionGroupLinks

_AssetType = parsing.members_of(AssetType)
_ConnectionGroupStatus = parsing.members_of(ConnectionGroupStatus)
_StackOperation = parsing.members_of(StackOperation)
