"""An addon for mitmproxy, which judges the traffic that passes: mitmdump -s mitmproxy_addon.py.

mitmproxy lives in an environment of its own, since its versions clash with ours. So this file needs nothing
but the standard library: it hands each exchange, as a line of HAR, to `clumio-conformance watch` of the
environment that has this package, and logs what that says. `clumio-conformance watch --addon` prints the path
of this file.

Options: `clumio_conformance` is the program (default: clumio-conformance on the PATH), `clumio_record` a file
that the lines are also written to, to be judged later.
"""

import base64
import json
import logging
import subprocess
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LOGGER = logging.getLogger("clumio_conformance")


class Conformance:
    """Hands exchanges over, and logs findings."""

    def __init__(self) -> None:
        self._options: Any = None
        self._program: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    def load(self, loader: Any) -> None:
        """Declare the options."""
        self._options = loader.master.options
        loader.add_option("clumio_conformance", str, "clumio-conformance", "The program clumio-conformance.")
        loader.add_option("clumio_record", str, "", "A file for the exchanges, as lines of HAR.")

    def response(self, flow: Any) -> None:
        """Hand an answered exchange over."""
        try:
            line = json.dumps(entry(flow))
            if self._options.clumio_record:
                with Path(self._options.clumio_record).open("a", encoding="utf-8") as file:
                    file.write(f"{line}\n")
            if self._program is None:
                self._start()
            if self._program and self._program.stdin:
                self._program.stdin.write(f"{line}\n")
                self._program.stdin.flush()
        except Exception:  # the traffic must pass
            LOGGER.exception("an exchange was not judged")

    def done(self) -> None:
        """End the program, and log its last words."""
        if self._program and self._program.stdin and self._reader:
            self._program.stdin.close()
            self._reader.join(timeout=30)

    def _start(self) -> None:
        command = [self._options.clumio_conformance, "watch"]
        self._program = subprocess.Popen(  # noqa: S603 - the program that the user has named
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self._reader = threading.Thread(target=self._log, daemon=True)
        self._reader.start()

    def _log(self) -> None:
        for line in (self._program and self._program.stdout) or ():
            LOGGER.warning("%s", line.rstrip())


def entry(flow: Any) -> dict[str, Any]:
    """Return a flow as an entry of HAR."""
    return {
        "startedDateTime": datetime.fromtimestamp(flow.request.timestamp_start, UTC).isoformat(),
        "request": {
            "method": flow.request.method,
            "url": flow.request.pretty_url,
            "headers": _headers(flow.request.headers),
            "postData": _content(flow.request.get_content(strict=False)),
        },
        "response": {
            "status": flow.response.status_code,
            "headers": _headers(flow.response.headers),
            "content": _content(flow.response.get_content(strict=False)),
        },
    }


def _headers(headers: Any) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items(multi=True)]


def _content(body: bytes | None) -> dict[str, Any]:
    text = base64.b64encode(body or b"").decode()
    return {"text": text, "encoding": "base64", "size": len(body or b"")}


addons = [Conformance()]
