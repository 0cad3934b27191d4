"""The only connection to the target: it checks, paces, sends and records each request."""

import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

import httpx

from clumio_conformance.exchange import (
    CUT_TOKEN,
    OTHER_CASE_TOKEN,
    TOKEN_PLACEHOLDER,
    Exchange,
    Request,
    Response,
    header,
)
from clumio_conformance.transport.base_url import is_loopback, is_safe, problem
from clumio_conformance.transport.connection import Connection
from clumio_conformance.transport.pacing import Pace, pause
from clumio_conformance.transport.policy import Outgoing, Policy, SafetyError, TargetLostError
from clumio_conformance.transport.redaction import Redaction
from clumio_conformance.transport.secret import Secret
from clumio_conformance.whose_fault import asks_to_wait

__all__ = ["Outgoing", "Policy", "SafetyError", "TargetLostError", "Wire"]

PATIENCE: Final = 60.0
"""Seconds that one request may wait in all because of answers 429, or 503 with Retry-After."""
LARGEST_BODY: Final = 8 * 1024 * 1024
"""Bytes of an answer that are read at most."""
LONGEST_ANSWER: Final = 4
"""A whole answer may take so many time-outs."""
REDIRECTS: Final = 3
"""How many redirects of a template URL are followed."""


class Wire:
    """A connection to the target.

    `headers` are sent with every request that does not override them. Tests replace `clock` and `sleep`.
    `announce` writes the reason for a long wait to the user's terminal. `before` gets each request that may
    be sent, before it is sent; `counted` is called for each one.

    Raises:
        SafetyError: no token may be sent to the base URL.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        policy: Policy,
        redaction: Redaction,
        headers: Mapping[str, str] = MappingProxyType({}),
        transport: httpx.BaseTransport | None = None,
        timeout: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        announce: Callable[[str], None] = lambda _text: None,
    ) -> None:
        wrong = problem(base_url)
        if wrong:
            raise SafetyError(f"base URL {wrong}")
        _quiet()
        self.base_url = base_url.rstrip("/")
        self.policy = policy
        self.redaction = redaction
        self.requests = 0
        self.throttled = 0
        self.lost: str | None = None
        self.before: Callable[[Outgoing], None] = lambda _outgoing: None
        self.counted: Callable[[], None] = lambda: None
        self._authorization = Secret(f"Bearer {token}")
        self._headers = dict(headers)
        self._clock, self._timeout, self._started = clock, timeout, clock()
        self._pace = Pace(policy.rate, clock=clock, sleep=sleep, announce=announce)
        self._client = httpx.Client(
            timeout=timeout,
            transport=transport or Connection(base_url, longest=LONGEST_ANSWER * timeout),
            trust_env=False,
            headers={"User-Agent": f"clumio-conformance/{version('clumio-connection-groups')}"},
            follow_redirects=False,
            # A cookie of the target would authorize the requests that must be sent without a token.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )
        self._prefix = urlsplit(self.base_url).path

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def permit(self, method: str, path: str) -> None:
        """Add a method and a path to the list of what this run may send."""
        self.policy.allowed.add((method, path))

    def outgoing(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str | None] | None = None,
        token: str | None = None,
    ) -> Outgoing:
        """Make a request with the headers and the token of the run, unless others are given.

        A header that is None is left out.
        """
        defaults: dict[str, str | None] = {**self._headers}
        if body is not None:
            defaults["Content-Type"] = "application/json"
        return Outgoing(
            method=method,
            path=path,
            body=body,
            headers={name: one for name, one in {**defaults, **(headers or {})}.items() if one is not None},
            authorization=self._authorization if token is None else Secret(f"Bearer {token}"),
        )

    def authorization(self, form: str) -> Secret | None:
        """Write an Authorization header: the form with the run's token for its placeholder.

        An empty form gives None: no header.
        """
        token = self._authorization.removeprefix("Bearer ")
        for placeholder, changed in {CUT_TOKEN: token[:-1], OTHER_CASE_TOKEN: token.swapcase()}.items():
            if placeholder in form:
                self.redaction.hide(changed, placeholder)
                form = form.replace(placeholder, changed)
        return Secret(form.replace(TOKEN_PLACEHOLDER, token)) if form else None

    def carries_run_token(self, outgoing: Outgoing) -> bool:
        """Whether a request carries the token of the run."""
        return outgoing.authorization == self._authorization

    def send(self, outgoing: Outgoing) -> list[Exchange]:
        """Send a request, again while the answer is "later"; the last exchange is the answer.

        "Later" is 429, and 503 with Retry-After, except for a create: a second try could make a second group.

        Raises:
            SafetyError: the request is not on the list of this run.
            TargetLostError: the run can't go on with this target.
        """
        exchanges = [self._once(outgoing)]
        waited = 0.0
        while (answer := exchanges[-1].response) is not None and asks_to_wait(
            answer, outgoing.method, len(exchanges)
        ):
            self.throttled += 1
            seconds = pause(answer, len(exchanges) - 1)
            waited += seconds
            if waited > PATIENCE:
                self.lose(
                    f"the target answered {answer.status} {len(exchanges)} times in a row "
                    f"and asks to wait for {seconds:.0f} s more; come back later, or lower --rate"
                )
            self._pace.hold(seconds)
            exchanges.append(self._once(outgoing))
        self.policy.answered(outgoing)
        return exchanges

    def lose(self, why: str) -> None:
        """Stop sending to the target.

        Raises:
            TargetLostError: always.
        """
        self.lost = self.redaction.text(why)
        raise TargetLostError(self.lost)

    def revive(self) -> None:
        """Send to the target again after `lose`, without a cap and a budget, to restore a group."""
        self.lost = None
        self.policy.max_requests = self.policy.max_seconds = None

    def fetch(self, hidden_url: str) -> Exchange:
        """Get a URL that the target gave, without the token; a redacted URL is replaced by its original.

        Raises:
            SafetyError: this run may fetch no URL.
        """
        if not self.policy.fetches:
            raise SafetyError("this run may not write, so it may not fetch a URL that the target gave")
        exchange = self._visit(self.redaction.url(hidden_url))
        for _ in range(REDIRECTS):
            place = header(exchange.response.headers, "location") if exchange.response else None
            if place is None or exchange.response is None or not 300 <= exchange.response.status < 400:
                break
            exchange = self._visit(self.redaction.url(place))
        return Exchange(
            request=Request(method="GET", url=hidden_url),
            response=exchange.response,
            failure=exchange.failure,
        )

    def _visit(self, url: str) -> Exchange:
        """Get an https URL, or one on loopback if the target is there too; else send nothing."""
        redacted = Request(method="GET", url=self.redaction.text(url))
        if not is_safe(url) or (is_loopback(url) and not is_loopback(self.base_url)):
            return Exchange(request=redacted, failure="it is neither https nor on the target's own machine")
        self._count()
        try:
            request = self._client.build_request("GET", url)
        except httpx.InvalidURL as why:
            return Exchange(request=redacted, failure=self.redaction.text(f"InvalidURL: {why}"))
        response, failure = self._receive(request)
        return Exchange(request=redacted, response=response, failure=failure)

    def _once(self, outgoing: Outgoing) -> Exchange:
        self.policy.check(outgoing)
        self._count()
        self.before(outgoing)
        request = self._built(outgoing)
        seen = Request(
            method=outgoing.method,
            url=self.redaction.text(self.base_url + outgoing.path),
            path=self.redaction.text(outgoing.path),
            headers=self.redaction.headers((k, v) for k, v in request.headers.multi_items()),
            body=None if outgoing.body is None else self.redaction.body(outgoing.body),
        )
        started, sent = self._clock(), datetime.now(UTC)
        response, failure = self._receive(request)
        seconds = self._clock() - started
        return Exchange(request=seen, response=response, failure=failure, seconds=seconds, sent=sent)

    def _built(self, outgoing: Outgoing) -> httpx.Request:
        headers = dict(outgoing.headers)
        if outgoing.authorization is not None:
            headers["Authorization"] = outgoing.authorization
        request = self._client.build_request(
            outgoing.method, self.base_url + outgoing.path, content=outgoing.body, headers=headers
        )
        if "accept" not in {name.lower() for name in headers}:
            del request.headers["accept"]
        # httpx would normalize some escapes of the path; the target must get it unchanged.
        request.extensions["target"] = (self._prefix + outgoing.path).encode("ascii")
        return request

    def _receive(self, request: httpx.Request) -> tuple[Response | None, str | None]:
        """Return the response, maybe incomplete, and the reason why it is incomplete or missing."""
        try:
            return self._streamed(request)
        except httpx.TransportError as why:
            return None, self.redaction.text(f"{type(why).__name__}: {why}")
        except BaseException as why:  # noqa: BLE001 - raised again, without its inner frames
            # The inner frames hold the request with the token; no traceback may print them.
            raise why.with_traceback(None) from None

    def _streamed(self, request: httpx.Request) -> tuple[Response | None, str | None]:
        failure: str | None = None
        body = bytearray()
        deadline = self._clock() + LONGEST_ANSWER * self._timeout
        answer = self._client.send(request, stream=True)
        try:
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > LARGEST_BODY:
                    failure = f"the body is larger than {LARGEST_BODY} bytes"
                    break
                if self._clock() > deadline:
                    failure = f"the body did not end within {LONGEST_ANSWER * self._timeout:g} s"
                    break
        except (httpx.TransportError, httpx.DecodingError) as why:
            failure = self.redaction.text(f"{type(why).__name__} within the body: {why}")
        finally:
            answer.close()
        # The body comes first: from it the redaction learns the external ids to hide in the headers.
        hidden = self.redaction.body(bytes(body))
        seen = Response(
            status=answer.status_code,
            headers=self.redaction.headers(answer.headers.multi_items()),
            body=hidden,
        )
        return seen, failure

    def _count(self) -> None:
        if self.lost:
            raise TargetLostError(self.lost)
        if self.policy.max_requests is not None and self.requests >= self.policy.max_requests:
            self.lose(
                f"the cap of {self.policy.max_requests} requests is reached; raise it with --max-requests"
            )
        budget = self.policy.max_seconds
        if budget is not None and self._clock() - self._started > budget:
            self.lose(
                f"the budget of {budget:g} s is used up after {self.requests} requests; "
                "raise it with --max-seconds, or use --quick"
            )
        self.requests += 1
        self.counted()
        self._pace.wait()


def _quiet() -> None:
    """Silence httpx and httpcore: their debug logs hold whole headers and signed URLs."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
