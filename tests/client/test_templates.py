"""The overrides edit stock templates; a test fails when a stock template changes."""

import hashlib
import shutil
from pathlib import Path

import pytest

from contract_tools import generation

GENERATOR = Path(__file__).resolve().parents[2] / "openapi" / "generator"
OVERRIDES = [path.name for path in (GENERATOR / "templates").glob("*.py.jinja")]
PINS = GENERATOR / "stock.sha256"


def pinned() -> dict[str, str]:
    lines = PINS.read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


def test_the_stock_templates_are_the_pinned_ones() -> None:
    """Every stock template counts, since a template includes and imports others."""
    stock = generation.stock_templates()
    found = {
        path.relative_to(stock).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(stock.rglob("*.jinja"))
    }
    lines = "\n".join(f"{digest}  {name}" for name, digest in found.items())
    assert found == pinned(), (
        f"a stock template changed: check the overrides, then write this to {PINS.name}:\n{lines}"
    )


@pytest.mark.parametrize("name", OVERRIDES)
def test_an_override_says_why_it_differs(name: str) -> None:
    text = (GENERATOR / "templates" / name).read_text(encoding="utf-8")
    assert text.startswith("{# Stock, ")
    assert name in pinned()


@pytest.mark.parametrize(
    ("name", "stock"),
    [
        ("types.py.jinja", "status_code: HTTPStatus"),
        ("str_enum.py.jinja", "(StrEnum)"),
    ],
)
def test_an_edit_that_does_not_apply_stops_the_generation(
    name: str, stock: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stock template lacks the text that an override replaces: the generation fails and names it."""
    templates = shutil.copytree(generation.stock_templates(), tmp_path / "stock")
    text = (templates / name).read_text(encoding="utf-8")
    assert stock in text
    (templates / name).write_text(text.replace(stock, "ANOTHER"), encoding="utf-8")
    monkeypatch.setattr(generation, "stock_templates", lambda: templates)
    root = GENERATOR.parents[1]
    target = tmp_path / "new"
    target.mkdir()

    with pytest.raises(generation.GenerationError, match="the stock template no longer has"):
        generation.make(generation.collect(root, root / "openapi" / "spec.yaml"), target)
