"""Waiting for an update ends with what became of it, on every path of the sandbox's life cycle."""

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import httpx
import pytest
from rawserver import RawServer, http

from clumio_connection_groups import AuthenticatedClient, wait_for_update, wait_for_update_async
from clumio_connection_groups.api.aws_connection_groups import update_aws_connection_group
from clumio_connection_groups.errors import InvalidInput, UnauthorizedError, raise_for_error
from clumio_connection_groups.models import AssetType, ConnectionGroup, UpdateConnectionGroupRequest
from clumio_connection_groups.waiting import Outcome, Progress, UpdateResult
from clumio_sandbox.driver import Driver
from clumio_sandbox.process import running

ASKED = UpdateConnectionGroupRequest(
    asset_types=[AssetType.EC2EBS, AssetType.RDS], aws_regions=["us-east-1", "us-west-2"]
)
STATE = {
    "id": "4f1c",
    "status": "fully_connected",
    "ongoing_stack_operation": "no_active_operation",
    "asset_types_enabled": ["EC2/EBS"],
    "aws_regions": ["us-east-1"],
    "intended_asset_types": ["EC2/EBS", "RDS"],
    "intended_aws_regions": ["us-east-1", "us-west-2"],
}
OLD = {"intended_asset_types": ["EC2/EBS"], "intended_aws_regions": ["us-east-1"]}
DONE = {"asset_types_enabled": ["RDS", "EC2/EBS"], "aws_regions": ["us-west-2", "us-east-1"]}
RUNS = {"ongoing_stack_operation": "updating_stack"}


class FakeTime:
    """A clock that moves when somebody sleeps; `steps` run one after the other, one in each pause."""

    def __init__(self, *steps: Callable[[], object]) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self._steps = list(steps)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        if self._steps:
            self._steps.pop(0)()

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)


@pytest.fixture(params=["sync", "async"])
def wait(request: pytest.FixtureRequest) -> Callable[..., UpdateResult]:
    """Both ways to wait, with a fake clock that sends the events of the stack in the pauses."""

    def waited(
        update: ConnectionGroup, client: AuthenticatedClient, *steps: Callable[[], object], **more: Any
    ) -> UpdateResult:
        clock = more.pop("clock", None) or FakeTime(*steps)
        more = {"patience": 100, "pause": 10, **more}
        if request.param == "sync":
            return wait_for_update(update, client=client, clock=clock, sleep=clock.sleep, **more)

        async def main() -> UpdateResult:
            async with client:
                return await wait_for_update_async(
                    update, client=client, clock=clock, sleep=clock.sleep_async, **more
                )

        return asyncio.run(main())

    return waited


@pytest.fixture
def client(clumio_sandbox: Driver) -> Iterator[AuthenticatedClient]:
    with AuthenticatedClient(base_url=clumio_sandbox.base_url, token=clumio_sandbox.token) as made:
        yield made


def updated(client: AuthenticatedClient, group: str, body: UpdateConnectionGroupRequest) -> ConnectionGroup:
    return raise_for_error(update_aws_connection_group.sync_detailed(group, client=client, body=body))


PATHS = {
    "deployed at once": (["deploy"], "complete"),
    "deployed step by step": (["start", "succeed"], "complete"),
    "never deployed": ([], "timed_out"),
    "failed": (["start", "fail"], "failed"),
    "discarded": (["discard"], "discarded"),
    "failed between two reads": (["break"], "discarded"),
    "partial": (["start", "partial"], "partial"),
    "deleted": (["delete", "succeed"], "gone"),
    "deleted at once": (["destroy"], "gone"),
    "not deleted, then deployed": (["delete", "fail", "deploy"], "complete"),
    "unlinked, and never deployed": (["unlink"], "timed_out"),
    "unlinked, then deployed": (["unlink", "deploy"], "complete"),
    "no managed stacks, then deployed": (["unmanage", "deploy"], "complete"),
    "legacy, then discarded": (["legacy", "discard"], "discarded"),
}


@pytest.mark.requirement("UCG-FLOW-04", "UCG-FLOW-05", "UCG-FLOW-06")
@pytest.mark.parametrize(("events", "outcome"), PATHS.values(), ids=PATHS)
def test_each_path_of_the_life_cycle_has_its_outcome(
    events: list[str],
    outcome: str,
    wait: Callable[..., UpdateResult],
    client: AuthenticatedClient,
    clumio_sandbox: Driver,
) -> None:
    """A connected group is asked for one more type and region; the events come in the pauses."""
    group = clumio_sandbox.create_group()["id"]
    clumio_sandbox.stack(group, "deploy")
    answer = updated(client, group, ASKED)

    result = wait(
        answer, client, *(lambda event=event: clumio_sandbox.stack(group, event) for event in events)
    )

    assert result.outcome == outcome, result
    assert result.is_complete == (outcome == "complete")
    assert str(result).startswith(f"{outcome}: ")


@pytest.mark.parametrize(("events", "outcome"), PATHS.values(), ids=PATHS)
def test_a_group_that_was_never_deployed(
    events: list[str], outcome: str, client: AuthenticatedClient, clumio_sandbox: Driver
) -> None:
    """The same events after a creation; those that need a stack are not possible."""
    if {"delete", "destroy", "unlink", "unmanage", "legacy", "discard"} & set(events):
        return
    group = ConnectionGroup.from_dict(clumio_sandbox.create_group())
    clock = FakeTime(*(lambda event=event: clumio_sandbox.stack(str(group.id), event) for event in events))

    result = wait_for_update(group, client=client, clock=clock, sleep=clock.sleep, patience=100, pause=10)

    # a creation can't be discarded: its status says that it failed
    assert result.outcome == {"discarded": "failed"}.get(outcome, outcome), result
    # in one region a partial deployment connects nothing
    assert (result.group is not None) == (outcome != "gone")


def test_an_operation_that_began_before_the_update_is_not_its_own(
    wait: Callable[..., UpdateResult], client: AuthenticatedClient, clumio_sandbox: Driver
) -> None:
    """The older deployment ends partially; then the update is deployed."""
    group = clumio_sandbox.create_group(aws_regions=["us-east-1", "eu-central-1"])["id"]
    clumio_sandbox.stack(group, "deploy")
    clumio_sandbox.stack(group, "start")
    answer = updated(client, group, ASKED)

    def event(name: str) -> Callable[[], object]:
        return lambda: clumio_sandbox.stack(group, name)

    result = wait(answer, client, event("partial"), lambda: None, event("deploy"))

    assert result.outcome == "complete", result
    assert result.reads == 4


def test_an_update_of_what_is_connected_already_is_complete_with_a_doubt(
    wait: Callable[..., UpdateResult], client: AuthenticatedClient, clumio_sandbox: Driver
) -> None:
    group = clumio_sandbox.create_group()["id"]
    clumio_sandbox.stack(group, "deploy")
    same = UpdateConnectionGroupRequest(
        asset_types=[AssetType.EC2EBS], aws_regions=["us-east-1"], description="new"
    )
    result = wait(updated(client, group, same), client, asked=same)
    assert (result.outcome, result.reads) == ("complete", 1)
    assert "is not known" in str(result.doubt)


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        (["start", "fail"], "failed"),
        (["discard"], "discarded"),
        (["start", "succeed"], "complete"),
        (["delete", "fail", "discard"], "discarded"),
        (["delete", "fail"], "complete"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else value,
)
def test_an_update_of_the_description_alone(
    events: list[str], outcome: str, client: AuthenticatedClient, clumio_sandbox: Driver
) -> None:
    """Connected is the same all the time; the description shows when the update is given up."""
    group = clumio_sandbox.create_group(description="old")["id"]
    clumio_sandbox.stack(group, "deploy")
    body = UpdateConnectionGroupRequest(
        asset_types=[AssetType.EC2EBS], aws_regions=["us-east-1"], description="new"
    )
    answer = updated(client, group, body)
    for event in events:
        clumio_sandbox.stack(group, event)
        clock = FakeTime(*(lambda left=left: clumio_sandbox.stack(group, left) for left in events[1:]))
        if event == "start":
            break
    result = wait_for_update(
        answer, client=client, asked=body, clock=clock, sleep=clock.sleep, patience=20, pause=10
    )
    assert result.outcome == outcome, result
    assert (outcome == "complete") == (
        "is not known" in str(result.doubt) and "stack was updated" in str(result)
    )


@pytest.mark.parametrize(
    ("first", "events", "outcome"),
    [
        (["deploy"], ["delete", "fail", "discard"], "discarded"),
        (["start", "partial"], ["delete", "fail", "deploy"], "complete"),
        (["break"], ["start", "succeed"], "complete"),
    ],
)
def test_a_deletion_that_fails_is_no_deployment(
    first: list[str],
    events: list[str],
    outcome: str,
    *,
    wait: Callable[..., UpdateResult],
    client: AuthenticatedClient,
    clumio_sandbox: Driver,
) -> None:
    group = clumio_sandbox.create_group(aws_regions=["us-east-1", "eu-central-1"])["id"]
    for event in first:
        clumio_sandbox.stack(group, event)
    answer = updated(client, group, ASKED)
    result = wait(
        answer, client, *(lambda event=event: clumio_sandbox.stack(group, event) for event in events)
    )
    assert result.outcome == outcome, result


@pytest.mark.parametrize(
    ("event", "outcome"), [("fail", "failed"), ("partial", "partial"), ("succeed", "complete")]
)
def test_a_wait_can_be_taken_up_again(
    event: str, outcome: str, client: AuthenticatedClient, clumio_sandbox: Driver
) -> None:
    """The creation runs when the first wait ends; the second one begins with what the first one read."""
    regions = ["us-east-1", "us-west-2"]
    group = ConnectionGroup.from_dict(clumio_sandbox.create_group(aws_regions=regions))
    clumio_sandbox.stack(str(group.id), "start")
    first = wait_for_update(group, client=client, patience=0)
    assert (first.outcome, first.reads) == ("timed_out", 1)
    assert first.group is not None
    clock = FakeTime(lambda: clumio_sandbox.stack(str(group.id), event))
    second = wait_for_update(first.group, client=client, clock=clock, sleep=clock.sleep, patience=60)
    assert second.outcome == outcome, second
    assert (event == "fail") == ("began before the update" in str(second.doubt))


# --- states that the sandbox does not have ---


def states(*bodies: dict[str, Any] | httpx.Response) -> AuthenticatedClient:
    """A client whose reads get these answers, the last one again and again."""
    left = list(bodies)

    def answer(_: httpx.Request) -> httpx.Response:
        body = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(body, httpx.Response):
            return httpx.Response(body.status_code, headers=body.headers, content=body.content)
        return httpx.Response(200, json=STATE | body)

    return AuthenticatedClient(
        base_url="http://mock.invalid", token="t", httpx_args={"transport": httpx.MockTransport(answer)}
    )


MADE_UP = {
    "regions are not connected yet": ([{**DONE, "aws_regions": ["us-east-1"]}], "timed_out"),
    "a region too many": ([{**DONE, "aws_regions": [*DONE["aws_regions"], "eu-central-1"]}], "timed_out"),
    "a type too many": ([{**DONE, "asset_types_enabled": ["EC2/EBS", "RDS", "S3"]}], "timed_out"),
    "the old values are intended again": ([{}, OLD], "discarded"),
    "the same after an operation": ([RUNS, OLD], "failed"),
    "another update": ([{**DONE, **OLD}], "complete"),
    "only the regions are put back": ([{"intended_aws_regions": ["us-east-1"]}], "discarded"),
    "deployment failed, values kept": ([RUNS, {"status": "deployment_failed"}], "failed"),
    "an undocumented status": ([{**DONE, "status": "active"}], "complete"),
    "no status": ([{**DONE, "status": None}], "complete"),
    "no word about operations": ([{**DONE, "ongoing_stack_operation": None}], "complete"),
    "an undocumented operation": ([{**DONE, "ongoing_stack_operation": "rolling_back"}], "timed_out"),
    "no connected values": ([{"asset_types_enabled": None, "aws_regions": None}], "timed_out"),
    "connected, but unlinked": ([{**DONE, "status": "unlinked"}], "timed_out"),
    "another group": ([{**DONE, "id": "other"}], "timed_out"),
    "it intends something else from the start": ([OLD], "discarded"),
    "an error page for 401": ([httpx.Response(401, text="<html>")], "refused"),
    "a web page, then complete": ([httpx.Response(502, text="<html>"), DONE], "complete"),
    "busy, then complete": ([httpx.Response(429, json={"errors": []}), DONE], "complete"),
    "an error page for 404": ([httpx.Response(404, text="<html>"), DONE], "complete"),
    "an error under 200": ([httpx.Response(200, json={"errors": [{"error_code": 1}]}), DONE], "complete"),
    "gone": ([{}, httpx.Response(404, json={"errors": [{"error_code": 1}]})], "gone"),
}


@pytest.mark.parametrize(("bodies", "outcome"), MADE_UP.values(), ids=MADE_UP)
def test_states_that_the_sandbox_does_not_have(
    bodies: list[dict[str, Any] | httpx.Response], outcome: str, wait: Callable[..., UpdateResult]
) -> None:
    if outcome == "refused":
        with pytest.raises(UnauthorizedError):
            wait(ConnectionGroup.from_dict(STATE), states(*bodies), asked=ASKED)
        return
    result = wait(ConnectionGroup.from_dict(STATE), states(*bodies), asked=ASKED)
    assert result.outcome == outcome
    assert result.problem is None or outcome == "timed_out"


def test_a_partial_group_is_partial_by_the_update_only_when_something_changed(
    wait: Callable[..., UpdateResult],
) -> None:
    """It was partial before: as long as nothing moves, the update was not deployed."""
    partial = {"status": "partially_connected"}
    before = ConnectionGroup.from_dict(STATE | partial)
    assert wait(before, states(partial)).outcome == "timed_out"
    assert wait(before, states(RUNS, partial)).outcome == "partial"
    moved = {**partial, "asset_types_enabled": ["EC2/EBS", "RDS"]}
    assert wait(before, states(moved)).outcome == "partial"


def test_the_state_before_the_update_shows_that_another_one_took_its_place(
    wait: Callable[..., UpdateResult],
) -> None:
    update = ConnectionGroup.from_dict(STATE)
    other = {"intended_asset_types": ["S3"], "intended_aws_regions": ["us-east-1"]}
    result = wait(update, states(other), before=ConnectionGroup.from_dict(STATE | OLD))
    assert (result.outcome, result.doubt) == ("discarded", "another update may have taken its place")
    again = wait(update, states(OLD), before=ConnectionGroup.from_dict(STATE | OLD))
    assert "is not known" in str(again.doubt)


def test_a_partial_state_proves_nothing_when_the_state_before_is_unknown(
    wait: Callable[..., UpdateResult],
) -> None:
    """The answer to the update has neither status nor connected values; `before` has them."""
    bare = ConnectionGroup.from_dict({"id": "4f1c"})
    partial = {"status": "partially_connected"}
    assert wait(bare, states(partial), asked=ASKED).outcome == "timed_out"
    assert wait(bare, states(RUNS, partial), asked=ASKED).outcome == "partial"
    before = ConnectionGroup.from_dict(STATE | partial)
    assert wait(bare, states(partial), asked=ASKED, before=before).outcome == "timed_out"
    assert (
        wait(bare, states(partial), asked=ASKED, before=ConnectionGroup.from_dict(STATE)).outcome == "partial"
    )


def test_the_answer_to_the_update_is_newer_than_the_read_before_it(wait: Callable[..., UpdateResult]) -> None:
    """Another deployment ended in between: what it left is not the update's."""
    partial = {"status": "partially_connected", "asset_types_enabled": ["EC2/EBS", "RDS"]}
    update = ConnectionGroup.from_dict(STATE | partial)
    result = wait(update, states(partial), asked=ASKED, before=ConnectionGroup.from_dict(STATE | OLD))
    assert result.outcome == "timed_out"


def test_what_the_deprecated_asset_type_stands_for_fulfils_it(wait: Callable[..., UpdateResult]) -> None:
    asked = UpdateConnectionGroupRequest(asset_types=[AssetType.EBS], aws_regions=["us-east-1"])
    state = {"asset_types_enabled": ["EC2/EBS"], "aws_regions": ["us-east-1"]}
    before = ConnectionGroup.from_dict(STATE | {"asset_types_enabled": []})
    assert wait(before, states(state), asked=asked).is_complete


def test_an_answer_that_does_not_say_what_it_intends_needs_the_request() -> None:
    bare = ConnectionGroup.from_dict({"id": "4f1c"})
    with pytest.raises(InvalidInput, match="pass the request's body as `asked`"):
        wait_for_update(bare, client=states(DONE))
    assert wait_for_update(bare, client=states(DONE), asked=ASKED).is_complete
    with pytest.raises(InvalidInput, match="no id"):
        wait_for_update(ConnectionGroup.from_dict({}), client=states(DONE), asked=ASKED)


def test_a_refused_read_ends_the_wait(wait: Callable[..., UpdateResult]) -> None:
    """A token that expired: nothing is known of the update, and no patience helps."""
    refused = httpx.Response(401, json={"errors": [{"error_code": 402}]})
    with pytest.raises(UnauthorizedError):
        wait(ConnectionGroup.from_dict(STATE), states({}, refused))


# --- time ---


def test_clock_pause_patience_and_progress(wait: Callable[..., UpdateResult]) -> None:
    """Five reads in 35 seconds; the last pause is cut; the progress has each read."""
    seen: list[Progress] = []
    clock = FakeTime()
    broken = httpx.Response(503, text="<html>", headers={"Retry-After": "12"})

    result = wait(
        ConnectionGroup.from_dict(STATE),
        states({}, broken, RUNS),
        clock=clock,
        patience=35,
        pause=10,
        progress=seen.append,
    )

    assert (result.outcome, result.reads, result.seconds) == ("timed_out", 5, 35)
    assert clock.slept == [10, 12, 10, 3]
    assert [(one.reads, one.seconds, one.group is None, one.problem is None) for one in seen] == [
        (1, 0, False, True),
        (2, 10, True, False),
        (3, 22, False, True),
        (4, 32, False, True),
        (5, 35, False, True),
    ]
    assert result.group is not None
    assert result.group.ongoing_stack_operation == "updating_stack"


def test_the_end_of_the_patience_has_a_last_look(wait: Callable[..., UpdateResult]) -> None:
    """A pause longer than the patience is cut; without any patience there is one read."""
    update = ConnectionGroup.from_dict(STATE)
    assert wait(update, states({}, DONE), patience=10, pause=15).is_complete
    assert wait(update, states(DONE), patience=0).is_complete
    assert wait(update, states({}), patience=0).reads == 1


def test_a_clock_that_moves_at_each_look() -> None:
    result = wait_for_update(
        ConnectionGroup.from_dict(STATE),
        client=states({}),
        patience=3,
        pause=1,
        clock=itertools.count().__next__,
        sleep=lambda _: None,
    )
    assert result.outcome == "timed_out"


def test_an_error_of_the_callback_is_not_a_failed_read(wait: Callable[..., UpdateResult]) -> None:
    seen: list[Progress] = []

    def fail(progress: Progress) -> None:
        seen.append(progress)
        raise TimeoutError("the channel of the team")

    with pytest.raises(TimeoutError, match="the channel"):
        wait(ConnectionGroup.from_dict(STATE), states({}), progress=fail)
    assert len(seen) == 1


def test_a_callback_may_be_a_coroutine_function() -> None:
    seen: list[Progress] = []

    async def note(progress: Progress) -> None:
        await asyncio.sleep(0)
        seen.append(progress)

    update = ConnectionGroup.from_dict(STATE)
    asyncio.run(wait_for_update_async(update, client=states(DONE), asked=ASKED, progress=note))
    assert len(seen) == 1


def test_a_text_of_the_server_forges_no_line(wait: Callable[..., UpdateResult]) -> None:
    forged = {"aws_regions": ["x\nERROR forged"], "status": "y\nERROR forged"}
    result = wait(ConnectionGroup.from_dict(STATE), states(forged | OLD | {"intended_aws_regions": ["z\n"]}))
    assert str(result).isprintable()
    assert str(wait(ConnectionGroup.from_dict(STATE), states(forged))).isprintable()
    assert str(
        wait(ConnectionGroup.from_dict(STATE), states({"ongoing_stack_operation": "\n"}))
    ).isprintable()


def test_gone_has_a_doubt_when_the_group_was_never_read(wait: Callable[..., UpdateResult]) -> None:
    """And no problem of an earlier read."""
    gone = httpx.Response(404, json={"errors": []})
    update = ConnectionGroup.from_dict(STATE)
    assert "another organization" in str(wait(update, states(gone)).doubt)
    result = wait(update, states({}, httpx.Response(503, text=""), gone))
    assert (result.outcome, result.doubt, result.problem) == ("gone", None, None)


def test_a_request_that_can_never_be_sent_ends_the_wait(wait: Callable[..., UpdateResult]) -> None:
    with pytest.raises(InvalidInput, match="organizationalunit"):
        wait(ConnectionGroup.from_dict(STATE), states({}), x_clumio_organizationalunit_context="a\nb")


def test_a_read_that_trickles_does_not_use_up_the_patience() -> None:
    with RawServer() as raw:
        raw.answers, raw.default = [trickle], http(200, STATE | DONE)
        with AuthenticatedClient(base_url=raw.url, token="t", timeout=0.1) as client:
            result = wait_for_update(
                ConnectionGroup.from_dict(STATE), client=client, asked=ASKED, patience=5, pause=0.1
            )
    assert result.is_complete, result


def test_no_answer_at_all_is_named(wait: Callable[..., UpdateResult]) -> None:
    def refused(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    client = AuthenticatedClient(
        base_url="http://mock.invalid", token="t", httpx_args={"transport": httpx.MockTransport(refused)}
    )
    result = wait(ConnectionGroup.from_dict(STATE), client)
    assert (result.outcome, result.group) == ("timed_out", None)
    assert "the last read failed: ConnectError" in str(result)
    assert isinstance(result.problem, httpx.ConnectError)


def trickle(_: object) -> Iterator[bytes]:
    """A head, and then a byte now and then: no read of a socket is late."""
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    for _ in range(100):
        time.sleep(0.1)
        yield b" "


def silence(_: object) -> Iterator[bytes]:
    time.sleep(5)
    yield b""


@pytest.mark.parametrize("answer", [silence, pytest.param(trickle, marks=pytest.mark.slow)])
def test_the_patience_holds_when_the_api_hangs(answer: Any) -> None:
    with RawServer() as raw:
        raw.default = answer
        client = AuthenticatedClient(base_url=raw.url, token="t", timeout=None)
        begun = time.monotonic()
        result = wait_for_update(
            ConnectionGroup.from_dict(STATE), client=client, asked=ASKED, patience=0.5, pause=0.1
        )
        assert result.outcome == Outcome.TIMED_OUT

        async def main() -> str:
            async with client:
                update = ConnectionGroup.from_dict(STATE)
                result = await wait_for_update_async(
                    update, client=client, asked=ASKED, patience=0.5, pause=0.1
                )
            return result.outcome

        assert asyncio.run(main()) == Outcome.TIMED_OUT
        assert time.monotonic() - begun < 8, "without the patience, it would take 10 s"
        client.close()


@pytest.mark.parametrize("wrong", [{"patience": -1}, {"pause": float("nan")}])
def test_a_patience_or_pause_that_is_no_time_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=next(iter(wrong))):
        wait_for_update(ConnectionGroup.from_dict(STATE), client=states({}), **wrong)


# --- real stacks ---


def deploy(aws: Any, action: str, group: ConnectionGroup) -> None:
    """Create or update the stack of a group, as the vendor's scripts do."""
    values = {
        "ClumioToken": group.id,
        "RoleExternalId": group.external_id,
        "PermissionModel": "SELF_MANAGED",
        "PermissionsBoundaryARN": "",
    }
    getattr(aws, f"{action}_stack")(
        StackName="waiting",
        TemplateBody=httpx.get(str(group.deployment_template_url)).text,
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )


def test_real_stacks(aws_endpoint: str) -> None:
    """Created, updated and deleted through CloudFormation; the waits end as the stack does."""
    aws = boto3.client("cloudformation", region_name="us-east-1", endpoint_url=aws_endpoint)
    with running(["--cloudformation-endpoint", aws_endpoint]) as base_url:
        driver = Driver(base_url, "sandbox-token")
        client = AuthenticatedClient(base_url=base_url, token="sandbox-token")

        def waited(update: ConnectionGroup, *steps: Callable[[], object]) -> str:
            clock = FakeTime(*steps)
            return wait_for_update(update, client=client, clock=clock, sleep=clock.sleep, patience=60).outcome

        with client:
            made = ConnectionGroup.from_dict(driver.create_group())
            assert waited(made, lambda: deploy(aws, "create", made)) == "complete"
            update = updated(client, str(made.id), ASKED)
            assert waited(update) == "timed_out"
            assert waited(update, lambda: deploy(aws, "update", update)) == "complete"
            other = UpdateConnectionGroupRequest(asset_types=[AssetType.S3], aws_regions=["us-east-1"])
            last = updated(client, str(made.id), other)
            assert waited(last, lambda: driver.stack(str(made.id), "discard")) == "discarded"
            last = updated(client, str(made.id), other)
            assert waited(last, lambda: aws.delete_stack(StackName="waiting")) == "gone"
