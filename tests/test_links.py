"""Each link of a document leads to a file that exists, and to a heading that it has."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("comparison/**/*.md")])
LINK = re.compile(r"\]\((?!https?:)([^)\s]*)\)")
LONGEST = 111
"""Lines of two screens, about."""


def anchors(document: str) -> set[str]:
    """The anchors that GitHub gives the headings of a document."""
    titles = re.findall(
        r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", document, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def dead(document: Path) -> list[str]:
    """The links of a document that lead nowhere."""
    found = []
    for link in LINK.findall(document.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        if not target.exists() or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            found.append(link)
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda one: str(one.relative_to(ROOT)))
def test_each_link_leads_somewhere(document: Path) -> None:
    assert not dead(document)


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A `b` c\n```\n# no heading\n```\n[x](#a-b-c) [y](#no-heading) [z](other.md) [w](page.md#d)\n"
    )

    assert dead(page) == ["#no-heading", "other.md", "page.md#d"]


def test_the_readme_fits_two_screens() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= LONGEST
