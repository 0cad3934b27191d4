"""Random schemas, small edits of them, and values that keep to what is declared."""

import json
from random import Random
from typing import Any, Final

NAMES: Final = ("a", "b", "c")
VALUES: Final[tuple[Any, ...]] = (1, 2, "a", "b", True, None, 1.5, [], {"a": 1})
SIMPLE: Final = ("string", "integer", "number", "boolean", "enum", "null")
CHOICES: Final = ("anyOf", "oneOf", "allOf")
NESTED: Final = (*SIMPLE, *CHOICES, "array", "object", "object", "several", "not", "if", "any")


def schema(random: Random, depth: int = 2) -> Any:  # noqa: PLR0911 - one for each kind
    """Return a random schema."""
    kind = random.choice(NESTED if depth > 0 else SIMPLE)
    if kind == "string":
        return {"type": "string", **_some(random, minLength=(0, 3), maxLength=(2, 5)), **_pattern(random)}
    if kind in {"integer", "number"}:
        bounds = _some(
            random, minimum=(-3, 3), maximum=(3, 9), exclusiveMinimum=(-3, 3), exclusiveMaximum=(3, 9)
        )
        return {"type": kind, **bounds, **_some(random, multipleOf=(1, 4))}
    if kind == "enum":
        return {"enum": random.sample(VALUES, random.randint(1, 4))}
    if kind == "array":
        return _array(random, depth)
    if kind == "object":
        return _object(random, depth)
    if kind in CHOICES:
        return {kind: [schema(random, depth - 1) for _ in range(random.randint(1, 3))]}
    if kind == "several":
        return {"type": random.sample(["string", "integer", "null", "boolean"], 2)}
    if kind == "not":
        return {"type": random.choice(["string", "integer", "object"]), "not": schema(random, depth - 1)}
    if kind == "if":
        fields = {name: schema(random, 0) for name in ("a", "b")}
        return {
            "type": "object",
            "properties": fields,
            "if": {"required": ["a"]},
            "then": {"required": ["b"]},
        }
    return {} if kind == "any" else {"type": kind}


def edited(random: Random, before: Any, depth: int = 2) -> Any:
    """Return a schema with a small edit, or another one."""
    if not isinstance(before, dict) or random.random() < 0.15:
        return schema(random, depth)
    after = json.loads(json.dumps(before))
    inner: list[tuple[Any, Any]] = [
        (after, key) for key in ("items", "not", "additionalProperties", "contains") if after.get(key)
    ]
    inner += [(after[key], at) for key in CHOICES for at in range(len(after.get(key, [])))]
    inner += [(after["properties"], name) for name in after.get("properties", {})]
    if inner and random.random() < 0.6:
        holder, key = random.choice(inner)
        holder[key] = edited(random, holder[key], depth - 1)
    elif "properties" in after and random.random() < 0.6:
        _edit_field(random, after, depth)
    else:
        _edit_keyword(random, after, depth)
    return after


def strict(before: Any) -> Any:
    """Return a schema in which no object has fields that are not declared."""
    if isinstance(before, list):
        return [strict(child) for child in before]
    if not isinstance(before, dict):
        return before
    after = {
        key: strict(child) if key not in {"enum", "not", "if"} else child for key, child in before.items()
    }
    if (
        before.get("properties")
        and isinstance(before["properties"], dict)
        and "patternProperties" not in before
    ):
        after.setdefault("additionalProperties", False)
    return after


def _some(random: Random, **ranges: tuple[int, int]) -> dict[str, int]:
    return {key: random.randint(*span) for key, span in ranges.items() if random.random() < 0.3}


def _pattern(random: Random) -> dict[str, str]:
    return {"pattern": random.choice(["^a", "b$", "^[a-c]*$", ".*", "^ab"])} if random.random() < 0.3 else {}


def _array(random: Random, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "array", **_some(random, minItems=(0, 2), maxItems=(2, 3))}
    if random.random() < 0.7:
        found["items"] = schema(random, depth - 1)
    if random.random() < 0.2:
        found["uniqueItems"] = True
    if random.random() < 0.15:
        found["prefixItems"] = [schema(random, depth - 1)]
    if random.random() < 0.15:
        found["contains"] = schema(random, 0)
    return found


def _object(random: Random, depth: int) -> dict[str, Any]:
    names = random.sample(NAMES, random.randint(1, 3))
    found: dict[str, Any] = {
        "type": "object",
        "properties": {name: schema(random, depth - 1) for name in names},
    }
    found["required"] = [name for name in names if random.random() < 0.4]
    choice = random.random()
    if choice < 0.3:
        found["additionalProperties"] = False if choice < 0.2 else schema(random, 0)
    if random.random() < 0.1:
        found["dependentRequired"] = {"a": ["b"]}
    if random.random() < 0.1:
        found["patternProperties"] = {"^a": schema(random, 0)}
    return found


def _edit_field(random: Random, after: dict[str, Any], depth: int) -> None:
    name = random.choice(NAMES)
    required = set(after.get("required", []))
    choice = random.random()
    if choice < 0.3:
        after["properties"].pop(name, None)
        required.discard(name)
    elif choice < 0.6:
        after["properties"][name] = schema(random, depth - 1)
    else:
        required ^= {name}
    after["required"] = sorted(required)


def _edit_keyword(random: Random, after: dict[str, Any], depth: int) -> None:
    # Without its type an object or a list stays one: that is how the comparison reads it.
    kept = {"properties", "type"} if {"properties", "items", "prefixItems"} & after.keys() else {"properties"}
    removable = [key for key in after if key not in kept]
    if removable and random.random() < 0.5:
        after.pop(random.choice(removable))
    for key in ("minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum"):
        if key in after:
            after[key] = max(0 if key[3:4].isupper() else -9, after[key] + random.choice([-1, 1]))
    if "enum" in after:
        after["enum"] = after["enum"][:-1] or ["z"] if random.random() < 0.5 else [*after["enum"], "z"]
    for key in ("anyOf", "oneOf"):
        if len(after.get(key, [])) > 1 and random.random() < 0.5:
            after[key].pop()
        elif key in after:
            after[key].append(schema(random, depth - 1))
