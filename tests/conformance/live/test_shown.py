"""What the transport keeps, raises and logs shows no secret."""

import logging

import httpx
import pytest
from far_target import TOKEN, far

from clumio_conformance.connection_groups.operations import COLLECTION


def test_nothing_that_is_kept_shows_the_token() -> None:
    """The reprs of all that a traceback could show, and the exchange itself."""
    target = far(lambda _: httpx.Response(400, json={"errors": [{"error_message": f"bad Bearer {TOKEN}"}]}))
    outgoing = target.wire.outgoing("GET", COLLECTION)

    exchange = target.wire.send(outgoing)[-1]

    assert TOKEN not in repr([target.wire, outgoing, outgoing.authorization, vars(target.wire), exchange])
    assert target.seen[0].headers["authorization"] == f"Bearer {TOKEN}", "but it was sent"


def test_an_exception_that_is_no_answer_leaves_its_frames_behind() -> None:
    """Frames of httpx hold the request as it is sent: their local variables would show the token."""

    def broken(_request: httpx.Request) -> httpx.Response:
        raise RuntimeError("not of the transport")

    target = far(broken)
    with pytest.raises(RuntimeError) as raised:
        target.wire.send(target.wire.outgoing("GET", COLLECTION))

    modules = {frame.frame.f_globals.get("__name__") for frame in raised.traceback}
    assert not {name for name in modules if str(name).startswith(("httpx", "httpcore"))}
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_httpx_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """At the level of debugging it would log signed URLs and whole headers."""
    target = far(fetches=True)
    with caplog.at_level(logging.DEBUG):
        target.wire.fetch("https://a.example.com/1?X-Amz-Signature=canary")
        logging.getLogger("httpcore.http11").debug("canary")

    assert "canary" not in caplog.text
