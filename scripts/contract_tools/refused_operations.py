"""What no client can be made of, in operations: refused before anything is written, with what to write."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from clumio_conformance.contract.nodes import Node, operation_nodes
from clumio_conformance.contract.operations import essence, is_json
from clumio_conformance.contract.pointers import pointer_of
from clumio_conformance.contract.specification import Specification

from . import calls

_STYLES: Final = {
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "path": ("simple", "label", "matrix"),
    "header": ("simple",),
    "cookie": ("form",),
}
_MODULE_NAMES: Final = frozenset(
    {"Any", "AuthenticatedClient", "Client", "File", "Response", "UNSET", "Unset", "UUID", "Literal"}
)
"""The classes that a module of an operation imports: a schema can't have such a name there."""


def refuse(specification: Specification) -> None:
    """Refuse an operation that can't be called, named, or kept apart from another.

    Raises:
        ContractError: There is one; the message names the place, the cause and what to write instead.
    """
    modules: dict[tuple[str, str], str] = {}
    for path, method, item, operation in operation_nodes(specification):
        _Operation(specification, path, method, item, operation).refuse(modules)


class _Operation:
    def __init__(
        self, specification: Specification, path: str, method: str, item: Node, operation: Node
    ) -> None:
        self._specification, self._content = specification, specification.content
        self._path, self._method, self._item, self._node = path, method, item, operation

    def _broken(self, pointer: str, cause: str) -> Exception:
        return self._specification.broken(pointer, cause)

    def refuse(self, modules: dict[tuple[str, str], str]) -> None:
        self._refuse_names(modules)
        self._refuse_servers()
        parameters = list(self._parameters())
        self._refuse_path([node.keywords["name"] for node in parameters if node.keywords["in"] == "path"])
        for node in parameters:
            self._refuse_parameter(node)
        self._refuse_same_names(parameters)
        if "requestBody" in self._node.keywords:
            self._refuse_body(self._node.below("requestBody"))
        for _, answer in self._node.each("responses"):
            self._refuse_answer(answer)

    def _refuse_names(self, modules: dict[tuple[str, str], str]) -> None:
        keywords = self._node.keywords
        module = calls.module_of(dict(keywords))
        for name, key in zip(module, ("tags", "operationId"), strict=True):
            if not name.isidentifier() or unicodedata.normalize("NFKC", name) != name:
                written = keywords["operationId"] if key == "operationId" else keywords["tags"][0]
                cause = (
                    f"no name of a module can be made of {written!r}; write one with a letter, as read-group"
                )
                raise self._broken(self._node.pointer + f"/{key}", cause)
        if module in modules:
            cause = (
                f"{keywords['operationId']!r} and {modules[module]!r} would be the same module "
                f"api/{'/'.join(module)}.py; give one of them another operationId, or another tag"
            )
            raise self._broken(f"{self._node.pointer}/operationId", cause)
        modules[module] = keywords["operationId"]

    def _refuse_servers(self) -> None:
        known = [server.get("url") for server in self._content.get("servers", [])]
        for node in (self._node, self._item):
            for index, server in enumerate(node.keywords.get("servers", [])):
                if server.get("url") not in known:
                    cause = (
                        "the client sends every request to its base URL, and this server is not one of the "
                        "document; write it in `servers` of the document, and a path before it in the path"
                    )
                    raise self._broken(f"{node.origins['servers']}/servers/{index}", cause)

    def _parameters(self) -> Iterator[Node]:
        """Yield the parameters, those of the path where the operation has none of the same name and place."""
        seen: set[tuple[str, str]] = set()
        for holder in (self._node, self._item):
            own: Counter[tuple[str, str]] = Counter()
            for _, node in holder.each("parameters"):
                name, where = node.keywords["name"], node.keywords["in"]
                key = (where, name.lower() if where == "header" else name)
                own[key] += 1
                if own[key] > 1:
                    raise self._broken(node.pointer, f"{name!r} is in the {where} twice; remove one of them")
                if key not in seen and not (where == "header" and name.lower() in calls.IGNORED):
                    yield node
            seen |= own.keys()

    def _refuse_path(self, names: list[str]) -> None:
        pointer = pointer_of(["paths", self._path])
        for sign, way in (("?", "describe it as parameters `in: query`"), ("#", "leave it out")):
            if sign in self._path:
                raise self._broken(pointer, f"a path has no {sign!r}; {way}")
        if not self._path.startswith("/") or "//" in self._path:
            raise self._broken(pointer, "a path starts with one slash, and has no empty part; write it so")
        placeholders = re.findall(r"\{([^{}]*)\}", self._path)
        rest = re.sub(r"\{[^{}]*\}", "", self._path)
        if "{" in rest or "}" in rest:
            raise self._broken(
                pointer, "a brace that is not one of a pair; write {name} for a parameter, or %7B"
            )
        for name in placeholders:
            if name not in names:
                cause = f"{{{name}}} is no parameter of {self._method.upper()}; describe it with `in: path`"
                raise self._broken(pointer, cause)
        for name in names:
            if placeholders.count(name) != 1:
                cause = f"the path has {{{name}}} {placeholders.count(name)} times; write it once in the path"
                raise self._broken(pointer, cause)

    def _refuse_same_names(self, parameters: list[Node]) -> None:
        found = [dict(node.keywords) for node in parameters]
        ordered = sorted(
            zip(found, parameters, strict=True), key=lambda one: [*calls.STYLES].index(one[0]["in"])
        )
        names = calls.python_names([parameter for parameter, _ in ordered])
        seen: dict[str, str] = {}
        for name, (parameter, node) in zip(names, ordered, strict=True):
            written = parameter["name"]
            if not name.isidentifier() or unicodedata.normalize("NFKC", name) != name:
                cause = f"no name of an argument can be made of {written!r}; the client can't offer it"
                raise self._broken(node.pointer, f"{cause}: write a name with a letter")
            if name in seen:
                cause = (
                    f"{written!r} and {seen[name]!r} would be the same argument {name}; rename one of them"
                )
                raise self._broken(node.pointer, cause)
            seen[name] = written

    def _refuse_parameter(self, node: Node) -> None:
        parameter, where = node.keywords, node.keywords["in"]
        if where not in _STYLES:
            raise self._broken(node.pointer, f"`in: {where}` is unknown; write one of {', '.join(_STYLES)}")
        if "content" in parameter:
            media_types = list(parameter["content"])
            if len(media_types) != 1 or not is_json(media_types[0]):
                cause = f"the client writes {', '.join(media_types) or 'nothing'} in no parameter"
                raise self._broken(node.pointer, f"{cause}; write application/json, or a `schema`")
            return
        style = parameter.get("style", calls.STYLES[where])
        if style not in _STYLES[where]:
            known = ", ".join(_STYLES[where])
            cause = f"`style: {style}` is none of a parameter `in: {where}`; write one of {known}"
            raise self._broken(node.pointer, cause)
        schema = parameter.get("schema", {})
        types = calls.kind_of(self._content, schema).types
        way = "describe it by `content` with application/json, or make it a text"
        explode = parameter.get("explode", style == "form")
        if style == "deepObject" and not types <= {"object", "null", "any"}:
            raise self._broken(node.pointer, "`style: deepObject` is for objects; write `style: form`")
        if style in ("spaceDelimited", "pipeDelimited") and types <= calls.SINGLE:
            raise self._broken(
                node.pointer, f"`style: {style}` is for lists and objects; write `style: form`"
            )
        if where == "cookie" and explode and types & {"array", "object"}:
            raise self._broken(
                node.pointer, "a cookie has one value; write `explode: false`, or make it a text"
            )
        for inner in self._inner(schema):
            if calls.kind_of(self._content, inner).types & {"array", "object"}:
                cause = f"OpenAPI does not say how `style: {style}` writes a list or an object in another"
                raise self._broken(node.pointer, f"{cause}; {way}")

    def _inner(self, schema: Any) -> Iterator[Any]:
        """Yield the schemas of the items of a list, and of the fields of an object."""
        node = calls.resolved(self._content, schema)
        if isinstance(node.get("items"), dict):
            yield node["items"]
        yield from node.get("properties", {}).values()
        if isinstance(node.get("additionalProperties"), dict):
            yield node["additionalProperties"]

    def _refuse_body(self, body: Node) -> None:
        if self._method == "trace":
            raise self._broken(self._node.pointer, "HTTP allows no body with TRACE; leave requestBody out")
        content = body.keywords.get("content", {})
        if not content:
            raise self._broken(body.pointer, "a body has a media type; write `content` with one")
        for media_type, node in content.items():
            if calls.body_kind(
                self._content, media_type, calls.resolved(self._content, node).get("schema", {})
            ):
                return
        media_type = next(iter(content))
        way = "write {type: string} for a text, or {type: string, format: binary} for a file"
        if essence(media_type) in (calls.FORM, calls.MULTIPART):
            way = "write a schema with `type: object`, whose fields are those of the form"
        cause = f"the client can't write a body of {media_type} from this schema; {way}"
        raise self._broken(f"{body.pointer}/content{pointer_of([media_type])}", cause)

    def _refuse_answer(self, answer: Node) -> None:
        content = answer.keywords.get("content", {})
        for media_type, node in content.items():
            schema = calls.resolved(self._content, node).get("schema", {})
            types = calls.kind_of(self._content, schema).types
            is_text = types <= {"any", "string", "null"}
            if is_text or calls.answer_kind(self._content, media_type, schema) == "json":
                return
        if content:
            media_type = next(iter(content))
            cause = (
                f"the client reads an answer of {media_type} as it is, not as this schema says; write "
                "{type: string} for a text, {type: string, format: binary} for a file, or a JSON media type"
            )
            raise self._broken(f"{answer.pointer}/content{pointer_of([media_type])}", cause)
