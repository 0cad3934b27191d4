"""Where the contract carries a requirement, and which rules check it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from clumio_conformance.contract.contract import Contract
from clumio_conformance.contract.nodes import SOURCES, ids_of
from clumio_conformance.contract.pointers import pointer_of
from clumio_conformance.contract.specification import nodes, references
from clumio_conformance.judging.rules import REGISTER, Rule


@dataclass(frozen=True, kw_only=True)
class Place:
    """A node of the spec that names a requirement as the source of a keyword."""

    pointer: str
    keyword: str
    file: str
    line: int | None


def places(requirement: str, contract: Contract) -> list[Place]:
    """Return the nodes that name a requirement, in the order of the spec."""
    return [
        Place(
            pointer=pointer,
            keyword=keyword,
            file=contract.file(pointer),
            line=contract.line(pointer),
        )
        for tokens, value in nodes(contract.document)
        if isinstance(value, Mapping)
        for keyword, named in value.get(SOURCES, {}).items()
        if requirement in ids_of(named)
        for pointer in [pointer_of(tokens)]
    ]


def rules_for(requirement: str, found: list[Place], contract: Contract) -> list[Rule]:
    """Return the rules that name a requirement, and those for a keyword that it is the source of."""
    asked = set(_reached(contract, "requestBody"))
    answered = set(_reached(contract, "responses"))
    schemas = {one.pointer: one.keyword for one in found if "/parameters/" not in one.pointer}
    of_requests = {word for pointer, word in schemas.items() if _is_below(pointer, asked)}
    # An operation may be the source for its answers.
    of_answers = {
        word
        for pointer, word in schemas.items()
        if _is_below(pointer, answered) or f"{pointer}/responses" in answered
    }
    return [
        rule
        for rule in REGISTER
        if requirement in rule.requirements
        or of_answers & set(rule.keywords)
        or of_requests & set(rule.request_keywords)
    ]


def _reached(contract: Contract, part: str) -> Iterator[str]:
    """Yield the pointers of all request bodies or answers, and of what they refer to."""
    waiting = [
        pointer_of(tokens)
        for tokens, _ in nodes(contract.document)
        if tokens[:1] == ("paths",) and tokens[-1] == part
    ]
    seen: set[str] = set()
    while waiting:
        pointer = waiting.pop()
        if pointer in seen:
            continue
        seen.add(pointer)
        yield pointer
        found = references(contract.spec.at(f"#{pointer}"))
        waiting += [target.removeprefix("#") for _, target in found if target.startswith("#")]


def _is_below(pointer: str, above: set[str]) -> bool:
    return any(pointer == one or pointer.startswith(f"{one}/") for one in above)
