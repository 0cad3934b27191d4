"""Valid and invalid requests that schemathesis makes from the spec; our own wire sends them."""

import json
import zlib
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.generation.case import Case

from clumio_conformance.connection_groups.expectations import expectation
from clumio_conformance.connection_groups.guard.guard import GroupGuard
from clumio_conformance.connection_groups.guard.mark import marked
from clumio_conformance.connection_groups.operations import COLLECTION, UPDATE
from clumio_conformance.connection_groups.subjects import Subject
from clumio_conformance.connection_groups.suite.cases import prepared
from clumio_conformance.contract.contract import contract
from clumio_conformance.exchange import Request
from clumio_conformance.options import RunOptions
from clumio_conformance.session.session import Session

pytestmark = [pytest.mark.real, pytest.mark.needs("writes"), pytest.mark.schema_requirements]

REGIONS = ("us-east-1", "us-west-2", "ca-central-1", "eu-central-1", "ap-southeast-2")
EXAMPLES, QUICK_EXAMPLES = 60, 10

schema = schemathesis.openapi.from_dict(contract().document)
# No undeclared methods: DELETE would be sent with credentials. Random bodies have a test of their own.
schema.config.phases.coverage.unexpected_methods = set()
schema.config.phases.fuzzing.enabled = False
update = schema.include(operation_id=UPDATE)


@update.parametrize()
@pytest.mark.sends(36)
@pytest.mark.parametrize("forbidden", [pytest.param(True, marks=pytest.mark.negative), False])
@hypothesis.settings(database=None, deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
def test_each_boundary_of_the_schema(
    case: Case[Any],
    session: Session,
    subject: Subject,
    guard: GroupGuard,
    forbidden: bool,  # noqa: FBT001 - pytest gives it by its name
) -> None:
    """The examples and the coverage phase of schemathesis: each keyword of the schema, broken and met."""
    request, body = prepared(case, session.wire.base_url)
    if _breaks_the_contract(_at_home(body, subject)) == forbidden:
        _send(request.headers.get("Content-Type"), body, subject, guard)


@pytest.mark.sends(50, 7)
@pytest.mark.parametrize(
    "mode",
    [
        pytest.param(GenerationMode.NEGATIVE, id="invalid", marks=pytest.mark.negative),
        pytest.param(GenerationMode.POSITIVE, id="valid"),
    ],
)
def test_requests_at_random(
    session: Session, subject: Subject, guard: GroupGuard, options: RunOptions, mode: GenerationMode
) -> None:
    """Random bodies that meet the schema, and bodies that break it in one place or more."""
    operation = schema[contract().operation(UPDATE).path]["PUT"]

    @hypothesis.seed(options.seed)
    @hypothesis.settings(
        max_examples=QUICK_EXAMPLES if options.quick else EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Case[Any]) -> None:
        request, body = prepared(case, session.wire.base_url)
        if mode is GenerationMode.POSITIVE or _breaks_the_contract(body):
            _send(request.headers.get("Content-Type"), body, subject, guard)

    check()


def _send(label: str | bytes | None, body: bytes | None, subject: Subject, guard: GroupGuard) -> None:
    """Send the body of a case to the group under test; path, token and unit stay those of the run."""
    if label not in {None, "application/json"}:
        return  # other media types have probes of their own
    sent = _at_home(body, subject)
    if not guard.may_try_invalid() and _breaks_the_contract(sent):
        return
    subject.put(sent)
    subject.forget()
    subject.session.raise_pending()


def _at_home(body: bytes | None, subject: Subject) -> bytes | None:
    """Replace random regions of a valid body by real ones, and keep the connected types: else it is open."""
    if _breaks_the_contract(body):
        return body
    document = json.loads(body or b"")
    regions = [
        REGIONS[zlib.crc32(region.encode("utf-8", "surrogatepass")) % len(REGIONS)]
        for region in document["aws_regions"]
    ]
    types = [*document["asset_types"], *subject.connected]
    document |= {"aws_regions": list(dict.fromkeys(regions)), "asset_types": list(dict.fromkeys(types))}
    if isinstance(document.get("description"), str):
        document["description"] = marked(document["description"], subject.mark)
    return json.dumps(document).encode()


def _breaks_the_contract(body: bytes | None) -> bool:
    request = Request(method="PUT", url=COLLECTION, body=body)
    return expectation(request, contract().operation(UPDATE)).outcome == "refused"
