"""Models of other specifications: they refer to each other, and have fields with any names."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from clumio_connection_groups.model import Model
from contract_tools import generation

ROOT = Path(__file__).resolve().parents[2]
OF_MODELS = [name for name in vars(Model) if not name.startswith("__")]
# Many make the same attribute: `_read` beside `read`.
NAMES = sorted({*OF_MODELS, *(name.strip("_") for name in OF_MODELS)} | {
    *("self", "cls", "d", "rest", "models", "parsing", "UNSET", "unset", "Unset", "new", "Model", "model"),
    *("define", "cache", "made", "received", "value", "missed", "inner", "items", "item", "Any", "any", "id"),
    *("len", "list", "dict", "str", "int", "bool", "isinstance", "object", "KeyError", "class", "None"),
    *("match", "field", "attrs", "Tree", "tree", "2fa", "created-at", "a b", "$ref_", "Mapping", "mapping"),
    *("größe", "a\tb", "a-b", "a_b", "a.b", "$", "", "__id", "_id", "日本", "\u2028", "\u200b", '"', "\\"),
})  # fmt: skip
TREE = {"$ref": "#/components/schemas/Tree"}
SCHEMAS: dict[str, Any] = {
    "Tree": {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "parent": {"oneOf": [TREE, {"type": "null"}]},
            "children": {"type": "array", "items": TREE},
            "either": {"oneOf": [{"type": "integer"}, {"$ref": "#/components/schemas/Other"}]},
        },
    },
    "Other": {
        "type": "object",
        "properties": {"tree": TREE, "rows": {"type": "array", "items": {"type": "array", "items": TREE}}},
    },
    "Values": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "level": {"type": "integer", "enum": [1, 2]},
            "on": {"type": "boolean", "default": True},
            "ratio": {"type": "number"},
            "maybe": {"type": ["array", "null"], "items": {"type": "string"}},
            "anything": {},
            "kind": {"type": "string", "enum": ["name", "UNDOCUMENTED", ""]},
        },
    },
    "Strict": {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "inner": {"$ref": "#/components/schemas/Strict"},
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/Strict"}},
        },
    },
    "Nothing": {"type": "object"},
}
CHECKS = """
import copy, pickle, sys, typing
import attrs
import clumio_connection_groups.models as models
from clumio_connection_groups.model import Model
from clumio_connection_groups.parsing import NotDocumented

def whole(name, body):
    made = getattr(models, name).from_dict(body)
    assert made.to_dict() == body, (made, body)
    assert pickle.loads(pickle.dumps(made)) == copy.deepcopy(made) == made == attrs.evolve(made)
    repr(made)
    return made

tree = {"name": "a", "children": [{"children": [], "parent": None}, {"either": {"tree": {"x": 1}}}]}
made = whole("Tree", tree)
assert made.children[1].either.tree["x"] == 1 and made.children[0].parent is None
whole("Tree", tree | {"children": [tree, None, tree], "either": "x", "parent": 5})
rows = whole("Other", {"rows": [[tree], [tree, 5], 5]}).rows
assert [len(row) for row in rows] == [1], rows

values = {"level": True, "ratio": 1, "maybe": None, "anything": [1], "kind": "UNKNOWN", "x": 1}
values = whole("Values", values)
assert values.level is values.on and values.maybe is None and not values.kind.is_documented
assert values["level"] is True and "ratio" not in values
assert whole("Values", {"on": False, "kind": "", "level": 2}).kind.is_documented
assert models.Values().to_dict() == {}

names = sys.argv[1].split(",")
body = {name: name.upper() for name in names} | {"x": 1}
made = whole("Names", body)
assert made.additional_properties == {"x": 1} and made.id == "__ID" and made.id_3 == "ID"
whole("Names", dict.fromkeys(names, 5))
given = {attribute: 1 for attribute in models.Names.__match_args__}
assert models.Names(**given).to_dict() == dict.fromkeys(names, 1)
whole("Nothing", {"x": 1})

strict = whole("Strict", {"name": "a", "inner": {"x": 1}, "items": [{"name": "b"}, {"name": 5}, {}]})
assert "inner" in strict and not strict.inner and [one.name for one in strict.items] == ["b"]

deep = {}
for _ in range(100_000):
    deep = {"parent": deep}
try:
    models.Tree.from_dict(deep)
except NotDocumented as error:
    assert "nested too deeply" in str(error)

wraps = [
    lambda one: {"children": [one, None]},
    lambda one: {"name": 5, "x": 1, "parent": one},
    lambda one: {"either": {"tree": one, "rows": 5}},
    lambda one: {"either": {"rows": [[one, 5]]}},
]
for wrap in wraps:
    odd = 0
    for _ in range(60):  # it would never end if a value was read twice at each depth
        odd = wrap(odd)
    whole("Tree", odd)

for name in models.__all__:
    model = getattr(models, name)
    if issubclass(model, Model):
        typing.get_type_hints(model)
        attrs.resolve_types(model)

modules = [name for name in sys.modules if name.startswith("clumio_connection_groups.models.")]
for first in modules:
    for name in [name for name in sys.modules if name.startswith("clumio_connection_groups")]:
        del sys.modules[name]
    __import__(first)
"""


def made(schemas: dict[str, Any], folder: Path) -> Path:
    """Generate a client of the contract with more schemas; return its folder."""
    content = YAML(typ="safe").load(ROOT / "openapi" / "spec.yaml")
    content["components"]["schemas"] |= schemas
    # What is sent keeps its required fields.
    sent = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Strict"}}}}
    content["components"]["requestBodies"] = {"Strict": sent}
    spec = folder / "spec.json"
    spec.write_text(json.dumps(content), encoding="utf-8")
    target = folder / "generated"
    target.mkdir()
    generation.make(generation.collect(ROOT, spec), target)
    return target


def named(*names: str) -> dict[str, Any]:
    """A schema with fields of these names."""
    return SCHEMAS | {"Names": {"type": "object", "properties": {name: {"type": "string"} for name in names}}}


def test_models_that_refer_to_each_other_with_fields_of_any_name(tmp_path: Path) -> None:
    """They are imported, read, written, copied and looked up without a warning, and have correct types."""
    target = made(named(*NAMES), tmp_path)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", CHECKS, ",".join(NAMES)],
        env=os.environ | {"PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    checked = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path.parent / "mypy"),
            target / "clumio_connection_groups" / "models",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
