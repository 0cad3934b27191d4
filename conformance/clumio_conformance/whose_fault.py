"""Whose answer is it: the one place that says what a status proves, for live and for recorded traffic alike.

A status can come from what stands between us and the vendor, or be about the token and the rate instead of the request.
What is not in evidence accuses nobody.
"""

from typing import Final

from clumio_conformance.exchange import Exchange, Response, header

OF_GATEWAY: Final = frozenset({407, 502, 503, 504})
"""What a proxy or a gateway answers when the vendor itself does not."""
OF_TOKEN: Final = frozenset({401, 403})
"""A refusal of the caller, whatever the request was."""
OF_RATE: Final = 429
"""A refusal of the pace."""
RETRIES_UNAVAILABLE: Final = 3
"""How often a request is sent again that was answered with 503 and Retry-After; after that it is judged."""


def is_silent(exchange: Exchange) -> bool:
    """Whether the vendor itself gave no whole answer: there was none, or somebody in between gave one."""
    if exchange.failure is not None:
        return True
    return exchange.response is not None and exchange.response.status in OF_GATEWAY


def refuses_caller(exchange: Exchange) -> bool:
    """Whether an answer refuses the caller."""
    return exchange.response is not None and exchange.response.status in OF_TOKEN


def asks_to_wait(answer: Response, method: str, attempts: int) -> bool:
    """Whether an answer asks to come back later; after a 503 nothing is created twice, so a create is not sent again."""
    if answer.status == 503 and attempts <= RETRIES_UNAVAILABLE and method != "POST":
        return header(answer.headers, "retry-after") is not None
    return answer.status == OF_RATE


def is_of_the_api(response: Response) -> bool:
    """Whether a throttled answer can be the API's own: a gateway sends no JSON and knows nothing of the contract."""
    return "json" in (response.media_type or "")


def is_about_the_request(status: int) -> bool:
    """Whether a recorded answer says something of its request's body.

    A redirect, a refusal of caller, group or pace, and what stands in between do not.
    """
    return not (status in OF_GATEWAY | OF_TOKEN | {404, OF_RATE} or 300 <= status < 400)


def is_telling(exchange: Exchange) -> bool:
    """Whether a recorded exchange shows anything of what the API does with requests."""
    answer = exchange.response
    return answer is not None and answer.status not in {*OF_TOKEN, OF_RATE, 407} and answer.status < 500
