"""Requests enumerated from the contract: each field, each enum value and each rule, on both sides."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, Final

from clumio_conformance.connection_groups.expectations import NEWER_TYPES, expectation, nameless
from clumio_conformance.connection_groups.guard.mark import marked
from clumio_conformance.connection_groups.operations import (
    GROUP_MEDIA_TYPE,
    OU_HEADER,
    UNKNOWN_IDS,
    UPDATE,
    asset_types,
)
from clumio_conformance.contract.contract import Contract, contract
from clumio_conformance.contract.expectation import Expectation, refused
from clumio_conformance.exchange import (
    CUT_TOKEN,
    LONGER_TOKEN,
    OTHER_CASE_TOKEN,
    TOKEN_PLACEHOLDER,
    Request,
)
from clumio_conformance.judging.rules import REGISTER
from clumio_conformance.session.session import NotTestable, Session
from clumio_conformance.transport.wire import Outgoing

Json = dict[str, Any]

TYPE_EXAMPLES: Final[Mapping[str, Any]] = {
    "null": None, "boolean": True, "number": 7, "string": "text",
    "array": ["text"], "object": {"key": "value"},
}  # fmt: skip
TEXTS: Final[Mapping[str, str]] = {
    "empty": "",
    "plain": "Accounts of the data platform",
    "unicode": "Konten für Zürich, 東京 и Київ",
    "emoji": "\N{ROCKET}\N{EARTH GLOBE EUROPE-AFRICA} to the cloud",
    "right-to-left": "مجموعة الاتصال",
    "combining": "Cafe\N{COMBINING ACUTE ACCENT}",
    "quotes": "\"double\" 'single' \\backslash\\ </script> ${x} {{y}} %00",
    "spaces": "  around  ",
    "joiners": "می\N{ZERO WIDTH NON-JOINER}خواهم \N{WOMAN}\N{ZERO WIDTH JOINER}\N{ROCKET}",
    "markup": "R&D &amp; <b>Ops</b> &lt;1&gt; 50%25 a+b -- (c) ...",
    "blanks": "   ",
    "digits": "007",
    "word-null": "null",
    "255-characters": "x" * 255,
}
ODD_TEXTS: Final[Mapping[str, str]] = {
    "10000-characters": "0123456789" * 1000,
    "line-breaks": "first\nsecond\r\nthird\ttab",
    "control-characters": "bell \x07 and escape \x1b",
    "nul": "before \x00 and after",
    "invisible": "zero\N{ZERO WIDTH SPACE}width\N{ZERO WIDTH NO-BREAK SPACE}, "
    "line\N{LINE SEPARATOR}separator",
}
# Values that the page does not list.
FOREIGN_TYPES: Final = (*NEWER_TYPES, "EC2", "EC2/EBS ", "", "Lambda", "EC2_MSSQL")
LABELS: Final = {
    "text-plain": ("text/plain; charset=utf-8", "UCG-CTYPE-04", "accepted"),
    "json-with-charset": ("application/json; charset=utf-8", "UCG-CTYPE-01", "accepted"),
    "xml": ("application/xml", "UCG-CTYPE-05", "open"),
    "form": ("application/x-www-form-urlencoded", "UCG-CTYPE-05", "open"),
    "vendor-type": (GROUP_MEDIA_TYPE, "UCG-CTYPE-05", "open"),
}
ACCEPTS: Final = {
    "absent": None,
    "any": "*/*",
    "json": "application/json",
    "wildcard-version": "application/api.clumio.*=v1+json",
    "other-resource": "application/api.clumio.aws-environments=v1+json",
}
# Each list obeys its rules by itself: what is in one of them neither helps nor harms the other.
PAIRED: Final = {
    "companions": ["EC2/EBS", "EC2MSSQL"],
    "EC2EBS": ["EC2/EBS"],
    "EC2MSSQL": ["EC2MSSQL"],
    "RDS": ["RDS"],
    "foreign": ["RDS", "Lambda"],
}
WRONG: Final = ("EC2MSSQL", "foreign")
"""Those of them that must be refused."""
BROKEN_JSON: Final = {
    "truncated": b'{"asset_types": ["RDS"], "aws_regions": ["us-east-1"',
    "trailing-comma": b'{"asset_types": ["RDS"], "aws_regions": ["us-east-1"],}',
    "single-quotes": b"{'asset_types': ['RDS'], 'aws_regions': ['us-east-1']}",
    "not-a-number": b'{"asset_types": ["RDS"], "aws_regions": ["us-east-1"], "description": NaN}',
    "two-documents": b'{"asset_types": ["RDS"], "aws_regions": ["us-east-1"]} {}',
    "not-utf-8": b'{"asset_types": ["RDS"], "aws_regions": ["us-east-1"], "description": "\xff\xfe"}',
}


# Authorizations that must be refused: the requirement, and the header to send.
AUTHORIZATIONS: Final[Mapping[str, tuple[str, str]]] = {
    "missing": ("UCG-AUTH-01", ""),
    "scheme-alone": ("UCG-AUTH-02", "Bearer"),
    "basic": ("UCG-AUTH-02", "Basic dXNlcjpwYXNzd29yZA=="),
    "basic-token": ("UCG-AUTH-02", f"Basic {TOKEN_PLACEHOLDER}"),
    "other-scheme": ("UCG-AUTH-02", f"Token {TOKEN_PLACEHOLDER}"),
    "no-scheme": ("UCG-AUTH-02", TOKEN_PLACEHOLDER),
    "unknown": ("UCG-AUTH-03", "Bearer not-a-token-of-anyone"),
    "cut-token": ("UCG-AUTH-03", f"Bearer {CUT_TOKEN}"),
    "longer-token": ("UCG-AUTH-03", f"Bearer {LONGER_TOKEN}"),
    "token-in-other-case": ("UCG-AUTH-03", f"Bearer {OTHER_CASE_TOKEN}"),
}


ODD_LENGTH: Final = 1000
_INVISIBLE: Final = frozenset("\u200b\u2028\u2029\ufeff")


def is_odd(text: str) -> bool:
    """Whether a vendor may refuse a text although the page states no limit."""
    return len(text) > ODD_LENGTH or any(ord(character) < 32 or character in _INVISIBLE for character in text)


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One request of the update operation.

    `id` is its stable name. `expectation` None: it is derived from the body. A header that is None is not
    sent. `path` None is the path of the group under test. `authorization` None is the token of the run, "" is
    no header, and any other text may hold the token's placeholder.
    """

    id: str
    body: bytes | None
    expectation: Expectation | None = None
    headers: Mapping[str, str | None] = field(default_factory=dict)
    path: str | None = None
    authorization: str | None = None


def update_probes(
    contract: Contract, base: Json, connected: Sequence[str] = (), mark: str = ""
) -> Iterator[Probe]:
    """Yield every probe of the update operation, the ordinary one first.

    `base` is a valid body. `connected` are the group's asset types; updates that must be accepted keep them.
    `mark` is written into texts.
    """
    yield _json("ordinary", base)
    yield from _asset_types(contract, base, connected)
    yield from _shapes(contract, base)
    yield from _optional(base)
    yield from _texts(base, mark)
    yield from _regions(base)
    yield from _documents(base, mark)
    yield from _labels(base)
    yield from _authorization(base)
    yield from _paths(base)


def _asset_types(contract: Contract, base: Json, connected: Sequence[str]) -> Iterator[Probe]:
    known = asset_types(contract.base)
    for name in ("asset_types", "asset_types_enabled"):
        chosen = {value: ["EC2/EBS", value] if value == "EC2MSSQL" else [value] for value in known}
        chosen |= {"+".join(some): list(some) for size in (2, 3) for some in combinations(known, size)}
        chosen |= {"+".join(known): list(known), "+".join(reversed(known)): list(reversed(known))}
        for label, values in chosen.items():
            types = list(dict.fromkeys([*values, *connected]))
            yield _json(f"{name}-{label}", {**base, "asset_types": types, name: types})
        yield _json(f"{name}-EC2MSSQL-alone", {**base, name: ["EC2MSSQL"]})
        variants = [variant for value in known for variant in (value.lower(), value.title(), value.upper())]
        for value in dict.fromkeys([*variants, *FOREIGN_TYPES]):
            if value not in known:
                yield _json(
                    f"{name}-foreign-{value or 'empty'}", {**base, name: [*base["asset_types"], value]}
                )
    paired = {
        label: types if label in WRONG else list(dict.fromkeys([*types, *connected]))
        for label, types in PAIRED.items()
    }
    for label, types in paired.items():
        for other, deprecated in {**paired, "null": None, "none": []}.items():
            both = {"asset_types": types, "asset_types_enabled": deprecated}
            yield _json(f"lists-{label}-beside-{other}", base | both)
    yield _json("asset_types-disagreeing", {**base, "asset_types_enabled": ["S3"]})
    yield _json("asset_types-twice", {**base, "asset_types": base["asset_types"] * 2})
    yield _json("asset_types-none", {**base, "asset_types": []})


def _shapes(contract: Contract, base: Json) -> Iterator[Probe]:
    """Yield bodies with each field missing, and with each wrong type of a field or a list's element."""
    schema = contract.operation(UPDATE).request
    assert schema is not None  # noqa: S101 - the contract can't be loaded without it
    for name, node in schema.root.properties.items():
        if name in schema.plain["required"]:
            yield _json(f"{name}-missing", {key: value for key, value in base.items() if key != name})
        for type_name, example in TYPE_EXAMPLES.items():
            if type_name != node.type and not (type_name == "null" and node.nullable):
                yield _json(f"{name}-as-{type_name}", {**base, name: example})
            if node.items and type_name != "string":
                strings = base[name if name in base else "asset_types"]
                yield _json(f"{name}-of-{type_name}", {**base, name: [*strings, example]})
        if node.type == "array":
            # A value that would be valid in a list.
            entries = base[name if name in base else "asset_types"]
            yield _json(f"{name}-as-its-entry", {**base, name: entries[0]})
    yield _json("required-missing", {})
    optional = {"asset_types_enabled": base["asset_types"], "description": "nothing that is required"}
    yield _json("required-missing-optional-present", optional)
    beside = {"asset_types_enabled": base["asset_types"], "aws_regions": base["aws_regions"]}
    yield _json("asset_types-missing-beside-deprecated", beside)
    yield _json("asset_types-null-beside-deprecated", {**beside, "asset_types": None})


def _optional(base: Json) -> Iterator[Probe]:
    bare = {name: base[name] for name in ("asset_types", "aws_regions")}
    yield _json("optional-absent", bare)
    for name in ("asset_types_enabled", "description"):
        yield _json(f"{name}-null", {**bare, name: None})
    yield _json("optional-null", {**bare, "asset_types_enabled": None, "description": None})
    for name, value in {"text": "value", "null": None, "nested": {"key": [1, None]}}.items():
        extra = _accepted("UCG-BODY-13", f"an extra field of {name}", "request /extra", "extra field")
        yield _json(f"extra-{name}", {**base, "extra": value}, extra)
    for value in (None, "all", "inventory_backup"):
        extra = _accepted(
            "UCG-BODY-13",
            "the newer field template_permission_set",
            "request /template_permission_set",
            "extra field",
        )
        yield _json(f"template_permission_set-{value}", {**base, "template_permission_set": value}, extra)


def _texts(base: Json, mark: str) -> Iterator[Probe]:
    for requirement, texts in (("UCG-BODY-11", TEXTS), ("UCG-BODY-20", ODD_TEXTS)):
        for name, text in texts.items():
            expected = _accepted(
                requirement,
                f"a description of the kind {name}",
                "request /description",
                f"description {name}",
            )
            yield _json(f"description-{name}", {**base, "description": marked(text, mark)}, expected)


def _regions(base: Json) -> Iterator[Probe]:
    usual = ["us-east-1", "us-west-2", "ca-central-1", "eu-central-1", "ap-southeast-2"]
    for region in usual:
        yield _json(f"aws_regions-{region}", {**base, "aws_regions": [region]})
    yield _json("aws_regions-several", {**base, "aws_regions": list(reversed(usual))})
    for count in range(2, len(usual) + 1):
        yield _json(f"aws_regions-{count}-regions", {**base, "aws_regions": usual[:count]})
    yield _json("aws_regions-twice", {**base, "aws_regions": ["us-west-2", "us-east-1", "us-west-2"]})
    yield _json("aws_regions-none", {**base, "aws_regions": []})
    for name, region in {"unknown": "mars-north-1x", "upper-case": "US-EAST-1", "empty": ""}.items():
        yield _json(f"aws_regions-{name}", {**base, "aws_regions": [region]})


def _documents(base: Json, mark: str) -> Iterator[Probe]:
    for name, example in TYPE_EXAMPLES.items():
        if name != "object":
            yield Probe(id=f"body-as-{name}", body=json.dumps(example).encode())
    for name, broken in BROKEN_JSON.items():
        yield Probe(id=f"body-{name}", body=broken)
    yield Probe(id="body-empty", body=b"")
    yield Probe(id="body-missing", body=None)
    for name, written in _spelled_otherwise(base, mark).items():
        same = _accepted("UCG-BODY-01", f"JSON that is {name}", "request body", f"body {name}")
        yield Probe(id=f"body-{name}", body=written, expectation=same)
    twice = json.dumps(base).encode()[:-1] + b', "description": "first", "description": "second"}'
    yield Probe(id="body-duplicate-key", body=twice)


def _spelled_otherwise(base: Json, mark: str) -> dict[str, bytes]:
    """Return the same JSON in other spellings."""
    texts = {**base, "description": marked(TEXTS["unicode"], mark)}
    escaped = "".join(f"\\u{ord(one):04x}" for one in "us-east-1")
    return {
        "raw-utf-8": json.dumps(texts, ensure_ascii=False).encode(),
        "spread-out": json.dumps(base, indent="\t").replace("\n", "\r\n").encode(),
        "escaped": json.dumps(base).replace("/", r"\/").replace("us-east-1", escaped).encode(),
    }


def _labels(base: Json) -> Iterator[Probe]:
    for name, (label, requirement, outcome) in LABELS.items():
        expected = _accepted(
            requirement, f"JSON labelled {label}", "request header content-type", f"labelled {label}"
        )
        expected = expected if outcome == "accepted" else replace(expected, outcome="open")
        yield _json(f"content-type-{name}", base, expected, {"Content-Type": label})
    for name, accept in ACCEPTS.items():
        sent = f"Accept: {accept}" if accept else "no Accept header"
        expected = _accepted("UCG-CTYPE-06", sent, "request header accept", f"accept {name}")
        yield _json(f"accept-{name}", base, expected, {"Accept": accept})
    expected = _accepted(
        "UCG-OU-01",
        "an empty organizational unit",
        f"request header {OU_HEADER}",
        "empty unit",
    )
    yield _json("unit-empty", base, expected, {OU_HEADER: ""})


def unauthorized(name: str) -> Expectation:
    """Return the expectation for a request with the authorization of this name."""
    requirement, value = AUTHORIZATIONS[name]
    return refused(
        requirement,
        sent=f"Authorization: {value}" if value else "no Authorization header",
        cause=f"authorization {name}",
        location="request header authorization",
    )


def authorized(session: Session, outgoing: Outgoing, form: str) -> Outgoing:
    """Return a request with this authorization.

    Raises:
        NotTestable: it is the run's own: a token without letters is the same in another case.
    """
    changed = replace(outgoing, authorization=session.wire.authorization(form))
    if session.wire.carries_run_token(changed):
        raise NotTestable("the token of this run is the same in another case")
    return changed


def _authorization(base: Json) -> Iterator[Probe]:
    for name, (_, value) in AUTHORIZATIONS.items():
        expected = unauthorized(name)
        yield replace(_json(f"authorization-{name}", base, expected), authorization=value)


def _paths(base: Json) -> Iterator[Probe]:
    for name, segment in UNKNOWN_IDS.items():
        sent = f"an id that names no group: {segment[:40]}"
        cause = "id" if name == "unknown" else f"id {name}"
        expected = nameless("UCG-PATH-02", sent=sent, cause=cause)
        yield replace(_json(f"path-{name}", base, expected), path=segment)


def _json(
    name: str,
    body: Any,
    expected: Expectation | None = None,
    headers: Mapping[str, str | None] | None = None,
) -> Probe:
    return Probe(id=name, body=json.dumps(body).encode(), expectation=expected, headers=headers or {})


def _accepted(requirement: str, sent: str, location: str, cause: str) -> Expectation:
    return Expectation(
        outcome="accepted", requirements=(requirement,), location=location, sent=sent, cause=cause
    )


def covered_by(probes: Sequence[Probe], operation_id: str = UPDATE) -> tuple[str, ...]:
    """Return the requirements that a test of these probes covers.

    These are the requirements of the probes, those of the rules for every answer, and those that the contract
    names for the statuses, media types and fields of the operation's answers.
    """
    operation = contract().operation(operation_id)
    requests = (Request(method=operation.method, url="", body=probe.body) for probe in probes)
    expected = [
        probe.expectation or expectation(request, operation)
        for probe, request in zip(probes, requests, strict=True)
    ]
    rules = [rule for rule in REGISTER if rule.of_one_exchange]
    named = (
        source.ids
        for answer in operation.answers
        for keyword in dict.fromkeys(keyword for rule in rules for keyword in rule.keywords)
        if (source := answer.described.source(keyword))
    )
    ids = (*(one.requirements for one in expected), *(rule.requirements for rule in rules), *named)
    return tuple(dict.fromkeys(one for some in ids for one in some))
