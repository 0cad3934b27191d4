from typing import Any

import httpx

from ... import answers, checks, errors, models
from ...client import AuthenticatedClient, Client
from ...models.connection_group import ConnectionGroup
from ...models.error_response import ErrorResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    connection_group_id: str,
    *,
    embed: str | None | Unset = UNSET,
    return_external_id: str | None | Unset = UNSET,
    x_clumio_organizationalunit_context: str | None | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Accept"] = "application/api.clumio.aws-connection-groups=v1+json"
    if (
        not isinstance(x_clumio_organizationalunit_context, Unset)
        and x_clumio_organizationalunit_context is not None
    ):
        headers["x-clumio-organizationalunit-context"] = x_clumio_organizationalunit_context

    params: dict[str, Any] = {
        "embed": embed,
        "return_external_id": return_external_id,
    }
    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/connections/aws/connection-groups/{connection_group_id}".format(
            connection_group_id=checks.segment(connection_group_id, "connection_group_id"),
        ),
        "params": params,
    }

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
    connection_group_id: str,
    *,
    client: AuthenticatedClient,
    embed: str | None | Unset = UNSET,
    return_external_id: str | None | Unset = UNSET,
    x_clumio_organizationalunit_context: str | None | Unset = UNSET,
) -> Response[ConnectionGroup | ErrorResponse]:
    """Read a connection group

     Returns one connection group, with its connected and its intended values.

    Args:
        connection_group_id (str): The id that Clumio gave the connection group.
        embed (str | Unset): Related resources to include under `_embedded`.
        return_external_id (str | Unset): Whether the answer has `external_id`; true or false, in
            upper or lower case.
        x_clumio_organizationalunit_context (str | Unset): The organizational unit in whose
            context the request is made. Empty or absent means the user's own.

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
        connection_group_id=connection_group_id,
        embed=embed,
        return_external_id=return_external_id,
        x_clumio_organizationalunit_context=x_clumio_organizationalunit_context,
    )

    response = client.request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    connection_group_id: str,
    *,
    client: AuthenticatedClient,
    embed: str | None | Unset = UNSET,
    return_external_id: str | None | Unset = UNSET,
    x_clumio_organizationalunit_context: str | None | Unset = UNSET,
) -> ConnectionGroup | ErrorResponse:
    """Read a connection group

     Returns one connection group, with its connected and its intended values.

    Args:
        connection_group_id (str): The id that Clumio gave the connection group.
        embed (str | Unset): Related resources to include under `_embedded`.
        return_external_id (str | Unset): Whether the answer has `external_id`; true or false, in
            upper or lower case.
        x_clumio_organizationalunit_context (str | Unset): The organizational unit in whose
            context the request is made. Empty or absent means the user's own.

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
            connection_group_id=connection_group_id,
            client=client,
            embed=embed,
            return_external_id=return_external_id,
            x_clumio_organizationalunit_context=x_clumio_organizationalunit_context,
        )
    )


async def asyncio_detailed(
    connection_group_id: str,
    *,
    client: AuthenticatedClient,
    embed: str | None | Unset = UNSET,
    return_external_id: str | None | Unset = UNSET,
    x_clumio_organizationalunit_context: str | None | Unset = UNSET,
) -> Response[ConnectionGroup | ErrorResponse]:
    """Read a connection group

     Returns one connection group, with its connected and its intended values.

    Args:
        connection_group_id (str): The id that Clumio gave the connection group.
        embed (str | Unset): Related resources to include under `_embedded`.
        return_external_id (str | Unset): Whether the answer has `external_id`; true or false, in
            upper or lower case.
        x_clumio_organizationalunit_context (str | Unset): The organizational unit in whose
            context the request is made. Empty or absent means the user's own.

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
        connection_group_id=connection_group_id,
        embed=embed,
        return_external_id=return_external_id,
        x_clumio_organizationalunit_context=x_clumio_organizationalunit_context,
    )

    response = await client.request_async(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    connection_group_id: str,
    *,
    client: AuthenticatedClient,
    embed: str | None | Unset = UNSET,
    return_external_id: str | None | Unset = UNSET,
    x_clumio_organizationalunit_context: str | None | Unset = UNSET,
) -> ConnectionGroup | ErrorResponse:
    """Read a connection group

     Returns one connection group, with its connected and its intended values.

    Args:
        connection_group_id (str): The id that Clumio gave the connection group.
        embed (str | Unset): Related resources to include under `_embedded`.
        return_external_id (str | Unset): Whether the answer has `external_id`; true or false, in
            upper or lower case.
        x_clumio_organizationalunit_context (str | Unset): The organizational unit in whose
            context the request is made. Empty or absent means the user's own.

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
            connection_group_id=connection_group_id,
            client=client,
            embed=embed,
            return_external_id=return_external_id,
            x_clumio_organizationalunit_context=x_clumio_organizationalunit_context,
        )
    )
