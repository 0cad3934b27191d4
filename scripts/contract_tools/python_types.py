"""Annotations of the generated client as sets of alternatives, and which set fits into which."""

import ast
from collections.abc import Mapping

_NARROWER = {("bool", "int"), ("bool", "float"), ("int", "float")}
_COVARIANT = {"Response", "Mapping", "Sequence", "Iterator", "AsyncIterator", "Iterable"}


def fits(value: str, place: str, bases: Mapping[str, str]) -> bool:
    """Whether each value of one annotation is a value of another one.

    `bases` has the built-in type that a class of the client is, too: an enum of strings is a `str`. What is
    in a list must be the same, for one may write to it.
    """
    alternatives = _alternatives(place)
    return any(_is_any(one) for one in alternatives) or all(
        _is_any(one) or any(_is(one, other, bases) for other in alternatives) for one in _alternatives(value)
    )


def gained(old: str, new: str) -> list[str]:
    """Return the alternatives of an annotation that the old one lacks, as they are written."""
    before = {ast.dump(one) for one in _alternatives(old)}
    return [ast.unparse(one) for one in _alternatives(new) if ast.dump(one) not in before]


def _is(value: ast.expr, place: ast.expr, bases: Mapping[str, str]) -> bool:
    """Whether one alternative is, for a type checker, another one."""
    name, other = ast.unparse(value), ast.unparse(place)
    if name == other or (name, other) in _NARROWER or bases.get(name) == other or other == "object":
        return True
    if isinstance(value, ast.Constant) and value.value is not None:  # of a Literal
        return type(value.value).__name__ == other
    if not (isinstance(value, ast.Subscript) and isinstance(place, ast.Subscript)):
        return isinstance(value, ast.Subscript) and ast.unparse(value.value) == other
    same = ast.unparse(value.value) == ast.unparse(place.value)
    inner, outer = ast.unparse(value.slice), ast.unparse(place.slice)
    if same and ast.unparse(place.value) in _COVARIANT and "," not in inner + outer:
        return fits(inner, outer, bases)
    return same and fits(inner, outer, bases) and fits(outer, inner, bases) and "," not in inner + outer


def _is_any(one: ast.expr) -> bool:
    return isinstance(one, ast.Name) and one.id == "Any"


def _alternatives(annotation: str) -> list[ast.expr]:
    """Return the members of a union and of a Literal; an annotation that can't be parsed is one name."""
    try:
        return _members(ast.parse(annotation, mode="eval").body)
    except SyntaxError:
        return [ast.Name(annotation)]


def _members(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_members(node.left), *_members(node.right)]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):  # a forward reference
        return _alternatives(node.value)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Literal":
        return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
    return [node]
