from typing import Any

import httpx

from ... import answers, errors, models
from ...client import AuthenticatedClient, Client
from ...models.connection_group import ConnectionGroup
from ...models.create_connection_group_request import CreateConnectionGroupRequest
from ...models.error_response import ErrorResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: CreateConnectionGroupRequest,
    x_clumio_organizationalunit_context: str | None | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Accept"] = "application/api.clumio.aws-connection-groups=v1+json"
    if (
        not isinstance(x_clumio_organizationalunit_context, Unset)
        and x_clumio_organizationalunit_context is not None
    ):
        headers["x-clumio-organizationalunit-context"] = x_clumio_organizationalunit_context

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/connections/aws/connection-groups",
    }

    _kwargs["json"] = body.to_dict()

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ConnectionGroup | ErrorResponse:
    if response.status_code == 200:
        return answers.success(
            answers.json_of(response), models.ConnectionGroup.from_dict, models.ErrorResponse.from_dict
        )
    return models.ErrorResponse.from_dict(answers.json_of(response))


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ConnectionGroup | ErrorResponse]:
    return answers.build_response(response, lambda: _parse_response(client=client, response=response))


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateConnectionGroupRequest,
    x_clumio_organizationalunit_context: str | None | Unset = UNSET,
) -> Response[ConnectionGroup | ErrorResponse]:
    """Create a connection group

     Creates a connection group for an AWS account. It is connected once the CloudFormation template in
    `deployment_template_url` was deployed in the master account and region.

    Args:
        x_clumio_organizationalunit_context (str | Unset): The organizational unit in whose
            context the request is made. Empty or absent means the user's own.
        body (CreateConnectionGroupRequest): The connection group to create.

    Raises:
        errors.MalformedResponse: The answer is not as documented; sync_detailed and asyncio_detailed
            return a Response with the reason in `problem` instead.
        errors.InvalidInput: A value can't be sent. Nothing was sent.
        httpx.HTTPError: There is no answer.
        httpx.TimeoutException: The answer takes longer than the time limit of the client.

    Returns:
        Response[ConnectionGroup | ErrorResponse]
    """

    kwargs = _get_kwargs(
        body=body,
        x_clumio_organizationalunit_context=x_clumio_organizationalunit_context,
    )

    response = client.request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: CreateConnectionGroupRequest,
    x_clumio_organizationalunit_context: str | None | Unset = UNSET,
) -> ConnectionGroup | ErrorResponse:
    """Create a connection group

     Creates a connection group for an AWS account. It is connected once the CloudFormation template in
    `deployment_template_url` was deployed in the master account and region.

    Args:
        x_clumio_organizationalunit_context (str | Unset): The organizational unit in whose
            context the request is made. Empty or absent means the user's own.
        body (CreateConnectionGroupRequest): The connection group to create.

    Raises:
        errors.MalformedResponse: The answer is not as documented; sync_detailed and asyncio_detailed
            return a Response with the reason in `problem` instead.
        errors.InvalidInput: A value can't be sent. Nothing was sent.
        httpx.HTTPError: There is no answer.
        httpx.TimeoutException: The answer takes longer than the time limit of the client.

    Returns:
        ConnectionGroup | ErrorResponse
    """

    return errors.parsed_or_raise(
        sync_detailed(
            client=client,
            body=body,
            x_clumio_organizationalunit_context=x_clumio_organizationalunit_context,
        )
    )


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateConnectionGroupRequest,
    x_clumio_organizationalunit_context: str | None | Unset = UNSET,
) -> Response[ConnectionGroup | ErrorResponse]:
    """Create a connection group

     Creates a connection group for an AWS account. It is connected once the CloudFormation template in
    `deployment_template_url` was deployed in the master account and region.

    Args:
        x_clumio_organizationalunit_context (str | Unset): The organizational unit in whose
            context the request is made. Empty or absent means the user's own.
        body (CreateConnectionGroupRequest): The connection group to create.

    Raises:
        errors.MalformedResponse: The answer is not as documented; sync_detailed and asyncio_detailed
            return a Response with the reason in `problem` instead.
        errors.InvalidInput: A value can't be sent. Nothing was sent.
        httpx.HTTPError: There is no answer.
        httpx.TimeoutException: The answer takes longer than the time limit of the client.

    Returns:
        Response[ConnectionGroup | ErrorResponse]
    """

    kwargs = _get_kwargs(
        body=body,
        x_clumio_organizationalunit_context=x_clumio_organizationalunit_context,
    )

    response = await client.request_async(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: CreateConnectionGroupRequest,
    x_clumio_organizationalunit_context: str | None | Unset = UNSET,
) -> ConnectionGroup | ErrorResponse:
    """Create a connection group

     Creates a connection group for an AWS account. It is connected once the CloudFormation template in
    `deployment_template_url` was deployed in the master account and region.

    Args:
        x_clumio_organizationalunit_context (str | Unset): The organizational unit in whose
            context the request is made. Empty or absent means the user's own.
        body (CreateConnectionGroupRequest): The connection group to create.

    Raises:
        errors.MalformedResponse: The answer is not as documented; sync_detailed and asyncio_detailed
            return a Response with the reason in `problem` instead.
        errors.InvalidInput: A value can't be sent. Nothing was sent.
        httpx.HTTPError: There is no answer.
        httpx.TimeoutException: The answer takes longer than the time limit of the client.

    Returns:
        ConnectionGroup | ErrorResponse
    """

    return errors.parsed_or_raise(
        await asyncio_detailed(
            client=client,
            body=body,
            x_clumio_organizationalunit_context=x_clumio_organizationalunit_context,
        )
    )
