"""Run in the process of edited clients: import each, and read and write documented and odd values with it.

Standard input has, by the name of a package in the folder that is the argument, the documented values of the field
`edited`, and statements to run. Standard output is a list of the problems, each with the name of the package.
"""

import copy
import importlib
import json
import pickle
import pkgutil
import sys
import traceback
import types
import typing
from collections.abc import Iterator
from enum import Enum
from typing import Any

ODD: list[Any] = [
    *(None, True, False, 0, 1, -7, 1.5, 2.0, "", "odd", "é\u2028", [], {}, {"x": 1}, {"edited": {"x": []}}),
    *(
        [None],
        ["x", 1, {}],
        [[]],
        [[{"x": "y"}], "z"],
        {"kind": "no such kind"},
        {"x": {"y": [None, {"z": 0}]}},
    ),
]


def conforms(value: Any, kind: Any) -> bool:
    """Whether a value is of a type as annotated."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return True
    if kind is None or kind is type(None):
        return value is None
    if origin in (typing.Union, types.UnionType):
        return any(conforms(value, one) for one in arguments)
    if origin is list:
        return isinstance(value, list) and all(conforms(item, arguments[0]) for item in value)
    if origin is dict:
        return isinstance(value, dict) and all(conforms(item, arguments[1]) for item in value.values())
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, kind)


def same(written: Any, body: Any) -> bool:
    """Whether two JSON values are the same: true is not 1, but 1.0 is."""
    if isinstance(body, bool) or isinstance(written, bool):
        return written is body
    if isinstance(body, dict) and isinstance(written, dict):
        return body.keys() == written.keys() and all(same(written[key], body[key]) for key in body)
    if isinstance(body, list) and isinstance(written, list):
        return len(body) == len(written) and all(map(same, written, body))
    return bool(written == body)


def whole(model: Any, body: Any) -> Any:
    """Read a body, and see that nothing is lost, and that the types are right."""
    made = model._read(body)
    written = json.loads(json.dumps(made.to_dict()))
    assert same(written, body), f"{model.__name__} writes {written!r} for {body!r}"
    for name, kind in typing.get_type_hints(model).items():
        value = getattr(made, name)
        sound = conforms(value, kind) or type(value).__name__ == "Unset"
        assert sound, f"{model.__name__}.{name} is {value!r} for {body!r}, but declared as {kind}"
    assert pickle.loads(pickle.dumps(made)) == copy.deepcopy(made) == made, (model, body)
    repr(made)
    return made


def imported(name: str) -> Any:
    """Import a package and all of its modules."""
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, f"{name}."):
        importlib.import_module(module.name)
    return package


def check(name: str, reads: list[Any], checks: str) -> None:
    """Check a client."""
    client = imported(name)
    models = importlib.import_module(f"{name}.models")
    for each in models.__all__:
        model = getattr(models, each)
        if issubclass(model, Enum):
            assert all(member.is_documented for member in model), model
            continue
        for field in model._names:
            for value in ODD:
                whole(model, {field: value, "and another": 1})
        if not model._required:
            model.from_dict({})
    for value in reads:
        made = whole(models.ConnectionGroup, {"edited": value, "id": "4f1c"})
        assert made.edited.__class__.__name__ != "Unset", f"{value!r} is not read"
        assert not made.additional_properties, (
            f"{value!r} is read as {made.edited!r}, but it was not as documented"
        )
        sent = models.UpdateConnectionGroupRequest([], [], edited=made.edited).to_dict()
        sent = json.loads(json.dumps(sent))
        assert same(sent["edited"], value), f"{value!r} is sent as {sent['new']!r}"
    if hasattr(models, "UpdateConnectionGroupRequest"):
        request = models.UpdateConnectionGroupRequest
        if request._required == ("asset_types", "aws_regions"):
            assert request([], []).to_dict() == {"asset_types": [], "aws_regions": []}, (
                "more is sent than was set"
            )
    space = {"client": client, "models": models, "name": name, "whole": whole, "same": same}
    exec(compile(checks, "checks", "exec"), space)  # noqa: S102 - the statements of the table


def found(asked: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with each client."""
    for name, parts in asked.items():
        try:
            check(name, parts["reads"], parts["checks"])
        except Exception as error:  # noqa: BLE001 - each client has a line of its own
            place = traceback.extract_tb(error.__traceback__)[-1]
            yield name, f"{type(error).__name__}: {error} ({place.name}:{place.lineno} {place.line})"


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    print(json.dumps(list(found(json.load(sys.stdin)))))
