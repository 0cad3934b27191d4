"""The body that was on the wire, as far as a recording proves it.

Recorders cut bodies, drop them, keep them compressed, and replace them; sizes are often wrong. A body that is
not proven to be whole is lost: nothing is concluded from it.
"""

import base64
import binascii
import gzip
import json
import re
import zlib
from typing import Any, Final
from urllib.parse import urlencode

from clumio_conformance.contract.pointers import pointer_of
from clumio_conformance.exchange import Headers, NotJson, header, parse_json
from clumio_conformance.recording.recorded import Answered, Asked, Beside, Content, number, pairs

# What stands for a body, a value or a header that somebody took out.
_WORDS: Final = (
    r"redacted|filtered|removed|omitted|truncated|masked|sanitized|sanitised|hidden|scrubbed|elided|stripped"
    r"|snipped|suppressed|censored|not recorded|not available|placeholder"
)
_PLACEHOLDER: Final = re.compile(
    rf"\s*(?:[\[<({{*#_-]*[^{{}}\[\]\"]{{0,60}}\b(?:{_WORDS})\b[^{{}}\"]{{0,60}}|\*{{3,}}|[xX]{{4,}}|<[^<>]{{1,40}}>)\s*",
    re.IGNORECASE,
)
_CUT: Final = re.compile(
    r"trunc|cut|evict|too (large|big|long)|limit|partial|not recorded|omit", re.IGNORECASE
)
_LONGEST_PLACEHOLDER: Final = 160
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_BODILESS_REQUESTS: Final = frozenset({"GET", "HEAD", "OPTIONS", "DELETE", "TRACE"})
_LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a body that are unpacked at most."""

Found = tuple[bytes | None, str]
"""A body, and why it is lost; the reason is empty if it is whole."""


def is_placeholder(text: str) -> bool:
    """Whether a text only stands for something that was taken out of a recording."""
    return len(text) <= _LONGEST_PLACEHOLDER and _PLACEHOLDER.fullmatch(text) is not None


def sent(asked: Asked, beside: Beside | None = None) -> Found:
    """Return the body of a request; None if it had none."""
    headers = pairs(asked.headers) or ()
    content = asked.content or Content()
    if not content.text and isinstance(content.parameters, list) and content.parameters:
        if "json" in str(content.media_type).lower():
            return None, "the recorder has split its JSON into parameters"
        content = Content(text=_form(content.parameters))
    found, lost = _found(content, headers, _sizes(content, asked.size, headers), beside)
    if found or lost or asked.method in _BODILESS_REQUESTS:
        return found or None, lost
    # Browsers do not record some bodies, and write a size of 0: only the header proves that there was none.
    return None, "" if header(headers, "content-length") == "0" else "it is not in the recording"


def received(answered: Answered, method: str, beside: Beside | None = None) -> Found:
    """Return the body of an answer."""
    status = number(answered.status)
    if status in {204, 304} or method == "HEAD":
        return b"", ""
    headers, content = pairs(answered.headers) or (), answered.content or Content()
    sizes = _sizes(content, answered.size, headers)
    found, lost = _found(content, headers, sizes, beside, answered.comment)
    if found or lost:
        return found, lost
    is_chunked = header(headers, "transfer-encoding") is not None and not _length(headers)
    may_have_one = is_chunked and number(answered.transferred) > 0
    if max(sizes, default=-1) != 0 or may_have_one:
        return b"", "it is not in the recording"
    return b"", ""


def _sizes(content: Content, size: Any, headers: Headers) -> tuple[float, ...]:
    """What the recording says about the length of a body."""
    stated = (number(content.size, -1), number(size, -1), *_length(headers))
    return tuple(one for one in stated if one >= 0)


def _found(
    content: Content, headers: Headers, sizes: tuple[float, ...], beside: Beside | None, comment: Any = None
) -> Found:
    text, is_base64 = content.text, content.encoding == "base64" or content.is_binary is True
    if text in (None, "", b"") and isinstance(content.file, str):
        text, is_base64 = beside(content.file) if beside else None, False
        if text is None:
            return b"", "its file is not beside the recording"
    if text is None or text in ("", b""):
        return b"", ""
    if not isinstance(text, str | bytes):
        try:
            return json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass"), ""
        except (TypeError, ValueError, RecursionError):
            return b"", "it is no JSON"
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if is_base64:
        decoded = _chunks(raw) or _from_base64(raw)
        if decoded is None:
            return (raw, "") if _is_json(raw) else (b"", "it is not base64, although it is marked as such")
        raw = decoded
    elif _BASE64.fullmatch(raw[:4096].decode("latin-1")) and not _is_json(raw):
        decoded = _from_base64(raw)
        if decoded is not None and (_is_json(decoded) or len(decoded) in sizes):
            raw = decoded
    raw, packed = _unpacked(raw, header(headers, "content-encoding") or "")
    remark = content.comment or comment
    lost = packed or _lost(raw, isinstance(text, str), remark if isinstance(remark, str) else "", sizes)
    return (b"", lost) if lost else (raw, "")


def _lost(raw: bytes, is_text: bool, comment: str, sizes: tuple[float, ...]) -> str:  # noqa: FBT001 - it has one caller
    """Why a body is not the one that was on the wire; empty if nothing says so."""
    if comment and _CUT.search(comment):
        return "it was cut"
    if is_text and "\ufffd".encode() in raw:
        return "its characters were replaced"
    if _is_json(raw):
        return ""
    if is_placeholder(raw[: _LONGEST_PLACEHOLDER + 1].decode("utf-8", "replace")):
        return "it was taken out"
    return "it is shorter than what was received" if max(sizes, default=0) > len(raw) else ""


def _form(parameters: list[Any]) -> str | None:
    """The text of a form; the recorder has split it into its fields."""
    named = [one for one in parameters if isinstance(one, dict)]
    return urlencode([(str(one.get("name")), str(one.get("value", ""))) for one in named]) or None


def _unpacked(raw: bytes, coding: str) -> tuple[bytes, str]:
    """Return a body without its content coding, and why this is not possible."""
    coding = coding.strip().lower()
    try:
        if raw.startswith(_GZIP):
            return _inflated(raw, wbits=31), ""
        if "deflate" in coding and not _is_json(raw):
            return _inflated(raw, wbits=15 if raw[:1] == b"\x78" else -15), ""
    except (zlib.error, EOFError, gzip.BadGzipFile):
        return raw, f"it is {coding or 'gzip'}, and damaged"
    if raw.startswith(_ZSTD):
        return raw, "it is still compressed (zstd)"
    if coding not in {"", "identity", "gzip", "deflate"} and not _is_text(raw):
        return raw, f"it is still compressed ({coding[:20]})"
    return raw, ""


def _inflated(raw: bytes, *, wbits: int) -> bytes:
    unpacker = zlib.decompressobj(wbits)
    body = unpacker.decompress(raw, _LARGEST)
    if not unpacker.eof:
        raise EOFError
    return body


def _chunks(raw: bytes) -> bytes | None:
    """Join the chunks of a body: a JSON array of texts in base64 or hexadecimal, as Polly.js writes it."""
    if not raw.startswith(b'["'):
        return None
    try:
        parts = [str(part) for part in json.loads(raw)]
        if all(re.fullmatch(r"(?:[0-9a-f]{2})+", part) for part in parts):
            return bytes.fromhex("".join(parts))
        return b"".join(_from_base64(part.encode()) or b"" for part in parts)
    except (ValueError, TypeError):
        return None


def _from_base64(text: bytes) -> bytes | None:
    """Decode base64, also that of URLs, and without its padding; None if it is none."""
    joined = b"".join(text.split()).translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
    try:
        return base64.b64decode(joined + b"=" * (-len(joined) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _length(headers: Headers) -> tuple[float, ...]:
    length = (header(headers, "content-length") or "").strip()
    return (float(length),) if length.isascii() and length.isdecimal() else ()


def _is_json(raw: bytes) -> bool:
    return not isinstance(parse_json(raw), NotJson)


def _is_text(raw: bytes) -> bool:
    try:
        return raw.decode("utf-8").isprintable() or _is_json(raw) or b"\n" in raw
    except UnicodeDecodeError:
        return False


def placeholders(value: Any, place: str = "") -> dict[str, str]:
    """Return the texts in a JSON value that stand for something that was taken out, by their JSON Pointer."""
    if isinstance(value, str):
        return {place: value} if is_placeholder(value) else {}
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    found: dict[str, str] = {}
    for name, child in members:
        found |= placeholders(child, place + pointer_of([name]))
    return found
