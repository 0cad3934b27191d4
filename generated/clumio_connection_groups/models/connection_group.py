from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .. import models, parsing
from ..models.asset_type import AssetType
from ..models.connection_group_status import ConnectionGroupStatus
from ..models.stack_operation import StackOperation
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.connection_group_config import ConnectionGroupConfig
    from ..models.connection_group_embedded import ConnectionGroupEmbedded
    from ..models.connection_group_links import ConnectionGroupLinks


@_attrs_define
class ConnectionGroup:
    """A connection group, with its connected and its intended values.

    Attributes:
        etag (str | Unset): The version of this representation.
        links (ConnectionGroupLinks | Unset): Addresses of a connection group and of what belongs to it.
        embedded (ConnectionGroupEmbedded | Unset): Related resources that were requested with `embed`.
        account_name (str | Unset): The alias of the account in AWS.
        account_native_ids (list[str] | Unset): The ids of the AWS accounts that are connected.
        asset_types_enabled (list[AssetType] | Unset): Asset types. `EC2MSSQL` needs `EC2/EBS` in the same list.
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
        ongoing_stack_operation (StackOperation | Unset): The running operation of a stack.
        organizational_unit_id (str | Unset): The organizational unit of the group; by default the first one of the
            user.
        stack_arn (str | Unset): The ARN of the installed stack.
        stack_name (str | Unset): The name of the installed stack.
        status (ConnectionGroupStatus | Unset): How far a connection group is connected, judged by the stack in its AWS
            account.
    """

    etag: str | Unset = UNSET
    links: ConnectionGroupLinks | Unset = UNSET
    embedded: ConnectionGroupEmbedded | Unset = UNSET
    account_name: str | Unset = UNSET
    account_native_ids: list[str] | Unset = UNSET
    asset_types_enabled: list[AssetType] | Unset = UNSET
    aws_regions: list[str] | Unset = UNSET
    config: ConnectionGroupConfig | None | Unset = UNSET
    created_timestamp: str | Unset = UNSET
    deployment_template_url: str | Unset = _attrs_field(default=UNSET, repr=parsing.without_query)
    description: str | Unset = UNSET
    external_id: str | Unset = _attrs_field(default=UNSET, repr=parsing.hidden)
    id: str | Unset = UNSET
    intended_account_native_ids: list[str] | Unset = UNSET
    intended_asset_types: list[str] | Unset = UNSET
    intended_aws_regions: list[str] | Unset = UNSET
    master_aws_account_id: str | Unset = UNSET
    master_region: str | Unset = UNSET
    ongoing_stack_operation: StackOperation | Unset = UNSET
    organizational_unit_id: str | Unset = UNSET
    stack_arn: str | Unset = UNSET
    stack_name: str | Unset = UNSET
    status: ConnectionGroupStatus | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict, repr=parsing.names)

    def to_dict(self) -> dict[str, Any]:
        from ..models.connection_group_config import ConnectionGroupConfig  # noqa: PLC0415

        etag = self.etag

        links: dict[str, Any] | Unset = UNSET
        if not isinstance(self.links, Unset):
            links = self.links.to_dict()

        embedded: dict[str, Any] | Unset = UNSET
        if not isinstance(self.embedded, Unset):
            embedded = self.embedded.to_dict()

        account_name = self.account_name

        account_native_ids: list[str] | Unset = UNSET
        if not isinstance(self.account_native_ids, Unset):
            account_native_ids = self.account_native_ids

        asset_types_enabled: list[str] | Unset = UNSET
        if not isinstance(self.asset_types_enabled, Unset):
            asset_types_enabled = []
            for componentsschemas_asset_types_item_data in self.asset_types_enabled:
                componentsschemas_asset_types_item = componentsschemas_asset_types_item_data.value
                asset_types_enabled.append(componentsschemas_asset_types_item)

        aws_regions: list[str] | Unset = UNSET
        if not isinstance(self.aws_regions, Unset):
            aws_regions = self.aws_regions

        config: dict[str, Any] | None | Unset
        if isinstance(self.config, Unset):
            config = UNSET
        elif isinstance(self.config, ConnectionGroupConfig):
            config = self.config.to_dict()
        else:
            config = self.config

        created_timestamp = self.created_timestamp

        deployment_template_url = self.deployment_template_url

        description = self.description

        external_id = self.external_id

        id = self.id

        intended_account_native_ids: list[str] | Unset = UNSET
        if not isinstance(self.intended_account_native_ids, Unset):
            intended_account_native_ids = self.intended_account_native_ids

        intended_asset_types: list[str] | Unset = UNSET
        if not isinstance(self.intended_asset_types, Unset):
            intended_asset_types = self.intended_asset_types

        intended_aws_regions: list[str] | Unset = UNSET
        if not isinstance(self.intended_aws_regions, Unset):
            intended_aws_regions = self.intended_aws_regions

        master_aws_account_id = self.master_aws_account_id

        master_region = self.master_region

        ongoing_stack_operation: str | Unset = UNSET
        if not isinstance(self.ongoing_stack_operation, Unset):
            ongoing_stack_operation = self.ongoing_stack_operation.value

        organizational_unit_id = self.organizational_unit_id

        stack_arn = self.stack_arn

        stack_name = self.stack_name

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if etag is not UNSET:
            field_dict["_etag"] = etag
        if links is not UNSET:
            field_dict["_links"] = links
        if embedded is not UNSET:
            field_dict["_embedded"] = embedded
        if account_name is not UNSET:
            field_dict["account_name"] = account_name
        if account_native_ids is not UNSET:
            field_dict["account_native_ids"] = account_native_ids
        if asset_types_enabled is not UNSET:
            field_dict["asset_types_enabled"] = asset_types_enabled
        if aws_regions is not UNSET:
            field_dict["aws_regions"] = aws_regions
        if config is not UNSET:
            field_dict["config"] = config
        if created_timestamp is not UNSET:
            field_dict["created_timestamp"] = created_timestamp
        if deployment_template_url is not UNSET:
            field_dict["deployment_template_url"] = deployment_template_url
        if description is not UNSET:
            field_dict["description"] = description
        if external_id is not UNSET:
            field_dict["external_id"] = external_id
        if id is not UNSET:
            field_dict["id"] = id
        if intended_account_native_ids is not UNSET:
            field_dict["intended_account_native_ids"] = intended_account_native_ids
        if intended_asset_types is not UNSET:
            field_dict["intended_asset_types"] = intended_asset_types
        if intended_aws_regions is not UNSET:
            field_dict["intended_aws_regions"] = intended_aws_regions
        if master_aws_account_id is not UNSET:
            field_dict["master_aws_account_id"] = master_aws_account_id
        if master_region is not UNSET:
            field_dict["master_region"] = master_region
        if ongoing_stack_operation is not UNSET:
            field_dict["ongoing_stack_operation"] = ongoing_stack_operation
        if organizational_unit_id is not UNSET:
            field_dict["organizational_unit_id"] = organizational_unit_id
        if stack_arn is not UNSET:
            field_dict["stack_arn"] = stack_arn
        if stack_name is not UNSET:
            field_dict["stack_name"] = stack_name
        if status is not UNSET:
            field_dict["status"] = status

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Make a model from a decoded JSON object.

        A field whose value is not as documented stays unset; `additional_properties` has the received value.

        Raises:
            parsing.NotDocumented: `src_dict` is not an object.
        """
        return parsing.read(cls, _fields(), src_dict)

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties


@cache
def _fields() -> parsing.Fields:
    """The attribute of each field, and the function that reads its value."""
    return {
        "_etag": ("etag", parsing.string),
        "_links": ("links", models.ConnectionGroupLinks.from_dict),
        "_embedded": ("embedded", models.ConnectionGroupEmbedded.from_dict),
        "account_name": ("account_name", parsing.string),
        "account_native_ids": ("account_native_ids", parsing.list_of(parsing.string)),
        "asset_types_enabled": ("asset_types_enabled", parsing.list_of(parsing.member_of(AssetType))),
        "aws_regions": ("aws_regions", parsing.list_of(parsing.string)),
        "config": ("config", parsing.nullable(models.ConnectionGroupConfig.from_dict)),
        "created_timestamp": ("created_timestamp", parsing.string),
        "deployment_template_url": ("deployment_template_url", parsing.string),
        "description": ("description", parsing.string),
        "external_id": ("external_id", parsing.string),
        "id": ("id", parsing.string),
        "intended_account_native_ids": ("intended_account_native_ids", parsing.list_of(parsing.string)),
        "intended_asset_types": ("intended_asset_types", parsing.list_of(parsing.string)),
        "intended_aws_regions": ("intended_aws_regions", parsing.list_of(parsing.string)),
        "master_aws_account_id": ("master_aws_account_id", parsing.string),
        "master_region": ("master_region", parsing.string),
        "ongoing_stack_operation": ("ongoing_stack_operation", parsing.member_of(StackOperation)),
        "organizational_unit_id": ("organizational_unit_id", parsing.string),
        "stack_arn": ("stack_arn", parsing.string),
        "stack_name": ("stack_name", parsing.string),
        "status": ("status", parsing.member_of(ConnectionGroupStatus)),
    }
