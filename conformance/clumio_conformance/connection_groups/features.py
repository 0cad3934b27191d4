"""The features of a valid update: each of them may be the reason for a refusal."""

from typing import Any, Final

from clumio_conformance.connection_groups.expectations import additions
from clumio_conformance.connection_groups.operations import UPDATE
from clumio_conformance.connection_groups.probes import ODD_LENGTH, is_odd
from clumio_conformance.contract.contract import contract
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.contract.schema import as_json
from clumio_conformance.exchange import Exchange, header
from clumio_conformance.judging.attribution import Feature

ORDINARY: Final = Feature(requirement="UCG-OP-01", location="request", what="an ordinary update")
COMBINATION: Final = Feature(
    requirement="UCG-OP-01", location="request", what="a combination of what is accepted by itself"
)
LONG: Final = 100
"""Characters of a description from which its length may be why an update is refused."""
_VALUES: Final = {
    "asset_types": {"EBS": "UCG-DEPR-01", "EC2MSSQL": "UCG-BODY-04"},
    "asset_types_enabled": {"EC2MSSQL": "UCG-BODY-07"},
}
_ANY_VALUE: Final = {"asset_types": "UCG-ENUM-01", "asset_types_enabled": "UCG-ENUM-03"}
_SEVERAL: Final = {
    "asset_types": "UCG-BODY-02",
    "asset_types_enabled": "UCG-ENUM-03",
    "aws_regions": "UCG-BODY-08",
}
_TOGETHER: Final = {**_ANY_VALUE, "aws_regions": _SEVERAL["aws_regions"]}
_KNOWN: Final = frozenset({"asset_types", "asset_types_enabled", "aws_regions", "description"})


def carried(update: Exchange, expected: Expectation) -> tuple[Feature, ...]:
    """Return the features of a valid update; none for any other request."""
    is_update = update.placement is not None and update.placement.operation == UPDATE
    if not is_update or expected.outcome != "accepted":
        return ()
    schema = contract().operation(UPDATE).request
    if schema and (beyond := schema.beyond(update.request.json)):
        # What an overlay adds is the likely reason; the other parts have requests of their own.
        return tuple(
            Feature(requirement=one.requirements[0], location=one.location, what=one.sent)
            for one in additions(update.request.json, beyond)
            if one.requirements
        )
    label = header(update.request.headers, "content-type") or ""
    return features(expected, update.request.json, label)


def features(expected: Expectation, body: dict[str, Any], label: str = "") -> tuple[Feature, ...]:
    """Return the features of a valid update: of its label and probe first, then of its body."""
    found = []
    if label.startswith("text/plain"):
        place, what = "request header content-type", f"JSON labelled {label}"
        found.append(Feature(requirement="UCG-CTYPE-04", location=place, what=what))
    if expected.requirements != (ORDINARY.requirement,):
        found.append(
            Feature(requirement=expected.requirements[0], location=expected.location, what=expected.sent)
        )
    for field_name in ("asset_types", "asset_types_enabled"):
        for value in body.get(field_name) or ():
            requirement = _VALUES[field_name].get(value, _ANY_VALUE[field_name])
            found.append(_feature(requirement, field_name, f"{field_name} with {value}"))
    for field_name, requirement in _SEVERAL.items():
        found += [
            _feature(requirement, field_name, f"{count} or more {field_name}")
            for count in range(2, len(body.get(field_name) or ()) + 1)
        ]
    found += [
        _feature("UCG-BODY-08", "aws_regions", f"aws_regions with {region}") for region in body["aws_regions"]
    ]
    found += _optional(body)
    # Values that are accepted one by one may still be refused together, or in this order.
    found += [
        _feature(requirement, field_name, f"{field_name} = {as_json(body[field_name])}")
        for field_name, requirement in _TOGETHER.items()
        if len(body.get(field_name) or ()) > 1
    ]
    return (*found, ORDINARY)


def _optional(body: dict[str, Any]) -> list[Feature]:
    found = [
        _feature("UCG-BODY-12", name, f"{name} = null")
        for name in ("asset_types_enabled", "description")
        if name in body and body[name] is None
    ]
    if body.get("asset_types_enabled") is not None:
        found.append(_feature("UCG-DEPR-02", "asset_types_enabled", "the deprecated asset_types_enabled"))
    if "description" not in body:
        found.append(_feature("UCG-BODY-11", "description", "no description"))
    elif body["description"] is not None:
        found += _text(body["description"])
    # The names of extra fields differ without being another cause.
    extra = next((name for name in body if name not in _KNOWN), None)
    return found if extra is None else [*found, _feature("UCG-BODY-13", extra, "an extra field")]


def _text(text: str) -> list[Feature]:
    found = []
    if is_odd(text):
        kind = "of many characters" if len(text) > ODD_LENGTH else "with control characters"
        found.append(_feature("UCG-BODY-20", "description", f"a description {kind}"))
    if len(text) > LONG:
        found.append(_feature("UCG-BODY-11", "description", f"a description of more than {LONG} characters"))
    if not text.isascii():
        found.append(_feature("UCG-BODY-11", "description", "a description beyond ASCII"))
    if not text.strip():
        found.append(_feature("UCG-BODY-11", "description", f"description = {as_json(text)}"))
    return found


def _feature(requirement: str, field_name: str, what: str) -> Feature:
    return Feature(requirement=requirement, location=f"request /{field_name}", what=what)
