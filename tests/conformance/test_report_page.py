"""The page of a report in a browser: readable on each screen, accessible, and deaf to what a target sends."""

import copy
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browsers import assert_accessible, browser, needs_chromium
from exchanges import GROUP
from playwright.sync_api import Browser, Page
from results import HOSTILE, answered, hostile_result, result_of
from spread import spread

from clumio_conformance.contract.contract import contract
from clumio_conformance.reporting.html_page import html_page
from clumio_conformance.reporting.marking import LONGEST, laid_out, sides
from clumio_conformance.reporting.report import report_of

__all__ = ["browser"]
pytestmark = needs_chromium

VENDORS = "application/api.clumio.aws-connection-groups=v1+json"
Shown = Callable[..., Page]


def report(**changed: Any) -> dict[str, Any]:
    """The report of a run with findings of several kinds and severities."""
    bodies: list[dict[str, Any]] = [{"status": "active", "extra": 1}, {"created_timestamp": 3}, {"id": None}]
    result = result_of(
        *(answered({**GROUP, **body}, 200, VENDORS) for body in bodies),
        answered({**GROUP}, 200, "text/html"),
        answered({"errors": [{"error_code": "402"}]}, 500, "application/json"),
        answered(b"<html>", 503),
    )
    return {**report_of(result, contract()), **changed}


CHANGES = [
    {"what": "new finding", "cause": 'UCG-ENUM-02 at /status: "active"', "where": ["GET x /status", "PUT x"]},
    {"what": "behaviour", "cause": "now refuses EBS: 400 instead of 200", "where": ["update EBS"]},
]
BASELINE = {"file": "old/report.json", "finished": "2026-11-18T00:00:00+00:00"}
STATES: dict[str, Callable[[], str]] = {
    "clean": lambda: html_page(report_of(result_of(answered({**GROUP}, 200, VENDORS)), contract())),
    "findings": lambda: html_page(report()),
    "hostile": lambda: html_page(report_of(hostile_result(), contract())),
    "changes": lambda: html_page(changed()),
    "history": lambda: html_page(report(), [report(), report()]),
}


def changed() -> dict[str, Any]:
    """The report of a run with a baseline: its first finding is new, its second is old and known."""
    made = report(changes=CHANGES)
    made["run"] = {**made["run"], "baseline": BASELINE, "known": ["known-deviations.toml"]}
    first, second, *_ = made["findings"]
    first |= {"is_new": True, "since": "2026-11-27"}
    second |= {
        "is_new": False,
        "since": "2026-11-02",
        "outcome": "known",
        "reason": "agreed (me)",
        "fails": False,
    }
    return made


@pytest.fixture
def shown(browser: Browser, tmp_path: Path) -> Iterator[Shown]:
    """Opens a page as a file, as a user does."""
    contexts = []

    def show(
        text: str, width: int = 1280, scheme: Any = "light", *, scripts: bool = True, **options: Any
    ) -> Page:
        (tmp_path / "index.html").write_text(text, encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=scripts,
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.goto((tmp_path / "index.html").as_uri())
        return page

    yield show
    for context in contexts:
        context.close()


SCREENS = [(state, *screen) for state in STATES for screen in ((1280, "light"), (390, "dark"))]


@pytest.mark.parametrize(
    ("state", "width", "scheme"),
    spread(SCREENS, [("clean", 1280, "light"), ("hostile", 390, "dark"), ("changes", 390, "dark")]),
)
def test_the_page_is_accessible_and_fits(shown: Shown, state: str, width: int, scheme: str) -> None:
    page = shown(STATES[state](), width, scheme, bypass_csp=True)  # for the script of axe
    for is_open in (False, True):
        page.evaluate("open => document.querySelectorAll('details').forEach(one => one.open = open)", is_open)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert_accessible(page)


BROKEN_WORDS = """() => {
  const broken = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest('pre, code, script, style, .facts')) continue;
    for (const word of node.data.matchAll(/[A-Za-z_]{2,24}/g)) {
      const range = new Range();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map(one => Math.round(one.top))).size > 1) broken.push(word[0]);
    }
  }
  return broken;
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_no_word_breaks_within(shown: Shown, width: int) -> None:
    page = shown(html_page(changed()), width)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate(BROKEN_WORDS) == []
    page.evaluate("document.styleSheets[0].insertRule('td, dd { max-width: 3ch; overflow-wrap: anywhere }')")
    assert page.evaluate(BROKEN_WORDS) != []


def test_a_row_says_what_is_wrong_and_opens_on_the_exchange(shown: Shown) -> None:
    page = shown(html_page(changed()))
    title = "status has a value that is not documented"
    cause = page.locator("details.cause", has=page.locator(".title", has_text=title))
    cause.locator("> summary").click()
    assert cause.locator("pre[aria-label=Response] mark").inner_text() == '"status": "active"'
    link = cause.locator("dd a")
    assert link.get_attribute("href") == contract().documentation.url  # type: ignore[union-attr] # it has one
    assert "noopener" in (link.get_attribute("rel") or "")
    assert "known add report.json" in cause.inner_text() or "agreed (me)" in cause.inner_text()


def test_what_is_new_and_what_is_known_is_said(shown: Shown) -> None:
    page = shown(html_page(changed()))
    assert "1 finding is new since 18 November 2026" in page.locator(".headline").inner_text()
    assert page.locator(".cause .new").count() == 1
    assert "known since 2026-11-02" in page.locator(".cause .known").first.inner_text()
    assert page.locator("#changes details").count() == 2
    assert "old/report.json" in page.locator("section").last.inner_text()
    assert "known-deviations.toml" in page.locator("#run").inner_text()


def test_causes_are_filtered_by_words_severity_and_novelty(shown: Shown) -> None:
    page = shown(html_page(changed()))
    causes = page.locator("details.cause")
    total = causes.count()
    assert page.locator("#count").inner_text() == f"{total} of {total}"
    page.fill("input[name=words]", "not documented ACTIVE")
    assert next(one for one in causes.all() if one.is_visible()).get_attribute("id")
    assert 0 < sum(one.is_visible() for one in causes.all()) < total
    page.fill("input[name=words]", "")
    page.uncheck("input[value=low]")
    assert not page.locator("details.cause[data-severity=low]").first.is_visible()
    page.check("input[value=new]")
    assert sum(one.is_visible() for one in causes.all()) == 1


def test_a_command_is_copied(shown: Shown) -> None:
    page = shown(html_page(report()), permissions=["clipboard-read", "clipboard-write"])
    cause = page.locator("details.cause").first
    cause.locator("> summary").click()
    box = cause.locator(".copied").first
    box.locator("button").click()
    page.wait_for_function("document.activeElement.textContent === 'Copied'")
    assert page.evaluate("navigator.clipboard.readText()") == box.locator("pre").text_content()


def test_without_scripts_all_is_there_and_nothing_is_dead(shown: Shown) -> None:
    page = shown(html_page(report()), scripts=False)
    page.locator("details.cause > summary").first.click()
    assert page.locator("pre[aria-label=Response]").first.is_visible()
    assert not page.locator("#filter").is_visible()
    assert not any(button.is_visible() for button in page.locator("button").all())


def test_all_exchanges_are_printed(shown: Shown) -> None:
    for scripts in (True, False):
        page = shown(html_page(report()), scripts=scripts)
        page.emulate_media(media="print")
        boxes = page.locator("details.cause > .body pre[aria-label=Response]").all()
        assert len(boxes) > 3
        assert all(box.bounding_box() for box in boxes)


def test_by_keyboard(shown: Shown) -> None:
    page = shown(html_page(report()))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the causes"
    page.locator("details.cause > summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.cause").first.get_attribute("open") is not None


def test_a_link_to_a_cause_opens_it(shown: Shown) -> None:
    page = shown(html_page(report()))
    page.locator("#requirements details").last.evaluate("one => one.open = true")
    page.evaluate("document.querySelectorAll('#requirements details').forEach(one => one.open = true)")
    link = page.locator("#requirements a[href^='#f-']").first
    link.click()
    page.wait_for_selector(f"details[id='{(link.get_attribute('href') or '#')[1:]}'][open]")


def test_nothing_that_a_target_sends_runs(shown: Shown) -> None:
    """Neither by what is escaped nor, if something were not, by the policy of the page."""
    dialogs: list[str] = []
    injected = html_page(report_of(hostile_result(), contract())).replace(
        "<main>",
        "<main><script>document.title = 'run'</script><img src=x onerror=\"document.title = 'run'\">",
    )
    for text in (html_page(report_of(hostile_result(), contract())), injected):
        page = shown(text)
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        page.wait_for_timeout(100)
        assert page.title() != "run"
    assert dialogs == []


def test_many_causes_and_large_bodies_open_quickly(shown: Shown) -> None:
    made = report()
    example = made["findings"][0]
    made["findings"] = [copy.deepcopy(example) for _ in range(200)]
    for index, finding in enumerate(made["findings"]):
        finding["fingerprint"] = f"{index:016x}"
    for finding in made["findings"][:5]:
        finding["exchange"]["response"]["body"] = '{"items": [' + '{"id": "x"},' * 400_000 + "{}]}"
    text = html_page(made)
    page = shown(text)
    assert page.locator("details.cause").count() == 200
    bodies = page.locator("details.cause pre[aria-label=Response]").all_text_contents()
    assert any("(cut; " in body for body in bodies)
    assert len(text) < 3_000_000, "a browser opens this in less than two seconds"


def marked(text: str, pointer: str | None) -> str:
    return "".join(f"<{part}>" if is_marked else part for part, is_marked in laid_out(text, pointer))


@pytest.mark.parametrize(
    ("text", "pointer", "expected"),
    [
        ('{"a":1,"b":[1,{"c":2}]}', "/b/1/c", '<"c": 2>'),
        ('{"a":1,"b":[1,{"c":2}]}', "/b/1", '<{ "c": 2 }>'),
        ('{"a":{"status":1},"status":"x"}', "/status", '<"status": "x">'),
        ('{"a":{"x":[]},"b":[]}', "/a/y", '<"y" is missing>'),
        ("{}", "/id", '<"id" is missing>'),
        ('{"a": 1e400, "a": 2}', "/a", '<"a": 1e400>'),
        ('{"a/b":{"":5}}', "/a~1b/", '<"": 5>'),
        ('{"a": "cut of', "/a", '<"a": "cut of>'),
    ],
)
def test_the_wrong_spot_is_marked(text: str, pointer: str, expected: str) -> None:
    found = re.findall(r"<.*>", " ".join(marked(text, pointer).split()))
    assert found == [expected]
    assert re.sub(
        r"\s|\"\w+\" is missing", "", marked(text, pointer).translate({60: None, 62: None})
    ) == re.sub(r"\s", "", text)


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("<html>", "/a"),
        ("}}{]", "/a"),
        ('{"a": tru', "/b"),
        ("", "/a"),
        ('["x"', None),
        (f"[{'1,' * LONGEST}1]", "/0"),
    ],
)
def test_what_has_no_such_spot_is_left_alone(text: str, pointer: str | None) -> None:
    assert not any(is_marked for _, is_marked in laid_out(text, pointer))


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("status", "500"), ("status for request body", "500"), ("header Content-Type", "Content-Type: a/b"),
        ("body", "{}"), ("request path connection_group_id", "PUT https://x.invalid/y"),
        ("request header authorization", "Authorization: none"), ("request /a", '"a": 1'),
        ("/errors", '"errors" is missing'), ("mock something else", None), (HOSTILE, None),
    ],
)  # fmt: skip
def test_each_place_has_its_mark(location: str, expected: str | None) -> None:
    exchange = {
        "request": {
            "method": "PUT", "url": "https://x.invalid/y", "body": '{"a": 1}',
            "headers": [["Authorization", "none"]],
        },
        "response": {"status": 500, "headers": [["Content-Type", "a/b"]], "body": "{}"},
    }  # fmt: skip
    request, response = sides({"location": location, "exchange": exchange})
    assert response
    pieces = [piece for side in (request, response) for piece in (side.line, *side.headers, *side.body)]
    assert [text for text, is_marked in pieces if is_marked] == ([] if expected is None else [expected])
