"""Who sent an answer: what a status proves, in live and in recorded traffic.

A status can come from a proxy or a gateway, or be about the token or the rate instead of the request.
Without evidence nobody is blamed.
"""

from typing import Final

from clumio_conformance.exchange import Exchange, Response, header

OF_GATEWAY: Final = frozenset({407, 502, 503, 504})
"""The statuses of a proxy or a gateway when the vendor itself does not answer."""
OF_TOKEN: Final = frozenset({401, 403})
"""The statuses that refuse the caller, independent of the request."""
OF_RATE: Final = 429
"""The status that refuses the rate of requests."""
RETRIES_UNAVAILABLE: Final = 3
"""How often a request is sent again after a 503 with Retry-After; then the answer is judged."""


def is_silent(exchange: Exchange) -> bool:
    """Whether the vendor itself gave no complete answer: there was none, or a gateway answered."""
    if exchange.failure is not None:
        return True
    return exchange.response is not None and exchange.response.status in OF_GATEWAY


def refuses_caller(exchange: Exchange) -> bool:
    """Whether an answer refuses the caller."""
    return exchange.response is not None and exchange.response.status in OF_TOKEN


def asks_to_wait(answer: Response, method: str, attempts: int) -> bool:
    """Whether an answer asks to retry later; a create is not sent again after a 503."""
    if answer.status == 503 and attempts <= RETRIES_UNAVAILABLE and method != "POST":
        return header(answer.headers, "retry-after") is not None
    return answer.status == OF_RATE


def is_of_the_api(response: Response) -> bool:
    """Whether a throttled answer can come from the API: it is JSON, and a gateway sends none."""
    return "json" in (response.media_type or "")


def is_about_the_request(status: int) -> bool:
    """Whether a recorded answer depends on the body of its request.

    A redirect, an answer of a gateway, and a refusal of the caller, the group or the rate do not.
    """
    return not (status in OF_GATEWAY | OF_TOKEN | {404, OF_RATE} or 300 <= status < 400)


def proves_something(exchange: Exchange) -> bool:
    """Whether a recorded exchange says how the API handles requests."""
    answer = exchange.response
    return answer is not None and answer.status not in {*OF_TOKEN, OF_RATE, 407} and answer.status < 500
