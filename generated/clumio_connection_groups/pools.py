"""Connections: one pool for a client and those derived from it, closed when nobody is left to use it.

A member is what one client has open: an httpx client of its own, with its own headers, over the shared pool.
A pool belongs to one process and, with asyncio or trio, to one event loop: a connection can leave neither.
"""

import copy
import os
import sys
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar
from weakref import WeakSet

import httpx

C = TypeVar("C", httpx.Client, httpx.AsyncClient)


class Closing(httpx.Client):
    """An httpx client that closes its connections when nobody refers to it any more."""

    original: "Closing | None" = None
    """The one whose connections a copy uses; a copy keeps it, and closes nothing."""
    process = 0

    def __del__(self) -> None:
        if self.original is None and self.process == os.getpid():
            self.close()


class Pool(Generic[C]):
    """The httpx clients that own connections, by event loop, and the members that use them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process = os.getpid()
        self.owners: dict[object, C] = {}
        self.members: WeakSet[Member[C]] = WeakSet()

    def is_used(self, loop: object) -> bool:
        """Whether a member uses the connections of an event loop, or may use those of none."""
        return any(loop is None or loop in member._views for member in self.members)


class Member(Generic[C]):
    """What one client has open; `origin` is the member of the client that this one is derived from."""

    def __init__(self, origin: "Member[C] | None" = None) -> None:
        self._begin(origin)

    def _begin(self, origin: "Member[C] | None") -> None:
        self.is_closed = False
        self._entered = 0
        self._views: dict[object, tuple[object, C]] = {}
        self._is_first = origin is None or origin.is_closed or origin._is_foreign
        self._pool: Pool[C] = Pool() if self._is_first or origin is None else origin._pool
        with self._pool.lock:
            self._pool.members.add(self)

    @property
    def _is_foreign(self) -> bool:
        """Whether the pool is that of the process which this one was forked from."""
        return self._pool.process != os.getpid()

    def view(self, loop: object, settings: object, make: Callable[[], C], dress: Callable[[C], None]) -> C:
        """Return the httpx client of this member.

        Args:
            loop: What `running_loop` returns; None for a synchronous client.
            settings: The settings of this member's client; with other ones it gets another httpx client.
            make: Makes an httpx client with these settings.
            dress: Gives these settings to a copy of another member's.

        Raises:
            RuntimeError: The client is closed.
        """
        if self._is_foreign:
            self._begin(None)
        if view := self._current(loop, settings):
            return view
        with self._pool.lock:
            if self.is_closed:
                raise RuntimeError("the client is closed: enter it again, or make another one")
            if view := self._current(loop, settings):
                return view
            view = self._made(loop, make, dress)
            self._views[loop] = (settings, view)
        return view

    def _current(self, loop: object, settings: object) -> C | None:
        found = self._views.get(loop)
        is_current = found is not None and found[0] == settings and self.is_closed == found[1].is_closed
        return found[1] if found is not None and is_current else None

    def _made(self, loop: object, make: Callable[[], C], dress: Callable[[C], None]) -> C:
        owners = self._pool.owners
        self._forget_ended()
        if loop is not None and loop not in owners and None in owners:  # made before the loop was running
            owners[loop] = owners.pop(None)
            early = self._views.pop(None, None)
            if early is not None and early[1] is owners[loop]:
                dress(early[1])
                return early[1]
        if loop not in owners:
            owners[loop] = make()
            return owners[loop]
        owner = owners[loop]
        view = copy.copy(owner)
        if isinstance(view, Closing) and isinstance(owner, Closing):
            view.original = owner
        dress(view)
        return view

    def _forget_ended(self) -> None:
        """Forget what belongs to event loops that ended: nobody can close it."""
        owners = self._pool.owners
        for ended in [loop for loop, owner in owners.items() if _is_ended(loop) or owner.is_closed]:
            del owners[ended]
        members: set[Member[C]] = {self}
        members.update(self._pool.members)
        for member in members:
            for ended in [loop for loop in member._views if _is_ended(loop)]:
                del member._views[ended]

    def enter(self) -> None:
        """Begin a block; begin again, with a pool of its own, if this member is closed."""
        if self.is_closed or self._is_foreign:
            self._begin(None)
        self._entered += 1

    def leave(self) -> bool:
        """End a block; whether it was the outermost."""
        self._entered -= 1
        return self._entered <= 0

    def end(self, loop: object) -> list[C]:
        """Return the httpx clients to close, of an event loop and of none.

        They are all of the pool if this member began it, and its own if no other member uses the connections.
        Those of another event loop are left to that loop: nobody else can close them.
        """
        if self._is_foreign:
            self._begin(None)
        pool: Pool[C] = self._pool
        with pool.lock:
            pool.members.discard(self)
            ending: set[Member[C]] = {self}
            if self._is_first:
                ending.update(pool.members)
            keys: set[object] = {key for key in (loop, None) if self._is_first or not pool.is_used(key)}
            found: dict[int, C] = {}
            for member in ending:
                member.is_closed = True
                found.update((id(view), view) for key, (_, view) in member._views.items() if key in keys)
            found.update((id(owner), owner) for key, owner in pool.owners.items() if key in keys)
            for key in keys:
                pool.owners.pop(key, None)
            self._forget_ended()
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


def _is_ended(loop: Any) -> bool:
    """Whether an event loop no longer runs; a token of trio refuses calls then."""
    if hasattr(loop, "is_closed"):
        return bool(loop.is_closed())
    try:
        return loop is not None and bool(loop.run_sync_soon(bool))
    except RuntimeError:
        return True
