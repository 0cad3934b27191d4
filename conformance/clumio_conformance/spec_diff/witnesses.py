"""Values that one schema allows and another one refuses: searched for by trying, the smallest one shown."""

from collections.abc import Callable
from typing import Any, Final, Literal

import jsonschema_rs
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException, NoSuchExample

from clumio_conformance.contract.pointers import at
from clumio_conformance.spec_diff.difference import Witness

Strategy = st.SearchStrategy[Any]
TRIES: Final = 300
DEEPEST: Final = 5
_SETTINGS: Final = settings(
    max_examples=TRIES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


def search(allowing: dict[str, Any], refusing: dict[str, Any], by: Literal["old", "new"]) -> list[Witness]:
    """Search for a value that one schema allows and another one refuses; the smallest one found."""
    try:
        allowed, refused = _validator(allowing), _validator(refusing)
        built = Builder(allowing).build(allowing)
        value = find(
            built,
            lambda value: allowed(value) and not refused(value),
            settings=_SETTINGS,
        )
    except (NoSuchExample, HypothesisException, ValueError, RecursionError, jsonschema_rs.ReferencingError):
        return []
    return [Witness(value=value, allowed_by=by)]


def _validator(schema: dict[str, Any]) -> Callable[[Any], bool]:
    return jsonschema_rs.Draft202012Validator(schema).is_valid


class Builder:
    """Builds strategies for the values of a plain schema; what it can't follow is left to the validator."""

    def __init__(self, whole: dict[str, Any]) -> None:
        self._whole = whole

    def build(self, schema: Any, depth: int = 0) -> Strategy:
        """Return a strategy for most values of a schema."""
        if schema is True or schema == {}:
            return _ANY
        if schema is False or depth > DEEPEST:
            return st.nothing()
        if "$ref" in schema:
            return self.build(at(self._whole, schema["$ref"]), depth + 1)
        if values := schema.get("enum", [schema["const"]] if "const" in schema else None):
            return st.sampled_from(values)
        if branches := schema.get("anyOf", schema.get("oneOf")):
            return st.one_of([self.build(branch, depth) for branch in branches])
        return self._conjunction(schema, depth)

    def _conjunction(self, schema: dict[str, Any], depth: int) -> Strategy:
        merged: dict[str, Any] = {}
        for part in (schema, *schema.get("allOf", [])):
            merged = {**part, **merged}
        types = merged.get("type", ["null", "boolean", "number", "string", "array", "object"])
        named = [types] if isinstance(types, str) else types
        return st.one_of([self._of_type(name, merged, depth) for name in named])

    def _of_type(self, name: str, schema: dict[str, Any], depth: int) -> Strategy:
        if name in {"integer", "number"}:
            return _numbers(name, schema)
        if name == "string" and "pattern" in schema:
            return st.from_regex(schema["pattern"])
        if name == "string":
            return st.text(min_size=schema.get("minLength", 0), max_size=schema.get("maxLength"))
        if name == "array":
            return self._lists(schema, depth)
        if name == "object":
            return self._objects(schema, depth)
        return st.none() if name == "null" else st.booleans()

    def _lists(self, schema: dict[str, Any], depth: int) -> Strategy:
        least, most = schema.get("minItems", 0), schema.get("maxItems", schema.get("minItems", 0) + 3)
        if prefix := [self.build(one, depth + 1) for one in schema.get("prefixItems", [])]:
            return st.tuples(*prefix).map(list)
        contained = schema.get("contains", schema.get("items", True))
        items = self.build(schema.get("items", contained), depth + 1)
        return st.lists(st.one_of(items, self.build(contained, depth + 1)), min_size=least, max_size=most)

    def _objects(self, schema: dict[str, Any], depth: int) -> Strategy:
        fields = {name: self.build(child, depth + 1) for name, child in schema.get("properties", {}).items()}
        required = schema.get("required", [])
        named = {word for key in ("not", "if", "then", "else") for word in _words(schema.get(key))}
        others = {name: _ANY for name in [*required, *sorted(named)] if name not in fields}
        for pattern, child in schema.get("patternProperties", {}).items():
            example = pattern.strip("^$")
            others[example] = st.one_of(self.build(child, depth + 1), _ANY)
        must = {name: fields.get(name, others.get(name, _ANY)) for name in required}
        may = {
            name: one for name, one in {**others, **fields}.items() if name not in must and not one.is_empty
        }
        return st.fixed_dictionaries(must, optional=may)


def _words(node: Any) -> set[str]:
    """Return the fields that a condition names."""
    if not isinstance(node, dict):
        return set()
    found = {*node.get("required", []), *node.get("properties", {})}
    return found.union(*(_words(child) for child in node.values()))


def _numbers(name: str, schema: dict[str, Any]) -> Strategy:
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    most = schema.get("maximum", schema.get("exclusiveMaximum"))
    whole = st.integers(
        min_value=None if least is None else int(least), max_value=None if most is None else int(most)
    )
    if factor := schema.get("multipleOf"):
        whole = st.integers(min_value=-10, max_value=10).map(lambda count: count * factor)
    if name == "integer" or "multipleOf" in schema:
        return whole
    return st.one_of(
        whole, st.floats(min_value=least, max_value=most, allow_nan=False, allow_infinity=False, width=32)
    )


_ANY: Final[Strategy] = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 9), st.text("ab", max_size=3), st.just([]), st.just({})
)
