"""Scenarios: a request, its precondition, the expectation, and the answer of a mock.

The same scenario is played against a mock (respx) and against a real target. If both were played, the answers
are compared: a mock that differs from the target is a finding of its own.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from clumio_conformance.connection_groups.expectations import READING, expectation, nameless
from clumio_conformance.connection_groups.operations import GROUP_MEDIA_TYPE, UPDATE
from clumio_conformance.connection_groups.probes import AUTHORIZATIONS
from clumio_conformance.contract.contract import Contract
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.contract.source_file import SourceFile
from clumio_conformance.exchange import Request, parse_json

Given = Literal[
    "a group", "a deployed group", "a group with a running update", "a vanished group", "no such group"
]
MOCK_ID: Final = "4f1c1c1e-52a4-4f9b-9f43-9d1f6c9f1b52"
_NAMELESS: Final = {"no such group": "id", "a vanished group": "vanished"}
FILE: Final = Path(__file__).with_name("scenarios.yaml")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer of a mock."""

    status: int
    body: Any
    media_type: str


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One scenario of scenarios.yaml; `authorization` None is the run's token, "" is no header."""

    id: str
    story: str
    requirements: tuple[str, ...]
    given: Given
    method: str
    body: bytes | None
    headers: Mapping[str, str] = field(default_factory=dict)
    authorization: str | None = None
    answer: Answer
    confirmed: Mapping[str, str] = field(default_factory=dict)

    @property
    def needs(self) -> tuple[str, ...]:
        """The capabilities that a target needs to play it."""
        return {
            "a group": ("writes",) if self.method == "PUT" else (),
            "no such group": ("writes",) if self.method == "PUT" else (),
        }.get(self.given, ("writes", "create", "control"))

    @property
    def sends_object(self) -> bool:
        """Whether the body has all fields that the generated client needs."""
        document = {} if self.body is None else parse_json(self.body)
        return isinstance(document, dict) and {"asset_types", "aws_regions"} <= set(document)

    @property
    def forbidden(self) -> bool:
        """Whether the request must be refused."""
        return self.answer.status >= 400

    def expectation(self, contract: Contract) -> Expectation:
        """Return what the contract expects of the answer."""
        expected = Expectation(
            outcome="accepted", requirements=self.requirements[:1], cause=self.id, sent=self.story
        )
        if self.authorization is not None:
            named = (name for name, (_, value) in AUTHORIZATIONS.items() if value == self.authorization)
            cause = f"authorization {next(named, self.id)}"
            return replace(expected, outcome="refused", location="request header authorization", cause=cause)
        if self.given in _NAMELESS:
            return nameless(self.requirements[0], sent=self.story, cause=_NAMELESS[self.given])
        if self.method == "GET":
            return READING
        request = Request(method=self.method, url="", body=self.body, headers=tuple(self.headers.items()))
        return expectation(request, contract.operation(UPDATE))


@cache
def scenarios() -> tuple[Scenario, ...]:
    """Every scenario, in the order of the file."""
    document = SourceFile.read(FILE).mapping
    return tuple(_scenario(row, document["group"]) for row in document["scenarios"])


def _scenario(row: Mapping[str, Any], group: Mapping[str, Any]) -> Scenario:
    answer = row["answer"]
    error = answer.get("error")
    body = {"errors": [error]} if error else {**group, **answer.get("group", {})}
    sent = row.get("body")
    return Scenario(
        id=row["id"],
        story=row["story"],
        requirements=tuple(row["requirements"]),
        given=row["given"],
        method=row.get("method", "PUT"),
        body=sent.encode() if isinstance(sent, str) else None if sent is None else json.dumps(sent).encode(),
        headers=row.get("headers", {}),
        authorization=row.get("authorization"),
        answer=Answer(
            status=answer["status"],
            body={name: value for name, value in body.items() if name not in answer.get("without", ())},
            media_type="application/json" if error else GROUP_MEDIA_TYPE,
        ),
        confirmed=row.get("confirmed", {}),
    )
