"""Each fault shows in what one fixed story looks like on the wire, and names a requirement."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from clumio_sandbox.behaviour import Behaviours, Family, Fault, UnknownFaultError
from clumio_sandbox.checks import ASSET_TYPES
from clumio_sandbox.errors import ApiError
from clumio_sandbox.faults import FAULTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sandbox.conftest import Client

    Tell = Callable[..., list[str]]

REQUIREMENTS = Path(__file__).parents[2] / "openapi" / "requirements.yaml"
UPDATE: dict[str, Any] = {"asset_types": ["S3", "EC2/EBS"], "aws_regions": ["us-west-2", "us-east-1"]}
CREATE = {
    **UPDATE,
    "account_native_id": "123456789012",
    "master_aws_account_id": "123456789012",
    "master_region": "us-east-1",
}
RANDOM = re.compile(r"(%\w\w\w{7}|\w{8})(-\w{4}){3}-\w{12}|[0-9a-f]{64}|[0-9a-f]{8}-(?=\d)")


def any_of(values: list[Any]) -> list[Any]:
    """Values of no common type."""
    return values


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
    [],
    b"{",
    b"",
)


class Story:
    """Sends the same requests to any sandbox, and remembers the answers, less what is random."""

    def __init__(self, client: "Client") -> None:
        self.client = client
        self.lines: list[str] = []
        self.external_ids: dict[str, str] = {}

    def send(self, *arguments: Any, **options: Any) -> None:
        response = self.client.send(*arguments, **options)
        line = (
            f"{response.status} {response.media_type} {sorted(response.headers.items())} {response.delivery} "
        )
        self.lines.append(RANDOM.sub("*", line + response.body.decode()))
        self.check_ids(response.body)

    def check_ids(self, body: bytes) -> None:
        """Ids are random, so what matters of them is whether they belong together."""
        try:
            document = json.loads(body)
            self.lines[-1] += f" {document['id'] in document['_links']['_self']['href']}"
            self.lines[-1] += f" {document['id'] in document['deployment_template_url']}"
            self.lines[-1] += f" {document['id'] == self.group_id}"
            self.lines[-1] += (
                f" {self.external_ids.setdefault(document['id'], document['external_id']) == document['external_id']}"
            )
        except (ValueError, KeyError, TypeError) as error:
            self.lines[-1] += f" {type(error).__name__}"

    def move(self, event: str) -> None:
        try:
            self.client.sandbox.move(self.group_id, event)
        except ApiError as error:
            self.lines.append(error.message)
        self.look()

    def look(self) -> None:
        self.send("GET", f"/{self.group_id}")
        self.send("GET", f"/{self.neighbour_id}")

    def tell(self) -> list[str]:
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
            body = CREATE | {
                "description": f"a description {number}",
                "aws_regions": [f"region-{number}", "a"],
            }
            self.send("PUT", f"/{self.group_id}", body)
            self.send("PUT", f"/{self.group_id}", body)
            self.look()
            for event in events:
                self.move(event)

    def states(self) -> None:
        """A deployment that fails, and one without consolidated configuration."""
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

    def end(self) -> None:
        self.move("destroy")
        state = self.client.sandbox.state(self.client.sandbox.group(self.group_id), base_url="")
        self.lines.append(f"{len(state['backups'])} {len(state['connections'])}")


@pytest.fixture(scope="module")
def tell(make_client: "Callable[[], Client]") -> "Tell":
    def told(*names: str) -> list[str]:
        client = make_client()
        client.sandbox.behaviours.activate(list(names))
        return Story(client).tell()

    return told


@pytest.fixture(scope="module")
def faithful(tell: "Tell") -> list[str]:
    return tell()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_fault_shows(tell: "Tell", faithful: list[str], fault: Fault) -> None:
    assert tell(fault.name) != faithful


@pytest.mark.parametrize("family", Family)
def test_a_story_is_the_same_each_time(tell: "Tell", faithful: list[str], family: Family) -> None:
    assert tell() == faithful
    names = [fault.name for fault in FAULTS if fault.family is family][:2]
    assert tell(*names) == tell(*names)


def test_names_are_slugs_and_unique() -> None:
    assert max(Counter(fault.name for fault in FAULTS).values()) == 1
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", fault.name) for fault in FAULTS)
    assert {fault.family for fault in FAULTS} == set(Family)


def test_each_fault_breaks_a_requirement_that_exists() -> None:
    known = set(re.findall(r"^  - id: (\S+)$", REQUIREMENTS.read_text(encoding="utf-8"), re.MULTILINE))
    assert {fault.requirement for fault in FAULTS if fault.requirement} <= known
    assert [fault.name for fault in FAULTS if not fault.requirement] == ["answers-late"]


def test_an_organizations_faults_are_its_own(client: "Client") -> None:
    store, behaviours = client.sandbox.store, client.sandbox.behaviours
    store.register("another")
    behaviours.activate(["success-as-201"], store.organization("another"))
    group_id = client.create()["id"]
    assert client.send("GET", f"/{group_id}").status == 200
    behaviours.activate(["foreign-group-readable"], None)
    assert client.send("GET", f"/{group_id}", token="another").status == 201
    behaviours.activate([], store.organization("another"))
    assert client.send("GET", f"/{group_id}", token="another").status == 200


def test_faults_of_an_owner_reach_callers_without_a_token(client: "Client") -> None:
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
def test_a_fault_copes_with_an_unconsolidated_configuration(client: "Client", fault: str) -> None:
    group_id = client.deployed()["id"]
    client.sandbox.move(group_id, "legacy")
    client.sandbox.behaviours.activate(["config-string", fault], None)
    try:
        assert client.send("GET", f"/{group_id}").status == 200
    finally:
        client.sandbox.behaviours.activate([], None)
