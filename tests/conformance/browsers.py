"""Debian's chromium for tests of pages, and axe's rules of accessibility."""

import os
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None and "CI" not in os.environ, reason="no chromium is installed; CI must have one"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a module: with one for all, tests with an event loop of their own would fail."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM or "chromium", args=ARGUMENTS)
        yield opened
        opened.close()


def assert_accessible(page: Page) -> None:
    """No rule of axe is broken; the page's context must let its script in."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
