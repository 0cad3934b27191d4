"""Media types, compared as the strings that they are: the vendor's own is none that RFC 9110 would allow."""

from collections.abc import Iterator

from clumio_conformance.contract.document import GROUP_MEDIA_TYPE
from clumio_conformance.judging.findings import Deviation, Verdict
from clumio_conformance.judging.rules import Seen, rule


@rule("UCG-CTYPE-02", "UCG-CTYPE-03")
def media_type(seen: Seen) -> Iterator[Verdict]:
    """A success has the vendor's media type, letter for letter; an error is application/json, with or without parameters."""
    actual = seen.response.media_type
    if 300 <= seen.response.status < 400:
        return
    if seen.succeeded:
        requirement, expected, kept = "UCG-CTYPE-02", GROUP_MEDIA_TYPE, actual == GROUP_MEDIA_TYPE
    else:
        essence = (actual or "").partition(";")[0].strip().lower()
        requirement, expected, kept = "UCG-CTYPE-03", "application/json", essence == "application/json"
    deviation = Deviation(
        kind="media type",
        location="header content-type",
        expected=expected,
        actual=actual or "no Content-Type",
        observed=actual or "missing",
    )
    yield Verdict(requirement=requirement, deviation=None if kept else deviation)
