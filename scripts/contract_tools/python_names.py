"""The Python names of classes, attributes and members of enums: stable, readable, and apart from each other.

Of names that meet, the first one in the specification keeps the name, and each other gets a number.
"""

import unicodedata
from collections.abc import Collection, Iterable

from openapi_python_client.strings import ClassName, PythonIdentifier, pascal_case, snake_case

IMPORTED = frozenset({
    *("Any", "Callable", "Enum", "Generic", "IntEnum", "Mapping", "Self", "StrEnum", "TypeVar", "cast", "quote"),
    *("AuthenticatedClient", "Client", "File", "FileTypes", "HTTPStatus", "Model", "Response", "UNSET", "Unset"),
    *("answers", "cache", "checks", "define", "errors", "httpx", "models", "new", "parsing"),
})  # fmt: skip
"""What a module of the client imports under its name."""
OF_MODELS = frozenset({
    *("Any", "Callable", "Mapping", "Model", "UNSET", "Unset", "cache", "define", "new", "parsing"),
    *("additional_keys", "additional_properties", "from_dict", "to_dict"),
    *("_accept", "_has", "_is_as_read", "_keep", "_names", "_of", "_parsers", "_read", "_reprs", "_required"),
    *("_rest", "_tags", "_wanted"),
})  # fmt: skip
"""What each model has under its name, or uses in its annotations."""


def classes(texts: Iterable[str], taken: Collection[str] = ()) -> list[str]:
    """Make the name of a class of each text, and of its module, apart from those that are taken."""
    modules = {_module(name) for name in taken}
    made: list[str] = []
    for text in texts:
        base = _class(text)
        name, number = base, 1
        while _module(name) in modules:
            number += 1
            name = _settled(f"{base}{number}")
        modules.add(_module(name))
        made.append(name)
    return made


def _module(name: str) -> str:
    return str(PythonIdentifier(name, ""))


def _class(text: str) -> str:
    name = unicodedata.normalize("NFKC", pascal_case(text)) or pascal_case(_spelled(text))
    if name in IMPORTED or not name[:1].isidentifier():
        name = f"{name}Model" if name[:1].isidentifier() else f"Model{name}"
    return _settled(name)


def _settled(name: str) -> str:
    """Return what the generator makes of a name, which it then leaves as it is."""
    while (made := str(ClassName(name, ""))) != name:
        name = made
    return name


def attributes(fields: Iterable[str]) -> dict[str, str]:
    """Make the attribute of each field of a model, by the name of the field."""
    taken: set[str] = set()
    made: dict[str, str] = {}
    for field in fields:
        base = _attribute(field)
        name, number = base, 1
        while name.strip("_") in taken:
            number += 1
            name = f"{base.strip('_')}_{number}"
        taken.add(name.strip("_"))
        made[field] = name
    return made


def _attribute(field: str) -> str:
    name = unicodedata.normalize("NFKC", PythonIdentifier(field, ""))
    if not name.strip("_"):
        name = _spelled(field).lower()
    if not name.isidentifier():
        name = f"field_{name}"
    return f"{name}_" if name in OF_MODELS else name


def members(values: Iterable[str | int], given: list[str] | None = None) -> list[str]:
    """Make the name of each member of an enum; `given` are names of the specification itself."""
    made: list[str] = []
    for index, value in enumerate(values):
        base = _member(given[index] if given else value)
        name, number = base, 1
        while name in made:
            number += 1
            name = f"{base}_{number}"
        made.append(name)
    return made


def _member(value: str | int) -> str:
    if isinstance(value, int):
        return f"VALUE_NEGATIVE_{-value}" if value < 0 else f"VALUE_{value}"
    name = unicodedata.normalize("NFKC", snake_case(value.upper()).upper())
    if not name:
        name = _spelled(value)
    return name if name.isidentifier() else f"VALUE_{name}"


def _spelled(text: str) -> str:
    """Spell out a text of signs: `<=` is LESS_THAN_SIGN_EQUALS_SIGN."""
    names = (unicodedata.name(sign, f"U{ord(sign):04X}") for sign in text)
    return "_".join(names).replace(" ", "_").replace("-", "_") or "EMPTY"
