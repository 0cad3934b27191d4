"""Who sent an answer: what its form and its status prove, in live and in recorded traffic.

An answer can come from a proxy, a filter, a login page or a gateway, or be about the token or the rate
instead of the request. Without evidence nobody is blamed.
"""

from typing import Final, Literal

from clumio_conformance.exchange import Exchange, NotJson, Response, header

Form = Literal["api", "message", "page", "text", "empty", "redirect", "none"]
"""The form of an answer: `api` is JSON as an API writes it, `message` the short JSON error of a gateway,
`page` HTML, `redirect` one without JSON; `none` is no complete answer."""

OF_GATEWAY: Final = frozenset({407, 502, 503, 504})
"""The statuses of a proxy or a gateway when the vendor itself does not answer."""
OF_LIMIT: Final = frozenset({407, 411, 413, 414, 426, 429, 431, 451, 511})
"""The statuses of what stands before an API: credentials, sizes, rates, and a login."""
OF_WALL: Final = frozenset({403, 405, 501})
"""The statuses of a filter that refuses a method or a content."""
OF_TOKEN: Final = frozenset({401, 403})
"""The statuses that refuse the caller, independent of the request."""
OF_RATE: Final = 429
"""The status that refuses the rate of requests."""
RETRIES_UNAVAILABLE: Final = 3
"""How often a request is sent again after a 503 with Retry-After; then the answer is judged."""

_MESSAGE_FIELDS: Final = frozenset(
    {"message", "error", "status", "statuscode", "code", "requestid", "timestamp", "path", "fault", "detail"}
)
_LIKELY: Final = {
    401: "a gateway that checks tokens: check the token and the base URL",
    403: "a filter, such as a web application firewall, or a gateway that refuses the token",
    404: "another server: check the path of the base URL",
    405: "a filter that lets some methods pass only",
    407: "a forward proxy that asks for credentials: set them in HTTPS_PROXY",
    411: "a gateway that needs the length of a body",
    413: "a gateway's limit for the size of a body",
    414: "a gateway's limit for the length of a URL",
    426: "a gateway that asks for another protocol",
    429: "a gateway's limit for the rate of requests: lower --rate",
    431: "a gateway's limit for the size of headers",
    451: "a filter that blocks this address",
    501: "a filter that lets some methods pass only",
    503: "a gateway whose API does not answer, or its limit for the rate of requests: lower --rate",
    511: "a network that asks for a login: open a browser and log in",
}
_NO_NAME: Final = "a host name that DNS does not know: check the base URL; behind a proxy, set HTTPS_PROXY"
_NO_ROUTE: Final = "a network without a way to this host: check the connection, or a VPN"
_TELLING: Final = {
    "name or service not known": _NO_NAME,
    "nodename nor servname": _NO_NAME,
    "name resolution": _NO_NAME,
    "no address associated": _NO_NAME,
    "getaddrinfo failed": _NO_NAME,
    "connection refused": "no server at this host and port: check the base URL, and that the server runs",
    "network is unreachable": _NO_ROUTE,
    "no route to host": _NO_ROUTE,
    "ssl certificate": "a server that asks for a client certificate",
    "certificate required": "a server that asks for a client certificate",
    "certificate_required": "a server that asks for a client certificate",
    "request to an https server": "a port that speaks https: write https:// in the base URL",
    "speaking plain http to an ssl": "a port that speaks https: write https:// in the base URL",
    "sent to https port": "a port that speaks https: write https:// in the base URL",
    "proxyerror: 407": "a forward proxy that asks for credentials: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT",
    "proxyerror": "a forward proxy that lets nothing pass to this host: ask who runs it, or set NO_PROXY",
    "wrong_version_number": "a port that speaks plain http, or a proxy on the way",
    "certificate_verify_failed": "a certificate of a private authority, maybe of a proxy that opens TLS: "
    "name the authority's file in SSL_CERT_FILE",
    "hostname mismatch": "a certificate for another host",
}


def form_of(exchange: Exchange) -> Form:
    """Return the form of an answer."""
    answer = exchange.response
    if answer is None or exchange.failure is not None:
        return "none"
    if not isinstance(answer.json, NotJson):
        return "message" if _is_message(answer) else "api"
    if 300 <= answer.status < 400:
        return "redirect"
    start = answer.body.lstrip()[:1]
    if start in {b"", b"<"}:
        return "page" if start else "empty"
    return "api" if "json" in (answer.media_type or "") else "text"


def is_of_the_api(exchange: Exchange) -> bool:
    """Whether an answer has the form and a status of the API itself, and not of something before it."""
    answer = exchange.response
    return answer is not None and form_of(exchange) == "api" and answer.status not in OF_GATEWAY


def likely(exchange: Exchange) -> str:
    """Name what probably gave an answer that is not the API's, with a way out where there is one."""
    answer = exchange.response
    said = f"{exchange.failure or ''} {answer.body[:4096].decode('utf-8', 'replace') if answer else ''}"
    for words, named in _TELLING.items():
        if words in said.lower():
            return named
    if answer is None or exchange.failure is not None:
        return "the network, or a proxy or filter on the way"
    if 300 <= answer.status < 400:
        return (
            f"a redirect to {header(answer.headers, 'location') or 'nowhere'}: name that base URL, or log in"
        )
    if answer.status < 300:
        return "a login page, or another server than the API's"
    usual = "a gateway whose API does not answer" if answer.status >= 500 else "a proxy, filter or gateway"
    return _LIKELY.get(answer.status, usual)


def described(exchange: Exchange) -> str:
    """Describe an answer in a few words: status, form, and the server that names itself."""
    answer, form = exchange.response, form_of(exchange)
    if answer is None or form == "none":
        return f"no complete answer ({exchange.failure})"
    forms: dict[Form, str] = {
        "api": "with JSON",
        "message": "with the JSON of a gateway",
        "page": "with a web page",
        "text": "with plain text",
        "empty": "without a body",
        "redirect": "that redirects",
    }
    server = header(answer.headers, "server") or header(answer.headers, "via")
    return f"{answer.status} {forms[form]}{f' (server: {server})' if server else ''}"


def refuses_caller(exchange: Exchange) -> bool:
    """Whether an answer refuses the caller."""
    return exchange.response is not None and exchange.response.status in OF_TOKEN


def asks_to_wait(answer: Response, method: str, attempts: int) -> bool:
    """Whether an answer asks to retry later; a create is not sent again after a 503."""
    if answer.status == 503 and attempts <= RETRIES_UNAVAILABLE and method != "POST":
        return header(answer.headers, "retry-after") is not None
    return answer.status == OF_RATE


def is_of_another(exchange: Exchange) -> bool:
    """Whether a recorded answer is not the API's own: of a gateway, a filter, a login page, or a redirect."""
    answer = exchange.response
    if answer is None:
        return False
    form, status = form_of(exchange), answer.status
    if status in OF_GATEWAY or (300 <= status < 400) or "captive+json" in (answer.media_type or ""):
        return True
    if form == "page" and status < 300:
        return True
    return form != "api" and status in OF_LIMIT | OF_WALL | OF_TOKEN | {404}


def is_about_the_request(status: int) -> bool:
    """Whether a recorded answer depends on the body of its request.

    A redirect, an answer of a gateway, and a refusal of the caller, the group or the rate do not.
    """
    return not (status in OF_GATEWAY | OF_TOKEN | {404, OF_RATE} or 300 <= status < 400)


def proves_something(exchange: Exchange) -> bool:
    """Whether a recorded exchange says how the API handles requests."""
    answer = exchange.response
    return answer is not None and answer.status not in {*OF_TOKEN, OF_RATE, 407} and answer.status < 500


def _is_message(answer: Response) -> bool:
    """Whether an error is the short JSON of a gateway: a message, without a list of errors."""
    body = answer.json
    return (
        answer.status >= 400
        and isinstance(body, dict)
        and bool(body)
        and all(str(name).lower().replace("_", "") in _MESSAGE_FIELDS for name in body)
    )
