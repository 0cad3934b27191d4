"""The rules of the comparison: what each one means, and what a caller must do.

A rule is a side (operation, request, response), a subject and a kind, as `request.enum.narrowed`. Its texts
are put together from the tables below.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

SCHEMA_SUBJECTS: Final = {
    "additionalProperties": "fields that are not declared",
    "anyOf": "the choices of a value",
    "const": "the only allowed value",
    "contains": "an item that a list must contain",
    "contentEncoding": "the encoding of a text",
    "contentMediaType": "the media type of a text",
    "contentSchema": "the schema of an encoded text",
    "dependentRequired": "fields that must come with another field",
    "dependentSchemas": "what holds when a field is there",
    "discriminator": "the field that tells the choices apart",
    "enum": "the allowed values",
    "exclusiveMaximum": "the upper bound of a number",
    "exclusiveMinimum": "the lower bound of a number",
    "format": "the format of a value",
    "if": "a condition on a value",
    "items": "the items of a list",
    "maxItems": "the longest list",
    "maxLength": "the longest text",
    "maxProperties": "the most fields of an object",
    "maximum": "the upper bound of a number",
    "minItems": "the shortest list",
    "minLength": "the shortest text",
    "minProperties": "the fewest fields of an object",
    "minimum": "the lower bound of a number",
    "multipleOf": "the factor of a number",
    "not": "what a value must not be",
    "oneOf": "the choices of a value",
    "pattern": "the pattern of a text",
    "patternProperties": "fields by the pattern of their names",
    "prefixItems": "the items of a tuple",
    "propertyNames": "the names of fields",
    "required": "whether a field must be there",
    "schema": "a schema as a whole",
    "type": "the type of a value",
    "uniqueItems": "whether items may be equal",
    "xml": "how a value is written in XML",
}
"""What each keyword of a schema is about."""
_PLACES: Final = {
    "body": "a body",
    "header": "a header",
    "link": "a link",
    "media-type": "a media type",
    "parameter": "a parameter",
    "property": "a field",
    "status": "a status",
}
_REQUIRED: Final = {
    "body-required": "whether a body must be there",
    "header-required": "whether a header must be there",
    "parameter-allowEmptyValue": "whether a parameter may be empty",
    "parameter-allowReserved": "whether reserved characters stay as they are in a parameter",
    "parameter-required": "whether a parameter must be there",
}
_CHANGED: Final = {
    "default": "the value that stands for one that is left out",
    "encoding": "how a part of a body is encoded",
    "link": "where a link leads",
    "parameter-content": "whether a parameter has a schema or a media type",
    "parameter-explode": "whether the values of a parameter are spread out",
    "parameter-style": "how a parameter is written",
}
_ANNOTATED: Final = {
    "default": "the documented default of an answer",
    "deprecated": "whether something is deprecated",
    "extension": "an extension",
    "parameter-deprecated": "whether a parameter is deprecated",
    "requirements": "the requirements that are the source of a node",
    "tags": "the tags of an operation",
    "x-deprecated-values": "the deprecated values",
    "x-sunset": "the end of something that is deprecated",
}
_NOT_IN_REQUESTS: Final = {"status", "header", "header-required", "link"}
_NOT_IN_RESPONSES: Final = {"parameter"}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule.

    Attributes:
        id: Its stable id, as `request.enum.narrowed`.
        title: What changed, in one line.
        explanation: Why it breaks something, or nothing.
        advice: What a caller must do.
    """

    id: str
    title: str
    explanation: str
    advice: str


_SENT: Final = {
    "narrowed": (
        "less may be sent: {subject}",
        "A client that kept to the old specification may send what is refused now.",
        "Look at what your program sends there; send only what the new specification allows.",
    ),
    "widened": (
        "more may be sent: {subject}",
        "No client breaks. A vendor who keeps to the old specification may refuse what is promised now.",
        "Nothing, until you use what is new; then make sure that the vendor accepts it already.",
    ),
    "changed": (
        "what may be sent changed: {subject}",
        "What was allowed may be refused now, and the other way round.",
        "Look at what your program sends there, and change it to what the new specification says.",
    ),
    "added": (
        "what may be sent is new: {subject}",
        "A client that does not send it is not affected.",
        "Nothing, until you want to use it.",
    ),
    "added.required": (
        "what must be sent is new: {subject}",
        "A client that kept to the old specification does not send it, and is refused.",
        "Send it in every request.",
    ),
    "removed": (
        "what could be sent is gone: {subject}",
        "A client that sends it may be refused, or what it sends has no effect any more.",
        "Stop sending it.",
    ),
}
_GOT: Final = {
    "narrowed": (
        "less can come: {subject}",
        "No client breaks. A vendor who still keeps to the old specification breaks the new promise.",
        "Nothing; do not rely on the new promise before the vendor keeps it.",
    ),
    "widened": (
        "more can come: {subject}",
        "A client that kept to the old specification may get what it does not expect.",
        "Make sure that your program copes with what is new there.",
    ),
    "changed": (
        "what can come changed: {subject}",
        "A client that kept to the old specification may get what it does not expect.",
        "Look at what your program does with it, and change it to what the new specification says.",
    ),
    "added": (
        "what can come is new: {subject}",
        "A client that ignores what it does not know is not affected; one that checks for it, or gets a new "
        "status or media type, is.",
        "Make sure that your program ignores, or copes with, what it does not know.",
    ),
    "added.required": (
        "what always comes is new: {subject}",
        "No client breaks. A vendor who still keeps to the old specification breaks the new promise.",
        "Nothing; do not rely on it before the vendor keeps the promise.",
    ),
    "removed": (
        "what could come is gone: {subject}",
        "A client that reads it does not find it.",
        "Stop reading it, or cope with its absence.",
    ),
}
_NOTED: Final = (
    "only the documentation changed: {subject}",
    "What may be sent and what may come is the same.",
    "Read it; nothing breaks.",
)
_OPERATIONS: Final = {
    "operation.added": (
        "an operation was added",
        "No client uses it yet.",
        "Nothing, until you want to use it.",
    ),
    "operation.removed": (
        "an operation was removed",
        "A client that calls it is refused.",
        "Stop calling it; look for what stands in its place.",
    ),
    "webhook.added": (
        "the vendor may send a request of a new kind",
        "A receiver that did not ask for it does not get it.",
        "Nothing, until you want to receive it.",
    ),
    "webhook.removed": (
        "the vendor no longer sends a kind of request",
        "A receiver that waits for it waits in vain.",
        "Stop waiting for it.",
    ),
    "operation.operationId.changed": (
        "the id of an operation changed",
        "Nothing changes on the wire, but functions of generated clients have another name.",
        "Generate the client again, and call the function by its new name.",
    ),
    "operation.operationId.annotated": (
        "an operation has an id now",
        "Nothing changes on the wire; generated clients may name their functions by it.",
        "Nothing, unless you generate a client from the specification yourself.",
    ),
    "operation.security.narrowed": (
        "credentials that were enough are not enough any more",
        "A client with the old credentials is refused.",
        "Send what the new specification demands.",
    ),
    "operation.security.widened": (
        "fewer credentials are enough",
        "No client breaks. A vendor who still keeps to the old specification refuses them.",
        "Nothing.",
    ),
    "operation.security.changed": (
        "other credentials are needed",
        "A client with the old credentials is refused.",
        "Send what the new specification demands.",
    ),
    "operation.servers.narrowed": (
        "a server is no longer documented",
        "A client that uses it may find nothing there.",
        "Use one of the servers that are documented.",
    ),
    "operation.servers.widened": (
        "a server was added",
        "No client breaks. A vendor who still keeps to the old specification has no such server.",
        "Nothing.",
    ),
    "operation.servers.changed": (
        "the servers changed",
        "A client that uses an old server may find nothing there.",
        "Use one of the servers that are documented.",
    ),
}


def _rules() -> Iterator[Rule]:
    for name, texts in _OPERATIONS.items():
        yield _rule(name, texts)
    for side, table in (("request", _SENT), ("response", _GOT)):
        for name, what in {**SCHEMA_SUBJECTS, **_REQUIRED}.items():
            yield from _for_side(side, name, what, table, ("narrowed", "widened", "changed"))
        for name, what in _PLACES.items():
            yield from _for_side(side, name, what, table, ("added", "removed"))
        for name in ("property", "parameter", "body"):
            yield from _for_side(side, name, _PLACES[name], table, ("added.required",))
        for name, what in _CHANGED.items():
            yield from _for_side(side, name, what, table, ("changed",))
    for side in ("operation", "request", "response"):
        for name, what in _ANNOTATED.items():
            yield _rule(f"{side}.{name}.annotated", _NOTED, what)


def _for_side(
    side: str, name: str, what: str, table: dict[str, tuple[str, str, str]], kinds: tuple[str, ...]
) -> Iterator[Rule]:
    for kind in kinds:
        yield _rule(f"{side}.{name}.{kind}", table[kind], what)


def _rule(name: str, texts: tuple[str, str, str], what: str = "") -> Rule:
    title, explanation, advice = texts
    return Rule(id=name, title=title.format(subject=what), explanation=explanation, advice=advice)


RULES: Final = {rule.id: rule for rule in _rules()}
"""Every rule by its id."""
