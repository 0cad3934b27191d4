"""The contract: `openapi/spec.yaml` and `openapi/requirements.yaml`, read once."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from clumio_conformance.contract.documents import whole
from clumio_conformance.contract.nodes import Node
from clumio_conformance.contract.operations import Operation, operations
from clumio_conformance.contract.requirements import Requirement, read_requirements
from clumio_conformance.contract.specification import Specification
from clumio_conformance.contract.wording import Mismatch, as_note, mismatches
from clumio_conformance.contract.yaml_files import ContractError
from clumio_conformance.exchange import Exchange, Placement


class Contract:
    """The spec and its requirements.

    Raises:
        ContractError: a file is missing, is not YAML, or lacks what the contract must have.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spec = whole(folder / "spec.yaml")
        rows = folder / "requirements.yaml"
        self.requirements: dict[str, Requirement] = read_requirements(rows).by_id
        if not self.requirements:
            raise ContractError(
                rows, None, "the contract lacks requirements; the file needs the list `requirements`"
            )
        self.operations = tuple(operations(self.spec))
        if not self.operations:
            raise ContractError(self.spec.file, None, "the contract lacks operations; `paths` has none")
        self._by_id = {operation.id: operation for operation in self.operations}
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
        return mismatches(self.operations, self.requirements)

    def _place(self, pointer: str) -> str:
        line = self.line(pointer)
        return f"{self.spec.file.parent.name}/{self.spec.file.name}{f':{line}' if line else ''}"

    def line(self, pointer: str) -> int | None:
        """The line of a node in spec.yaml, from 1; None when the pointer leads to nothing."""
        return self.spec.line(pointer)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The whole OpenAPI description as JSON values."""
        return self.spec.content

    def servers(self) -> Iterator[str]:
        """The base URLs that the contract names."""
        for _, server in Node.enter(self.spec, "").each("servers"):
            yield str(server.keywords.get("url", ""))


@cache
def contract() -> Contract:
    """The contract of this installation: from the checkout if it runs from one, else from the wheel."""
    checkout = Path(__file__).parents[3] / "openapi"
    return Contract(checkout if checkout.is_dir() else Path(__file__).parents[1] / "openapi")
