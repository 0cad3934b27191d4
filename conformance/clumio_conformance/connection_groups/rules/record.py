"""Records of the target's behaviour where the contract leaves it open; nothing is asserted."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeGuard
from urllib.parse import parse_qs, urlsplit

from clumio_conformance.connection_groups.operations import link_of
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.rules import rule

Record = tuple[str, str]
"""A requirement and the observation, in words that are the same in each run."""


@rule("UCG-RESP-28", "UCG-RESP-30", "UCG-LINK-09", "UCG-CONF-13")
def forms(read: Exchange) -> Iterator[Record]:
    """The forms of account ids, timestamps and links, and the entries of config; best with all types."""
    group = read.resource
    accounts = group.get("account_native_ids")
    if isinstance(accounts, list) and _strings(accounts):
        twelve = all(re.fullmatch(r"\d{12}", account) for account in accounts)
        yield "UCG-RESP-28", "twelve digits" if twelve else "another form"
    if isinstance(group.get("created_timestamp"), str):
        yield "UCG-RESP-30", re.sub(r"[A-SU-Y]|[a-z]", "a", re.sub(r"\d", "9", group["created_timestamp"]))
    links = group.get("_links")
    if isinstance(links, dict):
        yield (
            "UCG-LINK-09",
            "; ".join(sorted({_link(link) for link in links.values() if isinstance(link, dict)})),
        )
    config = group.get("config")
    if isinstance(config, dict):
        entries = sorted(name for name, value in config.items() if isinstance(value, dict))
        yield "UCG-CONF-13", f"{' '.join(entries)} for {_sorted(group.get('asset_types_enabled'))}"


@rule("UCG-DEPR-03")
def older_name(update: Exchange) -> Iterator[Record]:
    """The intended asset types after an update with the deprecated EBS."""
    if update.resource:
        yield "UCG-DEPR-03", f"EBS is shown as {_sorted(update.resource.get('intended_asset_types'))}"


@rule("UCG-ETAG-03")
def version(before: Exchange, again: Exchange, after: Exchange) -> Iterator[Record]:
    """Whether `_etag` stays between two reads, and changes with an update."""
    tags = [exchange.resource.get("_etag") for exchange in (before, again, after)]
    if all(isinstance(tag, str) for tag in tags):
        yield "UCG-ETAG-03", f"{_same(tags[:2])} between reads, {_same(tags[1:])} with an update"


@rule("UCG-LIST-06")
def next_page(page: Exchange) -> Iterator[Record]:
    """Whether the address of the next page has a parameter `start`."""
    href = link_of(page.resource, "_next")
    if href is not None:
        yield (
            "UCG-LIST-06",
            f"parameters {' '.join(sorted(parse_qs(urlsplit(href).query, keep_blank_values=True)))}",
        )


def effect(update: Exchange) -> str | None:
    """Name the values that an accepted update did not save as sent; None for other requests."""
    sent, group = update.request.json, update.resource
    if not isinstance(sent, dict) or not group:
        return None
    words = {
        "asset_types": _list(sent, group, "asset_types"),
        "aws_regions": _list(sent, group, "aws_regions"),
        "description": _description(sent, group),
    }
    return ", ".join(f"{name} {word}" for name, word in words.items() if word != "as sent") or "as sent"


def _list(sent: dict[str, Any], group: dict[str, Any], name: str) -> str:
    """Compare the intended list with the sent one: equal, without repeats, as the older field, or else."""
    intended, asked = group.get(f"intended_{name}"), sent.get(name)
    ways = {
        "as sent": asked,
        "without repeats": list(dict.fromkeys(asked)) if _strings(asked) else asked,
        f"as {name}_enabled": sent.get(f"{name}_enabled", asked),
    }
    return next((way for way, value in ways.items() if value == intended), "otherwise")


def _description(sent: dict[str, Any], group: dict[str, Any]) -> str:
    """Compare the description with the sent one; if no text was sent, say what became of it."""
    if sent.get("description"):
        return "as sent" if group.get("description") == sent["description"] else "otherwise"
    return f"{_kind(sent)} becomes {_kind(group)}"


def _kind(holder: dict[str, Any]) -> str:
    value = holder.get("description")
    if value is None:
        return "null" if "description" in holder else "absent"
    return "a text" if value else "empty"


def _link(link: dict[str, Any]) -> str:
    href, method = str(link.get("href")), str(link.get("type"))
    case = "lower" if method.islower() else "upper or mixed"
    return f"{'absolute' if '://' in href else 'relative'} address, method in {case} case"


def _same(tags: Sequence[Any]) -> str:
    return "stays" if tags[0] == tags[1] else "changes"


def _sorted(values: Any) -> str:
    return " ".join(sorted(values)) if _strings(values) else "nothing"


def _strings(value: Any) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
