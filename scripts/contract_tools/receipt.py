"""The receipt of a generation: its sources, and what its changes touch."""

from pathlib import Path
from typing import Any

from clumio_conformance.spec_diff.difference import Difference
from tracing.links import read_links

from . import tree
from .generation import Sources
from .previous import UNKNOWN

DONE = {"missing": "added", "extra": "removed", "changed": "changed", "mode": "mode"}


def write(
    root: Path, sources: Sources, files: list[tree.Change], differences: list[Difference] | None
) -> dict[str, Any]:
    """Return the receipt: sources, files and, for the changes of the specification, requirements and tests.

    `files` says how the old tree differs from the new one; `differences` is None when the old specification
    is unknown.

    Raises:
        ContractError: A file of the checkout can't be used.
    """
    requirements = sorted({name for one in differences or () for name in one.requirements})
    tests = read_links(root).touched(requirements) if requirements else []
    known: dict[str, Any] = {
        "differences": [
            " ".join(
                filter(None, (one.kind, one.side, one.where, one.keyword, "in", ", ".join(one.operations)))
            )
            for one in differences or ()
        ],
        "requirements": requirements,
        "tests": [f"{test.file}::{test.name}" for test in tests],
    }
    return {
        "tools": sources.tools,
        "sha256": sources.digests(),
        "files": [{"kind": DONE[change.kind], "path": change.path} for change in files],
        **(dict.fromkeys(known) if differences is None else known),
    }


def as_text(receipt: dict[str, Any]) -> str:
    """Return the receipt for a person."""
    tools = ", ".join(f"{name} {found}" for name, found in receipt["tools"].items())
    sections = [
        ("files", [f"{one['kind']:8} {one['path']}" for one in receipt["files"]]),
        ("specification", receipt["differences"]),
        ("requirements", receipt["requirements"]),
        ("tests", receipt["tests"]),
    ]
    lines = [f"made by {tools}"]
    lines += [f"sha256 {digest[:16]}  {name}" for name, digest in receipt["sha256"].items()]
    for title, entries in sections:
        if entries is not None:
            lines.append(f"{title}: {len(entries) or 'none'} touched")
            lines += [f"  {entry}" for entry in entries]
    if receipt["differences"] is None:
        lines.append(UNKNOWN)
    return "\n".join(lines)
