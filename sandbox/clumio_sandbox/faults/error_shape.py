"""Faults in the body of errors."""

from collections.abc import Callable
from functools import partial
from typing import Any

from clumio_sandbox.behaviour import Family, Fault
from clumio_sandbox.faults.hooks import (
    ResponseHook,
    having,
    html,
    json_content,
    on_error,
)
from clumio_sandbox.messages import GROUP_MEDIA_TYPE

fault = partial(Fault, family=Family.ERROR_SHAPE)

Document = dict[str, Any]


def _errors(value: Any) -> ResponseHook:
    return on_error(json_content(lambda document: {**document, "errors": value}))


def _each(change: Callable[[Document], Document]) -> ResponseHook:
    def spoil(document: Document) -> Document:
        return {**document, "errors": [change(error) for error in document["errors"]]}

    return on_error(json_content(spoil))


def _with(field: str, value: Any) -> ResponseHook:
    return _each(lambda error: {**error, field: value})


def _without(field: str) -> ResponseHook:
    return _each(lambda error: {name: value for name, value in error.items() if name != field})


FAULTS: tuple[Fault, ...] = (
    fault("errors-missing", "UCG-ERR-01", "an error is an object without errors",
          response=on_error(json_content(lambda error: {"message": error["errors"][0]["error_message"]}))),
    fault("errors-null", "UCG-ERR-01", "errors is null", response=_errors(None)),
    fault("errors-object", "UCG-ERR-01", "errors is an object instead of an array",
          response=_errors({"error_code": 1, "error_message": "wrong"})),
    fault("errors-strings", "UCG-ERR-01", "errors is an array of strings", response=_errors(["wrong"])),
    fault("error-is-array", "UCG-ERR-01", "an error is the bare array",
          response=on_error(json_content(lambda document: document["errors"]))),
    fault("error-is-empty", "UCG-ERR-01", "an error has no body", response=on_error(having(body=b""))),
    fault("unauthorized-is-empty", "UCG-ERR-01", "a 401 has no body",
          response=on_error(having(body=b""), 401)),
    fault("errors-empty", "UCG-ERR-04", "errors is an empty array", response=_errors([])),
    fault("error-code-string", "UCG-ERR-02", "error_code is a string", response=_with("error_code", "402")),
    fault("error-code-negative", "UCG-ERR-02", "error_code is negative", response=_with("error_code", -1)),
    fault("error-code-too-large", "UCG-ERR-02", "error_code is 2**32", response=_with("error_code", 2**32)),
    fault("error-code-fraction", "UCG-ERR-02", "error_code is not an integer",
          response=_with("error_code", 402.5)),
    fault("error-code-null", "UCG-ERR-02", "error_code is null", response=_with("error_code", None)),
    fault("error-code-missing", "UCG-ERR-05", "error_code is missing", response=_without("error_code")),
    fault("error-message-number", "UCG-ERR-03", "error_message is a number",
          response=_with("error_message", 402)),
    fault("error-message-null", "UCG-ERR-03", "error_message is null", response=_with("error_message", None)),
    fault("error-message-missing", "UCG-ERR-05", "error_message is missing",
          response=_without("error_message")),
    fault("error-message-empty", "UCG-ERR-05", "error_message is empty", response=_with("error_message", "")),
    fault("error-extra-field", "UCG-ERR-09", "an error has an undocumented field",
          response=_with("trace_id", "0f1e")),
    fault("error-html", "UCG-CTYPE-03", "an error is a web page", response=on_error(html())),
    fault("error-success-media-type", "UCG-CTYPE-03", "an error has the media type of success",
          response=on_error(having(media_type=GROUP_MEDIA_TYPE))),
    fault("error-problem-media-type", "UCG-CTYPE-03", "an error is application/problem+json",
          response=on_error(having(media_type="application/problem+json"))),
    fault("error-under-200", "UCG-ERR-06", "an error has the status 200",
          response=on_error(having(status=200))),
    fault("error-under-201", "UCG-ERR-06", "the refusal of a bad body has the status 201",
          response=on_error(having(status=201), 400)),
)  # fmt: skip
