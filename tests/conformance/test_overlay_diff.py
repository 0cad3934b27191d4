"""The project's overlay changes in the contract what its golden file says; run this file to renew it."""

import json
from pathlib import Path

from clumio_conformance.contract.overlays import named, overlaid
from clumio_conformance.contract.specification import Specification
from clumio_conformance.spec_diff.comparison import compare
from clumio_conformance.spec_diff.difference import Difference

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).with_name("overlay-diff.txt")
COMMAND = f"python {Path(__file__).resolve().relative_to(ROOT)}"


def difference(name: str = "sdk-drift") -> str:
    """A paragraph for each difference: what changes, what is lost and gained, and where."""
    base = Specification(ROOT / "openapi" / "spec.yaml")
    found = compare(base, overlaid(base, [named(name, ROOT / "openapi" / "overlays")]))
    paragraphs = (_paragraph(one) for one in found if one.rule.split(".")[1] != "requirements")
    return "\n".join(sorted(paragraphs))


def _paragraph(one: Difference) -> str:
    place = one.new or one.old
    values = [
        f"  {word} {json.dumps([value for value in these if value not in others], ensure_ascii=False)}"
        for word, these, others in (("lost  ", one.before, one.after), ("gained", one.after, one.before))
        if isinstance(these, list) and isinstance(others, list)
    ]
    lines = [
        f"{one.severity}: {one.rule}: {one.where}",
        *(f"  in     {operation}" for operation in one.operations),
        *values,
        f"  at     {Path(place.file).name if place else ''} {place.pointer if place else ''}",
    ]
    return "\n".join(lines) + "\n"


def test_the_overlay_changes_what_its_golden_file_says() -> None:
    hint = f"the overlay, the contract or the comparison has changed; if this is meant: {COMMAND}"
    assert difference() == GOLDEN.read_text(encoding="utf-8"), hint


if __name__ == "__main__":
    GOLDEN.write_text(difference(), encoding="utf-8")
