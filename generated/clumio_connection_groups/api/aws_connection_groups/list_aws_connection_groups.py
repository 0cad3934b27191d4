from typing import Any

import httpx

from ... import answers, errors, models
from ...client import AuthenticatedClient, Client
from ...models.connection_group_list import ConnectionGroupList
from ...models.error_response import ErrorResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    limit: int | None | Unset = UNSET,
    start: str | None | Unset = UNSET,
    filter_: str | None | Unset = UNSET,
    embed: str | None | Unset = UNSET,
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
        "limit": limit,
        "start": start,
        "filter": filter_,
        "embed": embed,
    }
    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/connections/aws/connection-groups",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ConnectionGroupList | ErrorResponse:
    if response.status_code == 200:
        return answers.success(
            answers.json_of(response), models.ConnectionGroupList.from_dict, models.ErrorResponse.from_dict
        )
    return models.ErrorResponse.from_dict(answers.json_of(response))


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ConnectionGroupList | ErrorResponse]:
    return answers.build_response(response, lambda: _parse_response(client=client, response=response))


def sync_detailed(
    *,
    client: AuthenticatedClient,
    limit: int | None | Unset = UNSET,
    start: str | None | Unset = UNSET,
    filter_: str | None | Unset = UNSET,
    embed: str | None | Unset = UNSET,
    x_clumio_organizationalunit_context: str | None | Unset = UNSET,
) -> Response[ConnectionGroupList | ErrorResponse]:
    """List connection groups

     Returns the active connection groups of the organization, in pages.

    Args:
        limit (int | Unset): The maximum number of groups on a page; 0 or empty means the default.
        start (str | Unset): The opaque token of a page, from the `_next` link of the previous
            page.
        filter_ (str | Unset): A condition as JSON text, over `account_native_id` and
            `organizational_unit_id` ($in), `account_alias` ($contains) and `services_enabled`
            ($contains, $eq).
        embed (str | Unset): Related resources to include under `_embedded`.
        x_clumio_organizationalunit_context (str | Unset): The organizational unit in whose
            context the request is made. Empty or absent means the user's own.

    Raises:
        errors.MalformedResponse: The answer is not as documented; sync_detailed and asyncio_detailed
            return a Response with the reason in `problem` instead.
        errors.InvalidInput: A value can't be sent. Nothing was sent.
        httpx.HTTPError: There is no answer.
        httpx.TimeoutException: The answer takes longer than the time limit of the client.

    Returns:
        Response[ConnectionGroupList | ErrorResponse]
    """

    kwargs = _get_kwargs(
        limit=limit,
        start=start,
        filter_=filter_,
        embed=embed,
        x_clumio_organizationalunit_context=x_clumio_organizationalunit_context,
    )

    response = client.request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    limit: int | None | Unset = UNSET,
    start: str | None | Unset = UNSET,
    filter_: str | None | Unset = UNSET,
    embed: str | None | Unset = UNSET,
    x_clumio_organizationalunit_context: str | None | Unset = UNSET,
) -> ConnectionGroupList | ErrorResponse:
    """List connection groups

     Returns the active connection groups of the organization, in pages.

    Args:
        limit (int | Unset): The maximum number of groups on a page; 0 or empty means the default.
        start (str | Unset): The opaque token of a page, from the `_next` link of the previous
            page.
        filter_ (str | Unset): A condition as JSON text, over `account_native_id` and
            `organizational_unit_id` ($in), `account_alias` ($contains) and `services_enabled`
            ($contains, $eq).
        embed (str | Unset): Related resources to include under `_embedded`.
        x_clumio_organizationalunit_context (str | Unset): The organizational unit in whose
            context the request is made. Empty or absent means the user's own.

    Raises:
        errors.MalformedResponse: The answer is not as documented; sync_detailed and asyncio_detailed
            return a Response with the reason in `problem` instead.
        errors.InvalidInput: A value can't be sent. Nothing was sent.
        httpx.HTTPError: There is no answer.
        httpx.TimeoutException: The answer takes longer than the time limit of the client.

    Returns:
        ConnectionGroupList | ErrorResponse
    """

    return errors.parsed_or_raise(
        sync_detailed(
            client=client,
            limit=limit,
            start=start,
            filter_=filter_,
            embed=embed,
            x_clumio_organizationalunit_context=x_clumio_organizationalunit_context,
        )
    )


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    limit: int | None | Unset = UNSET,
    start: str | None | Unset = UNSET,
    filter_: str | None | Unset = UNSET,
    embed: str | None | Unset = UNSET,
    x_clumio_organizationalunit_context: str | None | Unset = UNSET,
) -> Response[ConnectionGroupList | ErrorResponse]:
    """List connection groups

     Returns the active connection groups of the organization, in pages.

    Args:
        limit (int | Unset): The maximum number of groups on a page; 0 or empty means the default.
        start (str | Unset): The opaque token of a page, from the `_next` link of the previous
            page.
        filter_ (str | Unset): A condition as JSON text, over `account_native_id` and
            `organizational_unit_id` ($in), `account_alias` ($contains) and `services_enabled`
            ($contains, $eq).
        embed (str | Unset): Related resources to include under `_embedded`.
        x_clumio_organizationalunit_context (str | Unset): The organizational unit in whose
            context the request is made. Empty or absent means the user's own.

    Raises:
        errors.MalformedResponse: The answer is not as documented; sync_detailed and asyncio_detailed
            return a Response with the reason in `problem` instead.
        errors.InvalidInput: A value can't be sent. Nothing was sent.
        httpx.HTTPError: There is no answer.
        httpx.TimeoutException: The answer takes longer than the time limit of the client.

    Returns:
        Response[ConnectionGroupList | ErrorResponse]
    """

    kwargs = _get_kwargs(
        limit=limit,
        start=start,
        filter_=filter_,
        embed=embed,
        x_clumio_organizationalunit_context=x_clumio_organizationalunit_context,
    )

    response = await client.request_async(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    limit: int | None | Unset = UNSET,
    start: str | None | Unset = UNSET,
    filter_: str | None | Unset = UNSET,
    embed: str | None | Unset = UNSET,
    x_clumio_organizationalunit_context: str | None | Unset = UNSET,
) -> ConnectionGroupList | ErrorResponse:
    """List connection groups

     Returns the active connection groups of the organization, in pages.

    Args:
        limit (int | Unset): The maximum number of groups on a page; 0 or empty means the default.
        start (str | Unset): The opaque token of a page, from the `_next` link of the previous
            page.
        filter_ (str | Unset): A condition as JSON text, over `account_native_id` and
            `organizational_unit_id` ($in), `account_alias` ($contains) and `services_enabled`
            ($contains, $eq).
        embed (str | Unset): Related resources to include under `_embedded`.
        x_clumio_organizationalunit_context (str | Unset): The organizational unit in whose
            context the request is made. Empty or absent means the user's own.

    Raises:
        errors.MalformedResponse: The answer is not as documented; sync_detailed and asyncio_detailed
            return a Response with the reason in `problem` instead.
        errors.InvalidInput: A value can't be sent. Nothing was sent.
        httpx.HTTPError: There is no answer.
        httpx.TimeoutException: The answer takes longer than the time limit of the client.

    Returns:
        ConnectionGroupList | ErrorResponse
    """

    return errors.parsed_or_raise(
        await asyncio_detailed(
            client=client,
            limit=limit,
            start=start,
            filter_=filter_,
            embed=embed,
            x_clumio_organizationalunit_context=x_clumio_organizationalunit_context,
        )
    )
