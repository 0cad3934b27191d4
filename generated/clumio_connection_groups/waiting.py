"""Waits for an update: from its answer, which is only a plan, to what became of it."""

import contextvars
import queue
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx
from attrs import define, field

from .api.aws_connection_groups import read_aws_connection_group as read
from .client import AuthenticatedClient
from .errors import ApiError, InvalidInput, MalformedResponse, raise_for_error
from .models.connection_group import ConnectionGroup
from .outcomes import Outcome, Request, Seen, Watch
from .types import Response, Unset

__all__ = ("Outcome", "Progress", "UpdateResult", "wait_for_update", "wait_for_update_async")

T = TypeVar("T")

PATIENCE = 30 * 60.0
"""How long to wait by default, in seconds."""
PAUSE = 15.0
"""The default pause between two reads, in seconds."""


@define(frozen=True, kw_only=True)
class Progress:
    """What a read showed: the group, or the problem that the next read may not have."""

    reads: int
    seconds: float
    group: ConnectionGroup | None
    problem: Exception | None


@define(frozen=True, kw_only=True)
class UpdateResult:
    """What became of an update.

    Attributes:
        outcome: The outcome.
        reason: What was seen that shows it.
        doubt: What the API's answers leave open, or None.
        group: The group at the last read; None if no read was answered, or the group is gone.
        problem: The problem of the last read, when the patience was over.
        seconds: How long it took.
        reads: The number of reads.
    """

    outcome: Outcome
    reason: str
    doubt: str | None = None
    group: ConnectionGroup | None = field(default=None, repr=False)
    problem: Exception | None = None
    seconds: float
    reads: int

    @property
    def is_complete(self) -> bool:
        """Whether what was asked for is connected."""
        return self.outcome is Outcome.COMPLETE

    def __str__(self) -> str:
        """The outcome, what shows it, and what is not known."""
        return f"{self.outcome}: {self.reason}" + (f" ({self.doubt})" if self.doubt else "")


def wait_for_update(
    update: ConnectionGroup,
    *,
    client: AuthenticatedClient,
    asked: Request | None = None,
    before: ConnectionGroup | None = None,
    patience: float = PATIENCE,
    pause: float = PAUSE,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    progress: Callable[[Progress], None] | None = None,
    x_clumio_organizationalunit_context: str | None = None,
) -> UpdateResult:
    """Read a group until its update, or creation, has come to an end.

    Reads that fail for a time (no answer, 429, 5xx, a proxy's page) are repeated until the patience is over,
    after the pause that Retry-After asks for. The patience holds even when the API does not answer.

    Args:
        update: The answer to the update or the creation.
        client: The client.
        asked: The body of the request; without it what the answer intends counts as asked for.
        before: The group as it was read before the update; it makes some outcomes more certain.
        patience: How long to wait, in seconds.
        pause: The pause between two reads, in seconds.
        clock: Returns the time in seconds.
        sleep: Waits for a number of seconds.
        progress: Called after each read.
        x_clumio_organizationalunit_context: The organizational unit in whose context the requests are made.

    Raises:
        InvalidInput: The answer has no id, or does not say what it intends and `asked` is not given.
        ApiError: The API refuses the reads, as with an expired token.
    """
    wait = _Wait(Watch(update, asked, before), patience, pause, clock, _longest(client))

    def look() -> Response[Any]:
        return read.sync_detailed(
            wait.id, client=client, x_clumio_organizationalunit_context=x_clumio_organizationalunit_context
        )

    while True:
        try:
            seen = wait.answered(_within(wait.limit, look))
        except _NO_ANSWER as problem:
            seen = wait.unanswered(problem)
        if progress is not None:
            progress(seen)
        if result := wait.result():
            return result
        sleep(wait.next_pause())


async def wait_for_update_async(
    update: ConnectionGroup,
    *,
    client: AuthenticatedClient,
    asked: Request | None = None,
    before: ConnectionGroup | None = None,
    patience: float = PATIENCE,
    pause: float = PAUSE,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] | None = None,
    progress: Callable[[Progress], Awaitable[None] | None] | None = None,
    x_clumio_organizationalunit_context: str | None = None,
) -> UpdateResult:
    """Read a group until its update, or creation, has come to an end, as `wait_for_update` does.

    `progress` may be a coroutine function.
    """
    import anyio  # noqa: PLC0415 - slow to import; an asynchronous call of httpx imports it

    wait = _Wait(Watch(update, asked, before), patience, pause, clock, _longest(client))
    while True:
        try:
            with anyio.fail_after(wait.limit):
                answer = await read.asyncio_detailed(
                    wait.id,
                    client=client,
                    x_clumio_organizationalunit_context=x_clumio_organizationalunit_context,
                )
            seen = wait.answered(answer)
        except _NO_ANSWER as problem:
            seen = wait.unanswered(problem)
        if progress is not None and (awaitable := progress(seen)) is not None:
            await awaitable
        if result := wait.result():
            return result
        await (sleep or anyio.sleep)(wait.next_pause())


_NO_ANSWER = (
    httpx.TimeoutException,
    httpx.NetworkError,
    httpx.ProxyError,
    httpx.RemoteProtocolError,
    httpx.DecodingError,
    httpx.TooManyRedirects,
    TimeoutError,
)
"""What the next read may not meet; other errors of httpx are of the request, and stay."""
_LAST_LOOK = 1.0
"""How long a read may take, in seconds, when the patience is over."""
_LONGEST_READ = 60.0
"""How long a read may take, in seconds, when the client has no time limit."""
_GONE = (404, 410)
_FOR_A_TIME = (408, 425, 429)


class _Wait:
    """The patience of one wait, and what its reads showed."""

    def __init__(
        self, watch: Watch, patience: float, pause: float, clock: Callable[[], float], longest: float
    ) -> None:
        for name, value in (("patience", patience), ("pause", pause)):
            if not value >= 0:
                raise InvalidInput(f"{name}: expected a number of seconds from 0, got {value!r}")
        self.id = watch.id
        self._watch, self._pause, self._clock, self._longest = watch, pause, clock, longest
        self._begun = clock()
        self._deadline = self._begun + patience
        self._reads = 0
        self._group: ConnectionGroup | None = None
        self._problem: Exception | None = None
        self._outcome: Seen | None = None

    @property
    def _left(self) -> float:
        """The rest of the patience, in seconds."""
        return self._deadline - self._clock()

    @property
    def limit(self) -> float:
        """How long the next read may take, in seconds."""
        return min(max(self._left, _LAST_LOOK), self._longest)

    def answered(self, answer: Response[Any]) -> Progress:
        """Take an answer.

        Raises:
            ApiError: The API refuses every such read.
        """
        try:
            group: object = raise_for_error(answer)
        except ApiError as problem:
            if problem.status in _GONE and not isinstance(problem, MalformedResponse):
                return self._gone()
            if _is_final(problem):
                raise
            return self.unanswered(problem)
        if not isinstance(group, ConnectionGroup):
            return self.unanswered(InvalidInput("the answer is no group"))
        identity: object = group.id
        if not isinstance(identity, Unset) and identity != self.id:
            return self.unanswered(InvalidInput("the answer is about another group"))
        self._group, self._problem = group, None
        self._outcome = self._watch.seen(group)
        return self._progress(group)

    def _gone(self) -> Progress:
        doubt = None if self._group else "it was never read: the token may be of another organization"
        self._outcome = Outcome.GONE, "the API has no such group: its stack was deleted", doubt
        self._group = self._problem = None
        return self._progress(None)

    def unanswered(self, problem: Exception) -> Progress:
        """Take a read without a usable answer."""
        self._problem = problem
        return self._progress(None)

    def _progress(self, group: ConnectionGroup | None) -> Progress:
        self._reads += 1
        seconds = self._clock() - self._begun
        return Progress(reads=self._reads, seconds=seconds, group=group, problem=self._problem)

    def next_pause(self) -> float:
        """Return how long to pause now, in seconds: never longer than the patience."""
        asked = self._problem.retry_after if isinstance(self._problem, ApiError) else None
        return max(0.0, min(max(self._pause, asked or 0.0), self._left))

    def result(self) -> UpdateResult | None:
        """Return the result, when the last read showed it, or the patience is over."""
        if self._outcome is None and self._left > 0:
            return None
        outcome, reason, doubt = self._outcome or (Outcome.TIMED_OUT, self._waiting_for(), None)
        return UpdateResult(
            outcome=outcome,
            reason=reason,
            doubt=doubt,
            group=self._group,
            problem=self._problem,
            seconds=self._clock() - self._begun,
            reads=self._reads,
        )

    def _waiting_for(self) -> str:
        state = "the group could not be read" if self._group is None else self._watch.state(self._group)
        if self._problem is not None:
            return f"{state}; the last read failed: {type(self._problem).__name__}"
        return state


def _longest(client: AuthenticatedClient) -> float:
    """Return how long a read may take, in seconds: one that trickles must not use up all the patience."""
    limit = client._timeout or httpx.Timeout(None)
    parts = (limit.connect, limit.read, limit.write, limit.pool)
    return sum(part or _LONGEST_READ for part in parts)


def _is_final(problem: ApiError) -> bool:
    """Whether the API refuses every such read: not a proxy's page, a failure of a server, or a limit."""
    if problem.status in (401, 403):
        return True
    is_refusal = 400 <= problem.status < 500 and problem.status not in _FOR_A_TIME
    return is_refusal and not isinstance(problem, MalformedResponse)


def _within(seconds: float, call: Callable[[], T]) -> T:
    """Return the result of a call, or raise TimeoutError while it still runs.

    The time limits of httpx are those of single reads: a server that sends a byte now and then is never late.
    """
    results: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

    def work() -> None:
        try:
            results.put((call(), None))
        except BaseException as error:  # noqa: BLE001 - raised again where the result is awaited
            results.put((None, error))

    threading.Thread(target=contextvars.copy_context().run, args=(work,), daemon=True).start()
    try:
        result, error = results.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"no answer within {seconds:.0f} s") from None
    if error is not None:
        raise error
    return result  # type: ignore[return-value]  # None only beside an error
