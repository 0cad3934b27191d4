"""Faults in status, media type and framing of answers that are otherwise right."""

from dataclasses import replace

from clumio_sandbox.behaviour import Family, Fault
from clumio_sandbox.errors import too_many_requests
from clumio_sandbox.faults.answers import (
    Change,
    ResponseHook,
    body,
    html,
    media_type,
    on_error,
    on_success,
    on_update,
    status,
)
from clumio_sandbox.messages import GROUP_MEDIA_TYPE, Response, failure


def _without_content(response: Response) -> Response:
    return body(b"")(status(204)(response))


def _cut(response: Response) -> Response:
    return replace(response, body=response.body[:-20])


def _redirected(response: Response) -> Response:
    elsewhere = {**response.headers, "Location": "/connections/aws/environments"}
    return replace(response, status=307, headers=elsewhere)


def _limited(_response: Response) -> Response:
    return failure(too_many_requests(1))


_SUCCESSES: tuple[tuple[str, str, str, Change], ...] = (
    ("success-as-201", "UCG-RESP-01", "an update or a read answers with 201", status(201)),
    ("success-as-202", "UCG-RESP-01", "an update or a read answers with 202", status(202)),
    ("success-as-204", "UCG-RESP-01", "an update or a read answers with 204 and no body", _without_content),
    ("success-as-206", "UCG-RESP-01", "an update or a read answers with 206", status(206)),
    (
        "success-media-type-json",
        "UCG-CTYPE-02",
        "success is application/json",
        media_type("application/json"),
    ),
    (
        "success-media-type-charset",
        "UCG-CTYPE-02",
        "the media type of success has a charset",
        media_type(f"{GROUP_MEDIA_TYPE}; charset=utf-8"),
    ),
    (
        "success-media-type-version",
        "UCG-CTYPE-02",
        "the media type of success is of another version",
        media_type("application/api.clumio.aws-connection-groups=v2+json"),
    ),
    ("success-media-type-html", "UCG-CTYPE-02", "success is text/html", media_type("text/html")),
    ("success-without-body", "UCG-RESP-02", "success has no body", body(b"")),
    ("success-with-null", "UCG-RESP-02", "the body of success is null", body(b"null")),
    ("success-with-cut-json", "UCG-RESP-02", "the end of the JSON of success is missing", _cut),
)

_UPDATES: tuple[tuple[str, str, str, ResponseHook], ...] = (
    ("bad-request-as-500", "UCG-ERR-07", "a bad request is answered with 500", on_error(status(500), 400)),
    (
        "bad-request-as-502-page",
        "UCG-ERR-07",
        "a bad request is answered with 502 and a web page",
        on_error(html(502), 400),
    ),
    (
        "updates-as-503-page",
        "UCG-ERR-01",
        "updates are answered with 503 and a web page",
        on_update(html(503)),
    ),
    (
        "updates-redirected",
        "UCG-RESP-01",
        "updates are redirected to another resource",
        on_update(_redirected),
    ),
    (
        "updates-rate-limited",
        "UCG-RATE-01",
        "updates are answered with 429 and Retry-After, though they are made",
        on_update(_limited),
    ),
)


def _fault(name: str, requirement: str, description: str, response: ResponseHook) -> Fault:
    return Fault(
        name=name,
        requirement=requirement,
        family=Family.HTTP,
        description=description,
        response=response,
    )


FAULTS: tuple[Fault, ...] = (
    *(_fault(name, requirement, text, on_success(change)) for name, requirement, text, change in _SUCCESSES),
    *(_fault(name, requirement, text, hook) for name, requirement, text, hook in _UPDATES),
)
