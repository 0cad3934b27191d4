"""Recordings in files: which requests of them are about the contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from clumio_conformance.contract.contract import Contract
from clumio_conformance.recording import har, sandbox
from clumio_conformance.recording.json_file import RecordingError, read
from clumio_conformance.recording.traffic import Entry, redacted
from clumio_conformance.transport.base_url import is_loopback
from clumio_conformance.transport.redaction import Redaction


@dataclass(frozen=True, kw_only=True)
class Recordings:
    """What some files hold of the contract's operations.

    `total` counts all recorded requests, `elsewhere` those that look right but went to other hosts.
    """

    files: tuple[Path, ...]
    entries: tuple[Entry, ...]
    total: int
    elsewhere: int


def load(
    files: Sequence[Path], contract: Contract, redaction: Redaction, base_url: str | None = None
) -> Recordings:
    """Read the files, one after the other: of requests to operations of the contract everything, of others nothing.

    With a `base_url`, only requests to its host count. Without one, when some went to a host that the contract names
    or to a loopback address, only these do; else those to any host.

    Raises:
        RecordingError: a file is no recording, or is broken.
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
    """The host of a URL, with its port unless it is that of https."""
    return urlsplit(url).netloc.rpartition("@")[2].lower().removesuffix(":443")


def _entries(file: Path, contract: Contract) -> list[Entry | None]:
    def relevant(method: str, url: str) -> bool:
        return _whole(url) and contract.place(method, url) is not None

    root = read(file)
    if root.get("log"):
        return list(har.entries(root, relevant))
    if root.get("exchanges"):
        return list(sandbox.entries(root, relevant))
    raise RecordingError(
        f"{file}: is JSON, but no recording: it has neither `log` (HAR 1.2) nor `exchanges` (the sandbox's); "
        "export the traffic as HAR"
    )


def _known(entries: Sequence[Entry], contract: Contract) -> set[str]:
    """Those hosts of the entries that are the vendor's or this machine's."""
    servers = {host(server) for server in contract.servers()}
    urls = {entry.exchange.request.url for entry in entries}
    return {host(url) for url in urls if host(url) in servers or is_loopback(url)}


def _whole(url: str) -> bool:
    """Whether a URL can be taken apart; a recording may hold anything."""
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False
