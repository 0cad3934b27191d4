"""The console in a browser: without scripts, by keyboard, and protected from other sites."""

from collections.abc import Iterator
from typing import Literal

import pytest
from browsers import assert_accessible, browser, needs_chromium
from playwright.sync_api import Browser, Page

from clumio_sandbox.driver import Driver

__all__ = ["browser"]
pytestmark = needs_chromium


@pytest.fixture
def page(browser: Browser, clumio_sandbox_base_url: str) -> Iterator[Page]:
    """A page with scripts off."""
    context = browser.new_context(base_url=clumio_sandbox_base_url, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_a_group_is_found_and_its_stack_moved(page: Page, clumio_sandbox: Driver) -> None:
    group = clumio_sandbox.create_group(description="<b>mine</b> & \ud800")
    page.goto("/_sandbox/")
    assert "<b>mine</b> &" in page.inner_text("main")
    page.click(f"text={group['id']}")
    assert "connecting" in page.inner_text("main")
    page.click("button[value=deploy]")
    assert "fully_connected" in page.inner_text("main")
    assert page.url.endswith(f"/_sandbox/groups/{group['id']}")
    events = page.locator("tbody tr td:nth-child(3)").all_inner_texts()
    assert events == ["succeed", "start", "create"]
    page.click("button[value=destroy]")
    assert "deleted" in page.inner_text("main")
    assert page.locator("button").count() == 0
    assert "us-east-1" in page.inner_text("main")


def test_a_description_makes_no_element(page: Page, clumio_sandbox: Driver) -> None:
    text = "<script>alert(1)</script><img src=x onerror=alert(2)><a href='javascript:alert(3)'>\" onload=x"
    group = clumio_sandbox.create_group(description=text, aws_regions=[text])
    for path in ("", f"groups/{group['id']}", "exchanges"):
        page.goto(f"/_sandbox/{path}")
        assert page.locator("script, img, [onerror], [onload], [href^=javascript]").count() == 0
        assert "<script>alert(1)</script>" in (page.text_content("main") or "")


def test_a_stack_is_moved_by_keyboard(page: Page, clumio_sandbox: Driver) -> None:
    group = clumio_sandbox.create_group()
    page.goto(f"/_sandbox/groups/{group['id']}")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.locator("button[value=start]:focus").count():
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("text=creating_stack")
    assert clumio_sandbox.read_group(group["id"])["ongoing_stack_operation"] == "creating_stack"


def test_faults_are_switched(page: Page, clumio_sandbox: Driver) -> None:
    group = clumio_sandbox.create_group()
    page.goto("/_sandbox/faults")
    page.check("input[value=status-undocumented]")
    page.click("text=Apply >> nth=0")
    assert page.is_checked("input[value=status-undocumented]")
    assert clumio_sandbox.read_group(group["id"])["status"] == "active"
    page.goto(f"/_sandbox/groups/{group['id']}")
    assert '"status": "active"' in page.inner_text("main"), "as the API answers"
    assert "Active faults: status-undocumented" in page.inner_text("main")
    page.goto("/_sandbox/faults")
    page.uncheck("input[value=status-undocumented]")
    page.click("text=Apply >> nth=0")
    assert clumio_sandbox.read_group(group["id"])["status"] == "connecting"


def test_exchanges_are_shown_without_secrets(page: Page, clumio_sandbox: Driver) -> None:
    group = clumio_sandbox.create_group()
    page.goto("/_sandbox/exchanges")
    page.click("summary >> nth=0")
    text = page.content()
    assert "curl -sS -X POST" in text
    assert "Bearer $CLUMIO_API_TOKEN" in text
    signature = group["deployment_template_url"].partition("X-Amz-Signature=")[2]
    for secret in (clumio_sandbox.token, group["external_id"], signature):
        assert secret not in text


def test_a_look_at_a_group_changes_nothing(page: Page, clumio_sandbox: Driver) -> None:
    """Also with a fault whose reads are kept."""
    group = clumio_sandbox.create_group()
    clumio_sandbox.faults("read-changes-group")
    before = clumio_sandbox.state(group["id"])["history"]
    page.goto(f"/_sandbox/groups/{group['id']}")
    assert "Status 200" in page.inner_text("main")
    assert clumio_sandbox.state(group["id"])["history"] == before


@pytest.mark.parametrize(
    ("fault", "said"),
    [("answer-cut-off", "the connection ends within the body"), ("updated-not-readable", "Status 404")],
)
def test_an_answer_that_is_no_group_is_shown_as_it_is(
    page: Page, clumio_sandbox: Driver, fault: str, said: str
) -> None:
    group = clumio_sandbox.create_group()
    clumio_sandbox.faults(fault)
    page.goto(f"/_sandbox/groups/{group['id']}")
    assert said in page.inner_text("main")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_the_screen_and_are_accessible(
    browser: Browser, clumio_sandbox: Driver, width: int, scheme: Literal["light", "dark"]
) -> None:
    group = clumio_sandbox.create_group(description="x" * 300)
    clumio_sandbox.stack(group["id"], "deploy")
    clumio_sandbox.read_group(group["id"])
    clumio_sandbox.faults("status-undocumented")
    context = browser.new_context(
        base_url=clumio_sandbox.base_url,
        color_scheme=scheme,
        viewport={"width": width, "height": 844},
        bypass_csp=True,  # the console allows no script, and axe is one
    )
    page = context.new_page()
    grounds = set()
    for name, path in {
        "groups": "",
        "group": f"groups/{group['id']}",
        "faults": "faults",
        "exchanges": "exchanges",
    }.items():
        page.goto(f"/_sandbox/{path}")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert_accessible(page)
        grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds == {"rgb(255, 255, 255)" if scheme == "light" else "rgb(22, 24, 28)"}
    context.close()


@pytest.mark.parametrize("origin", ["http://evil.test", "null"])
def test_forms_of_other_sites_are_refused(browser: Browser, clumio_sandbox: Driver, origin: str) -> None:
    """Chromium sends the origin of a request, and the sandbox checks it."""
    group = clumio_sandbox.create_group()
    action = f"{clumio_sandbox.base_url}/_sandbox/groups/{group['id']}"
    form = f'<form method="post" action="{action}"><button name="event" value="deploy">go</button></form>'
    context = browser.new_context()
    page = context.new_page()
    if origin == "null":
        page.set_content(form)
    else:
        page.route(f"{origin}/*", lambda route: route.fulfill(body=form, content_type="text/html"))
        page.goto(f"{origin}/")
    with page.expect_navigation() as navigation:
        page.click("button")
    response = navigation.value
    assert response
    assert response.status == 403
    context.close()
    assert clumio_sandbox.read_group(group["id"])["status"] == "connecting"
