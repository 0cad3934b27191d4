"""Connections: one pool for a client and those derived from it, closed when nobody is left to use it.

A member is what one client has open: an httpx client of its own, with its own headers, over the shared pool.
A pool belongs to one process and, with asyncio or trio, to one event loop: a connection can leave neither.
"""

import copy
import os
import sys
import threading
from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakSet

import httpx

C = TypeVar("C", httpx.Client, httpx.AsyncClient)


class Pool(Generic[C]):
    """The httpx clients that own connections, by event loop, and the members that use them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process = os.getpid()
        self.owners: dict[object, C] = {}
        self.members: WeakSet[Member[C]] = WeakSet()

    def __del__(self) -> None:
        """Close what nobody closed; the connections of an event loop end with the loop."""
        if self.process == os.getpid():
            for owner in self.owners.values():
                if isinstance(owner, httpx.Client):
                    owner.close()


class Member(Generic[C]):
    """What one client has open; `origin` is the member of the client that this one is derived from."""

    def __init__(self, origin: "Member[C] | None" = None) -> None:
        self._begin(origin)

    def _begin(self, origin: "Member[C] | None") -> None:
        self.is_closed = False
        self._views: dict[object, C] = {}
        self._is_first = origin is None or origin.is_closed or origin._is_foreign
        self._pool: Pool[C] = Pool() if self._is_first or origin is None else origin._pool
        self._pool.members.add(self)

    @property
    def _is_foreign(self) -> bool:
        """Whether the pool is that of the process which this one was forked from."""
        return self._pool.process != os.getpid()

    def view(self, loop: object, make: Callable[[], C], dress: Callable[[C], None]) -> C:
        """Return the httpx client of this member.

        Args:
            loop: What `running_loop` returns; None for a synchronous client.
            make: Makes an httpx client with the settings of this member's client.
            dress: Gives these settings to a copy of another member's.

        Raises:
            RuntimeError: The client is closed.
        """
        if self._is_foreign:
            self._begin(None)
        view = self._views.get(loop)
        if view is not None and self.is_closed in (False, view.is_closed):
            return view
        if self.is_closed:
            raise RuntimeError("the client is closed: enter it again, or make another one")
        with self._pool.lock:
            return self._views.get(loop) or self._made(loop, make, dress)

    def _made(self, loop: object, make: Callable[[], C], dress: Callable[[C], None]) -> C:
        owners = self._pool.owners
        for ended in [one for one in owners if getattr(one, "is_closed", bool)()]:
            del owners[ended]
            self._views.pop(ended, None)
        if loop is not None and None in self._views:  # made before the event loop was running
            view = self._views.pop(None)
            owners[loop] = owners.pop(None, view)
        elif loop in owners:
            view = copy.copy(owners[loop])
            dress(view)
        else:
            view = owners[loop] = make()
        self._views[loop] = view
        return view

    def renew(self) -> None:
        """Make another httpx client, with other settings, at the next call; the connections stay."""
        with self._pool.lock:
            self._views.clear()

    def reopen(self) -> None:
        """Begin again, with a pool of its own, if this member is closed."""
        if self.is_closed:
            self._begin(None)

    def end(self, loop: object) -> list[C]:
        """Return the httpx clients to close: all of the pool, if this member began it or is the last one.

        Those of another event loop are left to that loop: nobody else can close them.
        """
        pool: Pool[C] = self._pool
        with pool.lock:
            self.is_closed = True
            pool.members.discard(self)
            if self._is_foreign or (pool.members and not self._is_first):
                return []
            members = set(pool.members) | {self}
            for member in members:
                member.is_closed = True
            places = [member._views for member in members] + [pool.owners]
            found = {id(view): view for views in places for key, view in views.items() if key in (loop, None)}
            pool.owners.clear()
        return list(found.values())


def running_loop() -> object:
    """Return what stands for the running event loop of asyncio or trio, None outside of one."""
    for module, name in (("asyncio", "get_running_loop"), ("trio.lowlevel", "current_trio_token")):
        if module in sys.modules:
            try:
                return getattr(sys.modules[module], name)()
            except RuntimeError:
                continue
    return None
