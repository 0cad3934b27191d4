"""One good exchange of each operation, and what becomes of it when a little is changed."""

import copy
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from hostile_answers import ERRORS
from hostile_answers import GROUP as WHOLE_GROUP

from clumio_conformance.connection_groups.expectations import expectation
from clumio_conformance.connection_groups.operations import GROUP_MEDIA_TYPE
from clumio_conformance.connection_groups.run import rules as rules  # noqa: PLC0414 - registers the rules
from clumio_conformance.contract.contract import contract
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.exchange import Exchange, Headers, Request, Response
from clumio_conformance.judging.findings import Verdict
from clumio_conformance.judging.judge import judge

Json = dict[str, Any]
Departure = tuple[str, str, str, str, str]
"""Requirement, kind, location, expected and actual of a deviation."""

GROUP_ID = "7c3e"
COLLECTION = "/connections/aws/connection-groups"
PATH = f"{COLLECTION}/{GROUP_ID}"
SENT: Json = {
    "asset_types": ["EC2/EBS", "EC2MSSQL"],
    "aws_regions": ["us-east-1", "us-west-2"],
    "description": "under test",
}
CREATE: Json = {
    **SENT,
    "account_native_id": "123456789012",
    "master_aws_account_id": "123456789012",
    "master_region": "us-east-1",
}
# Every field of the page, each with a value that the page allows.
GROUP: Json = {
    **WHOLE_GROUP,
    "_links": {
        "_self": {"href": PATH, "templated": False, "type": "get"},
        "read-organizational-unit": {"href": "/organizational-units/0001", "templated": False, "type": "get"},
    },
    "asset_types_enabled": ["RDS", "EC2/EBS", "EC2MSSQL"],
    "description": "under test",
    "id": GROUP_ID,
    "intended_asset_types": ["EC2/EBS", "EC2MSSQL"],
    "intended_aws_regions": ["us-east-1", "us-west-2"],
    "organizational_unit_id": "0001",
}
PAGE: Json = {
    "_embedded": {"items": [GROUP]},
    "_links": {
        "_self": {"href": f"{COLLECTION}?limit=5", "templated": False, "type": "get"},
        "_first": {"href": f"{COLLECTION}?limit=5", "templated": False, "type": "get"},
        "_next": None,
        "create-aws-connection-group": {"href": COLLECTION, "templated": False, "type": "post"},
    },
    "current_count": 1,
    "filter_applied": "",
    "limit": 5,
    "start": "",
}
ERROR: Json = ERRORS


def _bytes(content: Any) -> bytes:
    if isinstance(content, bytes):
        return content
    return b"" if content is None else json.dumps(content).encode()


def exchange(
    method: str,
    path: str,
    *,
    sent: Any = None,
    answer: Any = None,
    status: int = 200,
    media_type: str | None = None,
    headers: Headers = (),
    request_headers: Headers = (("Content-Type", "application/json"),),
) -> Exchange:
    """Return an exchange: bytes go out and come in as they are, everything else as JSON, None as nothing."""
    default = GROUP_MEDIA_TYPE if 200 <= status < 300 else "application/json"
    label = () if media_type == "" else (("Content-Type", media_type or default),)
    sent_and_answered = Exchange(
        request=Request(
            method=method,
            url=f"https://api.invalid{path}",
            headers=request_headers,
            body=None if sent is None else _bytes(sent),
        ),
        response=Response(status=status, headers=(*label, *headers), body=_bytes(answer)),
    )
    return contract().placed(sent_and_answered)


def update(answer: Any = GROUP, *, sent: Any = SENT, **kwargs: Any) -> Exchange:
    """Return an update of the group; it is answered with the whole group unless `answer` is another one."""
    return exchange("PUT", PATH, sent=sent, answer=answer, **kwargs)


def read(answer: Any = GROUP, **kwargs: Any) -> Exchange:
    """Return a read of the group."""
    return exchange("GET", PATH, answer=answer, **kwargs)


def create(answer: Any = GROUP, *, sent: Any = CREATE, **kwargs: Any) -> Exchange:
    """Return a create."""
    return exchange("POST", COLLECTION, sent=sent, answer=answer, **kwargs)


def listed(answer: Any = PAGE, **kwargs: Any) -> Exchange:
    """Return a page of the list."""
    return exchange("GET", f"{COLLECTION}?limit=5", answer=answer, **kwargs)


def refused(answer: Any = ERROR, *, sent: Any = SENT, status: int = 400, **kwargs: Any) -> Exchange:
    """Return an update that was refused."""
    return update(answer, sent=sent, status=status, **kwargs)


def unanswered(asked: Exchange | None = None) -> Exchange:
    """Return an exchange, an update unless another one is given, that got no answer."""
    return replace(asked or update(), response=None, failure="ReadTimeout: too late")


GOOD: Mapping[str, Exchange] = {
    "update": update(),
    "read": read(),
    "create": create(),
    "list": listed(),
    "refused": refused(),
}


def changed(document: Any, changes: Mapping[str, Any]) -> Any:
    """Return the document with other values at these JSON Pointers; what is not there yet is added."""
    result = copy.deepcopy(document)
    for pointer, value in changes.items():
        *above, last = pointer.split("/")[1:]
        place = result
        for token in above:
            place = place[int(token)] if isinstance(place, list) else place[token]
        place[int(last) if isinstance(place, list) else last] = value
    return result


def without(document: Json, *names: str) -> Json:
    """Return the document without these fields."""
    return {name: value for name, value in document.items() if name not in names}


def judged(seen: Exchange, expected: Expectation | None = None) -> list[Verdict]:
    """Return all verdicts; without an expectation, a request that breaks the contract must be refused."""
    operation = contract().operation_of(seen)
    if expected is None and operation is not None:
        derived = expectation(seen.request, operation)
        expected = derived if derived.outcome == "refused" else None
    return judge(seen, contract(), expected)


def departures(verdicts: Iterable[Verdict]) -> list[Departure]:
    """Return what the deviations among the verdicts say."""
    return [
        (verdict.requirement, found.kind, found.location, found.expected, found.actual)
        for verdict in verdicts
        if (found := verdict.deviation)
    ]


def kept(verdicts: Iterable[Verdict]) -> set[str]:
    """Return the requirements that were seen kept."""
    return {verdict.requirement for verdict in verdicts if verdict.deviation is None}
