"""The life of a client: what it opens is shared, and closed; nothing leaks."""

import asyncio
import copy
import gc
import multiprocessing
import os
import pickle
import threading
import time
import warnings
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import trio
from rawserver import RawServer, http

from clumio_connection_groups import AuthenticatedClient, Client, wait_for_update_async
from clumio_connection_groups.api.aws_connection_groups import read_aws_connection_group as read
from clumio_connection_groups.errors import raise_for_error
from clumio_connection_groups.models import ConnectionGroup

TOKEN = "s3cr3t-token"
UNIT = "x-clumio-organizationalunit-context"


@pytest.fixture
def raw() -> Iterator[RawServer]:
    with RawServer() as server:
        yield server


@pytest.fixture
def client(raw: RawServer) -> Iterator[AuthenticatedClient]:
    made = AuthenticatedClient(base_url=raw.url, token=TOKEN)
    yield made
    made.close()


def called(client: AuthenticatedClient) -> object:
    return raise_for_error(read.sync_detailed("4f1c", client=client)).id


async def called_async(client: AuthenticatedClient) -> object:
    return raise_for_error(await read.asyncio_detailed("4f1c", client=client)).id


def sent(raw: RawServer, header: str) -> list[str | None]:
    return [request.headers.get(header) for request in raw.requests]


def threads_at_once(count: int, work: Callable[[], object]) -> None:
    barrier = threading.Barrier(count)

    def start() -> None:
        barrier.wait()
        work()

    threads = [threading.Thread(target=start) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# --- one pool ---


def test_threads_share_one_pool_from_the_first_call_on(raw: RawServer) -> None:
    """Sixteen at once: each gets the same httpx client."""
    with AuthenticatedClient(base_url=raw.url, token=TOKEN) as client:
        made: list[httpx.Client] = []
        threads_at_once(16, lambda: made.append(client.get_httpx_client()))
        assert len({id(one) for one in made}) == 1


def test_a_client_and_those_derived_from_it_use_one_connection(
    raw: RawServer, client: AuthenticatedClient
) -> None:
    """Headers, cookies, time limit and a new token: each call its own, over one connection."""
    derived = client.with_headers({UNIT: "one"})
    for one in (derived, client, derived.with_cookies({"a": "b"}), client.with_timeout(3), client):
        called(one)
    client.token = "another"
    called(client)
    called(derived)

    assert raw.connections == 1
    assert sent(raw, UNIT) == ["one", None, "one", None, None, None, "one"]
    assert sent(raw, "cookie") == [None, None, "a=b", None, None, None, None]
    assert sent(raw, "authorization") == [f"Bearer {TOKEN}"] * 5 + ["Bearer another", f"Bearer {TOKEN}"]


def test_two_event_loops_have_connections_of_their_own(client: AuthenticatedClient) -> None:
    """One after the other, and two at once in threads."""

    async def main() -> httpx.AsyncClient:
        await asyncio.gather(*(called_async(client) for _ in range(5)))
        made = client.get_async_httpx_client()
        await client.aclose()
        return made

    async def whole() -> None:
        async with client:
            await called_async(client)

    assert asyncio.run(main()).is_closed
    asyncio.run(whole())
    asyncio.run(whole())
    others = [client.with_headers({}) for _ in range(2)]
    threads_at_once(2, lambda: asyncio.run(closed_after(others.pop())))


async def closed_after(client: AuthenticatedClient) -> None:
    async with client:
        await called_async(client)


def test_an_httpx_client_made_before_the_event_loop_is_used_in_it(client: AuthenticatedClient) -> None:
    made = client.get_async_httpx_client()

    async def main() -> None:
        async with client:
            assert client.get_async_httpx_client() is made
            await called_async(client)

    asyncio.run(main())
    assert made.is_closed


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_connections_of_its_own(raw: RawServer, client: AuthenticatedClient) -> None:
    called(client)
    child = os.fork()
    if child == 0:
        os._exit(0 if called(client) == "4f1c" else 1)
    assert os.waitpid(child, 0)[1] == 0
    called(client)
    assert raw.connections == 2


def child(client: AuthenticatedClient) -> object:
    return called(client)


def test_a_used_client_is_sent_to_another_process(client: AuthenticatedClient) -> None:
    called(client)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(child, (client,)) == "4f1c"


# --- the end ---


def test_close_ends_the_client_and_those_derived_from_it(client: AuthenticatedClient) -> None:
    derived = client.with_headers({UNIT: "one"})
    inner = [one.get_httpx_client() for one in (client, derived)]
    called(derived)
    client.close()
    client.close()
    assert [one.is_closed for one in inner] == [True, True]
    for one in (client, derived):
        with pytest.raises(RuntimeError, match="closed"):
            called(one)
    with client:
        assert called(client) == "4f1c"
    assert called(client.with_headers({UNIT: "two"})) == "4f1c"


def test_the_end_of_a_derived_client_is_not_that_of_the_others(
    raw: RawServer, client: AuthenticatedClient
) -> None:
    with client.with_headers({UNIT: "one"}) as derived:
        called(derived)
    called(client)
    assert raw.connections == 1
    with pytest.raises(RuntimeError, match="closed"):
        called(derived)


def test_a_derived_client_whose_original_is_gone_closes_the_pool(raw: RawServer) -> None:
    with AuthenticatedClient(base_url=raw.url, token=TOKEN).with_headers({UNIT: "one"}) as derived:
        inner = derived.get_httpx_client()
        called(derived)
    assert inner.is_closed


def test_what_nobody_closes_is_closed_with_the_last_client(raw: RawServer) -> None:
    """No ResourceWarning: neither of the client, nor of those derived from it."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        client = AuthenticatedClient(base_url=raw.url, token=TOKEN)
        inner = weakref.ref(client.get_httpx_client())
        called(client.with_headers({UNIT: "one"}))
        del client
        gc.collect()
    assert inner() is None
    assert [str(one.message) for one in seen if issubclass(one.category, ResourceWarning)] == []


def test_a_used_client_can_be_entered_and_left_and_entered(client: AuthenticatedClient) -> None:
    called(client)
    for _ in range(2):
        with client:
            called(client)

    async def main() -> None:
        await called_async(client)
        async with client:
            await called_async(client)

    asyncio.run(main())


def test_blocks_can_be_nested(client: AuthenticatedClient) -> None:
    """A helper that enters the client does not close it for its caller."""
    with client:
        with client:
            called(client)
        called(client)
    with pytest.raises(RuntimeError, match="closed"):
        called(client)


def test_the_httpx_client_of_a_temporary_client_stays_open(raw: RawServer) -> None:
    inner = AuthenticatedClient(base_url=raw.url, token=TOKEN).get_httpx_client()
    derived = (
        AuthenticatedClient(base_url=raw.url, token=TOKEN).with_headers({UNIT: "one"}).get_httpx_client()
    )
    gc.collect()
    assert inner.get("/").status_code == derived.get("/").status_code == 200
    inner.close()
    derived.close()


def test_a_closed_httpx_client_is_replaced(client: AuthenticatedClient) -> None:
    with client.get_httpx_client() as inner:
        inner.get("/")
    assert called(client) == "4f1c"


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_connections_of_ended_event_loops_are_forgotten(client: AuthenticatedClient) -> None:
    """Nobody can close them; the sockets end with the objects."""

    def sockets() -> int:
        gc.collect()
        return len(list(Path("/proc/self/fd").iterdir()))

    derived = client.with_headers({UNIT: "one"})
    asyncio.run(called_async(client))
    before = sockets()
    for _ in range(5):
        asyncio.run(called_async(client))
        asyncio.run(called_async(derived))
    deadline = time.monotonic() + 10
    while sockets() > before and time.monotonic() < deadline:
        time.sleep(0.05)  # the server in this process has its ends, too
    assert sockets() <= before
    asyncio.run(client.aclose())
    sockets()


def test_trio(raw: RawServer, client: AuthenticatedClient) -> None:
    """Event loops of trio: calls with retries, a wait, and a block in each of several runs."""

    async def main() -> str:
        async with client:
            assert await called_async(client.with_headers({UNIT: "one"})) == "4f1c"
            update = ConnectionGroup.from_dict(
                {"id": "4f1c", "intended_asset_types": [], "intended_aws_regions": []}
            )
            return (await wait_for_update_async(update, client=client, patience=0.2, pause=0.1)).outcome

    for _ in range(3):
        assert trio.run(main) == "timed_out"
    raw.answers = [http(503, b"", headers={"Retry-After": "0"})]
    client.retries = 1
    assert trio.run(main) == "timed_out"
    assert len(client._async._pool.owners) == 0


def test_an_httpx_client_made_before_the_event_loop_and_a_derived_client(client: AuthenticatedClient) -> None:
    derived = client.with_headers({UNIT: "one"})
    client.get_async_httpx_client()
    derived.get_async_httpx_client()

    async def main() -> None:
        async with client:
            await called_async(derived)
            await called_async(client)

    asyncio.run(main())


def test_a_new_token_is_never_missed(raw: RawServer, client: AuthenticatedClient) -> None:
    """Threads that call at the moment of the change use the new one from then on."""
    barrier = threading.Barrier(3)
    for number in range(30):
        workers = [threading.Thread(target=lambda: (barrier.wait(), called(client))) for _ in range(2)]
        for worker in workers:
            worker.start()
        barrier.wait()
        client.token = f"token-{number}"
        for worker in workers:
            worker.join()
        called(client)
        assert sent(raw, "authorization")[-1] == f"Bearer token-{number}"


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_while_the_lock_is_held(raw: RawServer, client: AuthenticatedClient) -> None:
    """As by another thread that makes its first call: the child waits for nobody."""
    called(client)
    with client._sync._pool.lock:
        child = os.fork()
        if child == 0:
            client.token = "another"
            client.close()
            with client:
                os._exit(0 if called(client) == "4f1c" else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert sent(raw, "authorization")[-1] == "Bearer another"


# --- an httpx client of the user's own ---


def test_the_users_own_httpx_client(raw: RawServer) -> None:
    """Its settings hold; deriving changes a copy; the original closes it, a derived one does not."""
    own = httpx.Client(base_url=raw.url, headers={"X-Own": "1"})
    client = AuthenticatedClient(base_url="http://not.used", token=TOKEN).set_httpx_client(own)
    with client.with_headers({UNIT: "one"}).with_cookies({"a": "b"}).with_timeout(3) as derived:
        called(derived)
    called(client)
    assert client.get_httpx_client() is own
    assert raw.connections == 1
    assert sent(raw, "x-own") == ["1", "1"]
    assert sent(raw, UNIT) == ["one", None]
    assert sent(raw, "cookie") == ["a=b", None]
    assert sent(raw, "authorization") == [None, None]
    with pytest.raises(TypeError, match="httpx client of your own"):
        pickle.dumps(client)
    late = client.with_headers({UNIT: "two"})
    client.close()
    assert own.is_closed
    with pytest.raises(RuntimeError, match="closed"):
        called(late)


def test_the_users_own_asynchronous_httpx_client(raw: RawServer) -> None:
    async def main() -> None:
        own = httpx.AsyncClient(base_url=raw.url, headers={"X-Own": "1"})
        client = AuthenticatedClient(base_url="http://not.used", token=TOKEN).set_async_httpx_client(own)
        async with client:
            await called_async(client.with_headers({UNIT: "one"}))
        assert own.is_closed

    asyncio.run(main())
    assert (sent(raw, "x-own"), sent(raw, UNIT)) == (["1"], ["one"])


# --- copies ---


class Regional(AuthenticatedClient):
    """A subclass with a constructor and an attribute of its own."""

    def __init__(self, url: str, region: str) -> None:
        super().__init__(base_url=url, token=TOKEN)
        self.region = region


def over_the_wire(client: Any) -> Any:
    return pickle.loads(pickle.dumps(client))  # noqa: S301 - the pickle is made here


@pytest.mark.parametrize(
    "duplicate",
    [copy.copy, copy.deepcopy, over_the_wire, lambda client: client.with_headers({})],
    ids=["copy", "deepcopy", "pickle", "derived"],
)
def test_a_copy_equals_the_original_and_is_of_its_class(
    duplicate: Callable[[Any], Any], raw: RawServer
) -> None:
    with Regional(raw.url, "east") as client:
        called(client)
        again = duplicate(client)
        assert again == client
        assert (type(again), again.region) == (Regional, "east")
        with again:
            assert called(again) == "4f1c"
        again.token = "another"
        assert again != client
        assert called(client) == "4f1c"


def test_what_the_caller_passes_in_is_copied(raw: RawServer) -> None:
    headers, cookies, arguments = {"X-Team": "a"}, {"a": "b"}, {"max_redirects": 3}
    client = AuthenticatedClient(
        base_url=raw.url, token=TOKEN, headers=headers, cookies=cookies, httpx_args=arguments
    )
    with client, client.with_headers({UNIT: "one"}) as derived:
        called(derived)
    assert (headers, cookies, arguments) == ({"X-Team": "a"}, {"a": "b"}, {"max_redirects": 3})
    headers["X-Team"] = "b"
    with client:
        called(client)
    assert sent(raw, "x-team") == ["a", "a"]


def test_a_client_without_a_token_sends_none(raw: RawServer) -> None:
    with Client(base_url=raw.url) as client:
        client.request(method="get", url="/x")
    assert sent(raw, "authorization") == [None]
