"""Faults in the pages of the list."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from clumio_sandbox.behaviour import Family, Fault
from clumio_sandbox.faults.hooks import RequestHook, ResponseHook, having, json_content
from clumio_sandbox.group_document import GROUPS_PATH
from clumio_sandbox.messages import Request, Response

fault = partial(Fault, family=Family.LIST)

Page = dict[str, Any]


def _is_list(request: Request) -> bool:
    return request.method == "GET" and request.path == GROUPS_PATH


def _on_list(change: Callable[[Response], Response]) -> ResponseHook:
    return lambda request, response: (
        change(response) if _is_list(request) and response.status < 300 else response
    )


def _page(edit: Callable[[Page, list[Any]], None]) -> ResponseHook:
    """Change a page, given its items; current_count is the number of items then."""

    def change(page: Page) -> Page:
        items = page["_embedded"]["items"]
        edit(page, items)
        return {**page, "current_count": len(items)}

    return _on_list(json_content(change))


def _without(name: str) -> RequestHook:
    """Ignore a parameter of the list."""

    def hook(request: Request) -> Request:
        kept = {key: value for key, value in request.parameters.items() if key != name}
        return replace(request, query=urlencode(kept)) if _is_list(request) else request

    return hook


def _each(field: str, value: Any) -> ResponseHook:
    def edit(_page: Page, items: list[Any]) -> None:
        for item in items:
            item[field] = value

    return _page(edit)


def _without_last(_page: Page, items: list[Any]) -> None:
    del items[-1:]


def _first_again(page: Page, items: list[Any]) -> None:
    if 0 < len(items) < page["limit"]:
        items.append(items[0])


FAULTS: tuple[Fault, ...] = (
    fault("list-empty", "UCG-LIST-03", "the list has no group",
          response=_page(lambda _, items: items.clear())),
    fault("list-lacks-a-group", "UCG-LIST-03", "the last group of each page is missing",
          response=_page(_without_last)),
    fault("list-shows-deleted", "UCG-LIST-03", "the list has deleted groups too", lists_deleted=True),
    fault("list-repeats-a-group", "UCG-LIST-02", "the first group of a page is on it twice",
          response=_page(_first_again)),
    fault("list-leads-back", "UCG-LIST-02", "_next leads to the same page again",
          response=_page(lambda page, _: page["_links"].update(_next=page["_links"]["_self"]))),
    fault("list-ignores-filter", "UCG-LIST-04", "the filter of the list is ignored",
          request=_without("filter")),
    fault("list-ignores-limit", "UCG-LIST-05", "the limit of the list is ignored", request=_without("limit")),
    fault("list-count-wrong", "UCG-LIST-05", "current_count is one too many",
          response=_on_list(json_content(lambda page: {**page, "current_count": page["current_count"] + 1}))),
    fault("list-items-null", "UCG-LIST-01", "the items of a page are null",
          response=_on_list(json_content(lambda page: {**page, "_embedded": {"items": None}}))),
    fault("list-in-array", "UCG-LIST-01", "the list is an array of groups",
          response=_on_list(json_content(lambda page: page["_embedded"]["items"]))),
    fault("list-media-type-json", "UCG-CTYPE-02", "the media type of the list is application/json",
          response=_on_list(having(media_type="application/json"))),
    fault("list-status-undocumented", "UCG-ENUM-02", "the status of listed groups is active",
          response=_each("status", "active")),
    fault("list-description-stale", "UCG-LIST-07", "listed groups have an older description",
          response=_each("description", "older")),
    fault("list-undocumented-field", "UCG-RESP-24", "listed groups have an undocumented field",
          response=_each("internal_state", "ok")),
)  # fmt: skip
