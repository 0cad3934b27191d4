"""Rules about the suite's own mocks: they keep the contract, and answer like the target."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from clumio_conformance.connection_groups.rules.comparing import verdicts_on
from clumio_conformance.connection_groups.scenarios import Scenario
from clumio_conformance.contract.contract import Contract
from clumio_conformance.contract.pointers import pointer_of
from clumio_conformance.contract.schema import Node, Schema, json_type
from clumio_conformance.exchange import Exchange, Response
from clumio_conformance.judging.findings import Deviation, Verdict
from clumio_conformance.judging.rules import rule


@rule("UCG-MOCK-01")
def contradicted(scenario: Scenario, verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """A mock keeps the contract; the suite is to blame for each of its deviations."""
    departures = [(verdict.requirement, verdict.deviation) for verdict in verdicts if verdict.deviation]
    ours = (
        replace(one, location=f"mock {scenario.id} {requirement} {one.location}", blame="suite")
        for requirement, one in departures
    )
    yield from verdicts_on("UCG-MOCK-01", ours)


@rule("UCG-MOCK-02")
def parity(scenario: Scenario, real: Exchange, contract: Contract) -> Iterator[Verdict]:
    """The mocked answer has the form of the real one: status, media type, fields, types, known values."""
    if real.response is None:
        return
    operation = contract.operation_of(real)
    answer = operation and (operation.success if real.succeeded else operation.error)
    differences = _differences(scenario, real.response, answer.schema if answer else None)
    yield from verdicts_on("UCG-MOCK-02", differences)


def _differences(scenario: Scenario, real: Response, schema: Schema | None) -> Iterator[Deviation]:
    mock = scenario.answer
    if mock.status != real.status:
        yield _unlike("status", str(mock.status), str(real.status))
    if mock.status // 100 != real.status // 100:
        return  # the forms of a success and an error always differ
    if mock.media_type != real.media_type:
        yield _unlike("header content-type", mock.media_type, real.media_type or "none")
    root = schema.root if schema else None
    mocked, answered = (dict(_shape(body, root)) for body in (mock.body, real.json))
    for path in dict.fromkeys([*mocked, *answered]):
        if mocked.get(path) != answered.get(path):
            yield _unlike(
                path or "body",
                mocked.get(path, "no such field"),
                answered.get(path, "no such field"),
            )


def _shape(body: Any, node: Node | None, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield each field, its type, and whether an enum's value is documented; of a list its first element."""
    values = node.enum if node else ()
    known = (
        f", {'documented' if body in values else 'undocumented'}" if values and isinstance(body, str) else ""
    )
    yield path, f"{json_type(body)}{known}"
    if isinstance(body, dict):
        for name, child in body.items():
            yield from _shape(child, node.child(name) if node else None, path + pointer_of([name]))
    elif isinstance(body, list) and body:
        yield from _shape(body[0], node.child(0) if node else None, f"{path}/0")


def _unlike(location: str, mocked: str, real: str) -> Deviation:
    return Deviation(
        kind="semantic",
        location=location,
        expected=f"{mocked} in the mock",
        actual=real,
        observed=f"{mocked} is {real}",
        blame="suite",
    )
