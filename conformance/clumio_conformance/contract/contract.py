"""The contract: `openapi/spec.yaml` and `openapi/requirements.yaml`, read once."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from clumio_conformance.contract.documents import whole
from clumio_conformance.contract.nodes import SOURCES, Node, ids_of
from clumio_conformance.contract.operations import Operation, operations
from clumio_conformance.contract.overlays import ROWS, Overlaid, named, overlaid
from clumio_conformance.contract.pointers import pointer_of
from clumio_conformance.contract.requirements import Requirement, read_requirements
from clumio_conformance.contract.specification import Specification, nodes
from clumio_conformance.contract.wording import Mismatch, as_note, mismatches
from clumio_conformance.contract.yaml_files import ContractError
from clumio_conformance.exchange import Exchange, Placement


class Contract:
    """The spec and its requirements; with overlays, they are applied to the contract `base`.

    Raises:
        ContractError: a file is missing, is not YAML, or lacks what the contract must have.
    """

    def __init__(self, folder: Path, base: "Contract | None" = None, overlays: Sequence[Path] = ()) -> None:
        self.folder = folder
        self.base: Contract = base or self
        self.spec: Specification = overlaid(base.spec, overlays) if base else whole(folder / "spec.yaml")
        rows = folder / "requirements.yaml"
        read = read_requirements(rows)
        self.documentation = read.documentation
        self.requirements: dict[str, Requirement] = read.by_id
        if not self.requirements:
            raise ContractError(
                rows, None, "the contract lacks requirements; the file needs the list `requirements`"
            )
        if isinstance(self.spec, Overlaid):
            self.requirements |= _rows(self.spec, self.requirements)
        self.operations = tuple(operations(self.spec))
        if not self.operations:
            raise ContractError(self.spec.file, None, "the contract lacks operations; `paths` has none")
        self._by_id = {operation.id: operation for operation in self.operations}
        for operation in self.operations if base else ():
            operation.compare(self.base.operations)
        # A fixed path also matches one with parameters: /items/new matches /items/{id}.
        self._fixed_first = sorted(self.operations, key=lambda operation: len(operation.parameters))

    def operation(self, operation_id: str) -> Operation:
        """Return an operation by its id."""
        return self._by_id[operation_id]

    def place(self, method: str, url: str) -> Placement | None:
        """Find the operation of a request and the values in its path; None outside the contract."""
        try:
            return self.place_path(method, urlsplit(url).path)
        except ValueError:
            return None

    def place_path(self, method: str, path: str) -> Placement | None:
        """Find the operation of a path without its query; None outside the contract."""
        for operation in self._fixed_first:
            found = operation.pattern.fullmatch(path) if operation.method == method.upper() else None
            if found:
                return Placement(operation=operation.id, parameters=tuple(map(unquote, found.groups())))
        return None

    def placed(self, exchange: Exchange) -> Exchange:
        """Return the exchange with its placement, which is looked up once."""
        if exchange.placement is not None:
            return exchange
        found = self.place(exchange.request.method, exchange.request.contract_path)
        return exchange if found is None else replace(exchange, placement=found)

    def operation_of(self, exchange: Exchange) -> Operation | None:
        """The operation of a placed exchange; None outside the contract."""
        return self._by_id[exchange.placement.operation] if exchange.placement else None

    def title(self, exchange: Exchange) -> str:
        """The name of the exchange's operation in findings."""
        operation = self.operation_of(exchange)
        return operation.title if operation else f"{exchange.request.method} {exchange.request.url}"

    def says(self, requirement: str) -> str:
        """The words of a row; where they do not match the enum that they are about, this is added."""
        older = (
            as_note(one, self._place(f"{one.pointer}/enum"))
            for one in self.outdated
            if one.row.id == requirement
        )
        return " ".join([self.requirements[requirement].says, *older])

    @cached_property
    def outdated(self) -> list[Mismatch]:
        """The rows whose words list other values than the spec."""
        if self.base is not self:  # the values of an overlay have rows of their own
            return self.base.outdated
        return mismatches(self.operations, self.requirements)

    def _place(self, pointer: str) -> str:
        line = self.base.line(pointer)
        return f"{self.base.file(pointer)}{f':{line}' if line else ''}"

    def line(self, pointer: str) -> int | None:
        """The line of a node in spec.yaml, from 1; None when the pointer leads to nothing."""
        return self.spec.line(pointer)

    def file(self, pointer: str) -> str:
        """The name of the file that a node is written in, from the folder above the contract's."""
        file = self.spec.place(pointer)[0]
        return f"openapi/{file.relative_to(self.folder)}" if file.is_relative_to(self.folder) else file.name

    @property
    def overlays(self) -> list[str]:
        """The applied overlays in their order, each by its file's name and its digest."""
        applied = self.spec.overlays if isinstance(self.spec, Overlaid) else ()
        return [f"{one.file.name} sha256:{one.digest}" for one in applied]

    @cached_property
    def document(self) -> dict[str, Any]:
        """The whole OpenAPI description as JSON values."""
        return self.spec.content

    def servers(self) -> Iterator[str]:
        """The base URLs that the contract names."""
        for _, server in Node.enter(self.spec, "").each("servers"):
            yield str(server.keywords.get("url", ""))


_APPLIED: Final[list[Path]] = []
"""The overlays that this process applies."""


def contract() -> Contract:
    """The contract of this installation, with the overlays that `applied` names."""
    return _read(tuple(_APPLIED))


def applied(overlays: Sequence[str]) -> AbstractContextManager[None]:
    """Return a context in which the contract has overlays: files, or the project's own by their names.

    Raises:
        ContractError: one of them can't be used.
    """
    files = [named(name, _folder() / "overlays") for name in overlays]
    _read(tuple(files))
    return _applying(files)


@contextmanager
def _applying(files: Sequence[Path]) -> Iterator[None]:
    before = list(_APPLIED)
    _APPLIED[:] = files
    try:
        yield
    finally:
        _APPLIED[:] = before


@cache
def _read(overlays: tuple[Path, ...]) -> Contract:
    return Contract(_folder(), _read(()), overlays) if overlays else Contract(_folder())


def _folder() -> Path:
    """The folder of the contract: in the checkout if this is one, else in the wheel."""
    checkout = Path(__file__).parents[3] / "openapi"
    return checkout if checkout.is_dir() else Path(__file__).parents[1] / "openapi"


def _rows(spec: Overlaid, known: dict[str, Requirement]) -> dict[str, Requirement]:
    """Return the rows of overlays by id; what is not on the vendor's page is at most inferred."""
    new: dict[str, Requirement] = {}
    for overlay in spec.overlays:
        for row in overlay.rows:
            if row.id in known or row.id in new:
                raise ContractError(
                    overlay.file, row.line, f"{row.id} is there already; give the row an id of its own"
                )
            if row.level == "must":
                cause = f"{row.id} is a must, but what an overlay says is at most inferred; correct the level"
                raise ContractError(overlay.file, row.line, cause)
            new[row.id] = row
    for location, value in nodes(spec.content):
        pointer = pointer_of(location)
        if SOURCES not in location[:-1] or not isinstance(value, str) or spec.place(pointer)[0] == spec.file:
            continue
        for one in ids_of(value):
            found = new.get(one) or known.get(one)
            if found is None or found.level == "must":
                cause = f"{one} is a must" if found else f"there is no requirement {one}"
                fix = f"name a row of the list `{ROWS}` at the top of the overlay"
                raise spec.broken(pointer, f"{cause}; {fix}, of the level inferred or open")
    return new
