"""The list operation: filters and pages [sdk].

A filter compares the values that a group shows. Guesses: the default and maximum number of groups on a page,
that a filter on an unknown field is refused and one for an unknown service finds nothing, that case counts in
an alias and not in a service, and that a group without an alias is found by none.
"""

import base64
import binascii
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from clumio_sandbox.errors import invalid
from clumio_sandbox.group import Group
from clumio_sandbox.group_document import GROUPS_PATH, account_name, group_document, link
from clumio_sandbox.messages import Request, decode
from clumio_sandbox.store import Store

PAGE_LENGTH = 100
"""The default and maximum number of groups on a page [guess]."""

LONGEST_NUMBER = 4000
"""The maximum number of digits; Python refuses to parse more than 4300."""

BEHIND_ALL = 2**62
"""An ordinal greater than that of any group."""

SERVICES = {"EC2/EBS": "ebs"}
"""The service of an asset type in a filter [guess]; that of any other is its name in lower case [sdk]."""

Match = Callable[[Group], bool]


def list_document(
    store: Store, organization: str, request: Request, *, deleted: bool = False
) -> dict[str, Any]:
    """One page of an organization's groups; raises an `ApiError` for an invalid parameter."""
    parameters = request.parameters
    limit = _limit(parameters.get("limit", ""))
    start = parameters.get("start", "")
    filter_text = parameters.get("filter", "")
    matches = _matches(filter_text)
    rows = store.groups(organization, after=_ordinal(start), deleted=deleted)
    wanted = ((ordinal, group) for ordinal, group in rows if all(match(group) for match in matches))
    page = list(islice(wanted, limit + 1))
    shown = page[:limit]
    following = _token(shown[-1][0]) if len(page) > limit else None
    return {
        "_embedded": {"items": [group_document(group, base_url=request.base_url) for _, group in shown]},
        "_links": _links(limit, filter_text, start, following),
        "current_count": len(shown),
        "filter_applied": filter_text,
        "limit": limit,
        "start": start,
    }


def _links(limit: int, filter_text: str, start: str, following: str | None) -> dict[str, Any]:
    def page(token: str) -> dict[str, Any]:
        query = urlencode({"limit": limit, "start": token, "filter": filter_text})
        return link(f"{GROUPS_PATH}?{query}")

    links = {"_self": page(start), "_first": page("")}
    if following is not None:
        links["_next"] = page(following)
    return links | {"create-aws-connection-group": link(GROUPS_PATH, method="post")}


def _limit(text: str) -> int:
    """The number of groups on a page; an empty limit and 0, as SDKs send them, are the default [guess]."""
    if not text:
        return PAGE_LENGTH
    if not (text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER):
        raise invalid("limit", f"an integer from 0 is needed, not {text[:40]!a}")
    return min(int(text) or PAGE_LENGTH, PAGE_LENGTH)


def _token(ordinal: int) -> str:
    return base64.urlsafe_b64encode(str(ordinal).encode()).decode()


def _ordinal(token: str) -> int:
    """The ordinal before the page; an unknown token leads to an empty page after the last group [guess]."""
    if not token:
        return 0
    try:
        text = base64.b64decode(token, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return BEHIND_ALL
    return int(text) if text.isdigit() and len(text) < 19 else BEHIND_ALL


def _matches(text: str) -> list[Match]:
    if not text:
        return []
    try:
        conditions = decode(text.encode("utf-8", "surrogatepass"))
    except ValueError as error:
        raise invalid("filter", f"not JSON: {error}") from error
    if not isinstance(conditions, dict):
        raise invalid("filter", "an object is needed")
    return [_match(field, condition) for field, condition in conditions.items()]


def _match(field: str, condition: Any) -> Match:
    if not isinstance(condition, dict) or len(condition) != 1:
        raise invalid("filter", f"one operator is needed for {field[:40]!a}")
    ((operator, operand),) = condition.items()
    make = _FILTERS.get((field, operator))
    if make is None:
        raise invalid("filter", f"{field[:40]!a} cannot be filtered with {operator[:40]!a}")
    return make(operand)


def _one_of(value: Callable[[Group], str]) -> Callable[[Any], Match]:
    def make(operand: Any) -> Match:
        wanted = _texts(operand)
        return lambda group: value(group) in wanted

    return make


def _alias_contains(operand: Any) -> Match:
    if not isinstance(operand, str):
        raise invalid("filter", "a string is needed for account_alias")

    def match(group: Group) -> bool:
        alias = account_name(group)
        return alias is not None and operand in alias

    return match


def _services_contain(operand: Any) -> Match:
    wanted = {text.lower() for text in _texts(operand)}
    return lambda group: wanted <= _services(group)


def _services_equal(operand: Any) -> Match:
    wanted = {text.lower() for text in _texts(operand)}
    return lambda group: wanted == _services(group)


def _services(group: Group) -> set[str]:
    return {SERVICES.get(kind, kind.lower()) for kind in group.reach.asset_types} if group.reach else set()


def _texts(operand: Any) -> Iterable[str]:
    texts = operand if isinstance(operand, list) else [operand]
    if not all(isinstance(text, str) for text in texts):
        raise invalid("filter", "strings are needed")
    return texts


_FILTERS: dict[tuple[str, str], Callable[[Any], Match]] = {
    ("account_native_id", "$in"): _one_of(lambda group: group.account_native_id),
    ("organizational_unit_id", "$in"): _one_of(lambda group: group.organizational_unit_id),
    ("account_alias", "$contains"): _alias_contains,
    ("services_enabled", "$contains"): _services_contain,
    ("services_enabled", "$eq"): _services_equal,
}
