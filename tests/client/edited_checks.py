"""Run in the process of edited clients: import each, and read and write documented and odd values with it.

The argument is the folder of the packages. Standard input has, by the name of a package, its edits: documented
values of the field `edited`, and statements to run. Standard output is a list of the problems, each with its edit.
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


class Models:
    """The models of a client, with an edit's own classes in place of those of the contract."""

    def __init__(self, models: Any, classes: dict[str, str]) -> None:
        self._models, self._classes = models, classes

    def __getattr__(self, name: str) -> Any:
        for old, own in self._classes.items():
            if name.startswith(old) and hasattr(self._models, name.replace(old, own, 1)):
                return getattr(self._models, name.replace(old, own, 1))
        return getattr(self._models, name)


def check_client(client: Any, models: Any) -> None:
    """Read and write odd values in each field of each model."""
    for each in models.__all__:
        model = getattr(models, each)
        if issubclass(model, Enum):
            assert all(member.is_documented for member in model), model
            continue
        for field in model._names:
            for value in ODD:
                whole(model, {field: value, "and another": 1})
        if not model._required:
            assert model.from_dict({}).to_dict() == {}, model


def check_edit(client: Any, models: Any, edit: dict[str, Any]) -> None:
    """Read and write the documented values of an edit, and run its statements."""
    for value in edit["reads"]:
        made = whole(models.ConnectionGroup, {"edited": value, "id": "4f1c"})
        assert made.edited.__class__.__name__ != "Unset", f"{value!r} is not read"
        assert not made.additional_properties, f"{value!r} is not as documented, but read as {made.edited!r}"
        sent = models.UpdateConnectionGroupRequest([], [], edited=made.edited).to_dict()
        sent = json.loads(json.dumps(sent))
        assert same(sent["edited"], value), f"{value!r} is sent as {sent['edited']!r}"
    request = models.UpdateConnectionGroupRequest
    if request._required == ("asset_types", "aws_regions"):
        assert request([], []).to_dict() == {"asset_types": [], "aws_regions": []}, (
            "more is sent than was set"
        )
    name = client.__name__
    space = {"client": client, "models": models, "name": name, "whole": whole, "same": same}
    exec(compile(edit["checks"], "checks", "exec"), space)  # noqa: S102 - the statements of the table


def found(asked: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with each client, and with each edit of it."""
    for name, edits in asked.items():
        try:
            client = imported(name)
            models = importlib.import_module(f"{name}.models")
            check_client(client, models)
        except Exception as error:  # noqa: BLE001 - each client has a line of its own
            yield edits[0]["edit"], described(error)
            continue
        for edit in edits:
            try:
                check_edit(client, Models(models, edit["classes"]), edit)
            except Exception as error:  # noqa: BLE001 - each edit has a line of its own
                yield edit["edit"], described(error)


def described(error: Exception) -> str:
    """An exception in one line, with its place."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {str(error)[:500]} ({place.name}:{place.lineno} {place.line})"


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    print(json.dumps(list(found(json.load(sys.stdin)))))
