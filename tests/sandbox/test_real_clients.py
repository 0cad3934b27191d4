"""Observed requests of the vendor's own clients [wire], sent byte for byte."""

import json
import socket
from urllib.parse import urlsplit

import pytest

from clumio_sandbox.driver import Driver

GO_UPDATE = (
    b"PUT /connections/aws/connection-groups/%s HTTP/1.1\r\n"
    b"Host: %s\r\n"
    b"User-Agent: go-resty/2.10.0\r\n"
    b"Accept: application/api.clumio.aws-connection-groups=v1+json\r\n"
    b"Authorization: Bearer %s\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"X-Clumio-Api-Client: clumio-go-sdk\r\n"
    b"X-Clumio-Organizationalunit-Context:\r\n"
    b"X-Clumio-Sdk-Version: clumio-go-sdk:0.31.2\r\n"
    b"Accept-Encoding: gzip\r\n"
    b"Content-Length: 140\r\n"
    b"\r\n"
    b'{"asset_types":["EC2/EBS","RDS"],"asset_types_enabled":null,"aws_regions":["us-east-1"],'
    b'"description":"demo","template_permission_set":null}'
)
ONBOARDING_CREATE = (
    b"POST /connections/aws/connection-groups HTTP/1.1\r\n"
    b"Host: %s\r\n"
    b"Authorization: Bearer %s\r\n"
    b"accept: application/api.clumio.aws-environments=v1+json\r\n"
    b"content-type: application/json\r\n"
    b"Content-Length: 167\r\n"
    b"\r\n"
    b'{"account_native_id":"123456789012","asset_types_enabled":["EBS","RDS"],"aws_regions":["us-east-1"],'
    b'"master_aws_account_id":"123456789012","master_region":"us-east-1"}'
)
PYTHON_UPDATE_OF_NOTHING = (
    b"PUT /connections/aws/connection-groups/ HTTP/1.1\r\n"
    b"Host: %s\r\n"
    b"Authorization: Bearer %s\r\n"
    b"Content-Length: 0\r\n"
    b"\r\n"
)


def exchange(sandbox: Driver, request: bytes, *values: bytes) -> tuple[int, str, dict[str, object]]:
    """Send bytes over a socket; return status, Content-Type and the JSON of the answer."""
    parts = urlsplit(sandbox.base_url)
    host = f"{parts.hostname}:{parts.port}".encode()
    with socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=10) as connection:
        connection.sendall(request % (*values, host, sandbox.token.encode()))
        with connection.makefile("rb") as answer:
            status = int(answer.readline().split()[1])
            headers = dict(line.decode().rstrip().split(": ", 1) for line in iter(answer.readline, b"\r\n"))
            body = answer.read(int(headers["content-length"]))
    return status, headers["content-type"], json.loads(body)


def test_the_onboarding_scripts_create_a_group(clumio_sandbox: Driver) -> None:
    status, _, group = exchange(clumio_sandbox, ONBOARDING_CREATE)
    assert status == 200
    assert {"id", "external_id", "deployment_template_url"} <= set(group)
    assert group["intended_asset_types"] == ["EBS", "RDS"]


def test_the_go_sdk_updates_a_group(clumio_sandbox: Driver) -> None:
    _, _, group = exchange(clumio_sandbox, ONBOARDING_CREATE)
    status, media_type, updated = exchange(clumio_sandbox, GO_UPDATE, str(group["id"]).encode())
    assert (status, media_type) == (200, "application/api.clumio.aws-connection-groups=v1+json")
    assert updated["intended_asset_types"] == ["EC2/EBS", "RDS"]
    assert updated["description"] == "demo"
    assert "template_permission_set" not in updated


@pytest.mark.parametrize("name", [b"11111111-2222-3333-4444-555555555555", b"a%2Fb%20c"])
def test_the_go_sdk_names_no_group(clumio_sandbox: Driver, name: bytes) -> None:
    status, media_type, error = exchange(clumio_sandbox, GO_UPDATE, name)
    assert (status, media_type) == (404, "application/json")
    assert error.keys() == {"errors"}


def test_the_python_sdk_sends_neither_id_nor_body(clumio_sandbox: Driver) -> None:
    status, media_type, error = exchange(clumio_sandbox, PYTHON_UPDATE_OF_NOTHING)
    assert (status, media_type) == (404, "application/json")
    assert error.keys() == {"errors"}
