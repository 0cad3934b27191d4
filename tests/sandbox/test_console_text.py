"""What a client can send is text on the console's pages: no element, no attribute, no address."""

from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from clumio_sandbox.driver import Driver, RefusedError

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"' onmouseover=alert(1) x=\"'",
    "javascript:alert(1)",
    "</pre></td></title></style><svg/onload=alert(1)>",
    "<!-- alert(1)",
    "&lt;script&gt;alert(1)&#60;/script&#62;",
    "]]><iframe srcdoc='alert(1)'>",
)
# The attributes that the pages themselves use, by element.
OWN = {
    "a": {"href"}, "button": {"name", "value"}, "form": {"method", "aria-label"},
    "div": {"aria-label", "class", "role", "tabindex"}, "html": {"lang"},
    "link": {"href", "rel"}, "nav": {"aria-label"},
    "meta": {"charset", "name", "content"}, "p": {"class"}, "th": {"scope"},
}  # fmt: skip
BARE = {
    "body", "details", "h1", "h2", "head", "main", "pre", "strong", "style", "summary", "table",
    "tbody", "td", "thead", "title", "tr",
}  # fmt: skip


class Parsed(HTMLParser):
    """The elements, attributes and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.other: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    def unknown_decl(self, data: str) -> None:
        self.other.append(data)


def parsed(sandbox: Driver, path: str) -> Parsed:
    status, page = sandbox.exchange("GET", f"/_sandbox/{path}", None, ())
    assert status == 200
    return Parsed(page.decode())


def check(page: Parsed) -> None:
    """Only the page's own elements and attributes; none of the attributes has a text from outside."""
    for tag, attributes in page.elements:
        assert tag in OWN or (tag in BARE and not attributes), (tag, attributes)
        assert set(attributes) <= OWN.get(tag, set()), (tag, attributes)
        assert not any("alert" in (value or "") for value in attributes.values()), (tag, attributes)
    assert page.other == []


@pytest.mark.parametrize("hostile", HOSTILE)
def test_every_field_of_a_group_is_text(clumio_sandbox: Driver, hostile: str) -> None:
    group = clumio_sandbox.create_group(
        description=hostile,
        account_native_id=hostile,
        master_aws_account_id=hostile,
        master_region=hostile,
        aws_regions=[hostile],
        organizational_unit_id=hostile,
        **{hostile: hostile},
    )
    clumio_sandbox.stack(group["id"], "deploy")
    groups, page = parsed(clumio_sandbox, ""), parsed(clumio_sandbox, f"groups/{group['id']}")

    for shown in (groups, page):
        check(shown)
    assert hostile in groups.text
    assert page.text.count(hostile.replace('"', '\\"')) > 5


@pytest.mark.parametrize("hostile", HOSTILE)
def test_every_part_of_an_exchange_is_text(clumio_sandbox: Driver, hostile: str) -> None:
    target = f"/connections/aws/{hostile.replace(' ', '/')}?{hostile.replace(' ', '&')}"
    headers = {"User-Agent": hostile, "Content-Type": hostile}
    clumio_sandbox.exchange("PUT", target, hostile.encode(), tuple(headers.items()))
    with pytest.raises(RefusedError, match="404"):
        clumio_sandbox.read_group(quote(hostile, safe=""))
    page = parsed(clumio_sandbox, "exchanges")

    check(page)
    assert target in page.text
