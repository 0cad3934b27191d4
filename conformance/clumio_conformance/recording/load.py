"""Reads recordings from files, and selects the requests to operations of the contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from clumio_conformance.contract.contract import Contract
from clumio_conformance.exchange import Placement
from clumio_conformance.recording import har, sandbox
from clumio_conformance.recording.json_file import RecordingError, read
from clumio_conformance.recording.traffic import Entry, redacted
from clumio_conformance.transport.base_url import is_loopback
from clumio_conformance.transport.redaction import Redaction


@dataclass(frozen=True, kw_only=True)
class Recordings:
    """The requests to operations of the contract in some files.

    `total` counts all recorded requests, `elsewhere` those with a matching path that went to other hosts.
    """

    files: tuple[Path, ...]
    entries: tuple[Entry, ...]
    total: int
    elsewhere: int


def load(
    files: Sequence[Path], contract: Contract, redaction: Redaction, base_url: str | None = None
) -> Recordings:
    """Read the requests to operations of the contract, file by file; of others only method and URL are read.

    With a `base_url`, only requests to its host count. Without one, requests to the contract's hosts and to
    loopback count; if there are none, those to any host count.

    Raises:
        RecordingError: a file is not a recording, or is broken.
    """
    found = [entry for file in files for entry in _entries(file, contract)]
    matching = [entry for entry in found if entry is not None]
    hosts = {host(base_url)} if base_url else _known(matching, contract)
    kept = [entry for entry in matching if not hosts or host(entry.exchange.request.url) in hosts]
    return Recordings(
        files=tuple(files),
        entries=tuple(redacted(kept, redaction)),
        total=len(found),
        elsewhere=len(matching) - len(kept),
    )


def host(url: str) -> str:
    """The host of a URL, with its port unless it is 443."""
    return urlsplit(url).netloc.rpartition("@")[2].lower().removesuffix(":443")


def _entries(file: Path, contract: Contract) -> list[Entry | None]:
    def place(method: str, url: str) -> Placement | None:
        return contract.place(method, url) if _whole(url) else None

    root = read(file)
    if root.get("log"):
        return list(har.entries(root, place))
    if root.get("exchanges"):
        return list(sandbox.entries(root, place))
    raise RecordingError(
        f"{file}: is JSON, but not a recording: it has neither `log` (HAR 1.2) nor `exchanges` (sandbox); "
        "export the traffic as HAR"
    )


def _known(entries: Sequence[Entry], contract: Contract) -> set[str]:
    """The hosts of the entries that the contract names or that are on loopback."""
    servers = {host(server) for server in contract.servers()}
    urls = {entry.exchange.request.url for entry in entries}
    return {host(url) for url in urls if host(url) in servers or is_loopback(url)}


def _whole(url: str) -> bool:
    """Whether a URL can be parsed; a recording may hold anything."""
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False
