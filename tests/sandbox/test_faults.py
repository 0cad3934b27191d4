"""Each fault changes the responses to one fixed sequence of requests, and names a requirement."""

import itertools
import re
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.conftest import CREATE, TOKEN, Client, any_of

from clumio_sandbox.behaviour import Behaviours, Family, Fault, UnknownFaultError
from clumio_sandbox.checks import ASSET_TYPES
from clumio_sandbox.errors import ApiError
from clumio_sandbox.faults import FAULTS

Play = Callable[..., list[object]]

REQUIREMENTS = Path(__file__).parents[2] / "openapi" / "requirements.yaml"
UPDATE: dict[str, Any] = {"asset_types": ["S3", "EC2/EBS"], "aws_regions": ["us-west-2", "us-east-1"]}
BODIES: tuple[Any, ...] = (
    *(UPDATE | {"asset_types": [kind, "EC2/EBS"]} for kind in ASSET_TYPES),
    *(UPDATE | {"asset_types": [kind]} for kind in (*ASSET_TYPES, "ec2/ebs", "FSX", 1)),
    *(UPDATE | {"asset_types_enabled": [kind, "EC2/EBS"]} for kind in ASSET_TYPES),
    *(UPDATE | {"asset_types_enabled": value} for value in any_of([None, "RDS", [1], ["FSX"], ["EC2MSSQL"]])),
    *(UPDATE | {"asset_types": value} for value in any_of([None, "RDS", {}, [], [1, "RDS"]])),
    *(UPDATE | {"aws_regions": value} for value in any_of([None, "moon", {}, [], [1], ["b", "a", "b"]])),
    *(
        UPDATE | {"description": value}
        for value in any_of([1, [], None, "", "é", "\N{ZERO WIDTH JOINER}", " spaced ", "x" * 300])
    ),
    {"aws_regions": ["moon"]},
    {"aws_regions": ["moon"], "asset_types_enabled": ["RDS"]},
    {"asset_types": ["RDS"]},
    UPDATE | {"template_permission_set": "all"},
    UPDATE | {"asset_types": ["EC2MSSQL"], "asset_types_enabled": ["EC2/EBS"]},
    UPDATE | {"asset_types": ["RDS", "FSX"], "asset_types_enabled": ["RDS"]},
    UPDATE | {"asset_types_enabled": ["RDS", "S3", "DynamoDB"]},
    UPDATE | {"aws_regions": ["a", "b", "c", "d", "e"]},
    [],
    b"{",
    b"",
)


class Story:
    """Sends the same requests to any sandbox, and keeps the responses."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.lines: list[object] = []

    def send(self, *arguments: Any, **options: Any) -> None:
        self.lines.append(self.client.send(*arguments, **options))

    def move(self, event: str) -> None:
        try:
            self.client.sandbox.move(self.group_id, event)
        except ApiError as error:
            self.lines.append(error.message)
        self.look()

    def look(self) -> None:
        self.send("GET", f"/{self.group_id}")

    def play(self) -> list[object]:
        self.neighbour_id = self.client.create(description="neighbour")["id"]
        self.group_id = self.client.create(description="old")["id"]
        self.move("deploy")
        self.client.sandbox.store.register("stranger")
        self.life()
        self.states()
        self.updates()
        self.callers()
        self.end()
        return self.lines

    def life(self) -> None:
        changes = iter(range(10))
        for events in (("start", "succeed"), ("start", "fail"), ("discard",)):
            number = next(changes)
            body = (
                CREATE
                | UPDATE
                | {
                    "description": f"a description {number}",
                    "aws_regions": [f"region-{number}", "a"],
                }
            )
            self.send("PUT", f"/{self.group_id}", body)
            self.send("PUT", f"/{self.group_id}", body)
            self.look()
            for event in events:
                self.move(event)

    def states(self) -> None:
        """A failed deployment, and a group with the deprecated configuration."""
        whole = self.group_id
        for event in ("break", "legacy"):
            self.group_id = self.client.create(description=event)["id"]
            for step in ("deploy", event) if event == "legacy" else (event,):
                self.move(step)
            self.send("PUT", f"/{self.group_id}", UPDATE)
        self.group_id = whole

    def updates(self) -> None:
        for body in BODIES:
            self.send("PUT", f"/{self.group_id}", body)
            self.look()
        for media_type in ("text/plain", "application/json; charset=utf-8", "application/xml"):
            self.send("PUT", f"/{self.group_id}", UPDATE, headers={"content-type": media_type})
        self.send("PUT", f"/{self.group_id}", UPDATE, headers={"x-clumio-organizationalunit-context": ""})
        self.send("PUT", f"/%{ord(self.group_id[0]):x}{self.group_id[1:]}", UPDATE)
        self.send("POST", "", UPDATE)

    def callers(self) -> None:
        target = f"/{self.group_id}"
        for method in ("GET", "PUT"):
            self.send(method, target, UPDATE, token=None)
            self.send(method, target, UPDATE, token="stranger")
            self.send(method, target, UPDATE, token="nobody")
            for authorization in ("Basic x", "x"):
                self.send(method, target, UPDATE, token=None, headers={"authorization": authorization})
            self.send(method, "/nothing", UPDATE)
            self.send(method, target[:-1], UPDATE)
            self.send(method, target, UPDATE, token=TOKEN.upper())
        self.lists()

    def lists(self) -> None:
        for query in ("", "limit=1", 'filter={"account_native_id":{"$in":["none"]}}'):
            self.send("GET", f"?{query}")

    def end(self) -> None:
        self.send("GET", f"/{self.neighbour_id}")
        self.move("destroy")
        self.lists()
        state = self.client.sandbox.state(self.client.sandbox.group(self.group_id), base_url="")
        self.lines.append((state["backups"], state["connections"]))


@pytest.fixture(scope="module")
def play(make_client: Callable[[], Client]) -> Play:
    """Play the story with these faults; ids are numbers instead of random, so two plays can be compared."""

    def played(*names: str) -> list[object]:
        client = make_client()
        client.sandbox.behaviours.activate(list(names))
        numbers = itertools.count(1)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=next(numbers) << 96))
            return Story(client).play()

    return played


@pytest.fixture(scope="module")
def faithful(play: Play) -> list[object]:
    return play()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_fault_changes_a_response(play: Play, faithful: list[object], fault: Fault) -> None:
    assert play(fault.name) != faithful


@pytest.mark.parametrize("family", Family)
def test_faults_are_deterministic(play: Play, faithful: list[object], family: Family) -> None:
    assert play() == faithful
    names = [fault.name for fault in FAULTS if fault.family is family][:2]
    assert play(*names) == play(*names)


def test_names_are_slugs_and_unique() -> None:
    assert max(Counter(fault.name for fault in FAULTS).values()) == 1
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", fault.name) for fault in FAULTS)
    assert {fault.family for fault in FAULTS} == set(Family)


def test_each_fault_breaks_a_requirement_that_exists() -> None:
    known = set(re.findall(r"^  - id: (\S+)$", REQUIREMENTS.read_text(encoding="utf-8"), re.MULTILINE))
    assert {fault.requirement for fault in FAULTS if fault.requirement} <= known
    assert [fault.name for fault in FAULTS if not fault.requirement] == ["answers-late"]


def test_an_organizations_faults_are_its_own(client: Client) -> None:
    store, behaviours = client.sandbox.store, client.sandbox.behaviours
    store.register("another")
    behaviours.activate(["success-as-201"], store.organization("another"))
    group_id = client.create()["id"]
    assert client.send("GET", f"/{group_id}").status == 200
    behaviours.activate(["foreign-group-readable"], None)
    assert client.send("GET", f"/{group_id}", token="another").status == 201
    behaviours.activate([], store.organization("another"))
    assert client.send("GET", f"/{group_id}", token="another").status == 200


def test_faults_of_an_owner_reach_callers_without_a_token(client: Client) -> None:
    group_id = client.create()["id"]
    organization = client.sandbox.group(group_id).organization
    client.sandbox.behaviours.activate(["missing-token-accepted"], organization)
    assert client.send("GET", f"/{group_id}", token=None).status == 200


def test_an_unknown_fault_is_refused_and_changes_nothing() -> None:
    behaviours = Behaviours(FAULTS)
    behaviours.activate(["status-number"])
    with pytest.raises(UnknownFaultError, match="no fault named 'no-such'"):
        behaviours.activate(["success-as-201", "no-such"])
    assert behaviours.active() == {"*": ["status-number"]}


@pytest.mark.parametrize("fault", [fault.name for fault in FAULTS if fault.family is Family.SUCCESS_BODY])
def test_a_fault_copes_with_an_unconsolidated_configuration(client: Client, fault: str) -> None:
    group_id = client.deployed()["id"]
    client.sandbox.move(group_id, "legacy")
    client.sandbox.behaviours.activate(["config-string", fault], None)
    try:
        assert client.send("GET", f"/{group_id}").status == 200
    finally:
        client.sandbox.behaviours.activate([], None)
