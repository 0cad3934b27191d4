"""The client: its settings, its life, and the way on which each call goes."""

import copy
import os
import ssl
from collections.abc import Callable, Mapping
from typing import Any, Self

import httpx
from attrs import define, field, setters

from . import checks, sending
from .contract import TOKEN_HEADER, TOKEN_PREFIX
from .pools import C, Closing, Member, running_loop

TIME_LIMIT = 30.0
"""The default time limit, in seconds: of the connection, of each read and of each write."""

_UNIT = "x-clumio-organizationalunit-context"
_OPEN = frozenset({"_sync", "_async", "_given", "_given_async", "_given_first", "_given_async_first"})
"""The attributes that are no settings."""


def _unless_closed(given: C, first: httpx.Client | httpx.AsyncClient | None) -> C:
    """Return an httpx client of the caller's, or a copy of it, which ends with it."""
    if first is not None and first.is_closed and given is not first:
        raise RuntimeError("the client is closed: the httpx client that it uses was closed")
    return given


def _copied(given: C | None) -> C | None:
    """Return a copy of an httpx client, over the same connections, with headers and cookies of its own."""
    if given is None:
        return None
    view = copy.copy(given)
    view.headers, view.cookies = httpx.Headers(given.headers), httpx.Cookies(given.cookies)
    return view


@define(slots=False, on_setattr=setters.convert, repr=False)
class Client:
    """A client without a token.

    One client serves all threads and event loops of a process. Keep it for the life of the program, or close
    it with `close()` or `aclose()`, or use it with `with` or `async with`. The clients that `with_headers`
    and its siblings return share its connections, and end with it.

    Args:
        base_url: The URL of the API, for example https://us-west-2.api.clumio.com.
        cookies: Cookies of every request.
        headers: Headers of every request.
        timeout: The time limit in seconds, or an httpx.Timeout; None is no limit. The default is 30 seconds.
        verify_ssl: Whether to verify the server's certificate; or a file of certificates, or an SSL context.
        follow_redirects: Whether to follow redirects. No header with a secret follows to another host, and a
            redirect that would turn an update into a read counts as an answer without success.
        httpx_args: More arguments of httpx.Client and httpx.AsyncClient.
        retries: How often to repeat a read or an update after a 429, a 503, or when no connection was
            made; 0 is never. A pause is as long as Retry-After says, 60 seconds at most. A create is never
            repeated.
        on_request: Called with each request before it is sent.
        on_response: Called with each answer.
        raise_on_unexpected_status: Has no effect: the contract documents every status.

    Raises:
        InvalidInput: A setting can't be used; the message names it, and shows no secret.
    """

    raise_on_unexpected_status: bool = field(default=False, kw_only=True)
    _base_url: str = field(
        alias="base_url",
        converter=checks.base_url,
        on_setattr=setters.frozen,
    )
    _cookies: dict[str, str] = field(factory=dict, kw_only=True, alias="cookies", converter=checks.cookies)
    _headers: dict[str, str] = field(factory=dict, kw_only=True, alias="headers", converter=checks.headers)
    _timeout: httpx.Timeout | None = field(
        default=httpx.Timeout(TIME_LIMIT), kw_only=True, alias="timeout", converter=checks.time_limit
    )
    _verify_ssl: str | bool | ssl.SSLContext = field(default=True, kw_only=True, alias="verify_ssl")
    _follow_redirects: bool = field(default=False, kw_only=True, alias="follow_redirects")
    _httpx_args: dict[str, Any] = field(
        factory=dict, kw_only=True, alias="httpx_args", converter=checks.arguments
    )
    retries: int = field(default=0, kw_only=True, converter=checks.retries)
    on_request: Callable[[httpx.Request], None] | None = field(default=None, kw_only=True)
    on_response: Callable[[httpx.Response], None] | None = field(default=None, kw_only=True)

    # What is open: no settings, so in no comparison, repr or pickle.
    _sync: Member[httpx.Client] = field(
        init=False, factory=Member[httpx.Client], eq=False, on_setattr=setters.NO_OP
    )
    _async: Member[httpx.AsyncClient] = field(
        init=False, factory=Member[httpx.AsyncClient], eq=False, on_setattr=setters.NO_OP
    )
    _given: httpx.Client | None = field(init=False, default=None, eq=False, on_setattr=setters.NO_OP)
    _given_async: httpx.AsyncClient | None = field(
        init=False, default=None, eq=False, on_setattr=setters.NO_OP
    )
    # Those that the caller set here, or in the client that this one is derived from, which closes them.
    _given_first: httpx.Client | None = field(init=False, default=None, eq=False, on_setattr=setters.NO_OP)
    _given_async_first: httpx.AsyncClient | None = field(
        init=False, default=None, eq=False, on_setattr=setters.NO_OP
    )

    def __repr__(self) -> str:
        """The class and the base URL: no secret, and no error for a client that could not be made."""
        shown = checks.without_credentials(self.__dict__.get("_base_url", ""))
        return f"{type(self).__name__}(base_url={shown!r})"

    # --- other clients ---

    def with_headers(self, headers: Mapping[str, str]) -> Self:
        """Return a client with more headers; this one stays as it is, and both share their connections."""
        made = self._derived()
        made._headers = checks.merged(self._headers, headers)
        for given in made._all_given():
            given.headers.update(checks.encoded(headers))
        return made

    def with_cookies(self, cookies: Mapping[str, str]) -> Self:
        """Return a client with more cookies; this one stays as it is, and both share their connections."""
        made = self._derived()
        made._cookies = {**self._cookies, **cookies}
        for given in made._all_given():
            given.cookies.update(dict(cookies))
        return made

    def with_timeout(self, timeout: httpx.Timeout | float | None) -> Self:
        """Return a client with another time limit; this one stays as it is. They share their connections."""
        made = self._derived()
        made._timeout = timeout  # type: ignore[assignment]  # converted, as in the constructor
        for given in made._all_given():
            given.timeout = made._timeout
        return made

    def _derived(self) -> Self:
        """Return a copy that shares the connections; a subclass may have a constructor of its own."""
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        made._sync, made._async = Member(self._sync), Member(self._async)
        made._given, made._given_async = _copied(self._given), _copied(self._given_async)
        return made

    def _all_given(self) -> list[httpx.Client | httpx.AsyncClient]:
        return [given for given in (self._given, self._given_async) if given is not None]

    def __copy__(self) -> Self:
        """Return a client with the same settings, and connections of its own."""
        made = self._derived()
        made._sync, made._async = Member(), Member()
        return made

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        made = object.__new__(type(self))
        made.__setstate__(self.__getstate__())
        return made

    def __getstate__(self) -> dict[str, Any]:
        """The settings: connections can't be sent to another process."""
        if self._all_given():
            raise TypeError("a client with an httpx client of your own can't be copied so: make another one")
        return {
            name: dict(value) if isinstance(value, dict) else value
            for name, value in self.__dict__.items()
            if name not in _OPEN
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._sync, self._async = Member(), Member()
        self._given = self._given_first = None
        self._given_async = self._given_async_first = None

    # --- connections ---

    def close(self) -> None:
        """Close the connections of the synchronous calls, those of derived clients too.

        A derived client closes them only when no other client uses them.
        """
        for http in self._sync.end(None):
            http.close()
        if self._given is not None and self._given is self._given_first:
            self._given.close()

    async def aclose(self) -> None:
        """Close the connections of the asynchronous calls in the running event loop, as `close` does."""
        for http in self._async.end(running_loop()):
            await http.aclose()
        if self._given_async is not None and self._given_async is self._given_async_first:
            await self._given_async.aclose()

    def __enter__(self) -> Self:
        """Use this client, used before or not; the end of the outermost block closes it."""
        self._sync.enter()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections of the synchronous calls."""
        if self._sync.leave():
            self.close()

    async def __aenter__(self) -> Self:
        """Use this client, used before or not; the end of the outermost block closes it."""
        self._async.enter()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections of the asynchronous calls."""
        if self._async.leave():
            await self.aclose()

    def set_httpx_client(self, client: httpx.Client) -> Self:
        """Use an httpx client of your own, with its own settings, headers and token; `close` closes it."""
        self._given = self._given_first = client
        return self

    def get_httpx_client(self) -> httpx.Client:
        """Return the httpx client of the synchronous calls.

        Raises:
            RuntimeError: The client is closed.
        """
        if self._given is not None:
            return _unless_closed(self._given, self._given_first)
        return self._sync.view(None, self._settings(), self._made, self._dress)

    def set_async_httpx_client(self, async_client: httpx.AsyncClient) -> Self:
        """Use an httpx client of your own, with its own settings, headers and token; `aclose` closes it."""
        self._given_async = self._given_async_first = async_client
        return self

    def get_async_httpx_client(self) -> httpx.AsyncClient:
        """Return the httpx client of the asynchronous calls in the running event loop.

        Raises:
            RuntimeError: The client is closed.
        """
        if self._given_async is not None:
            return _unless_closed(self._given_async, self._given_async_first)
        return self._async.view(running_loop(), self._settings(), self._made_async, self._dress)

    def _settings(self) -> tuple[object, ...]:
        """What can be another in a derived client, or after an attribute was set."""
        return (self._headers, self._cookies, self._timeout)

    def _made(self) -> httpx.Client:
        made = Closing(**self._arguments(sending.secrets_stay(self._url)))
        made.process = os.getpid()
        return made

    def _made_async(self) -> httpx.AsyncClient:
        stay = sending.secrets_stay(self._url)

        async def stay_async(request: httpx.Request) -> None:
            stay(request)

        return httpx.AsyncClient(**self._arguments(stay_async))

    def _arguments(self, hook: Callable[[httpx.Request], Any]) -> dict[str, Any]:
        given = dict(self._httpx_args)
        hooks = {"request": [], "response": [], **given.pop("event_hooks", {})}
        return dict(
            base_url=self._url,
            cookies=self._cookies,
            headers=self._all_headers(),
            timeout=self._timeout,
            verify=self._verify_ssl,
            follow_redirects=self._follow_redirects,
            event_hooks={**hooks, "request": [*hooks["request"], hook]},
            **given,
        )

    def _dress(self, http: httpx.Client | httpx.AsyncClient) -> None:
        """Give a copy of another client's httpx client the settings of this one."""
        http.headers = self._all_headers()
        http.cookies = httpx.Cookies(self._cookies)
        http.timeout = httpx.Timeout(self._timeout)

    @property
    def _url(self) -> httpx.URL:
        return checks.credentials(self._base_url)[0]

    def _all_headers(self) -> httpx.Headers:
        """The headers of every request; those of the user beat ours."""
        basic = checks.credentials(self._base_url)[1]
        ours = {"User-Agent": sending.user_agent()} | ({"Authorization": basic} if basic else {})
        headers = httpx.Headers(ours, encoding="latin-1")
        for name, value in self._headers.items():
            headers[name] = value
        return headers

    # --- calls ---

    def request(self, **arguments: Any) -> httpx.Response:
        """Send a request with the arguments of `httpx.Client.build_request`, and return its answer.

        `query` is more of the query, which is sent as it is.

        Raises:
            httpx.HTTPError: There is no answer.
        """
        return sending.send(self, self.get_httpx_client(), **arguments)

    async def request_async(self, **arguments: Any) -> httpx.Response:
        """Send a request with the arguments of `httpx.AsyncClient.build_request`, and return its answer.

        Raises:
            httpx.HTTPError: There is no answer.
        """
        return await sending.send_async(self, self.get_async_httpx_client(), **arguments)


@define(slots=False, on_setattr=setters.convert, repr=False)
class AuthenticatedClient(Client):
    """A client with a token, which each request has in its Authorization header, or where the contract says.

    Args:
        token: The API token. Blanks and line ends around it are removed. A new one can be set at any time.
        prefix: What stands before the token.
        auth_header_name: The header that has the token.
    """

    token: str = field(converter=checks.token)
    prefix: str = field(default=TOKEN_PREFIX, converter=checks.prefix)
    auth_header_name: str = field(default=TOKEN_HEADER, converter=checks.header_name)

    @classmethod
    def from_env(cls, **settings: Any) -> Self:
        """Make a client from the environment, with the variables of the vendor's Terraform provider.

        CLUMIO_API_BASE_URL and CLUMIO_API_TOKEN are needed; CLUMIO_ORGANIZATIONAL_UNIT_CONTEXT is optional.

        Args:
            settings: More arguments of the class; they beat the environment.

        Raises:
            InvalidInput: A variable is missing or can't be used.
        """
        settings.setdefault("base_url", os.environ.get("CLUMIO_API_BASE_URL", ""))
        settings.setdefault("token", os.environ.get("CLUMIO_API_TOKEN", ""))
        unit = os.environ.get("CLUMIO_ORGANIZATIONAL_UNIT_CONTEXT", "").strip()
        if unit:
            settings["headers"] = {_UNIT: unit, **(settings.get("headers") or {})}
        return cls(**settings)

    def _settings(self) -> tuple[object, ...]:
        return (self.token, self.prefix, self.auth_header_name, *super()._settings())

    def _all_headers(self) -> httpx.Headers:
        headers = super()._all_headers()
        headers[self.auth_header_name] = f"{self.prefix} {self.token}" if self.prefix else self.token
        return headers
