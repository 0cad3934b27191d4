"""Faults in status, media type and framing of answers that are otherwise right."""

from dataclasses import replace
from functools import partial

from clumio_sandbox.behaviour import Family, Fault
from clumio_sandbox.errors import too_many_requests
from clumio_sandbox.faults.hooks import having, html, on_error, on_success, on_update
from clumio_sandbox.messages import GROUP_MEDIA_TYPE, Response, failure

fault = partial(Fault, family=Family.HTTP)


def _redirected(response: Response) -> Response:
    elsewhere = {**response.headers, "Location": "/connections/aws/environments"}
    return replace(response, status=307, headers=elsewhere)


FAULTS: tuple[Fault, ...] = (
    fault("success-as-201", "UCG-RESP-01", "an update or a read answers with 201",
          response=on_success(having(status=201))),
    fault("success-as-202", "UCG-RESP-01", "an update or a read answers with 202",
          response=on_success(having(status=202))),
    fault("success-as-204", "UCG-RESP-01", "an update or a read answers with 204 and no body",
          response=on_success(having(status=204, body=b""))),
    fault("success-as-206", "UCG-RESP-01", "an update or a read answers with 206",
          response=on_success(having(status=206))),
    fault("success-media-type-json", "UCG-CTYPE-02", "the media type of success is application/json",
          response=on_success(having(media_type="application/json"))),
    fault("success-media-type-charset", "UCG-CTYPE-02", "the media type of success has a charset",
          response=on_success(having(media_type=f"{GROUP_MEDIA_TYPE}; charset=utf-8"))),
    fault("success-media-type-version", "UCG-CTYPE-02", "the media type of success is of another version",
          response=on_success(having(media_type="application/api.clumio.aws-connection-groups=v2+json"))),
    fault("success-media-type-html", "UCG-CTYPE-02", "the media type of success is text/html",
          response=on_success(having(media_type="text/html"))),
    fault("success-without-body", "UCG-RESP-02", "success has no body",
          response=on_success(having(body=b""))),
    fault("success-with-null", "UCG-RESP-02", "the body of success is null",
          response=on_success(having(body=b"null"))),
    fault("success-with-cut-json", "UCG-RESP-02", "the JSON of success is cut off",
          response=on_success(lambda response: replace(response, body=response.body[:-20]))),
    fault("bad-request-as-500", "UCG-ERR-07", "a bad request is answered with 500",
          response=on_error(having(status=500), 400)),
    fault("bad-request-as-502-page", "UCG-ERR-07", "a bad request is answered with 502 and a web page",
          response=on_error(html(502), 400)),
    fault("updates-as-503-page", "UCG-ERR-01", "updates are answered with 503 and a web page",
          response=on_update(html(503))),
    fault("updates-redirected", "UCG-RESP-01", "updates are redirected to another resource",
          response=on_update(_redirected)),
    fault("updates-rate-limited", "UCG-RATE-01",
          "updates take effect, but are answered with 429 and Retry-After",
          response=on_update(lambda _response: failure(too_many_requests(1)))),
)  # fmt: skip
