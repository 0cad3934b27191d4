"""Faults in the body of errors."""

from collections.abc import Callable
from typing import Any

from clumio_sandbox.behaviour import Family, Fault
from clumio_sandbox.faults.answers import ResponseHook, body, html, json_body, media_type, on_error, status
from clumio_sandbox.messages import GROUP_MEDIA_TYPE

Document = dict[str, Any]


def _errors(value: Any) -> ResponseHook:
    return on_error(json_body(lambda document: {**document, "errors": value}))


def _each(change: Callable[[Document], Document]) -> ResponseHook:
    def spoil(document: Document) -> Document:
        return {**document, "errors": [change(error) for error in document["errors"]]}

    return on_error(json_body(spoil))


def _with(field: str, value: Any) -> ResponseHook:
    return _each(lambda error: {**error, field: value})


def _without(field: str) -> ResponseHook:
    return _each(lambda error: {name: value for name, value in error.items() if name != field})


def _flat(document: Document) -> Document:
    return {"message": document["errors"][0]["error_message"]}


_ROWS: tuple[tuple[str, str, str, ResponseHook], ...] = (
    ("errors-missing", "UCG-ERR-01", "an error is an object without errors", on_error(json_body(_flat))),
    ("errors-null", "UCG-ERR-01", "errors is null", _errors(None)),
    (
        "errors-object",
        "UCG-ERR-01",
        "errors is an object instead of an array",
        _errors({"error_code": 1, "error_message": "wrong"}),
    ),
    ("errors-strings", "UCG-ERR-01", "errors is an array of strings", _errors(["wrong"])),
    (
        "error-is-array",
        "UCG-ERR-01",
        "an error is the bare array",
        on_error(json_body(lambda document: document["errors"])),
    ),
    ("error-is-empty", "UCG-ERR-01", "an error has no body", on_error(body(b""))),
    ("unauthorized-is-empty", "UCG-ERR-01", "a 401 has no body", on_error(body(b""), 401)),
    ("errors-empty", "UCG-ERR-04", "errors is an empty array", _errors([])),
    ("error-code-string", "UCG-ERR-02", "error_code is a string", _with("error_code", "402")),
    ("error-code-negative", "UCG-ERR-02", "error_code is negative", _with("error_code", -1)),
    ("error-code-too-large", "UCG-ERR-02", "error_code is 2**32", _with("error_code", 2**32)),
    ("error-code-fraction", "UCG-ERR-02", "error_code is not an integer", _with("error_code", 402.5)),
    ("error-code-null", "UCG-ERR-02", "error_code is null", _with("error_code", None)),
    ("error-code-missing", "UCG-ERR-05", "error_code is missing", _without("error_code")),
    ("error-message-number", "UCG-ERR-03", "error_message is a number", _with("error_message", 402)),
    ("error-message-null", "UCG-ERR-03", "error_message is null", _with("error_message", None)),
    ("error-message-missing", "UCG-ERR-05", "error_message is missing", _without("error_message")),
    ("error-message-empty", "UCG-ERR-05", "error_message is empty", _with("error_message", "")),
    ("error-extra-field", "UCG-ERR-09", "an error has a field more", _with("trace_id", "0f1e")),
    ("error-html", "UCG-CTYPE-03", "an error is a web page", on_error(html(0))),
    (
        "error-success-media-type",
        "UCG-CTYPE-03",
        "an error has the media type of success",
        on_error(media_type(GROUP_MEDIA_TYPE)),
    ),
    (
        "error-problem-media-type",
        "UCG-CTYPE-03",
        "an error is application/problem+json",
        on_error(media_type("application/problem+json")),
    ),
    ("error-under-200", "UCG-ERR-06", "an error has the status 200", on_error(status(200))),
    (
        "error-under-201",
        "UCG-ERR-06",
        "the refusal of a bad body has the status 201",
        on_error(status(201), 400),
    ),
)

FAULTS: tuple[Fault, ...] = tuple(
    Fault(
        name=name,
        requirement=requirement,
        family=Family.ERROR_SHAPE,
        description=description,
        response=response,
    )
    for name, requirement, description, response in _ROWS
)
