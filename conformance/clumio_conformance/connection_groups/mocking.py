"""The mock of connection groups that tests of users get as `clumio_mock`; it knows nothing of pytest.

respx hands it each request. It answers with what was set up, and the judge judges the answer and the request.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from http import HTTPStatus
from typing import Any, Final, Literal, Self
from urllib.parse import quote

import httpx
import respx

from clumio_conformance.connection_groups import rules  # noqa: F401 - importing it registers the rules
from clumio_conformance.connection_groups.expectations import expectation
from clumio_conformance.connection_groups.operations import (
    COLLECTION,
    GROUP_MEDIA_TYPE,
    READ,
    UPDATE,
    group_path,
    redaction,
)
from clumio_conformance.connection_groups.scenarios import FILE, scenarios
from clumio_conformance.contract.contract import contract
from clumio_conformance.contract.expectation import Expectation, is_labelled
from clumio_conformance.contract.operations import Answer
from clumio_conformance.contract.schema import Schema
from clumio_conformance.contract.source_file import SourceFile
from clumio_conformance.exchange import (
    TOKEN_PLACEHOLDER,
    Exchange,
    Placement,
    Request,
    Response,
    header,
    parse_json,
)
from clumio_conformance.judging.judge import judge
from clumio_conformance.reporting.text import one_line

Group = dict[str, Any]
Headers = Mapping[str, str]
By = Literal["the mocked answer", "the request of the code under test"]
LifeCycle = Literal["update completes", "update fails", "update is discarded", "group is deleted"]

ANSWER: Final[By] = "the mocked answer"
REQUEST: Final[By] = "the request of the code under test"
_OPEN: Final = Expectation(outcome="open")
# What is installed for an asset type, as the fields of `config`.
_INSTALLED: Final = {
    "DynamoDB": ("dynamodb",),
    "EC2/EBS": ("ebs", "ec2"),
    "EBS": ("ebs",),
    "EC2MSSQL": ("ec2_mssql",),
    "RDS": ("rds",),
    "S3": ("s3",),
}
_WITHOUT_STACK: Final = frozenset({"connecting", "deployment_failed"})
"""Each other status is that of a group whose stack has connected something."""
_CALLS: Final = {
    UPDATE: 'clumio_mock.update(), or clumio_mock.life_cycle("update completes")',
    READ: "clumio_mock.read()",
}


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """A deviation from the contract in a test with mocks, and whose it is; `says` quotes the requirement.

    `requirement` is empty for an operation that the contract does not have. `binding` mistakes fail the test.
    """

    by: By
    requirement: str
    operation: str
    location: str
    says: str
    expected: str
    actual: str
    binding: bool


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request that the contract has: without secrets as an exchange, and the body as it was sent."""

    exchange: Exchange = field(repr=False)
    placement: Placement
    body: Any = field(repr=False)

    @property
    def group_id(self) -> str:
        """The id in the path; empty if it has none."""
        return next(iter(self.placement.parameters), "")


class _Groups:
    """The last group that was shown for each id: what an answer does not change stays the same."""

    def __init__(self) -> None:
        self._last: dict[str, Group] = {}
        self._versions: Counter[str] = Counter()

    def last(self, group_id: str) -> Group:
        return self._last.get(group_id) or _new(group_id)

    def keep(self, group_id: str, group: Group, version: str | None = None) -> Group:
        """Keep and return a group; its version changes if and only if anything else does."""
        before = self._last.get(group_id)
        self._versions[group_id] += before is None or before != {**group, "_etag": before["_etag"]}
        kept = {**group, "_etag": version or f"{group_id[:8]}-{self._versions[group_id]}"}
        self._last[group_id] = kept
        return kept


@dataclass(kw_only=True)
class _Single:
    """An answer to one request of some operations; `call` is how it was set up."""

    call: str
    operations: frozenset[str]
    give: Callable[[Asked], httpx.Response]
    is_used: bool = False
    is_over: bool = False

    def fits(self, placement: Placement) -> bool:
        return not self.is_used and placement.operation in self.operations

    def answer(self, asked: Asked) -> httpx.Response:
        self.is_used = True
        return self.give(asked)


class _Life:
    """The answers while a group changes: reads before the update, the update, and each read after it.

    `is_over`: it only repeats its last answer.
    """

    def __init__(self, name: LifeCycle, groups: _Groups) -> None:
        self.call = f'life_cycle("{name}")'
        self._name, self._groups = name, groups
        self._group_id: str | None = None
        self._states: list[Group | None] = []

    @property
    def is_used(self) -> bool:
        return bool(self._states)

    @property
    def is_over(self) -> bool:
        return len(self._states) == 1

    def fits(self, placement: Placement) -> bool:
        if placement.operation not in {READ, UPDATE}:
            return False
        if self._group_id not in {None, placement.parameters[0]}:
            return False
        # A deleted group refuses another update; each other update needs an answer of its own.
        return placement.operation == READ or not self._states or self._states == [None]

    def is_before(self, asked: Asked) -> bool:
        """Whether it shows the group as it was before a new update of it."""
        return self.is_used and self._group_id == asked.group_id

    def answer(self, asked: Asked) -> httpx.Response:
        self._group_id = asked.group_id
        if asked.placement.operation == UPDATE and not self._states:
            before = self._before()
            self._states = _LIFE_CYCLES[self._name](before, _requested(before, asked.body))
        elif not self._states:
            return _shown(self._groups.keep(asked.group_id, self._before()))
        elif len(self._states) > 1:
            self._states.pop(0)
        state = self._states[0]
        return _error(404) if state is None else _shown(self._groups.keep(asked.group_id, state))

    def _before(self) -> Group:
        """The group before the update; its stack has connected what was intended."""
        group = self._groups.last(self._group_id or "")
        if group["status"] not in _WITHOUT_STACK:
            return group
        types, regions = _deployed()["asset_types_enabled"], _deployed()["aws_regions"]
        intended = {"intended_asset_types": types, "intended_aws_regions": regions}
        return _connected({**group, **intended}, types, regions)


class ClumioMock:
    """Answers each request to the API, on any host, with an answer that keeps the contract.

    Each call of `update`, `read`, `error` and `answer` sets up the answer to one request, in this order; a
    life cycle repeats its last answer. A later answer shows the same group as far as it is not changed.

    `mistakes` counts each deviation from the contract, `unanswered` lists requests without an answer.
    """

    def __init__(self) -> None:
        self.mistakes: Counter[Mistake] = Counter()
        self.unanswered: list[str] = []
        self._excused: set[str] = set()
        self._allowed: dict[str, str] = {}
        self._set_up: list[_Single | _Life] = []
        self._groups = _Groups()
        self._bodies, self._texts = redaction(), redaction()
        self._lock = threading.Lock()
        self._router = respx.mock(assert_all_called=False)
        self._router.route().mock(side_effect=self._handle)

    def __enter__(self) -> Self:
        self._router.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._router.stop()

    @property
    def calls(self) -> Sequence[Any]:
        """The calls so far, each with `request` and `response`, as respx has them."""
        return list(self._router.calls)

    @property
    def confirmed(self) -> Mapping[str, str]:
        """The scenarios that a real target has answered as the mock does: by whom, and when."""
        return {
            one.id: f"{one.confirmed['target']}, {one.confirmed['date']}"
            for one in scenarios()
            if one.confirmed
        }

    @property
    def unused(self) -> list[str]:
        """The answers that were set up, and that no request has asked for."""
        return [one.call for one in self._set_up if not one.is_used]

    @property
    def stale(self) -> dict[str, str]:
        """The allowed requirements that no exchange has deviated from, with their reasons."""
        return {one: reason for one, reason in self._allowed.items() if one not in self._excused}

    def update(self, **fields: Any) -> None:
        """Answer the next update of a group with the group, its intended values as sent, and these fields.

        Raises:
            ValueError: the contract does not have a field, or not this value.
        """
        self._show(UPDATE, "update", fields)

    def read(self, **fields: Any) -> None:
        """Answer the next read of a group with the group as last shown, and these fields.

        Raises:
            ValueError: the contract does not have a field, or not this value.
        """
        self._show(READ, "read", fields)

    def error(
        self,
        status: int,
        *,
        code: int | None = None,
        message: str | None = None,
        headers: Headers | None = None,
    ) -> None:
        """Answer the next request with a status of refusal or failure, and the documented error body.

        Raises:
            ValueError: the status is none of an error, or the contract does not allow such a body.
        """
        if not 400 <= status <= 599:
            raise ValueError(f"clumio_mock.error: the status is {status}; expected one from 400 to 599")
        schema = _schema(UPDATE, status)[1]
        for one in schema.violations(_error_body(status, code, message)):
            raise ValueError(f"clumio_mock.error: {one.path} is {one.actual}; expected {one.expected}")
        self._once(f"error({status})", None, lambda _asked: _error(status, code, message, headers))

    def answer(
        self,
        status: int = 200,
        *,
        json: Any = None,
        content: str | bytes | None = None,
        headers: Headers | None = None,
    ) -> None:
        """Answer the next request with this answer as it is; if it breaks the contract, the test fails.

        With `json` the Content-Type is application/json, unless `headers` have another one.
        """
        if json is not None and content is not None:
            raise ValueError("clumio_mock.answer: json and content are both the body; give one of them")
        self._once(
            f"answer({status})",
            None,
            lambda _asked: httpx.Response(status, json=json, content=content, headers=headers),
        )

    def life_cycle(self, name: LifeCycle) -> None:
        """Answer the update of a connected group, and then each read with the next state of the group.

        Reads before the update show the group before it. The last state is repeated.

        Raises:
            ValueError: there is no such life cycle.
        """
        if name not in _LIFE_CYCLES:
            expected = ", ".join(map(repr, _LIFE_CYCLES))
            raise ValueError(f"clumio_mock.life_cycle: there is no {name!r}; expected one of {expected}")
        self._set_up.append(_Life(name, self._groups))

    def allow(self, requirement: str, *, reason: str) -> None:
        """Accept deviations from a requirement in this test; it fails if there is none.

        Raises:
            ValueError: there is no such requirement, or the reason is empty.
        """
        if requirement not in contract().requirements:
            where = "docs/requirements.md lists them"
            raise ValueError(f"clumio_mock.allow: the contract has no requirement {requirement!r}; {where}")
        if not reason.strip():
            raise ValueError(f"clumio_mock.allow: {requirement} needs a reason; say why the test deviates")
        self._allowed[requirement] = reason

    def _show(self, operation: str, name: str, given: Mapping[str, Any]) -> None:
        try:
            fields = json.loads(json.dumps(given))  # an enum of the client becomes its value
        except (TypeError, ValueError) as why:
            raise ValueError(f"clumio_mock.{name}: {why}; expected values of JSON") from why
        self._check(operation, name, fields)

        def give(asked: Asked) -> httpx.Response:
            group = self._groups.last(asked.group_id)
            is_update = operation == UPDATE
            group = _with(_requested(group, asked.body) if is_update else group, fields, is_update=is_update)
            return _shown(self._groups.keep(asked.group_id, group, fields.get("_etag")))

        written = ", ".join(f"{field}={value!r}" for field, value in fields.items())
        self._once(f"{name}({written})", operation, give)

    def _once(self, call: str, operation: str | None, give: Callable[[Asked], httpx.Response]) -> None:
        of = {operation} if operation else {one.id for one in contract().operations}
        self._set_up.append(_Single(call=call, operations=frozenset(of), give=give))

    def _check(self, operation: str, name: str, fields: Mapping[str, Any]) -> None:
        """Compare fields with the contract; what `allow` accepts passes."""
        answer, schema = _schema(operation, 200)
        known = [field for field, node in schema.root.properties.items() if node.documented]
        unknown = [field for field in fields if field not in known]
        if unknown and answer.described.requirement("undocumented") not in self._allowed:
            expected = ", ".join(known)
            raise ValueError(
                f"clumio_mock.{name}: the contract has no field {unknown[0]}; expected {expected}"
            )
        if "id" in fields:
            raise ValueError(
                f"clumio_mock.{name}: the id is that in the path of the request; call answer() for another"
            )
        for violation in schema.violations(dict(fields)):
            if violation.requirement not in self._allowed:
                wrong = f"{violation.path.removeprefix('/')} is {violation.actual}"
                way_out = f'or before it clumio_mock.allow("{violation.requirement}", reason="...")'
                raise ValueError(
                    f"clumio_mock.{name}: {wrong}; expected {violation.expected}, {way_out}",
                )

    def _handle(self, sent: httpx.Request) -> httpx.Response | None:
        """Answer a request; None, which respx refuses, if the contract has no such operation."""
        with self._lock:
            placement = contract().place(sent.method, str(sent.url))
            if placement is None:
                self._refuse(sent)
                return None
            asked = self._asked(sent, placement)
            fitting = (one for one in self._set_up if one.fits(placement))
            chosen = min(fitting, key=lambda one: one.is_over, default=None)
            answer = chosen.answer(asked) if chosen else None
            self._judge(asked, answer)
            if answer is None:
                raise AssertionError(self._unanswered(placement))
            if placement.operation == UPDATE and answer.is_success:
                self._forget(asked, chosen)
            return answer

    def _forget(self, asked: Asked, chosen: _Single | _Life | None) -> None:
        """Forget the life cycles that a new update of their group has ended."""
        ended = [one for one in self._set_up if isinstance(one, _Life) and one.is_before(asked)]
        self._set_up = [one for one in self._set_up if one is chosen or one not in ended]

    def _asked(self, sent: httpx.Request, placement: Placement) -> Asked:
        scheme, _, token = sent.headers.get("authorization", "").partition(" ")
        self._texts.hide(token or (scheme if scheme.lower() != "bearer" else ""), TOKEN_PLACEHOLDER)
        request = Request(
            method=sent.method,
            url=self._bodies.text(str(sent.url)),
            headers=self._bodies.headers(sent.headers.multi_items()),
            body=self._bodies.body(sent.content) or None,
        )
        exchange = Exchange(request=request, placement=placement)
        return Asked(exchange=exchange, placement=placement, body=parse_json(sent.content))

    def _judge(self, asked: Asked, answer: httpx.Response | None) -> None:
        exchange = asked.exchange
        if answer is not None:
            headers = self._bodies.headers(answer.headers.multi_items())
            body = self._bodies.body(answer.content)
            response = Response(status=answer.status_code, headers=headers, body=body)
            exchange = replace(exchange, response=response)
        for mistake in (*_of_request(exchange), *_of_answer(exchange)):
            self._enter(mistake)

    def _enter(self, mistake: Mistake) -> None:
        if mistake.requirement in self._allowed:
            self._excused.add(mistake.requirement)
            return

        def safe(text: str) -> str:
            return one_line(self._texts.text(text))

        printed = replace(
            mistake,
            operation=safe(mistake.operation),
            location=safe(mistake.location),
            expected=safe(mistake.expected),
            actual=safe(mistake.actual),
        )
        self.mistakes[printed] += 1

    def _refuse(self, sent: httpx.Request) -> None:
        """Note a request to the paths of the API that the contract has no operation for."""
        if sent.url.path == COLLECTION or sent.url.path.startswith(f"{COLLECTION}/"):
            self._enter(
                Mistake(
                    by=REQUEST,
                    requirement="",
                    operation=f"{sent.method} {sent.url.path}",
                    location="request",
                    says="the contract has no such operation",
                    expected=" | ".join(one.title for one in contract().operations),
                    actual=f"{sent.method} {sent.url.path}",
                    binding=True,
                )
            )

    def _unanswered(self, placement: Placement) -> str:
        """Note a request without an answer, and say what to call."""
        title = contract().operation(placement.operation).title
        call = _CALLS.get(placement.operation, "clumio_mock.answer(json=...)")
        self.unanswered.append(title)
        left = f"; set up, but not for this request: {', '.join(self.unused)}" if self.unused else ""
        calls = f"{call}, or clumio_mock.error(404)"
        return f"clumio_mock: no answer is set up for {title}; before it, call {calls}{left}"


def _of_request(exchange: Exchange) -> Iterator[Mistake]:
    """Yield what is wrong with a request: its body, its token, and its media type."""
    operation = contract().operation_of(exchange)
    if operation is None:
        return

    def mistake(requirement: str, location: str, actual: str, expected: str = "") -> Mistake:
        says = contract().says(requirement)
        return _mistake(
            exchange, REQUEST, requirement, location=location, expected=expected or says, actual=actual
        )

    expected = expectation(exchange.request, operation)
    for part in (expected.parts or (expected,)) if expected.outcome == "refused" else ():
        yield from (mistake(one, part.location, part.sent) for one in part.requirements)
    credentials = header(exchange.request.headers, "authorization")
    where, bearer = "request header authorization", "Authorization: Bearer TOKEN"
    if not credentials:
        yield mistake("UCG-AUTH-01", where, "no Authorization header", bearer)
    elif not credentials.lower().startswith("bearer "):
        scheme, _, token = credentials.partition(" ")
        actual = f"the scheme {scheme}" if token else "one word: a scheme without a token, or only a token"
        yield mistake("UCG-AUTH-02", where, actual, bearer)
    body = operation.body if exchange.request.body is not None else None
    labelled = body.requirement("content") if body else None
    if body and labelled and not is_labelled(exchange.request, operation):
        actual = header(exchange.request.headers, "content-type") or "no Content-Type"
        yield mistake(labelled, "request header content-type", actual, " | ".join(body.keywords["content"]))


def _of_answer(exchange: Exchange) -> Iterator[Mistake]:
    """Yield what is wrong with an answer; that it accepts a wrong request is a mistake of the request."""
    operation = contract().operation_of(exchange)
    if operation is None or exchange.response is None:
        return
    # An error may have a cause that the request does not show: the token, the group, the rate.
    expected = expectation(exchange.request, operation) if exchange.succeeded else _OPEN
    for verdict in judge(exchange, contract(), expected):
        found = verdict.deviation
        if found is not None and found.kind != "accepts-invalid":
            yield _mistake(
                exchange,
                ANSWER,
                verdict.requirement,
                location=found.location,
                expected=found.expected,
                actual=found.actual,
            )


def _mistake(
    exchange: Exchange, by: By, requirement: str, *, location: str, expected: str, actual: str
) -> Mistake:
    row = contract().requirements[requirement]
    status = exchange.response.status if exchange.response else "no answer"
    return Mistake(
        by=by,
        requirement=requirement,
        operation=f"{contract().title(exchange)} -> {status}",
        location=location,
        says=contract().says(requirement),
        expected=expected,
        actual=actual,
        binding=row.level == "must",
    )


def _schema(operation_id: str, status: int) -> tuple[Answer, Schema]:
    """The documented answer of an operation with this status, and the schema of its body."""
    answer = contract().operation(operation_id).answer(status)
    if answer is None or answer.schema is None:
        raise LookupError(f"{operation_id}: the contract lacks the schema of its answer with {status}")
    return answer, answer.schema


def _shown(group: Group) -> httpx.Response:
    headers = {"Content-Type": GROUP_MEDIA_TYPE}
    return httpx.Response(200, content=json.dumps(group).encode(), headers=headers)


def _error(
    status: int, code: int | None = None, message: str | None = None, headers: Headers | None = None
) -> httpx.Response:
    return httpx.Response(status, json=_error_body(status, code, message), headers=headers)


def _error_body(status: int, code: int | None, message: str | None) -> dict[str, Any]:
    """The documented body, by default that of the scenario with this status."""
    known = (one.answer.body["errors"][0] for one in scenarios() if one.answer.status == status)
    usual: dict[str, Any] = next(known, {})
    phrase = next((one.phrase for one in HTTPStatus if one == status), "Refused")
    return {
        "errors": [
            {
                "error_code": usual.get("error_code", status) if code is None else code,
                "error_message": usual.get("error_message", phrase) if message is None else message,
            }
        ]
    }


@cache
def _base() -> Group:
    """The group of the scenarios; nothing is connected."""
    group: Group = SourceFile.read(FILE).mapping["group"]
    return group


@cache
def _deployed() -> Group:
    """The group of the scenarios after its stack was deployed."""
    group: Group = next(one.answer.body for one in scenarios() if one.given == "a deployed group")
    return group


def _new(group_id: str) -> Group:
    links = _base()["_links"]
    own = {**links["_self"], "href": group_path(group_id)}
    return {**_base(), "id": group_id, "_links": {**links, "_self": own}}


def _requested(group: Group, sent: Any) -> Group:
    """The group after an update: what was sent is intended. What is not as documented is left out."""
    asked = sent if isinstance(sent, dict) else {}
    lists = {
        "intended_asset_types": asked.get("asset_types"),
        "intended_aws_regions": asked.get("aws_regions"),
    }
    intended = {
        name: value
        for name, value in lists.items()
        if isinstance(value, list) and all(isinstance(one, str) for one in value)
    }
    if isinstance(asked.get("description"), str):
        intended["description"] = asked["description"]
    # As the sandbox answers: an update without a description leaves none.
    return {name: value for name, value in group.items() if name != "description"} | intended


def _connected(group: Group, types: list[str], regions: list[str]) -> Group:
    """The group after its stack has connected these types and regions."""
    of_stack = {name: value for name, value in _deployed().items() if name not in _base()}
    connected = {
        **of_stack,
        **group,
        "status": _deployed()["status"],
        "ongoing_stack_operation": _base()["ongoing_stack_operation"],
        "account_native_ids": group["intended_account_native_ids"],
        "asset_types_enabled": types,
        "aws_regions": regions,
    }
    return connected | _derived(connected)


def _with(group: Group, fields: Mapping[str, Any], *, is_update: bool) -> Group:
    """The group with these fields; the status of a connected group brings what such a group has.

    An update connects nothing at once, so its answer has what was connected before.
    """
    is_connected = fields.get("status", group["status"]) not in _WITHOUT_STACK
    if is_connected and group["status"] in _WITHOUT_STACK:
        before = _deployed()
        types = before["asset_types_enabled"] if is_update else group["intended_asset_types"]
        regions = before["aws_regions"] if is_update else group["intended_aws_regions"]
        group = _connected(group, types, regions)
    return {**group, **_derived({**group, **fields}), **fields}


def _derived(group: Group) -> Group:
    """The fields that follow from others: the configuration, the ARN of the stack, the link of the unit."""
    link = _base()["_links"]["read-organizational-unit"]
    collection = link["href"].rpartition("/")[0]
    own = {**link, "href": f"{collection}/{quote(group['organizational_unit_id'], safe='')}"}
    derived: Group = {"_links": {**group["_links"], "read-organizational-unit": own}}
    if group.get("config"):
        version = {"installed_template_version": _deployed()["config"]["installed_template_version"]}
        types = group["asset_types_enabled"]
        parts = {part: version for one in types for part in _INSTALLED.get(one, ())}
        derived["config"] = {"asset_types_enabled": types, **version, **parts}
    if "stack_arn" in group:
        arn = group["stack_arn"].split(":", 5)
        resource = "/".join(("stack", group["stack_name"], arn[5].rpartition("/")[2]))
        derived["stack_arn"] = ":".join(
            (*arn[:3], group["master_region"], group["master_aws_account_id"], resource)
        )
    return derived


def _completed(asked: Group) -> Group:
    return _connected(asked, asked["intended_asset_types"], asked["intended_aws_regions"])


def _during(operation: str, group: Group) -> Group:
    return {**group, "ongoing_stack_operation": operation}


_LIFE_CYCLES: Final[Mapping[LifeCycle, Callable[[Group, Group], list[Group | None]]]] = {
    "update completes": lambda _, asked: [asked, _during("updating_stack", asked), _completed(asked)],
    "update fails": lambda before, asked: [asked, _during("updating_stack", asked), before],
    "update is discarded": lambda before, asked: [asked, asked, before],
    "group is deleted": lambda _, asked: [asked, _during("deleting_stack", asked), None],
}
"""From the group before the update and in its answer to the states from the update on; None is no group."""
