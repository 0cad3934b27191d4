"""The operations of the contract: their paths, their request bodies and their answers."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from clumio_conformance.contract.nodes import Node, operation_nodes
from clumio_conformance.contract.schema import Schema
from clumio_conformance.contract.specification import Specification

JSON: Final = "application/json"
# A media type (RFC 9110): two tokens, then parameters.
_LEGAL: Final = re.compile(r"[\w!#$&^.+*'`|~-]+/[\w!#$&^.+*'`|~-]+(\s*;.*)?", re.ASCII)
_PLACEHOLDER: Final = re.compile(r"\\{([^{}/]+)\\}")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A documented answer: `status` as written (200, 2XX, default), and a schema for each media type."""

    status: str
    described: Node = field(repr=False)
    schemas: Mapping[str, Schema | None]

    @property
    def schema(self) -> Schema | None:
        """The schema of the body in its first media type; None when the answer has none."""
        return next(iter(self.schemas.values()), None)

    def content(self, media_type: str | None) -> tuple[str, Schema | None]:
        """Return the documented media type for a Content-Type, and its schema; the first one if none fits."""
        exact_first = sorted(self.schemas, key=lambda documented: documented.count("*"))
        fitting = (one for one in exact_first if _same_media_type(one, media_type))
        documented = next(fitting, next(iter(self.schemas), ""))
        return documented, self.schemas.get(documented)

    def documents(self, status: int) -> bool:
        """Whether this is the documented answer of a status, and not only the one it is compared with."""
        return self.status.upper() in {str(status), f"{status // 100}XX", "DEFAULT"}

    def fits(self, media_type: str | None) -> bool:
        """Whether a Content-Type is a documented one.

        A valid media type or range (RFC 9110) is compared without case and parameters, an invalid one as a
        string.
        """
        return any(_same_media_type(documented, media_type) for documented in self.schemas)


@dataclass(frozen=True, kw_only=True)
class Operation:
    """An operation of the contract, with its schemas compiled; `parameters` are the names in its path."""

    id: str
    method: str
    path: str
    pattern: "re.Pattern[str]"
    parameters: tuple[str, ...]
    described: Node = field(repr=False)
    body: Node | None = field(repr=False)
    request: Schema | None
    answers: tuple[Answer, ...]
    pointer: str

    @property
    def title(self) -> str:
        """Method and path: the operation's name in findings."""
        return f"{self.method} {self.path}"

    @property
    def success(self) -> Answer | None:
        """The first documented answer with a 2xx status."""
        return next((answer for answer in self.answers if answer.status.startswith("2")), None)

    @property
    def error(self) -> Answer | None:
        """The documented answer for errors without an answer of their own."""
        return next((answer for answer in self.answers if answer.status == "default"), None)

    @property
    def requirements(self) -> tuple[str, ...]:
        """The requirements behind the operation itself."""
        source = self.described.source("exists")
        return source.ids if source else ()

    @property
    def from_page(self) -> bool:
        """Whether the operation is on the vendor's page itself, so that it has no `x-grade`."""
        return not self.described.own[0].graded

    def compare(self, others: "Sequence[Operation]") -> None:
        """Let the schemas know those of the same operation without overlays."""
        other = next((one for one in others if one.id == self.id), None)
        if self.request is not None:
            self.request.compare(other.request if other else None)
        for answer in self.answers:
            twin = (
                next((one for one in other.answers if one.status == answer.status), None) if other else None
            )
            for media_type, schema in answer.schemas.items():
                if schema is not None:
                    schema.compare(twin.schemas.get(media_type) if twin else None)

    def answer(self, status: int) -> Answer | None:
        """Return the documented answer for a status; for an undocumented 2xx, the documented 2xx answer.

        `default` stands for a 2xx only where no 2xx is documented.
        """
        by_status = {answer.status.upper(): answer for answer in self.answers}
        found = by_status.get(str(status)) or by_status.get(f"{status // 100}XX")
        if found is not None or status < 200 or 300 <= status < 400:
            return found
        return self.success or self.error if status < 300 else self.error


def essence(media_type: str | None) -> str:
    """Return a media type in lower case, without its parameters."""
    return (media_type or "").partition(";")[0].strip().lower()


def is_json(media_type: str | None) -> bool:
    """Whether a body of this media type is JSON (RFC 8259, RFC 6839)."""
    return essence(media_type).endswith(("/json", "+json"))


def operations(specification: Specification) -> Iterator[Operation]:
    """Every operation of a description, in the order of the file.

    Raises:
        ContractError: one of them is not what it must be.
    """
    for path, method, _, described in operation_nodes(specification):
        for needed in ("operationId", "responses"):
            if needed not in described.keywords:
                cause = f"lacks {needed}; each operation needs operationId and responses"
                raise specification.broken(described.pointer, cause)
        yield _operation(path, method, described)


def _operation(path: str, method: str, described: Node) -> Operation:
    operation_id = described.keywords["operationId"]
    body = described.below("requestBody") if "requestBody" in described.keywords else None
    pattern = _PLACEHOLDER.sub("([^/]+)", re.escape(path))
    return Operation(
        id=operation_id,
        method=method.upper(),
        path=path,
        pattern=re.compile(pattern),
        parameters=tuple(name.replace("\\", "") for name in _PLACEHOLDER.findall(re.escape(path))),
        described=described,
        body=body,
        request=_json_schema(_schemas(body, operation_id)) if body else None,
        answers=tuple(
            Answer(status=str(status), described=node, schemas=_schemas(node, operation_id))
            for status, node in described.each("responses")
        ),
        pointer=described.pointer,
    )


def _schemas(holder: Node, operation_id: str) -> dict[str, Schema | None]:
    return {
        media_type: Schema(node.below("schema"), operation_id) if "schema" in node.keywords else None
        for media_type, node in holder.each("content")
    }


def _json_schema(schemas: Mapping[str, Schema | None]) -> Schema | None:
    """The schema of a JSON body: for application/json, or else for the first media type that has one."""
    return schemas.get(JSON) or next(filter(None, schemas.values()), None)


def _same_media_type(documented: str, actual: Any) -> bool:
    if actual == documented:
        return True
    if not _LEGAL.fullmatch(documented):
        return False
    type_, _, subtype = essence(actual).partition("/")
    return essence(documented) in {f"{type_}/{subtype}", f"{type_}/*", "*/*"}
