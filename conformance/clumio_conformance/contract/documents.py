"""OpenAPI descriptions as they come: 3.0 or 3.1, YAML or JSON, in one file or several.

They are read as one document of OpenAPI 3.1:

- What a `$ref` names in another file becomes a component, under a name that no other one has.
- 3.0 becomes 3.1: `nullable`, boolean `exclusiveMinimum` and `exclusiveMaximum`, the `example` of a schema,
  and keywords beside a `$ref`, which 3.0 ignores.

Places in messages are those of the files.
"""

import math
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from clumio_conformance.contract.nodes import Node
from clumio_conformance.contract.overlays import overlaid
from clumio_conformance.contract.pointers import at, pointer_of
from clumio_conformance.contract.specification import Location, Specification, nodes, references
from clumio_conformance.contract.yaml_files import read_yaml

VERSIONS: Final = ("3.0", "3.1")
_KINDS: Final = {
    **{kind: kind for kind in ("responses", "parameters", "headers", "examples", "links", "callbacks")},
    **{kind: kind for kind in ("requestBodies", "securitySchemes", "pathItems", "schemas")},
    "paths": "pathItems",
    "webhooks": "pathItems",
}
"""The kind of component that a reference stands for, by the keyword that holds it."""
_SCHEMA: Final = frozenset(
    {"additionalProperties", "contains", "contentSchema", "else", "if", "items", "not", "propertyNames",
     "then", "unevaluatedItems", "unevaluatedProperties"}
)  # fmt: skip
_SCHEMAS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_NAMED_SCHEMAS: Final = frozenset({"$defs", "dependentSchemas", "patternProperties", "properties"})
_DATA: Final = frozenset({"const", "default", "enum", "example", "examples"})
"""Keywords of a schema whose values are data."""


def whole(path: Path) -> Specification:
    """Read an OpenAPI description with all that it refers to, as one document of OpenAPI 3.1.

    Raises:
        ContractError: a file can't be read, has another version, or refers to nothing.
    """
    specification = Specification(path)
    version = _version(specification)
    bundle = _Bundle(path, specification.content)
    content = bundle.content if version != "3.0" else _as_31(bundle.content)
    return specification.made(content, bundle.origins)


def read_document(path: Path, overlays: Sequence[Path] = ()) -> Specification:
    """Read an OpenAPI description as one document, apply overlays, and check that the result is a valid one.

    Raises:
        ContractError: it is not, or a file that it refers to can't be used.
    """
    specification = Specification(path)
    version = _version(specification)
    bundle = _Bundle(path, specification.content)
    bundled = overlaid(specification.made(bundle.content, bundle.origins), overlays)
    for location, _ in references(bundled.content):
        Node.enter(bundled, pointer_of(location[:-1]))
    _check_circles(bundled)
    for location, value in nodes(bundled.content):
        if isinstance(value, float) and not math.isfinite(value):
            raise bundled.broken(pointer_of(location), f"{value} is no number of JSON; write another one")
    _validate(bundled, version)
    return bundled if version != "3.0" else bundled.made(_as_31(bundled.content), bundle.origins)


def _version(specification: Specification) -> str:
    said = specification.content.get("openapi")
    version = said[:3] if isinstance(said, str) and re.fullmatch(r"\d\.\d\.\d+(-.+)?", said) else None
    if version in VERSIONS:
        return version
    found = f"openapi {said!r}" if said is not None else f"swagger {specification.content.get('swagger')!r}"
    cause = f"is {found}; convert it to {' or '.join(VERSIONS)}; correct it, see OpenAPI 3.1"
    raise specification.broken("/openapi" if said is not None else "", cause)


def _validate(specification: Specification, version: str) -> None:
    # The import takes a third of a second, which not every command needs.
    from openapi_spec_validator import (  # noqa: PLC0415 - see above
        OpenAPIV30SpecValidator,
        OpenAPIV31SpecValidator,
    )

    validator = OpenAPIV30SpecValidator if version == "3.0" else OpenAPIV31SpecValidator
    try:
        error = next(iter(validator(_cut(specification.content)).iter_errors()), None)
    except (LookupError, TypeError, AttributeError, ValueError, RecursionError) as why:
        cause = f"the validator of OpenAPI fails at {why!r}; correct it, see OpenAPI {version}"
        raise specification.broken("", cause) from why
    if error is not None:
        location = tuple(error.absolute_path) or _location_of(specification.content, error.instance)
        cause = f"{error.message.splitlines()[0]}; correct it, see OpenAPI {version}"
        raise specification.broken(pointer_of(location), cause)


def _check_circles(specification: Specification) -> None:
    """Refuse a schema that is a part of itself by `allOf`: no value could be checked against it."""
    ends: set[str] = set()

    def visit(pointer: str, above: tuple[str, ...]) -> None:
        if pointer in above:
            cause = "is a part of itself by allOf; break the circle; correct it, see OpenAPI 3.1"
            raise specification.broken(pointer, cause)
        if pointer in ends:
            return
        node = specification.at(pointer)
        if isinstance(node, dict):
            parts = [f"{pointer}/allOf/{index}" for index in range(len(node.get("allOf", [])))]
            parts += [node["$ref"].removeprefix("#")] if isinstance(node.get("$ref"), str) else []
            for part in parts:
                visit(part, (*above, pointer))
        ends.add(pointer)

    for location, node in nodes(specification.content):
        if isinstance(node, dict) and isinstance(node.get("allOf"), list):
            visit(pointer_of(location), ())


def _location_of(content: Any, value: Any) -> Location:
    """Find the location of a value that the validator refuses without a location."""
    return next((location for location, found in nodes(content) if found == value), ())


def _cut(node: Any) -> Any:
    """Return a copy for the validator, in which no `allOf` refers.

    The validator collects the fields of each `allOf`, which takes exponential time where references double
    and does not end where they are recursive. It also demands that `required` names only these fields, which
    OpenAPI does not.
    """
    if isinstance(node, list):
        return [_cut(child) for child in node]
    if not isinstance(node, dict):
        return node
    copied = {key: _cut(child) for key, child in node.items()}
    if isinstance(node.get("allOf"), list):
        copied.pop("required", None)
        copied["allOf"] = [_without_references(part) for part in copied["allOf"]]
    return copied


def _without_references(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_references(child) for child in node]
    if not isinstance(node, dict):
        return node
    return {} if "$ref" in node else {key: _without_references(child) for key, child in node.items()}


class _Bundle:
    """Brings what a description refers to in other files into the description.

    `origins` maps the pointer of what was brought in to its file and its pointer there.
    """

    def __init__(self, path: Path, content: dict[str, Any]) -> None:
        self.origins: dict[str, tuple[Path, str]] = {}
        self._files: dict[Path, Any] = {path.resolve(): content}
        self._root = path.resolve()
        self._names: dict[tuple[Path, str], str] = {}
        self._is_split = any(not one.startswith("#") for _, one in references(content))
        self.content = content
        if self._is_split:
            self.content = deepcopy(content)
            self._follow(path, self.content, ("",), None)

    def _follow(self, file: Path, node: Any, location: Location, kind: str | None) -> None:
        """Replace the references below a node of a file; `kind` is what the file is used as, if in part."""
        if isinstance(node, list):
            for index, child in enumerate(node):
                self._follow(file, child, (*location, index), kind)
        if not isinstance(node, dict):
            return
        reference = node.get("$ref")
        if isinstance(reference, str):
            wanted = _kind(location, kind)
            if wanted == "pathItems" and not reference.startswith("#"):
                self._replace(file, node, location, reference)
                return
            node["$ref"] = self._local(file, reference, wanted, location)
        for key, child in node.items():
            if key == "mapping" and location[-1] == "discriminator":
                self._follow_mapping(file, child, location)
            elif key != "$ref":
                self._follow(file, child, (*location, key), kind)

    def _follow_mapping(self, file: Path, mapping: dict[str, Any], location: Location) -> None:
        for value, one in mapping.items():
            if re.search(r"#/|\.(json|ya?ml)$", str(one)):
                mapping[value] = self._local(file, one, "schemas", location)

    def _replace(self, file: Path, node: dict[str, Any], location: Location, reference: str) -> None:
        """Write a path item of another file where it is used."""
        target, pointer, value = self._target(file, reference, location)
        copied = deepcopy(value)
        self._follow(target, copied, ("",), "pathItems")
        node.pop("$ref")
        for key, child in copied.items():
            node.setdefault(key, child)
        if file.resolve() == self._root:
            self.origins[pointer_of(location[1:])] = (target, pointer)

    def _local(self, file: Path, reference: str, kind: str, location: Location) -> str:
        """Return the local reference to a target, which is brought in if it is not there yet."""
        if file.resolve() == self._root and reference.startswith("#"):
            return reference
        target, pointer, value = self._target(file, reference, location)
        if target.resolve() == self._root:
            return f"#{pointer}"
        key = (target.resolve(), pointer)
        if key not in self._names:
            place = self._names[key] = self._place(target, pointer, kind)
            copied = deepcopy(value)
            self._put(place, copied)
            self.origins[place] = (target, pointer)
            self._follow(target, copied, ("",), kind)
        return f"#{self._names[key]}"

    def _place(self, file: Path, pointer: str, kind: str) -> str:
        """Return the place of a new component, by the last word of its pointer, or by its file."""
        word = re.sub(r"[^A-Za-z0-9._-]+", "_", pointer.rpartition("/")[2] or file.stem).strip("_") or "part"
        taken = self.content.setdefault("components", {}).setdefault(kind, {})
        number, name = 1, word
        while name in taken:
            number += 1
            name = f"{word}_{number}"
        return pointer_of(["components", kind, name])

    def _put(self, place: str, value: Any) -> None:
        _, _, kind, name = place.split("/")
        self.content["components"][kind][name] = value

    def _target(self, file: Path, reference: str, location: Location) -> tuple[Path, str, Any]:
        """Return the file, the pointer and the value that a reference leads to.

        Raises:
            ContractError: the file can't be read, or holds nothing there.
        """
        holder = Specification(file)
        here = pointer_of((*location[1:], "$ref"))
        url = urlsplit(reference)
        if url.scheme or url.netloc:
            cause = f"refers to {reference}, which is not read from a network; save it and name the file"
            raise holder.broken(here, cause)
        target = file if not url.path else file.parent / unquote(url.path)
        if target.resolve() not in self._files:
            if not target.is_file():
                raise holder.broken(here, f"refers to {target}, which is no file; correct the path")
            self._files[target.resolve()] = read_yaml(target)
        fragment = unquote(url.fragment)
        try:
            return target, fragment, at(self._files[target.resolve()], fragment)
        except LookupError as why:
            raise holder.broken(here, f"{target}: {why}; name a node that exists") from why


def _kind(location: Location, kind: str | None) -> str:
    """Return the kind of component that a reference stands for, in a file that is of a kind itself."""
    words = [str(token) for token in location[1:]]
    if not words:
        return kind or "pathItems"
    if kind == "schemas" or "schema" in words or words[:2] == ["components", "schemas"]:
        return "schemas"
    if words[-1] == "requestBody":
        return "requestBodies"
    if words[-3:-2] == ["callbacks"]:
        return "pathItems"
    return _KINDS.get(words[-2], "schemas") if len(words) > 1 else "schemas"


def _as_31(content: dict[str, Any]) -> dict[str, Any]:
    """Return a document of OpenAPI 3.0 as one of 3.1."""
    made = _without_siblings(content)
    for schema in _schemas(made, ()):
        _modernize(schema)
    return {**made, "openapi": "3.1.0"}


def _without_siblings(node: Any) -> Any:
    """Return a copy in which nothing stands beside a `$ref`, as 3.0 ignores it."""
    if isinstance(node, list):
        return [_without_siblings(child) for child in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        return {"$ref": node["$ref"]}
    return {key: _without_siblings(child) for key, child in node.items()}


def _schemas(node: Any, location: Location) -> Iterator[dict[str, Any]]:
    """Yield the schemas of a document, the innermost first."""
    if isinstance(node, list):
        for index, child in enumerate(node):
            yield from _schemas(child, (*location, index))
    if not isinstance(node, dict):
        return
    for key, child in node.items():
        if key == "schema" or location == ("components", "schemas"):
            yield from _of_schema(child)
        elif key not in _DATA and not str(key).startswith("x-"):
            yield from _schemas(child, (*location, key))


def _of_schema(schema: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(schema, dict):
        return
    for key, child in schema.items():
        if key in _SCHEMA:
            yield from _of_schema(child)
        elif key in _SCHEMAS and isinstance(child, list):
            for one in child:
                yield from _of_schema(one)
        elif key in _NAMED_SCHEMAS and isinstance(child, dict):
            for one in child.values():
                yield from _of_schema(one)
    yield schema


def _modernize(schema: dict[str, Any]) -> None:
    """Write one schema of 3.0 as 3.1 does, in place."""
    for strict, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(strict), bool) and schema.pop(strict) and bound in schema:
            schema[strict] = schema.pop(bound)
    if "example" in schema:
        schema["examples"] = [schema.pop("example")]
    if schema.pop("nullable", False) is not True:
        return
    if "enum" in schema and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    if isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    elif not schema.keys().isdisjoint(_SCHEMAS):
        choices = {key: schema.pop(key) for key in tuple(schema) if key in _SCHEMAS or key in _SCHEMA}
        schema["anyOf"] = [choices, {"type": "null"}]
