"""A relay that hands on every byte as it is, and counts the requests."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_CHUNK = 65536


class Relay:
    """Counts requests by who speaks: a client that speaks first, or after the server, begins one.

    Nothing is parsed, so an answer that is cut off or never comes reaches the client as the server left it. Clients that send
    a request before the answer to the last one would be counted low; none of the tools does so.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self.requests = 0

    async def serve(self, client: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        """Stand between a client and the server until both have hung up."""
        try:
            server, requests = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            answers.close()
            return
        turn = _Turn()
        await asyncio.gather(self._ask(client, requests, turn), self._answer(server, answers, turn))

    async def _ask(self, client: asyncio.StreamReader, requests: asyncio.StreamWriter, turn: "_Turn") -> None:
        with suppress(OSError):
            while data := await client.read(_CHUNK):
                if not turn.clients:
                    self.requests += 1
                    turn.clients = True
                requests.write(data)
                await requests.drain()
        requests.close()

    async def _answer(
        self, server: asyncio.StreamReader, answers: asyncio.StreamWriter, turn: "_Turn"
    ) -> None:
        with suppress(OSError):
            while data := await server.read(_CHUNK):
                turn.clients = False
                answers.write(data)
                await answers.drain()
        answers.close()


class _Turn:
    """Whose turn it is on one connection."""

    clients = False


@contextmanager
def relay(port: int) -> Iterator[tuple[str, Relay]]:
    """Stand before a local port until the block ends; gives the base URL and the count."""
    relaying = Relay(port)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(relaying.serve, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", relaying
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        _cancel(loop)
        loop.close()


def _cancel(loop: asyncio.AbstractEventLoop) -> None:
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.wait(left))
