"""Rules from the contract for every answer: its status, its media type, and its body, value by value."""

from collections.abc import Iterator
from typing import Any, Final

from clumio_conformance.contract.operations import Answer, is_json
from clumio_conformance.contract.pointers import at
from clumio_conformance.contract.schema import Node, Schema, Violation, as_json, json_type
from clumio_conformance.exchange import NotJson
from clumio_conformance.judging.findings import Deviation, Kind, Verdict
from clumio_conformance.judging.rules import Seen, rule

SCHEMA_KEYWORDS: Final = (
    "type", "enum", "required", "items", "minimum", "maximum", "if", "null", "const", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "pattern", "minLength", "maxLength", "minItems", "maxItems",
    "uniqueItems", "minContains", "maxContains", "contains", "minProperties", "maxProperties",
    "dependentRequired", "propertyNames",
    "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "patternProperties", "prefixItems",
    "dependentSchemas", "allOf", "anyOf", "oneOf", "not", "undocumented",
)  # fmt: skip
"""The schema keywords that are checked; the contract names the requirement behind each."""
MOST_EXTRA: Final = 50
"""How many undocumented fields of one answer are reported: all of them are one cause."""
_KINDS: Final[dict[str, Kind]] = {"required": "missing", "enum": "undocumented", "if": "semantic"}
_OBSERVED: Final = ("type", "enum", "if", "minimum", "maximum")


@rule(keywords=("status",))
def status(seen: Seen) -> Iterator[Verdict]:
    """A 2xx or 3xx answer has the documented status."""
    documented = seen.operation.success
    source = documented.described.source("status") if documented else None
    # Without a source of its own, the status is judged by the rule about the operation's acceptance.
    if source is None or source.is_by_existence or seen.disguised or not 200 <= seen.response.status < 400:
        return
    actual = str(seen.response.status)
    expected = [one.status for one in seen.operation.answers if one.status.startswith(("2", "3"))]
    deviation = Deviation(
        kind="status", location="status", expected=" | ".join(expected), actual=actual, observed=actual
    )
    conforms = seen.answer is not None and seen.answer.documents(seen.response.status)
    yield Verdict(requirement=source.ids[0], deviation=None if conforms else deviation)


@rule(keywords=("content",))
def media_type(seen: Seen) -> Iterator[Verdict]:
    """An answer has the documented media type; a valid one is compared without its parameters."""
    answer = seen.answer
    requirement = answer.described.requirement("content") if answer else None
    if answer is None or requirement is None or not answer.schemas or seen.disguised:
        return
    actual = seen.response.media_type
    deviation = Deviation(
        kind="media type",
        location="header content-type",
        expected=" | ".join(answer.schemas),
        actual=actual or "no Content-Type",
        observed=actual or "missing",
    )
    yield Verdict(requirement=requirement, deviation=None if answer.fits(actual) else deviation)


@rule(keywords=SCHEMA_KEYWORDS)
def body(seen: Seen) -> Iterator[Verdict]:
    """The body of an answer matches its schema, value by value."""
    answer, response = seen.answer, seen.response
    if answer is None or seen.disguised or seen.operation.method == "HEAD":
        return
    if not answer.schemas:
        yield from _unexpected(seen, answer)
        return
    documented, schema = answer.content(response.media_type)
    if schema is not None and (answer.documents(response.status) or response.body):
        is_text = not is_json(response.media_type if "*" in documented else documented)
        if not is_text:
            yield from _against(seen, answer, schema, response.json)
        elif schema.root.type == "string":
            yield from _against(seen, answer, schema, response.body.decode("utf-8", "replace"))


def _unexpected(seen: Seen, answer: Answer) -> Iterator[Verdict]:
    """An answer that is documented without a body has none."""
    requirement = answer.described.requirement("status")
    if requirement is not None and seen.response.body:
        excerpt = _excerpt(seen.response.body)
        deviation = Deviation(
            kind="undocumented", location="body", expected="no body", actual=excerpt, observed="body"
        )
        yield Verdict(requirement=requirement, deviation=deviation)


def _against(seen: Seen, answer: Answer, schema: Schema, value: Any) -> Iterator[Verdict]:
    root = schema.root.source("type", None)
    if isinstance(value, NotJson):
        if root is not None:
            yield Verdict(requirement=root, deviation=_not_json(seen, schema, value))
        return
    violations = schema.violations(value)
    for violation in violations:
        yield Verdict(requirement=violation.requirement, deviation=_deviation(violation, value))
    broken = {violation.path for violation in violations}
    yield from _observed(schema, value, answer.described.requirement("undocumented"), broken)


def _not_json(seen: Seen, schema: Schema, value: NotJson) -> Deviation:
    return Deviation(
        kind="type",
        location="body",
        expected=f"a JSON {schema.root.type or 'value'}",
        actual=f"{value.why}: {_excerpt(seen.response.body)}",
        observed="empty" if not seen.response.body else "not JSON",
        pointer=schema.root.pointer,
    )


def _observed(schema: Schema, body: Any, undocumented: str | None, broken: set[str]) -> Iterator[Verdict]:
    extra, beyond = 0, schema.beyond(body)
    # An object without any documented field is something else: this is reported, and not each of its fields.
    is_other = isinstance(body, dict) and bool(broken) and not schema.root.properties.keys() & body.keys()
    for visit in schema.visits(body):
        if visit.node is None:
            extra += 1
            if undocumented is not None and not is_other and extra <= MOST_EXTRA:
                deviation = Deviation(
                    kind="undocumented",
                    location=visit.path,
                    expected="no such field",
                    actual=as_json(visit.value),
                    observed="undocumented field",
                )
                yield Verdict(requirement=undocumented, deviation=deviation)
        elif visit.path not in beyond and not any(
            path == visit.path or path.startswith(f"{visit.path}/") for path in broken
        ):
            yield from _conforming(visit.node, visit.value)
    if not extra and undocumented is not None and isinstance(body, dict) and not schema.adds_fields(body):
        yield Verdict(requirement=undocumented)


def _conforming(node: Node, value: Any) -> Iterator[Verdict]:
    """Yield the verdicts for a value that matches its schema."""
    for keyword in ("null",) if value is None else _OBSERVED:
        source = node.sources.get(keyword)
        if source is None and keyword == "enum" and node.enum:
            source = node.source("enum", None)
        if isinstance(source, str) and (keyword != "if" or node.applies(value)):
            yield Verdict(requirement=source)


def _deviation(violation: Violation, body: Any) -> Deviation:
    value = _value(body, violation.path)
    observed = {"type": f"type {json_type(value)}", "enum": f"value {as_json(value)}"}.get(
        violation.keyword, violation.keyword
    )
    return Deviation(
        kind=_KINDS.get(violation.keyword, "type"),
        location=violation.path or "body",
        expected=violation.expected,
        actual=violation.actual,
        observed=observed,
        pointer=violation.pointer,
    )


def _value(body: Any, path: str) -> Any:
    try:
        return at(body, path)
    except LookupError:
        return NotJson("absent")


def _excerpt(body: bytes) -> str:
    return as_json(body[:200].decode("utf-8", "replace"))
