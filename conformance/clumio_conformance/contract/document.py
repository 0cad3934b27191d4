"""The contract: `openapi/spec.yaml` and `openapi/requirements.yaml`, read once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import unquote, urlsplit

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from clumio_conformance.contract.schema import Schema, Side

Level = Literal["must", "inferred", "open"]
UPDATE: Final = "update-aws-connection-group"
READ: Final = "read-aws-connection-group"
CREATE: Final = "create-aws-connection-group"
LIST: Final = "list-aws-connection-groups"
GROUP_MEDIA_TYPE: Final = "application/api.clumio.aws-connection-groups=v1+json"


class ContractError(Exception):
    """The contract can't be used; the message names the file, the place and the mend."""


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """A row of requirements.yaml; see the head of that file for what each field means."""

    id: str
    level: Level
    grade: str
    says: str
    page: str | None = None
    note: str | None = None
    sides: tuple[Side, ...] = ("holds",)
    needs: str | None = None


@dataclass(frozen=True, kw_only=True)
class Operation:
    """An operation of the contract, with its schemas compiled."""

    id: str
    method: str
    path: str
    pattern: re.Pattern[str]
    request: Schema | None
    success: Schema
    error: Schema
    pointer: str

    @property
    def title(self) -> str:
        """Method and path, as findings name the operation."""
        return f"{self.method} {self.path}"


class Contract:
    """The spec and its requirements.

    Raises:
        ContractError: a file is missing, is not YAML, or lacks what the contract must have.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spec_file = folder / "spec.yaml"
        self.document = read_yaml(self.spec_file)
        rows = read_yaml(folder / "requirements.yaml")
        try:
            self.requirements = {row["id"]: _requirement(row) for row in rows["requirements"]}
            self.operations = tuple(self._operations())
        except (KeyError, TypeError, AttributeError) as missing:
            raise ContractError(
                f"{folder}: the contract lacks {missing}; spec.yaml needs the connection-group operations, "
                "requirements.yaml a list `requirements` with id, level, grade and says"
            ) from missing

    def operation(self, operation_id: str) -> Operation:
        """Give an operation by its id."""
        return next(operation for operation in self.operations if operation.id == operation_id)

    def match(self, method: str, url: str) -> tuple[Operation, str | None] | None:
        """Find the operation of a request and the group id in its path; None for a request outside the contract."""
        try:
            path = urlsplit(url).path
        except ValueError:
            return None
        for operation in self.operations:
            found = operation.pattern.fullmatch(path) if operation.method == method.upper() else None
            if found:
                return operation, unquote(found[1]) if found.groups() else None
        return None

    def line(self, pointer: str) -> int | None:
        """The line of a node in spec.yaml, from 1; None when the pointer leads nowhere."""
        node: Any = self._marked
        line = None
        for token in pointer.split("/")[1:]:
            key: str | int = token.replace("~1", "/").replace("~0", "~")
            try:
                key = int(key) if isinstance(node, list) else key
                line = node.lc.data[key][0] + 1
                node = node[key]
            except (KeyError, IndexError, AttributeError, ValueError):
                return None
        return line

    @cached_property
    def asset_types(self) -> tuple[str, ...]:
        """The values of asset_types, in the order of the page."""
        return tuple(self.document["components"]["schemas"]["AssetType"]["enum"])

    @cached_property
    def _marked(self) -> Any:
        return read_yaml(self.spec_file, marked=True)

    def _operations(self) -> Iterator[Operation]:
        for path, item in self.document["paths"].items():
            for method in ("get", "put", "post"):
                if method in item:
                    yield self._operation(path, method, item[method])

    def _operation(self, path: str, method: str, item: Mapping[str, Any]) -> Operation:
        def schema(pointer: str) -> Schema:
            return Schema(self.document, pointer, item["operationId"])

        pointer = f"/paths/{path.replace('~', '~0').replace('/', '~1')}/{method}"
        body = f"{pointer}/requestBody/content/application~1json/schema" if "requestBody" in item else None
        success = item["responses"]["200"]
        if "$ref" in success:
            success_pointer = success["$ref"].removeprefix("#")
        else:
            success_pointer = f"{pointer}/responses/200"
        return Operation(
            id=item["operationId"],
            method=method.upper(),
            path=path,
            pattern=re.compile(re.sub(r"\\{\w+\\}", "([^/]+)", re.escape(path))),
            request=schema(body) if body else None,
            success=schema(f"{success_pointer}/content/{GROUP_MEDIA_TYPE.replace('/', '~1')}/schema"),
            error=schema(
                f"{item['responses']['default']['$ref'].removeprefix('#')}/content/application~1json/schema"
            ),
            pointer=pointer,
        )


def read_yaml(file: Path, *, marked: bool = False) -> Any:
    """Read a YAML 1.2 file (`on`, `no` and the like stay text); when `marked`, nodes remember their lines.

    Raises:
        ContractError: the file can't be read or is not YAML; the message names the line.
    """
    try:
        return YAML(typ="rt" if marked else "safe", pure=True).load(file.read_text(encoding="utf-8"))
    except OSError as why:
        raise ContractError(f"{file}: can't be read: {why.strerror}") from why
    except UnicodeDecodeError as why:
        raise ContractError(f"{file}: is not UTF-8: {why}; save it as UTF-8") from why
    except MarkedYAMLError as why:
        line = f":{why.problem_mark.line + 1}" if why.problem_mark else ""
        raise ContractError(f"{file}{line}: is not YAML: {why.problem}; mend that line") from why
    except YAMLError as why:
        raise ContractError(f"{file}: is not YAML: {why}; mend it") from why


@cache
def contract() -> Contract:
    """The contract that this installation carries: of the checkout if it runs from one, else of the wheel."""
    checkout = Path(__file__).parents[3] / "openapi"
    return Contract(checkout if checkout.is_dir() else Path(__file__).parents[1] / "openapi")


def _requirement(row: Mapping[str, Any]) -> Requirement:
    return Requirement(
        id=row["id"],
        level=row["level"],
        grade=row["grade"],
        says=row["says"],
        page=row.get("page"),
        note=row.get("note"),
        sides=tuple(row.get("sides", ("holds",))),
        needs=row.get("needs"),
    )
