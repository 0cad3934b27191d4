"""Creating a group, as far as it is documented."""

import json
from typing import Any

import pytest

from clumio_conformance.connection_groups.expectations import expectation
from clumio_conformance.connection_groups.operations import COLLECTION, CREATE, asset_types
from clumio_conformance.connection_groups.probes import AUTHORIZATIONS, authorized, unauthorized
from clumio_conformance.connection_groups.rules import saving
from clumio_conformance.connection_groups.subjects import NEW_GROUP
from clumio_conformance.contract.contract import contract
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.exchange import Request
from clumio_conformance.session.session import Session

pytestmark = [pytest.mark.real, pytest.mark.needs("create", "control")]

REQUIRED = list(contract().document["components"]["schemas"]["CreateConnectionGroupRequest"]["required"])
BROKEN: dict[str, Any] = {
    **{
        f"{name}-missing": {key: value for key, value in NEW_GROUP.items() if key != name}
        for name in REQUIRED
    },
    **{f"{name}-null": {**NEW_GROUP, name: None} for name in REQUIRED},
    "asset_types-foreign": {**NEW_GROUP, "asset_types": ["FSX"]},
    "asset_types-EC2MSSQL-alone": {**NEW_GROUP, "asset_types": ["EC2MSSQL"]},
    "body-as-array": [NEW_GROUP],
}
VALID: dict[str, Any] = {
    "ordinary": NEW_GROUP,
    "optional-null": {
        **NEW_GROUP,
        "asset_types_enabled": None,
        "description": None,
        "organizational_unit_id": None,
    },
    f"asset_types-{'+'.join(asset_types(contract().base))}": {
        **NEW_GROUP,
        "asset_types": list(asset_types(contract().base)),
    },
}


@pytest.mark.requirement(
    "UCG-CREATE-01", "UCG-CREATE-02", "UCG-CREATE-03", "UCG-CREATE-04", "UCG-CREATE-05", "UCG-CREATE-06"
)
@pytest.mark.parametrize("name", [*VALID, *BROKEN])
def test_each_create_is_answered_as_the_contract_says(session: Session, name: str) -> None:
    """A create with a missing field is refused; a complete one is answered with the group."""
    body = {**VALID, **BROKEN}[name]
    outgoing = session.wire.outgoing("POST", COLLECTION, body=json.dumps(body).encode())
    request = Request(method="POST", url=COLLECTION, body=outgoing.body)
    answer = session.exchange(
        outgoing, expectation(request, contract().operation(CREATE)), probe=f"create {name}"
    )
    if name in VALID:
        session.conclude(answer, saving.created(body, answer))


@pytest.mark.requirement("UCG-AUTH-01", "UCG-AUTH-02", "UCG-AUTH-03", "UCG-AUTH-04")
@pytest.mark.parametrize("name", AUTHORIZATIONS)
def test_a_create_without_a_valid_token_is_refused(session: Session, name: str) -> None:
    """A create without a valid token is refused."""
    _, value = AUTHORIZATIONS[name]
    outgoing = session.wire.outgoing("POST", COLLECTION, body=json.dumps(NEW_GROUP).encode())
    session.exchange(
        authorized(session, outgoing, value),
        unauthorized(name),
        probe=f"create authorization {name}",
    )


@pytest.mark.requirement("UCG-CREATE-07")
def test_a_create_with_the_deprecated_field_alone_is_recorded(session: Session) -> None:
    """The vendor's onboarding scripts send asset_types_enabled without asset_types."""
    body = {key: value for key, value in NEW_GROUP.items() if key != "asset_types"} | {
        "asset_types_enabled": ["RDS"]
    }
    expected = Expectation(
        outcome="open",
        requirements=("UCG-CREATE-07",),
        location="request /asset_types",
        sent="no asset_types",
    )
    outgoing = session.wire.outgoing("POST", COLLECTION, body=json.dumps(body).encode())
    session.exchange(outgoing, expected, probe="create deprecated-alone")
