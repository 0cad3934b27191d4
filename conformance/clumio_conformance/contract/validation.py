"""Whether a document is valid OpenAPI.

The document is checked by a library, its schemas here: the library follows each reference in them, which
takes exponential time in some, and has no end in others.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from jsonschema_rs import Draft202012Validator
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from openapi_spec_validator.validation.keywords import KeywordValidator

from clumio_conformance.contract.objects import Kind, field_of, members
from clumio_conformance.contract.pointers import pointer_of
from clumio_conformance.contract.specification import Location, Specification, nodes

_LONGEST: Final = 300
_OF_A_DEFAULT: Final = frozenset(
    {"type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
     "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"}
)  # fmt: skip
"""What a default is checked against: that which a schema says itself."""
_TEXT: Final = {"type": "string"}
_SCHEMA: Final[dict[str, Any]] = {
    "$id": "urn:schema-of-openapi",
    "$dynamicAnchor": "meta",
    "$ref": "https://json-schema.org/draft/2020-12/schema",
    "properties": {
        "discriminator": {
            "type": "object",
            "required": ["propertyName"],
            "properties": {
                "propertyName": _TEXT,
                "mapping": {"type": "object", "additionalProperties": _TEXT},
            },
        },
        "externalDocs": {"type": "object"},
        "xml": {"type": "object"},
    },
}
"""A schema of OpenAPI 3.1: JSON Schema, and a few keywords."""


class _NoSchemas(KeywordValidator):
    def __call__(self, *_: Any) -> Iterator[Any]:
        return iter(())


_NO_SCHEMAS: Final[dict[str, type[KeywordValidator]]] = {"schema": _NoSchemas}


class _Validator30(OpenAPIV30SpecValidator):
    keyword_validators = {**OpenAPIV30SpecValidator.keyword_validators, **_NO_SCHEMAS}  # noqa: RUF012 - the library types it so


class _Validator31(OpenAPIV31SpecValidator):
    keyword_validators = {**OpenAPIV31SpecValidator.keyword_validators, **_NO_SCHEMAS}  # noqa: RUF012 - the library types it so


_VALIDATORS: Final[Mapping[str, Any]] = {"3.0": _Validator30, "3.1": _Validator31}


def validate(specification: Specification, version: str) -> None:
    """Check a document by its version, `3.0` or `3.1`; in one of 3.0, this includes the schemas.

    Raises:
        ContractError: it is not valid.
    """
    document = _without_extensions("document", specification.content)
    if version == "3.0":  # where path items of other files are, which 3.0 has no components for
        document.get("components", {}).pop("pathItems", None)
    try:
        error = next(_VALIDATORS[version](document).iter_errors(), None)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as why:
        cause = f"the validator of OpenAPI fails at {why!r}; {_advice(version)}"
        raise specification.broken("", cause) from why
    if error is not None:
        location = tuple(error.absolute_path) or _location_of(document, error.instance)
        _refuse(specification, location, error.message, version)


def validate_schemas(specification: Specification, version: str) -> None:
    """Check the schemas of a document of OpenAPI 3.1; `version` is the one that it was written in.

    Raises:
        ContractError: one is not valid.
    """
    for location, error in _errors("document", specification.content, (), is_checked=False):
        _refuse(specification, (*location, *error.instance_path), error.message, version)


def _errors(
    kind: Kind, value: Any, location: Location, *, is_checked: bool
) -> Iterator[tuple[Location, Any]]:
    """Yield the errors of the schemas within an object; `is_checked` is a schema whose outer schema was."""
    if kind == "schema":
        if not is_checked:
            yield from ((location, error) for error in _meta().iter_errors(value))
        if isinstance(value, dict) and "default" in value:
            said = {key: found for key, found in value.items() if key in _OF_A_DEFAULT}
            default = (*location, "default")
            errors = Draft202012Validator(said).iter_errors(value["default"])
            yield from ((default, error) for error in errors)
    for path, inner, child in members(kind, value):
        yield from _errors(inner, child, (*location, *path), is_checked=kind == "schema")


@cache
def _meta() -> Draft202012Validator:
    return Draft202012Validator(_SCHEMA)


def _refuse(specification: Specification, location: Location, message: str, version: str) -> None:
    said = message.splitlines()[0]
    said = said if len(said) <= _LONGEST else f"{said[:_LONGEST]}..."
    raise specification.broken(pointer_of(location), f"{said}; {_advice(version)}")


def _advice(version: str) -> str:
    return f"correct it, see OpenAPI {version}"


def _without_extensions(kind: Kind, value: Any) -> Any:
    """Return a document without `x-` keys: the validator takes some of them for paths or statuses."""
    if not isinstance(value, dict):
        return value
    copy: dict[str, Any] = {}
    for key, child in value.items():
        shape, inner = field_of(kind, key) or (None, None)
        if key.startswith("x-"):
            continue
        if inner is None:
            copy[key] = child
        elif shape == "one":
            copy[key] = _without_extensions(inner, child)
        elif shape == "list" and isinstance(child, list):
            copy[key] = [_without_extensions(inner, one) for one in child]
        elif shape == "map" and isinstance(child, dict):
            is_open = inner in {"path", "response"}
            held = {name: one for name, one in child.items() if not (is_open and name.startswith("x-"))}
            copy[key] = {name: _without_extensions(inner, one) for name, one in held.items()}
        else:
            copy[key] = child
    return copy


def _location_of(content: Any, value: Any) -> Location:
    """Find the location of a value that the validator refuses without a location."""
    return next((location for location, found in nodes(content) if found == value), ())
