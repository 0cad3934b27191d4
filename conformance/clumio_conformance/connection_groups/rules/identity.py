"""Rules about the identity and the completeness of a group in an answer."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from clumio_conformance.connection_groups.operations import CREATE, READ, UPDATE, asset_types, link_of
from clumio_conformance.connection_groups.rules.comparing import differs
from clumio_conformance.contract.schema import as_json
from clumio_conformance.exchange import header
from clumio_conformance.judging.findings import Deviation, Verdict
from clumio_conformance.judging.rules import Seen, rule

_METHODS: Final = frozenset({"get", "put", "post", "patch", "delete", "head", "options"})
# The characters of RFC 3986.
_URI: Final = re.compile(r"(?:[\w.~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+", re.ASCII)
_TEMPLATED: Final = re.compile(r"\{[^{}]+\}")
# The fields that a group has in every state; a read may leave out external_id.
_WHOLE: Final = (
    "id", "status", "ongoing_stack_operation", "asset_types_enabled", "aws_regions", "account_native_ids",
    "intended_asset_types", "intended_aws_regions", "intended_account_native_ids", "created_timestamp",
    "master_aws_account_id", "master_region", "organizational_unit_id", "_etag", "_links",
)  # fmt: skip


def group(seen: Seen) -> dict[str, Any] | None:
    """Return the group in a 200 answer; None when it holds none."""
    body = seen.response.json
    answered = (
        seen.response.status == 200 and not seen.disguised and seen.operation.id in {UPDATE, READ, CREATE}
    )
    return body if answered and isinstance(body, dict) else None


def _id(seen: Seen) -> str | None:
    """The id in the path."""
    return seen.parameters[0] if seen.parameters else None


@rule("UCG-RESP-23", "UCG-RESP-25", "UCG-RESP-26")
def whole(seen: Seen) -> Iterator[Verdict]:
    """The answer is about the group in the path, and has every field that each group has."""
    body = group(seen)
    if body is None:
        return
    fields = (*_WHOLE, "external_id") if seen.operation.id == UPDATE else _WHOLE
    missing = [field for field in fields if field not in body]
    if len(missing) == len(fields):
        nothing = replace(_missing("body", "a connection group"), actual=as_json(body), observed="no group")
        yield Verdict(requirement="UCG-RESP-23", deviation=nothing)
        return
    for field in missing:
        yield Verdict(requirement="UCG-RESP-23", deviation=_missing(f"/{field}", f"the field {field}"))
    if not missing:
        yield Verdict(requirement="UCG-RESP-23")
    yield Verdict(requirement="UCG-RESP-26")
    asked = _id(seen)
    if asked is not None and isinstance(body.get("id"), str) and not seen.is_forbidden:
        deviation = None if body["id"] == asked else differs("/id", asked, body["id"])
        yield Verdict(requirement="UCG-RESP-25", deviation=deviation)


@rule("UCG-FLOW-01")
def template_url(seen: Seen) -> Iterator[Verdict]:
    """The answer to an update has the absolute URL of the template."""
    body = group(seen)
    if body is None or seen.operation.id != UPDATE:
        return
    where, expected = "/deployment_template_url", "an absolute http(s) URL"
    url = body.get("deployment_template_url")
    deviation = None
    if "deployment_template_url" not in body:
        deviation = _missing(where, expected)
    elif isinstance(url, str) and not _absolute(url):
        deviation = Deviation(
            kind="semantic",
            location=where,
            expected=expected,
            actual=as_json(url),
            observed="not absolute" if url else "empty",
        )
    yield Verdict(requirement="UCG-FLOW-01", deviation=deviation)


@rule("UCG-LINK-04", "UCG-LINK-05", "UCG-LINK-06", "UCG-LINK-07")
def links(seen: Seen) -> Iterator[Verdict]:
    """Links have the documented form, and `_self` leads to this group."""
    body = group(seen)
    entries = body.get("_links") if body else None
    if body is None or not isinstance(entries, dict):
        return
    for name, link in entries.items():
        if isinstance(link, dict):
            yield from _link(f"/_links/{name}", link)
    href = _href(body, "_self")
    asked = _id(seen)
    if href is not None and asked is not None and not seen.is_forbidden:
        deviation = (
            None
            if _last_segment(href) == asked
            else differs("/_links/_self/href", f"the path of the group {asked}", href)
        )
        yield Verdict(requirement="UCG-LINK-07", deviation=deviation)


def _link(where: str, link: dict[str, Any]) -> Iterator[Verdict]:
    href, templated, method = link.get("href"), link.get("templated"), link.get("type")
    if isinstance(href, str):
        wrong = Deviation(
            kind="semantic",
            location=f"{where}/href",
            expected="a URI, or a template of one",
            actual=as_json(href),
            observed="no URI" if href else "empty",
        )
        plain = _TEMPLATED.sub("x", href)
        yield Verdict(requirement="UCG-LINK-04", deviation=None if _URI.fullmatch(plain) else wrong)
        if isinstance(templated, bool):
            is_template = bool(_TEMPLATED.search(href))
            deviation = (
                None if templated == is_template else differs(f"{where}/templated", is_template, templated)
            )
            yield Verdict(requirement="UCG-LINK-05", deviation=deviation)
    if isinstance(method, str):
        known = method.lower() in _METHODS
        deviation = None if known else differs(f"{where}/type", "an HTTP method", method)
        yield Verdict(requirement="UCG-LINK-06", deviation=deviation)


@rule("UCG-LINK-08")
def unit(seen: Seen) -> Iterator[Verdict]:
    """The link of the organizational unit leads to the unit that the group names."""
    body = group(seen)
    named = body.get("organizational_unit_id") if body else None
    href = _href(body, "read-organizational-unit") if body else None
    if isinstance(named, str) and named and href is not None:
        conforms = _last_segment(href) == named
        where = "/_links/read-organizational-unit/href"
        yield Verdict(
            requirement="UCG-LINK-08",
            deviation=None if conforms else differs(where, f"the path of the unit {named}", href),
        )


@rule("UCG-RESP-29")
def stack(seen: Seen) -> Iterator[Verdict]:
    """The stack's ARN is a CloudFormation ARN with the master account, master region and stack name."""
    body = group(seen)
    fields = ("stack_arn", "master_region", "master_aws_account_id", "stack_name")
    texts = [body[field] for field in fields if isinstance(body.get(field), str)] if body else []
    if len(texts) < len(fields):
        return
    arn, region, account, name = texts
    expected = f"arn:aws:cloudformation:{region}:{account}:stack/{name}/..."
    conforms = re.fullmatch(
        rf"arn:[\w-]+:cloudformation:{re.escape(region)}:{re.escape(account)}:stack/{re.escape(name)}/.+", arn
    )
    yield Verdict(
        requirement="UCG-RESP-29", deviation=None if conforms else differs("/stack_arn", expected, arn)
    )


@rule("UCG-ETAG-02")
def etag(seen: Seen) -> Iterator[Verdict]:
    """An ETag header equals `_etag`."""
    body = group(seen)
    sent = header(seen.response.headers, "etag")
    if body is None or sent is None or not isinstance(body.get("_etag"), str):
        return
    same = sent.removeprefix("W/").strip('"') == body["_etag"].removeprefix("W/").strip('"')
    yield Verdict(
        requirement="UCG-ETAG-02",
        deviation=None if same else differs("/_etag", f"the header's {sent}", body["_etag"]),
    )


@rule("UCG-ENUM-06")
def intended(seen: Seen) -> Iterator[Verdict]:
    """The intended asset types are values of the page."""
    body = group(seen)
    types = body.get("intended_asset_types") if body else None
    if not isinstance(types, list):
        return
    for index, value in enumerate(types):
        if isinstance(value, str):
            known = value in asset_types(seen.contract)
            deviation = Deviation(
                kind="undocumented",
                location=f"/intended_asset_types/{index}",
                expected=" | ".join(asset_types(seen.contract)),
                actual=as_json(value),
                observed=f"value {as_json(value)}",
            )
            yield Verdict(requirement="UCG-ENUM-06", deviation=None if known else deviation)


def _href(body: dict[str, Any], name: str) -> str | None:
    """The address of a link; None when it is missing or is a URI template."""
    href = link_of(body, name)
    return href if href and not _TEMPLATED.search(href) else None


def _last_segment(href: str) -> str | None:
    try:
        return unquote(urlsplit(href).path.rstrip("/").rpartition("/")[2])
    except ValueError:
        return None


def _absolute(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _missing(location: str, expected: str) -> Deviation:
    return Deviation(
        kind="missing", location=location, expected=expected, actual="no such field", observed="missing"
    )
