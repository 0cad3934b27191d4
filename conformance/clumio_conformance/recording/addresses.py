"""Which recorded requests are about the API: the host, the path of a base URL, and the operation."""

from dataclasses import dataclass
from functools import lru_cache
from os.path import commonprefix
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from clumio_conformance.contract.contract import Contract
from clumio_conformance.exchange import Placement
from clumio_conformance.recording.forms import Forms
from clumio_conformance.recording.remarks import Counts
from clumio_conformance.transport.base_url import is_loopback, normal_host, normal_path

_MOST_NEAR: Final = 1000
"""Prefixes of paths that are counted at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """An operation at a host: what all requests have in common whose URLs have one form. Each exists once.

    `host` has a port unless it is the default one. `known`: the vendor's, on loopback, or the base URL's.
    `parameters` are the values in the path, or the numbers of the volatile words that they are.
    """

    host: str
    known: bool
    operation: str
    parameters: tuple[str | int, ...]

    def values(self, words: list[str]) -> tuple[str, ...]:
        """Return the values in the path of a URL with these volatile words."""
        return tuple([one if isinstance(one, str) else words[one] for one in self.parameters])


class Addresses:
    """Finds the operations of recorded requests, and remembers what nearly was one.

    Hosts and paths are compared as RFC 3986 says: without case in hosts, default ports and needless encoding.
    """

    def __init__(self, contract: Contract, forms: Forms, counts: Counts, base_url: str | None = None) -> None:
        self._contract, self._forms, self._counts = contract, forms, counts
        base = urlsplit(base_url) if base_url else None
        self._base_host = normal_host(base.scheme, base.netloc) if base else None
        self._prefix = normal_path(base.path).rstrip("/") if base else ""
        self._methods = tuple(dict.fromkeys(operation.method for operation in contract.operations))
        # What every path of the contract begins with: most recorded requests are about something else.
        paths = [one.path.partition("{")[0].rstrip("/") for one in contract.operations]
        self._literal = commonprefix(paths)  # noqa: RUF071 - it need not end with a segment
        self._vendor = _domain([urlsplit(server).hostname or "" for server in contract.servers()])
        self._origins: dict[str, tuple[str, bool]] = {}
        self._routes: dict[tuple[str, str, str], Route] = {}
        self._find = lru_cache(maxsize=4096)(self._found)

    def find(self, method: str, url: str, words: list[str]) -> tuple[Route, str] | None:
        """Return the route of a request, and the form of its path; None for one outside of the contract.

        The volatile words of the path are added to `words`.
        """
        end = url.find("/", url.find("://") + 3)
        origin, rest = url[:end], url[end:]
        if end < 0 or not self.may_be(rest):
            return None
        form = self._forms.text(rest, words)
        key = method, origin, form
        route = self._routes.get(key)
        if route is None:
            route = self._route(method, origin, rest, words)
            if route and len(self._routes) < _MOST_NEAR:
                self._routes[key] = route
        return (route, form) if route else None

    def may_be(self, url: str) -> bool:
        """Whether a URL may be one of the contract; quick, and never wrong about one that is."""
        return self._literal in url or "%" in url or "/." in url

    def placed(self, method: str, url: str) -> tuple[str, Placement] | None:
        """Return the path and query of a URL below the base URL, and their place in the contract."""
        return self._find(method.upper(), url[url.find("/", url.find("://") + 3) :])

    def _route(self, method: str, origin: str, rest: str, words: list[str]) -> Route | None:
        host, known = self._origin(origin)
        found = self._find(method.upper(), rest) if host else None
        if found is None:
            self._nearly(method.upper(), origin, rest)
            return None
        parameters = tuple(words.index(one) if one in words else one for one in found[1].parameters)
        return Route(host, known, found[1].operation, parameters)

    def resource(self, url: str) -> tuple[str, tuple[str, ...]] | None:
        """Return the host and the resource of a URL, under any method; None if it is none of the contract."""
        end = url.find("/", url.find("://") + 3)
        if end < 0 or not self.may_be(url):
            return None
        found = next(filter(None, (self._find(method, url[end:]) for method in self._methods)), None)
        return (self._origin(url[:end])[0], found[1].parameters) if found and found[1].parameters else None

    def _found(self, method: str, rest: str) -> tuple[str, Placement] | None:
        path, mark, query = rest.partition("#")[0].partition("?")
        path = normal_path(path)
        if self._prefix:
            if not path.startswith(f"{self._prefix}/"):
                return None
            path = path.removeprefix(self._prefix)
        for candidate in dict.fromkeys((path, path.rstrip("/"))):
            placement = self._contract.place_path(method, candidate)
            if placement is not None:
                return candidate + mark + query, placement
        return None

    def _origin(self, text: str) -> tuple[str, bool]:
        if text in self._origins:
            return self._origins[text]
        scheme, _, netloc = text.partition("://")
        host = normal_host(scheme.lower(), netloc)
        if self._base_host is not None:
            known = host == self._base_host
        else:
            name = host.rpartition(":")[0] or host
            known = any(name == one or name.endswith(f".{one}") for one in self._vendor) or is_loopback(text)
        if len(self._origins) < _MOST_NEAR:
            self._origins[text] = host, known
        return host, known

    def _nearly(self, method: str, origin: str, rest: str) -> None:
        """Count a path of the contract under another method, or below a prefix."""
        if any(self._find(other, rest) for other in self._methods):
            if method != "OPTIONS":
                self._counts.method(method)
            return
        host = self._origin(origin)[0]
        path = rest.partition("?")[0].partition("#")[0]
        segments = normal_path(path).rstrip("/").split("/")
        for cut in range(1, len(segments)):
            below = "/" + "/".join(segments[cut:])
            if any(self._contract.place_path(other, below) for other in self._methods):
                scheme = origin.partition("://")[0].lower()
                self._counts.near(urlunsplit((scheme, host, "/".join(segments[:cut]), "", "")))
                return


def _domain(hosts: list[str]) -> tuple[str, ...]:
    """The domain that all hosts of the contract have in common, if it has three labels; else the hosts."""
    labels = [host.lower().split(".")[::-1] for host in hosts if host]
    common = []
    for level in zip(*labels, strict=False):
        if len(set(level)) > 1:
            break
        common.append(level[0])
    domain = ".".join(reversed(common))
    return (domain,) if len(common) > 2 else tuple(host.lower() for host in hosts if host)
