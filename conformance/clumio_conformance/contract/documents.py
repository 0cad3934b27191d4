"""A description of an API from its files: one document of OpenAPI 3.1.

References to other files are bundled, OpenAPI 3.0 is turned into 3.1, and every node keeps its file and line.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from clumio_conformance.contract.bundling import Bundle, Read
from clumio_conformance.contract.nodes import Node
from clumio_conformance.contract.objects import objects
from clumio_conformance.contract.overlays import overlaid
from clumio_conformance.contract.pointers import pointer_of
from clumio_conformance.contract.source_file import SourceFile
from clumio_conformance.contract.specification import Specification, references
from clumio_conformance.contract.upgrading import upgraded
from clumio_conformance.contract.yaml_files import ContractError

_WORKING: Final = "OpenAPI 3.0 and 3.1 work"


def read_document(
    file: Path, read: Read = SourceFile.read, *, overlays: Sequence[Path] = ()
) -> Specification:
    """Read a description with all files that it refers to, apply overlays, and check that it is valid.

    `read` reads a file by its path, which is that of `file`, or made from it.

    Raises:
        ContractError: as for `whole`, or it is not valid.
    """
    specification = _read(file, read, validated=True)
    if not overlays:
        return specification
    specification = overlaid(specification, overlays)
    for location, _ in references(specification.content):
        Node.enter(specification, pointer_of(location[:-1]))
    from clumio_conformance.contract import validation  # noqa: PLC0415 - takes long, as below

    validation.validate(specification, "3.1")
    validation.validate_schemas(specification, "3.1")
    _check_circles(specification)
    return specification


def whole(file: Path, read: Read = SourceFile.read) -> Specification:
    """Read a description with all files that it refers to; only its references are checked.

    Raises:
        ContractError: a file can't be read, a reference leads to nothing, or the version does not work.
    """
    return _read(file, read, validated=False)


def _read(file: Path, read: Read, *, validated: bool) -> Specification:
    source = read(file)
    version = _version(source)
    try:
        return _made(source, version, file, read, validated=validated)
    except RecursionError as why:
        raise ContractError(file, None, "is nested too deeply; refer to components instead") from why


def _made(source: SourceFile, version: str, file: Path, read: Read, *, validated: bool) -> Specification:
    bundle = Bundle(file, source, read)
    specification = Specification(source.file, bundle.content, origins=bundle.origins)
    for pointer in bundle.references:
        Node.enter(specification, pointer)
    if validated:
        # Imported here: it takes long, and who judges needs it not.
        from clumio_conformance.contract import validation  # noqa: PLC0415 - said above

        validation.validate(specification, version)
    if version == "3.0":
        specification = upgraded(specification, bundle.origins)
    if validated:
        validation.validate_schemas(specification, version)
        _check_circles(specification)
    return specification


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

    for location, kind, node in objects(specification.content):
        if kind == "schema" and isinstance(node, dict) and "allOf" in node:
            visit(pointer_of(location), ())


def _version(source: SourceFile) -> str:
    """Return the version of OpenAPI as `3.0` or `3.1`."""
    content = source.mapping
    if "swagger" in content:
        raise ContractError(
            source.file,
            source.line("/swagger"),
            f"is Swagger {content['swagger']}; {_WORKING}. Convert it, as with: npx swagger2openapi FILE",
        )
    said: Any = content.get("openapi")
    found = re.fullmatch(r"(3\.[01])\.\d+(-.+)?", said) if isinstance(said, str) else None
    if found:
        return found[1]
    if said is None:
        cause = f"is no OpenAPI description: the key `openapi` is missing; {_WORKING}: write openapi: 3.1.0"
    elif isinstance(said, str) and said.startswith("3."):
        cause = f"is OpenAPI {said}; {_WORKING}. Write openapi: 3.1.0, and take out what later versions added"
    else:
        cause = f"expected a version such as 3.1.0 at `openapi`, found {said!r}; {_WORKING}"
    raise ContractError(source.file, source.line("/openapi") or 1, cause)
