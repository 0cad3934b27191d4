"""Media types are compared as the strings that they are."""

import pytest
from exchanges import ERROR, GROUP, Departure, departures, judged, kept, listed, read, refused, update

from clumio_conformance.exchange import Exchange

GROUP_TYPE = "application/api.clumio.aws-connection-groups=v1+json"


def _departure(requirement: str, expected: str, actual: str) -> list[Departure]:
    return [(requirement, "media type", "header content-type", expected, actual)]


@pytest.mark.parametrize("exchange", [update(), read(), listed()])
def test_the_vendors_type_is_right_for_a_success(exchange: Exchange) -> None:
    assert "UCG-CTYPE-02" in kept(judged(exchange))
    assert "UCG-CTYPE-03" not in kept(judged(exchange))


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        f"{GROUP_TYPE}; charset=utf-8",
        GROUP_TYPE.upper(),
        GROUP_TYPE.replace("v1", "v2"),
        GROUP_TYPE.replace("=", "%3D"),
        "text/html",
        f" {GROUP_TYPE}",
    ],
)
@pytest.mark.parametrize("answering", [update, read, listed])
def test_anything_else_is_wrong_for_a_success(answering: type, media_type: str) -> None:
    found = departures(judged(answering(media_type=media_type)))

    assert found == _departure("UCG-CTYPE-02", GROUP_TYPE, media_type)


def test_a_success_needs_a_media_type() -> None:
    assert departures(judged(update(media_type=""))) == _departure(
        "UCG-CTYPE-02", GROUP_TYPE, "no Content-Type"
    )


@pytest.mark.parametrize(
    "media_type",
    ["application/json", "application/json; charset=utf-8", "Application/JSON", "application/json ;x=y"],
)
@pytest.mark.parametrize("status", [400, 404, 500])
def test_an_error_is_json(media_type: str, status: int) -> None:
    verdicts = judged(refused(status=status, media_type=media_type))

    assert departures(verdicts) == []
    assert "UCG-CTYPE-03" in kept(verdicts)


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/problem+json", GROUP_TYPE, "application/jsonp", "json", ""]
)
def test_an_error_is_nothing_else(media_type: str) -> None:
    found = departures(judged(refused(media_type=media_type)))

    assert found == _departure("UCG-CTYPE-03", "application/json", media_type or "no Content-Type")


def test_a_redirection_needs_no_media_type() -> None:
    assert [found[0] for found in departures(judged(update(b"", status=302, media_type="")))] == [
        "UCG-RESP-01"
    ]


def test_the_type_goes_with_the_status_and_not_with_the_body() -> None:
    assert _departure("UCG-CTYPE-03", "application/json", GROUP_TYPE)[0] in departures(
        judged(update(GROUP, status=500, media_type=GROUP_TYPE))
    )
    # Errors under success are one finding, and it is not about the media type.
    assert [found[0] for found in departures(judged(update(ERROR, media_type="application/json")))] == [
        "UCG-ERR-06"
    ]
