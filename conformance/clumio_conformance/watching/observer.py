"""The observer: judges exchanges while they happen; it never changes, delays or breaks one."""

import contextvars
import queue
import random
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Self

from clumio_conformance.judging.findings import Finding
from clumio_conformance.judging.ledger import Ledger
from clumio_conformance.recording.evidence import Knowledge, made_of, verdicts
from clumio_conformance.recording.keys import Key, Keys
from clumio_conformance.recording.recorded import Recorded
from clumio_conformance.watching.capture import Passed
from clumio_conformance.whose_fault import is_of_another

OnFinding = Callable[[Finding], object]
"""Is called with a new finding; what it returns is ignored, what it raises is counted."""

_MOST_FORMS: Final = 2000
_MOST_FINDINGS: Final = 1000
_MOST_WAITING: Final = 1000


class Observer:
    """Judges each form of an exchange once, and hands each new finding to `on_finding`.

    Only findings that would fail a run are new findings: deviations from `must` requirements that are not
    known, with a strict ledger also those from `inferred` ones. Exchanges are judged one by one; rules over
    several exchanges need a recording.

    `share` is the part of the exchanges that is looked at, from 0 to 1. With `threaded` they are judged in a
    thread of their own, in the context of the caller; if too many wait there, some are dropped. Memory is
    bounded: the oldest forms are forgotten and judged again, and at most 1,000 findings are kept.

    Attributes: `seen` exchanges of the contract were looked at, `judged` of them had a new form, `dropped`
    had no place in the queue. `errors` counts what went wrong in here, `last_error` is the last of it.
    """

    def __init__(
        self,
        ledger: Ledger,
        knowledge: Knowledge,
        *,
        on_finding: OnFinding | None = None,
        base_url: str | None = None,
        share: float = 1.0,
        threaded: bool = False,
    ) -> None:
        if not 0 <= share <= 1:
            raise ValueError(f"share is {share}; it must be from 0 (nothing) to 1 (everything)")
        self.seen = self.judged = self.dropped = self.errors = 0
        self.last_error: BaseException | None = None
        self.findings: dict[str, Finding] = {}
        self._ledger, self._knowledge = ledger, knowledge
        self._on_finding = on_finding
        self._with_base_url = base_url is not None
        self._keys = Keys(ledger.contract, knowledge, base_url)
        self._redaction = knowledge.redaction()
        self._known: OrderedDict[Key, tuple[str, ...]] = OrderedDict()
        self._counts: dict[str, int] = {}
        self._share = share
        self._lock = threading.Lock()
        self._queue: queue.Queue[tuple[contextvars.Context, Passed | Recorded] | None] | None = None
        if threaded:
            self._queue = queue.Queue(_MOST_WAITING)
            self._thread = threading.Thread(target=self._work, name="clumio-conformance", daemon=True)
            self._thread.start()

    def wants(self, url: str) -> bool:
        """Whether to look at the next exchange with this URL; a body that is not wanted need not be kept."""
        try:
            chosen = self._share == 1 or random.random() < self._share  # noqa: S311 - a sample
            return chosen and self._keys.addresses.may_be(url)
        except Exception as why:  # noqa: BLE001 - see the class
            self.failed(why)
            return False

    def enter(self, exchange: Passed | Recorded) -> None:
        """Look at an exchange. Never raises."""
        try:
            if self._queue is None:
                self._enter(exchange)
            else:
                self._queue.put_nowait((contextvars.copy_context(), exchange))
        except queue.Full:
            self.dropped += 1
        except Exception as why:  # noqa: BLE001 - see the class
            self.failed(why)

    def failed(self, why: BaseException) -> None:
        """Count an error of our own."""
        self.errors += 1
        self.last_error = why

    def count(self, finding: Finding) -> int:
        """In how many exchanges a finding was seen."""
        return self._counts.get(finding.fingerprint, 0)

    def close(self) -> None:
        """Wait until all that was entered is judged; with `threaded` the thread ends."""
        waiting, self._queue = self._queue, None
        if waiting is not None:
            waiting.put(None)
            self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _work(self) -> None:
        waiting = self._queue
        while waiting is not None and (item := waiting.get()) is not None:
            context, exchange = item
            try:
                context.run(self._enter, exchange)
            except Exception as why:  # noqa: BLE001 - see the class
                self.failed(why)

    def _enter(self, exchange: Passed | Recorded) -> None:
        with self._lock:
            seen = self._keys.of(
                exchange if isinstance(exchange, Recorded) else exchange.form(self._keys.counting)
            )
            if seen is None or (self._with_base_url and not seen.route.known):
                return
            self.seen += 1
            causes = self._known.get(seen.key)
            new: list[Finding] = []
            if causes is None:
                new, causes = self._judge(exchange if isinstance(exchange, Recorded) else exchange.recorded())
                self._known[seen.key] = causes
                if len(self._known) > _MOST_FORMS:
                    self._known.popitem(last=False)
            for cause in causes:
                if cause in self.findings:
                    self._counts[cause] = self._counts.get(cause, 0) + 1
        for finding in new if self._on_finding else ():
            self._call(finding)

    def _judge(self, exchange: Recorded) -> tuple[list[Finding], tuple[str, ...]]:
        """Return the new findings of an exchange, and the causes of all of its findings."""
        self.judged += 1
        self._keys.of(exchange)  # for its secrets
        self._keys.secrets.tell(self._redaction)
        made = made_of(exchange, self._keys.addresses, self._redaction)
        if made.response_lost or is_of_another(made.exchange):
            return [], ()
        found = self._ledger.failing(made.exchange, verdicts(made, self._ledger.contract, self._knowledge))
        causes = {finding.fingerprint: finding for finding in found}
        new = {cause: one for cause, one in causes.items() if cause not in self.findings}
        for cause, finding in new.items():
            if len(self.findings) < _MOST_FINDINGS:
                self.findings[cause] = finding
        return [one for cause, one in new.items() if cause in self.findings], tuple(causes)

    def _call(self, finding: Finding) -> None:
        try:
            if self._on_finding:
                self._on_finding(finding)
        except Exception as why:  # noqa: BLE001 - see the class
            self.failed(why)
