"""How usual a request is among all of a run: the most usual one is the example of a finding."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from clumio_conformance.contract.schema import as_json
from clumio_conformance.exchange import Exchange, NotJson

Trait = tuple[str, ...]


@dataclass
class Usual:
    """Counts the traits of the requests of each operation: their headers, query, and fields of the body."""

    _requests: Counter[str] = field(default_factory=Counter)
    _traits: Counter[Trait] = field(default_factory=Counter)

    def enter(self, exchange: Exchange, times: int) -> None:
        """Count a request that was sent so many times."""
        self._requests[_operation(exchange)] += times
        for trait in _traits(exchange):
            self._traits[trait] += times

    def score(self, exchange: Exchange) -> float:
        """Return how usual a request is: each trait of most requests adds to it, each rare one takes off."""
        every = max(self._requests[_operation(exchange)], 1)
        return sum(self._traits[trait] / every - 0.5 for trait in set(_traits(exchange)))


def _operation(exchange: Exchange) -> str:
    return exchange.placement.operation if exchange.placement else ""


def _traits(exchange: Exchange) -> Iterator[Trait]:
    request, operation = exchange.request, _operation(exchange)
    yield operation, "query", request.url.partition("?")[2]
    for name, value in request.headers:
        yield operation, "header", name.lower(), value
    if request.body is None:
        return
    body = request.json
    if isinstance(body, dict):
        for name, value in body.items():
            yield operation, "field", name, as_json(value)
    else:
        yield operation, "body", "not JSON" if isinstance(body, NotJson) else as_json(body)
