"""What changes around the schemas: parameters, statuses, headers, security, servers, callbacks."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from clumio_conformance.contract.specification import Specification
from clumio_conformance.spec_diff.comparison import compare
from clumio_conformance.spec_diff.rules import RULES

Content = dict[str, Any]
OBJECT = {"type": "object", "properties": {"a": {"type": "string"}}}
JSON = {"application/json": {"schema": OBJECT}}
DONE = {"200": {"description": "Done."}}
NOTIFIED = {"post": {"requestBody": {"content": deepcopy(JSON)}, "responses": DONE}}


def base() -> Content:
    """A specification with a bit of everything."""
    read = {
        "operationId": "read",
        "parameters": [
            {"name": "q", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}}
        ],
        "responses": {
            "200": {
                "description": "Found.",
                "headers": {"ETag": {"schema": {"type": "string"}}},
                "links": {"self": {"operationId": "read"}},
                "content": deepcopy(JSON),
            },
            "404": {"description": "Missing."},
        },
    }
    change = {"operationId": "change", "requestBody": {"content": deepcopy(JSON)}, "responses": DONE}
    identifier = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    schemes = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    }
    return deepcopy(
        {
            "openapi": "3.1.0",
            "info": {"title": "Things", "version": "1"},
            "servers": [{"url": "https://api.example.com"}],
            "security": [{"bearer": []}, {"key": []}],
            "paths": {"/things/{id}": {"parameters": [identifier], "get": read, "post": change}},
            "components": {"securitySchemes": schemes},
        }
    )


def read(spec: Content) -> Content:
    found: Content = spec["paths"]["/things/{id}"]["get"]
    return found


def change(spec: Content) -> Content:
    found: Content = spec["paths"]["/things/{id}"]["post"]
    return found


def answer(spec: Content) -> Content:
    found: Content = read(spec)["responses"]["200"]
    return found


def query(spec: Content) -> Content:
    found: Content = read(spec)["parameters"][0]
    return found


def rename_identifier(spec: Content) -> None:
    item = spec["paths"].pop("/things/{id}")
    item["parameters"][0]["name"] = "thing"
    spec["paths"]["/things/{thing}"] = item


# An edit, with what it breaks, and what it breaks to undo it.
EDITS: dict[str, tuple[Callable[[Content], object], str, str]] = {
    "a path parameter is renamed": (rename_identifier, "none", "none"),
    "style": (lambda spec: query(spec).update(style="pipeDelimited"), "both", "both"),
    "explode": (lambda spec: query(spec).update(explode=False), "both", "both"),
    "style and explode spelt out": (
        lambda spec: query(spec).update(style="form", explode=True),
        "none",
        "none",
    ),
    "a parameter goes": (lambda spec: read(spec)["parameters"].clear(), "client", "safe"),
    "a parameter is required": (lambda spec: query(spec).update(required=True), "client", "promise"),
    "a parameter gets a default": (
        lambda spec: query(spec)["schema"].update(default=["x"]),
        "client",
        "client",
    ),
    "a parameter ends": (lambda spec: query(spec).update({"x-sunset": "2030-01-01"}), "safe", "safe"),
    "a required cookie": (
        lambda spec: read(spec)["parameters"].append(
            {"name": "s", "in": "cookie", "required": True, "schema": {"type": "string"}}
        ),
        "client",
        "client",
    ),
    "an operation overrides a parameter of the path": (
        lambda spec: read(spec)["parameters"].append(
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 3}}
        ),
        "client",
        "promise",
    ),
    "a header comes": (lambda spec: answer(spec)["headers"].update(X={"schema": {}}), "safe", "client"),
    "the case of a header": (
        lambda spec: answer(spec).update(headers={"etag": {"schema": {"type": "string"}}}),
        "none",
        "none",
    ),
    "an error goes": (lambda spec: read(spec)["responses"].pop("404"), "client", "client"),
    "default comes": (
        lambda spec: read(spec)["responses"].update(default={"description": "D"}),
        "client",
        "client",
    ),
    "a link goes": (lambda spec: answer(spec).pop("links"), "client", "safe"),
    "no body any more": (lambda spec: answer(spec).pop("content"), "both", "client"),
    "no schema any more": (
        lambda spec: answer(spec)["content"]["application/json"].clear(),
        "client",
        "promise",
    ),
    "charset of JSON": (
        lambda spec: answer(spec).update(content={"Application/JSON; charset=UTF-8": {"schema": OBJECT}}),
        "none",
        "none",
    ),
    "a body is required": (
        lambda spec: change(spec)["requestBody"].update(required=True),
        "client",
        "promise",
    ),
    "a body goes": (lambda spec: change(spec).pop("requestBody"), "client", "safe"),
    "a form as well": (
        lambda spec: change(spec)["requestBody"]["content"].update(
            {"multipart/form-data": {"schema": OBJECT}}
        ),
        "promise",
        "client",
    ),
    "one of two credentials": (lambda spec: spec["security"].pop(), "client", "promise"),
    "credentials in another order": (lambda spec: spec["security"].reverse(), "none", "none"),
    "no credentials": (lambda spec: read(spec).update(security=[]), "promise", "client"),
    "credentials for the operation, the same": (
        lambda spec: read(spec).update(security=[{"key": []}, {"bearer": []}]),
        "none",
        "none",
    ),
    "one more server": (lambda spec: spec["servers"].append({"url": "https://b"}), "promise", "client"),
    "a server for the path": (
        lambda spec: spec["paths"]["/things/{id}"].update(servers=[{"url": "https://b"}]),
        "both",
        "both",
    ),
    "tags": (lambda spec: read(spec).update(tags=["x"]), "safe", "safe"),
    "an operation is deprecated": (lambda spec: read(spec).update(deprecated=True), "safe", "safe"),
    "an operation ends": (lambda spec: read(spec).update({"x-sunset": "2030-01-01"}), "safe", "safe"),
    "an id goes": (lambda spec: read(spec).pop("operationId"), "both", "safe"),
    "words": (lambda spec: read(spec).update(summary="S", description="D"), "none", "none"),
    "a method comes": (
        lambda spec: spec["paths"]["/things/{id}"].update(
            delete={"responses": {"204": {"description": "Gone."}}}
        ),
        "safe",
        "client",
    ),
    "a webhook comes": (lambda spec: spec.update(webhooks={"made": NOTIFIED}), "safe", "client"),
    "a callback comes": (
        lambda spec: change(spec).update(callbacks={"made": {"{$request.body#/a}": NOTIFIED}}),
        "safe",
        "client",
    ),
}


def verdict(old: Content, new: Content) -> str:
    found = compare(*(Specification(Path("spec.yaml"), deepcopy(one)) for one in (old, new)))
    assert {one.rule for one in found} <= RULES.keys()
    parties = {party for one in found for party in one.breaks}
    if len(parties) == 2:
        return "both"
    return parties.pop() if parties else "safe" if found else "none"


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_and_its_undoing(name: str) -> None:
    edit, done, undone = EDITS[name]
    old, new = base(), base()
    edit(new)
    assert (verdict(old, new), verdict(new, old)) == (done, undone)
