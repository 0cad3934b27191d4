"""A relay that passes on every byte unchanged, and counts the requests."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

_CHUNK: Final = 65536


class Relay:
    """Counts a request when a client sends first on a connection, or sends after the server did.

    It parses nothing, so an answer that is cut off or missing reaches the client as the server left it. The
    count is too low for a client that sends a request before the previous answer; none of the tools does so.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self.requests = 0

    async def serve(self, client: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        """Connect a client with the server until both have closed their side."""
        try:
            server, requests = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            answers.close()
            return
        sender = _Sender()
        await asyncio.gather(
            self._pass_on(client, requests, sender, is_client=True),
            self._pass_on(server, answers, sender, is_client=False),
        )

    async def _pass_on(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, sender: "_Sender", *, is_client: bool
    ) -> None:
        with suppress(OSError):
            while data := await source.read(_CHUNK):
                self.requests += is_client and not sender.is_client
                sender.is_client = is_client
                sink.write(data)
                await sink.drain()
        sink.close()


class _Sender:
    """Who sent last on one connection."""

    is_client = False


@contextmanager
def relay(port: int) -> Iterator[tuple[str, Relay]]:
    """Relay to a local port until the block ends; yield the base URL and the relay with its count."""
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
        if tasks := asyncio.all_tasks(loop):
            for task in tasks:
                task.cancel()
            loop.run_until_complete(asyncio.wait(tasks))
        loop.close()
