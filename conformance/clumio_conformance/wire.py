"""The one way to the target: guards, paces, records and, where there is no answer, gathers evidence of whose fault it is."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import httpx

from clumio_conformance.exchange import Exchange, Request, Response, header
from clumio_conformance.redaction import Redaction

OU_HEADER: Final = "x-clumio-organizationalunit-context"
LONGEST_WAIT: Final = 60.0
"""Seconds: a longer `Retry-After` is cut to this."""
PATIENCE: Final = 12
"""How often one request is sent again that was answered with 429."""
LARGEST_BODY: Final = 32 * 1024 * 1024
"""Bytes of an answer beyond which no more are read."""
REPLAYS: Final = 3
"""How often a request without an answer is sent again to tell a broken answer from a broken network."""


class SafetyError(Exception):
    """A request was refused by us, before the socket: it is not on the run's list, or the cap is reached."""


class TargetLostError(Exception):
    """The target can't be judged any longer: the token was revoked, the network is gone, the cap is reached."""


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A request to send: `path` as it goes on the wire, percent-encoded; `token` None sends no Authorization."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    authorization: str | None = field(default=None, repr=False)


@dataclass(kw_only=True)
class Policy:
    """What may be sent: pairs of a method and a path, everything else is refused; requests a second and in all."""

    allowed: set[tuple[str, str]]
    rate: float | None = None
    max_requests: int | None = None


class Wire:
    """A connection to the target.

    `observe` gets every exchange, secrets gone; `clock` and `sleep` are time.monotonic and time.sleep unless a test
    brings its own.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        policy: Policy,
        redaction: Redaction,
        unit: str | None = None,
        transport: httpx.BaseTransport | None = None,
        timeout: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.policy = policy
        self.redaction = redaction
        self.requests = 0
        self.throttled = 0
        self.flakes = 0
        self.lost: str | None = None
        self._authorization = f"Bearer {token}"
        self._unit = unit
        self._clock, self._sleep = clock, sleep
        self._next = 0.0
        self._client = httpx.Client(
            timeout=timeout, transport=transport, trust_env=transport is None, follow_redirects=False
        )
        self._prefix = urlsplit(self.base_url).path

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def permit(self, method: str, path: str) -> None:
        """Put one path on the list of what this run may send."""
        self.policy.allowed.add((method, path))

    def outgoing(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        token: str | None = None,
    ) -> Outgoing:
        """Give a request with the media types of the page and the token of the run, unless another one is given."""
        defaults = {"Accept": "application/api.clumio.aws-connection-groups=v1+json"}
        if self._unit is not None:
            defaults[OU_HEADER] = self._unit
        if body is not None:
            defaults["Content-Type"] = "application/json"
        authorization = self._authorization if token is None else f"Bearer {token}"
        return Outgoing(
            method=method,
            path=path,
            body=body,
            headers={**defaults, **(headers or {})},
            authorization=authorization,
        )

    def send(self, outgoing: Outgoing) -> list[Exchange]:
        """Send a request until it is answered with something else than 429; the last exchange is the answer.

        Raises:
            SafetyError: the request is not on the list of this run.
            TargetLostError: nothing more can be learned from this target.
        """
        exchanges = [self._once(outgoing)]
        while (answer := exchanges[-1].response) is not None and answer.status == 429:
            self.throttled += 1
            if len(exchanges) > PATIENCE:
                self.lose(
                    f"the target answered {len(exchanges)} times in a row with 429; come back later or lower --rate"
                )
            self._sleep(_pause(answer, len(exchanges)))
            exchanges.append(self._once(outgoing))
        return exchanges

    def replay(self, outgoing: Outgoing, health: Outgoing) -> bool:
        """Tell whether a request that got no answer never gets one while other requests do: then the vendor breaks it."""
        silent = True
        for _ in range(REPLAYS):
            if self._once(health).failure is not None:
                self.flakes += 1
                return False
            if self._once(outgoing).failure is None:
                silent = False
                break
        if not silent:
            self.flakes += 1
        return silent

    def lose(self, why: str) -> None:
        """Give the target up.

        Raises:
            TargetLostError: always.
        """
        self.lost = self.redaction.text(why)
        raise TargetLostError(self.lost)

    def revive(self) -> None:
        """Try the target again after it was given up, without a cap: a group is to be restored."""
        self.lost = None
        self.policy.max_requests = None

    def fetch(self, hidden_url: str) -> Exchange:
        """Get a URL that the target gave, without the token; a redacted URL is the one it stands for."""
        url = self.redaction.url(hidden_url)
        request = Request(method="GET", url=hidden_url)
        try:
            answer = httpx.get(url, timeout=self._client.timeout, follow_redirects=True)
        except (httpx.HTTPError, httpx.InvalidURL) as why:
            return Exchange(request=request, failure=self.redaction.text(f"{type(why).__name__}: {why}"))
        return Exchange(request=request, response=self._response(answer, answer.content))

    def _once(self, outgoing: Outgoing) -> Exchange:
        self._guard(outgoing)
        headers = dict(outgoing.headers)
        if outgoing.authorization is not None:
            headers["Authorization"] = outgoing.authorization
        url = self.base_url + outgoing.path
        request = self._client.build_request(
            outgoing.method, httpx.URL(url), content=outgoing.body, headers=headers
        )
        for name in ("accept", "user-agent"):
            if name not in {key.lower() for key in headers}:
                del request.headers[name]
        # httpx would normalize some escapes of the path; a target gets it as it was written
        request.extensions["target"] = (self._prefix + outgoing.path).encode("ascii")
        seen = Request(
            method=outgoing.method,
            url=self.redaction.text(url),
            headers=self.redaction.headers((k, v) for k, v in request.headers.multi_items()),
            body=None if outgoing.body is None else self.redaction.body(outgoing.body),
        )
        started = self._clock()
        response, failure = self._receive(request)
        return Exchange(request=seen, response=response, failure=failure, seconds=self._clock() - started)

    def _receive(self, request: httpx.Request) -> tuple[Response | None, str | None]:
        """Give the response, as much of it as came, and what ended it early."""
        failure: str | None = None
        body = bytearray()
        try:
            answer = self._client.send(request, stream=True)
        except httpx.TransportError as why:
            return None, self.redaction.text(f"{type(why).__name__}: {why}")
        try:
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > LARGEST_BODY:
                    failure = f"the body is larger than {LARGEST_BODY} bytes"
                    break
        except (httpx.TransportError, httpx.DecodingError) as why:
            failure = self.redaction.text(f"{type(why).__name__} within the body: {why}")
        finally:
            answer.close()
        return self._response(answer, bytes(body)), failure

    def _response(self, answer: httpx.Response, body: bytes) -> Response:
        return Response(
            status=answer.status_code,
            headers=self.redaction.headers(answer.headers.multi_items()),
            body=self.redaction.body(body),
        )

    def _guard(self, outgoing: Outgoing) -> None:
        if self.lost:
            raise TargetLostError(self.lost)
        path = outgoing.path.partition("?")[0]
        if (outgoing.method, path) not in self.policy.allowed:
            raise SafetyError(f"{outgoing.method} {path} is not on the list of what this run may send")
        if self.policy.max_requests is not None and self.requests >= self.policy.max_requests:
            self.lose(
                f"the cap of {self.policy.max_requests} requests is reached; raise it with --max-requests"
            )
        self.requests += 1
        if self.policy.rate:
            now = self._clock()
            self._sleep(max(0.0, self._next - now))
            self._next = max(now, self._next) + 1 / self.policy.rate


def _pause(answer: Response, attempt: int) -> float:
    """Seconds to wait after a 429: what Retry-After says, else twice as long each time."""
    told = header(answer.headers, "retry-after")
    if told and told.strip().isdigit():
        return min(float(told), LONGEST_WAIT)
    return float(min(0.25 * 2**attempt, LONGEST_WAIT))
