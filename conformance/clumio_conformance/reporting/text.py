"""Text from the wire, made safe to print: everything that a target sends may be hostile."""

import json
import re
from typing import Any, Final

LONGEST_BODY: Final = 4000
"""Characters of a body that a report keeps."""

# Control characters (a terminal obeys them), lone surrogates (not encodable) and marks of text direction.
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def visible(text: str) -> str:
    """Write invisible characters as escapes; line ends and tabs stay."""
    return _INVISIBLE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def one_line(text: str) -> str:
    """Write invisible characters, line ends and tabs as escapes."""
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")


def cut(text: str, longest: int) -> str:
    """Cut a text to this many characters, and append a remark."""
    return text if len(text) <= longest else f"{text[:longest]}... (cut; {len(text)} characters in all)"


def as_json(value: Any, *, sort_keys: bool = False) -> str:
    """Write JSON, a value per line; invisible characters are escaped, and the values stay what they are."""
    text = json.dumps(value, indent=2, sort_keys=sort_keys, ensure_ascii=False, allow_nan=False)
    return _INVISIBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"
