"""How each operation is called: what the templates need beyond what the generator tells them.

The generator knows neither styles of parameters, nor more than one media type for an answer, nor most media
types. So it gets each operation in a form that it knows, for the types: parameters under their names in
Python, JSON bodies and answers. The plan that `planned` returns says what is really sent and received.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from openapi_python_client.strings import PythonIdentifier, sanitize

from clumio_conformance.contract.operations import JSON, essence, is_json
from clumio_conformance.contract.pointers import at
from clumio_conformance.contract.specification import METHODS

FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
STYLES: Final = {"query": "form", "path": "simple", "header": "simple", "cookie": "form"}
"""The style of a parameter that has none, by its place."""
IGNORED: Final = frozenset({"accept", "content-type", "authorization"})
"""The headers that are no parameters, as OpenAPI says."""
_TAKEN: Final = frozenset(
    {"answers", "asyncio", "bodies", "body", "checks", "client", "cookies", "datetime", "errors", "headers"}
    | {"httpx", "kwargs", "models", "parameters", "params", "parsing", "response", "url", "sync"}
    | {"sync_detailed", "asyncio_detailed", "cast"}
)
"""The names that a module of an operation uses itself."""
SINGLE: Final = frozenset({"string", "integer", "number", "boolean", "null"})
_TEXTS: Final = ("xml", "yaml", "graphql", "javascript", "x-ndjson", "jsonl", "sql", "csv")


@dataclass(frozen=True)
class Kind:
    """What the type of a schema's values can be, as JSON names it; `any` is among them if it is open."""

    types: frozenset[str]
    formats: frozenset[str]


def planned(adapted: dict[str, Any]) -> dict[str, Any]:
    """Write each operation as the generator knows it, in place; return what it does not know.

    The result has a plan for each operation, by the folder and the name of its module.
    """
    plans: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    for path, item in adapted["paths"].items():
        for method in METHODS:
            if method in item:
                _Call(adapted, path, item, method).enter(plans, paths)
    adapted["paths"] = paths
    for kind in ("parameters", "requestBodies", "responses", "pathItems", "callbacks", "links", "headers"):
        adapted.get("components", {}).pop(kind, None)
    adapted.pop("webhooks", None)
    return plans


def resolved(content: dict[str, Any], node: Any) -> dict[str, Any]:
    """Return a node, or what it refers to, with the keywords beside the reference."""
    found: dict[str, Any] = node if isinstance(node, dict) else {}
    while "$ref" in found:
        beside = {name: value for name, value in found.items() if name != "$ref"}
        found = {**at(content, found["$ref"]), **beside}
    return found


def module_of(operation: dict[str, Any]) -> tuple[str, str]:
    """Return the folder and the name of the module of an operation."""
    tag = (operation.get("tags") or ["default"])[0]
    return PythonIdentifier(tag, "tag"), PythonIdentifier(operation["operationId"], "")


def parameters_of(
    content: dict[str, Any], item: dict[str, Any], operation: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return the parameters of an operation, those of its path last, without those that it replaces."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for node in [*operation.get("parameters", []), *item.get("parameters", [])]:
        parameter = resolved(content, node)
        if parameter["in"] != "header" or parameter["name"].lower() not in IGNORED:
            found.setdefault((parameter["in"], parameter["name"]), parameter)
    order = [*STYLES]
    return sorted(found.values(), key=lambda parameter: order.index(parameter["in"]))


def python_names(parameters: list[dict[str, Any]]) -> list[str]:
    """Return a name in Python for each parameter; two are the same only where no rule keeps them apart."""
    plain = [_identifier(parameter["name"]) for parameter in parameters]
    names = []
    for name, parameter in zip(plain, parameters, strict=True):
        others = [other for found, other in zip(plain, parameters, strict=True) if found == name]
        if name in _TAKEN or any(other["in"] != parameter["in"] for other in others):
            names.append(f"{name}_{parameter['in']}")
        elif len(others) > 1 and parameter["name"] != name:
            names.append(
                _identifier(sanitize(parameter["name"]).lower().translate({ord(c): None for c in ". _-"}))
            )
        else:
            names.append(name)
    return names


def _identifier(name: str) -> str:
    made = str(PythonIdentifier(name, ""))
    return f"parameter_{made}" if made[:1].isdecimal() else made


def kind_of(content: dict[str, Any], schema: Any, above: tuple[int, ...] = ()) -> Kind:
    """Return what the values of a schema can be."""
    node = resolved(content, schema)
    if id(node) in above or not node:
        return Kind(frozenset({"any"}), frozenset())
    types = node.get("type")
    formats = {node["format"]} if "format" in node else set()
    if types is not None:
        return Kind(frozenset([types] if isinstance(types, str) else types), frozenset(formats))
    values = node.get("enum", [node["const"]] if "const" in node else [])
    if values:
        return Kind(frozenset(map(_type_of, values)), frozenset(formats))
    for choice in ("oneOf", "anyOf", "allOf"):
        if node.get(choice):
            found = [kind_of(content, branch, (*above, id(node))) for branch in node[choice]]
            return Kind(
                frozenset().union(*(kind.types for kind in found)),
                frozenset(formats).union(*(kind.formats for kind in found)),
            )
    if "properties" in node or "additionalProperties" in node:
        return Kind(frozenset({"object"}), frozenset())
    return Kind(frozenset({"array" if "items" in node else "any"}), frozenset(formats))


def _type_of(value: Any) -> str:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return next((name for kind, name in kinds.items() if isinstance(value, kind)), "null")


def body_kind(content: dict[str, Any], media_type: str, schema: Any) -> str | None:
    """Return how a body is written: json, form, multipart, text or file; None if it can't be."""
    named = essence(media_type)
    kind = kind_of(content, schema)
    if is_json(media_type) or named in ("application/json", "text/json"):
        return "json"
    if named in (FORM, MULTIPART):
        return ("form" if named == FORM else "multipart") if kind.types == {"object"} else None
    if not kind.types <= {"any", "string", "null"}:
        return None
    is_text = named.startswith("text/") or named.endswith(_TEXTS)
    return "text" if is_text and kind.types == {"string"} and "binary" not in kind.formats else "file"


def answer_kind(content: dict[str, Any], media_type: str, schema: Any) -> str:
    """Return how an answer is read: json, text or bytes."""
    named = essence(media_type)
    kind = kind_of(content, schema)
    if is_json(media_type) or named == "text/json":
        return "json"
    if named in ("*/*", "application/*") and not kind.types <= {"any", "string", "null"}:
        return "json"
    if named.startswith("text/") or (named.endswith(_TEXTS) and kind.types == {"string"}):
        return "bytes" if "binary" in kind.formats else "text"
    return "bytes"


class _Call:
    """One operation: as the generator knows it, and its plan."""

    def __init__(self, content: dict[str, Any], path: str, item: dict[str, Any], method: str) -> None:
        self._content = content
        self._path, self._item, self._method = path, item, method
        self._operation = resolved(content, item[method])
        self._folder, self._name = module_of(self._operation)

    def enter(self, plans: dict[str, Any], paths: dict[str, Any]) -> None:
        """Add the plan to `plans`, and the operation to `paths`."""
        parameters = self._parameters()
        bodies, accepted = self._bodies(), self._answers()
        named = f"{self._folder}/{self._name}"
        plans[named] = {
            "path": self._path,
            "parameters": parameters,
            "bodies": bodies,
            "answers": accepted,
            "accept": ", ".join(self._accept(accepted)),
        }
        if self._operation.get("deprecated"):
            described = self._operation.get("description", "")
            self._operation["description"] = f"Deprecated. {described}".strip()
        for kept in ("servers", "callbacks"):
            self._operation.pop(kept, None)
        paths.setdefault(self._path, {})[self._method] = self._operation

    def _parameters(self) -> list[dict[str, Any]]:
        found = parameters_of(self._content, self._item, self._operation)
        plans, known = [], []
        for name, parameter in zip(python_names(found), found, strict=True):
            plans.append(_parameter_plan(self._content, name, parameter))
            schema = _schema_of(parameter)
            if "description" in parameter and isinstance(schema, dict):
                schema.setdefault("description", parameter["description"])
            place = "path" if parameter["in"] == "path" else "query"
            required = place == "path" or parameter.get("required", False)
            known.append({"name": name, "in": place, "required": required, "schema": schema})
            if place == "path":
                self._path = self._path.replace(f"{{{parameter['name']}}}", f"{{{name}}}")
        self._operation["parameters"] = known
        return plans

    def _bodies(self) -> list[dict[str, Any]]:
        if "requestBody" not in self._operation:
            return []
        body = resolved(self._content, self._operation["requestBody"])
        plans: list[dict[str, Any]] = []
        content: dict[str, Any] = {}
        for media_type, node, kind in bodies_of(self._content, body):
            schema = node.get("schema", {})
            if kind in ("text", "file"):
                schema = {
                    "type": "string",
                    "description": resolved(self._content, schema).get("description", ""),
                }
                schema |= {"format": "binary"} if kind == "file" else {}
            content[f"application/body{len(plans)}+json" if plans else JSON] = {"schema": schema}
            plans.append({"kind": kind, "media_type": media_type, "encoding": _encoding(node, kind)})
        self._operation["requestBody"] = {"required": body.get("required", False), "content": content}
        return plans

    def _answers(self) -> list[dict[str, Any]]:
        known: dict[str, Any] = {}
        plans = []
        for code, node in self._operation["responses"].items():
            if str(code).startswith("x-"):
                continue
            status = str(code).upper() if str(code) != "default" else "default"
            answer = resolved(self._content, node)
            reads: list[dict[str, Any]] = []
            content = {} if self._method == "head" else answer.get("content", {})
            for media_type, described in content.items():
                schema = described.get("schema", {})
                kind = answer_kind(self._content, media_type, schema)
                same = next((one for one in reads if (one["kind"], one["schema"]) == (kind, schema)), None)
                if same or (
                    kind != "json" and (same := next((one for one in reads if one["kind"] == kind), None))
                ):
                    same["media_types"].append(media_type)
                    continue
                pattern = str(9000 + len(known)) if reads else status
                reads.append(
                    {"pattern": pattern, "kind": kind, "schema": schema, "media_types": [media_type]}
                )
                held = (JSON, schema) if kind == "json" else ("text/plain", {"type": "string"})
                known[pattern] = {"description": "", "content": {held[0]: {"schema": held[1]}}}
            if not reads:
                known[status] = {"description": ""}
            reads.sort(key=lambda one: one["kind"] != "json")
            plans.append(
                {
                    "status": status,
                    "range": _range(status),
                    "reads": [
                        {name: one[name] for name in ("pattern", "kind", "media_types")} for one in reads
                    ],
                }
            )
        self._operation["responses"] = known
        return sorted(
            plans,
            key=lambda plan: (
                plan["status"] == "default",
                plan["range"][0] != plan["range"][1],
                plan["range"],
            ),
        )

    def _accept(self, answers: list[dict[str, Any]]) -> Iterator[str]:
        """Yield the media types to ask for: those of `default` only where there are no others."""
        seen: set[str] = set()
        explicit = [answer for answer in answers if answer["status"] != "default"]
        for some in (explicit, answers):
            for answer in some:
                for media_type in (one for read in answer["reads"] for one in read["media_types"]):
                    if media_type not in seen:
                        seen.add(media_type)
                        yield media_type
            if seen:
                return


def _range(status: str) -> tuple[int, int]:
    if status == "default":
        return (0, 0)
    first = int(status.replace("X", "0"))
    return (first, first + 99 if "X" in status else first)


def _schema_of(parameter: dict[str, Any]) -> Any:
    if "content" in parameter:
        described: dict[str, Any] = next(iter(parameter["content"].values()))
        return described.setdefault("schema", {})
    return parameter.setdefault("schema", {})


def _parameter_plan(content: dict[str, Any], name: str, parameter: dict[str, Any]) -> dict[str, Any]:
    where = parameter["in"]
    style = "content" if "content" in parameter else parameter.get("style", STYLES[where])
    explode = parameter.get("explode", style == "form")
    kind = kind_of(content, _schema_of(parameter))
    is_plain = style == STYLES[where] and not parameter.get("allowReserved", False)
    if where == "query":
        is_plain = is_plain and kind.types <= SINGLE
    else:
        is_enum = "enum" in resolved(content, _schema_of(parameter))
        is_plain = is_plain and kind.types == {"string"} and not is_enum and where != "cookie"
    if parameter.get("allowReserved") and style != "content":
        style += "+"
    return {
        "name": name,
        "wire": parameter["name"],
        "in": where,
        "required": where == "path" or parameter.get("required", False),
        "style": style,
        "explode": explode,
        "plain": is_plain,
    }


def bodies_of(content: dict[str, Any], body: dict[str, Any]) -> list[tuple[str, dict[str, Any], str]]:
    """Return media type, description and kind of each body that a caller can choose by its type.

    Of media types for the same type the first one is sent, JSON before any other.
    """
    kinds = [
        (media_type, node, body_kind(content, media_type, node.get("schema", {})))
        for media_type, node in body.get("content", {}).items()
    ]
    usable = [(media_type, node, kind) for media_type, node, kind in kinds if kind]
    usable.sort(key=lambda one: one[2] != "json")
    found: dict[str, tuple[str, dict[str, Any], str]] = {}
    for media_type, node, kind in usable:
        for seen in found:
            if _may_be_same(seen, _type_name(content, node.get("schema", {}), kind)):
                break
        else:
            found[_type_name(content, node.get("schema", {}), kind)] = (media_type, node, kind)
    return list(found.values())


def _type_name(content: dict[str, Any], schema: Any, kind: str) -> str:
    """Name the type in Python as far as isinstance can tell it."""
    if kind in ("text", "file"):
        return "string" if kind == "text" else "file"
    types = kind_of(content, schema).types
    if types == {"object"}:
        return f"object {schema.get('$ref', id(schema))}"
    return next(iter(types)) if len(types) == 1 else "any"


def _may_be_same(one: str, other: str) -> bool:
    return one == other or "any" in (one, other)


def _encoding(node: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Return what is written of the fields of a form, or of the parts of a multipart body."""
    found = []
    for name, encoding in node.get("encoding", {}).items():
        media_type = encoding.get("contentType", "").partition(",")[0].strip()
        if kind == "form" and (
            {"style", "explode", "allowReserved"} & encoding.keys() or is_json(media_type)
        ):
            style = encoding.get("style", "form")
            is_content = not {"style", "explode", "allowReserved"} & encoding.keys()
            style = "content" if is_content else style + ("+" if encoding.get("allowReserved") else "")
            found.append({"name": name, "style": style, "explode": encoding.get("explode", "form" in style)})
        elif kind == "multipart" and media_type and "*" not in media_type:
            found.append({"name": name, "media_type": media_type})
    return found
