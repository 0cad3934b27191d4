from typing import Any
from urllib.parse import quote

import httpx

from ... import errors, models, parsing
from ...client import AuthenticatedClient, Client
from ...models.connection_group import ConnectionGroup
from ...models.error_response import ErrorResponse
from ...models.update_connection_group_request import UpdateConnectionGroupRequest
from ...types import UNSET, Response, Unset


def _get_kwargs(
    connection_group_id: str,
    *,
    body: UpdateConnectionGroupRequest,
    x_clumio_organizationalunit_context: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Accept"] = "application/api.clumio.aws-connection-groups=v1+json"
    if not isinstance(x_clumio_organizationalunit_context, Unset):
        headers["x-clumio-organizationalunit-context"] = x_clumio_organizationalunit_context

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/connections/aws/connection-groups/{connection_group_id}".format(
            connection_group_id=quote(str(connection_group_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ConnectionGroup | ErrorResponse:
    if response.status_code == 200:
        return models.ConnectionGroup.from_dict(parsing.json_of(response))
    return models.ErrorResponse.from_dict(parsing.json_of(response))


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ConnectionGroup | ErrorResponse]:
    return parsing.build_response(response, lambda: _parse_response(client=client, response=response))


def sync_detailed(
    connection_group_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: UpdateConnectionGroupRequest,
    x_clumio_organizationalunit_context: str | Unset = UNSET,
) -> Response[ConnectionGroup | ErrorResponse]:
    """Update a connection group

     Requests new asset types and regions for a connection group. `deployment_template_url` in the answer
    is the URL of the CloudFormation template for the group's next stack. The update is complete once
    the group's stack was updated from that template; without it the update is discarded. Deleting the
    stack deletes the group, but neither its backups nor the connections that it managed.

    Args:
        connection_group_id (str): The id that Clumio gave the connection group.
        x_clumio_organizationalunit_context (str | Unset): The organizational unit in whose
            context the request is made. Empty or absent means the user's own.
        body (UpdateConnectionGroupRequest): The requested values of a connection group.

    Raises:
        errors.MalformedResponse: The body of the answer is not the documented JSON; sync_detailed and
            asyncio_detailed return a Response with the reason in `problem` instead.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ConnectionGroup | ErrorResponse]
    """

    kwargs = _get_kwargs(
        connection_group_id=connection_group_id,
        body=body,
        x_clumio_organizationalunit_context=x_clumio_organizationalunit_context,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    connection_group_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: UpdateConnectionGroupRequest,
    x_clumio_organizationalunit_context: str | Unset = UNSET,
) -> ConnectionGroup | ErrorResponse:
    """Update a connection group

     Requests new asset types and regions for a connection group. `deployment_template_url` in the answer
    is the URL of the CloudFormation template for the group's next stack. The update is complete once
    the group's stack was updated from that template; without it the update is discarded. Deleting the
    stack deletes the group, but neither its backups nor the connections that it managed.

    Args:
        connection_group_id (str): The id that Clumio gave the connection group.
        x_clumio_organizationalunit_context (str | Unset): The organizational unit in whose
            context the request is made. Empty or absent means the user's own.
        body (UpdateConnectionGroupRequest): The requested values of a connection group.

    Raises:
        errors.MalformedResponse: The body of the answer is not the documented JSON; sync_detailed and
            asyncio_detailed return a Response with the reason in `problem` instead.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ConnectionGroup | ErrorResponse
    """

    return errors.parsed_or_raise(
        sync_detailed(
            connection_group_id=connection_group_id,
            client=client,
            body=body,
            x_clumio_organizationalunit_context=x_clumio_organizationalunit_context,
        )
    )


async def asyncio_detailed(
    connection_group_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: UpdateConnectionGroupRequest,
    x_clumio_organizationalunit_context: str | Unset = UNSET,
) -> Response[ConnectionGroup | ErrorResponse]:
    """Update a connection group

     Requests new asset types and regions for a connection group. `deployment_template_url` in the answer
    is the URL of the CloudFormation template for the group's next stack. The update is complete once
    the group's stack was updated from that template; without it the update is discarded. Deleting the
    stack deletes the group, but neither its backups nor the connections that it managed.

    Args:
        connection_group_id (str): The id that Clumio gave the connection group.
        x_clumio_organizationalunit_context (str | Unset): The organizational unit in whose
            context the request is made. Empty or absent means the user's own.
        body (UpdateConnectionGroupRequest): The requested values of a connection group.

    Raises:
        errors.MalformedResponse: The body of the answer is not the documented JSON; sync_detailed and
            asyncio_detailed return a Response with the reason in `problem` instead.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ConnectionGroup | ErrorResponse]
    """

    kwargs = _get_kwargs(
        connection_group_id=connection_group_id,
        body=body,
        x_clumio_organizationalunit_context=x_clumio_organizationalunit_context,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    connection_group_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: UpdateConnectionGroupRequest,
    x_clumio_organizationalunit_context: str | Unset = UNSET,
) -> ConnectionGroup | ErrorResponse:
    """Update a connection group

     Requests new asset types and regions for a connection group. `deployment_template_url` in the answer
    is the URL of the CloudFormation template for the group's next stack. The update is complete once
    the group's stack was updated from that template; without it the update is discarded. Deleting the
    stack deletes the group, but neither its backups nor the connections that it managed.

    Args:
        connection_group_id (str): The id that Clumio gave the connection group.
        x_clumio_organizationalunit_context (str | Unset): The organizational unit in whose
            context the request is made. Empty or absent means the user's own.
        body (UpdateConnectionGroupRequest): The requested values of a connection group.

    Raises:
        errors.MalformedResponse: The body of the answer is not the documented JSON; sync_detailed and
            asyncio_detailed return a Response with the reason in `problem` instead.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ConnectionGroup | ErrorResponse
    """

    return errors.parsed_or_raise(
        await asyncio_detailed(
            connection_group_id=connection_group_id,
            client=client,
            body=body,
            x_clumio_organizationalunit_context=x_clumio_organizationalunit_context,
        )
    )
