"""The console's pages, as HTML. All text from requests goes through `escape`."""

import json
from collections.abc import Iterable, Mapping
from html import escape
from itertools import groupby
from typing import Any

from clumio_sandbox.behaviour import Behaviours, Fault
from clumio_sandbox.exchanges import Exchange
from clumio_sandbox.group import Group
from clumio_sandbox.messages import Delivery, Response

SHOWN_GROUPS = 500
"""The maximum number of groups that the console lists."""

_STYLE = """
:root { color-scheme: light dark; --text: #1a1a1a; --ground: #fff; --box: #f3f3f3; --line: #bbb; }
:root { --link: #0a4a9c; --warn: #7a2e00; --warn-ground: #fff1e0; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e6e6; --ground: #16181c; --box: #22252b; --line: #555b66; }
  :root { --link: #8ab8ff; --warn: #ffcf9e; --warn-ground: #3a2410; }
}
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground); }
body { max-width: 70rem; margin: 0 auto; padding: 1rem; }
a { color: var(--link); }
nav a { display: inline-block; margin-right: 1rem; padding: .3rem 0; }
h1 { font-size: 1.6rem; overflow-wrap: anywhere; }
.faults { color: var(--warn); background: var(--warn-ground); padding: .4rem .8rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td { white-space: nowrap; }
td:last-child { white-space: normal; min-width: 12rem; overflow-wrap: anywhere; }
pre { background: var(--box); padding: .6rem; white-space: pre-wrap; overflow-wrap: anywhere; }
button { font: inherit; padding: .3rem .8rem; margin: 0 .4rem .4rem 0; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
fieldset { margin: 0 0 1rem; border: 1px solid var(--line); min-width: 0; }
label { display: block; padding: .2rem 0; overflow-wrap: anywhere; }
details { border-bottom: 1px solid var(--line); padding: .3rem 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
"""

_PAGES = (("", "Groups"), ("faults", "Faults"), ("exchanges", "Exchanges"))


def groups_page(found: list[Group]) -> str:
    """All groups, the newest first, deleted groups too."""
    rows = (
        (
            _link(f"groups/{group.id}", group.id),
            escape(group.organization),
            "deleted" if group.deleted else group.status.value,
            group.operation.value,
            escape(group.intended.description or ""),
        )
        for group in reversed(found)
    )
    table = _table("Groups", ("Group", "Organization", "Status", "Stack operation", "Description"), rows)
    return table if found else "<p>There is no group yet.</p>"


def group_page(state: dict[str, Any], answer: Response) -> str:
    """One group, a button for each stack event that is possible now, its history, and the API's answer."""
    stack = state["stack"]
    buttons = "".join(
        f'<button name="event" value="{event}">{event}</button>' for event in stack["allowed_events"]
    )
    status = "deleted" if state["deleted"] else state["group"]["status"]
    history = _table(
        "History",
        ("Version", "Time", "Event", "Status", "Stack operation"),
        ([escape(str(value)) for value in change.values()] for change in reversed(state["history"])),
    )
    return (
        f"<p>Kept status: <strong>{escape(status)}</strong>,"
        f" stack: <strong>{escape(stack['operation'])}</strong>"
        f"{', an update is pending' if stack['update_pending'] else ''}</p>"
        f'<form method="post" aria-label="Stack">{buttons or "No stack event is possible."}</form>'
        f"<h2>History</h2>{history}"
        f"<h2>Connections</h2>{_json(state['connections'])}"
        f"<h2>Backups</h2>{_json(state['backups'])}"
        f"<h2>Answer of the vendor's API</h2>{_answer(answer)}"
    )


def faults_page(behaviours: Behaviours) -> str:
    """A checkbox for each fault; checked ones are active for everyone."""
    active = set(behaviours.active()["*"])
    families = groupby(behaviours.available, key=lambda fault: fault.family)
    boxes = "".join(
        f"<fieldset><legend>{family.value}</legend>{_boxes(members, active)}</fieldset>"
        for family, members in families
    )
    return (
        "<p>Checked faults are active for every organization."
        " The control API sets the faults of one organization.</p>"
        f'<form method="post"><p><button>Apply</button></p>{boxes}<p><button>Apply</button></p></form>'
    )


def exchanges_page(found: list[Exchange]) -> str:
    """The last exchanges, the newest first, each with a curl command that repeats it."""
    return "".join(map(_exchange, found)) or "<p>There is no exchange yet.</p>"


def _boxes(members: Iterable[Fault], active: set[str]) -> str:
    return "".join(
        f'<label><input type="checkbox" name="fault" value="{fault.name}"'
        f"{' checked' * (fault.name in active)}> <strong>{fault.name}</strong>"
        f" ({fault.requirement or 'no requirement'}): {escape(fault.description)}</label>"
        for fault in members
    )


def _exchange(exchange: Exchange) -> str:
    return (
        f"<details><summary><strong>{exchange.status}</strong> {escape(exchange.method)}"
        f" {escape(exchange.target)}</summary>"
        f"<h2>Request</h2><pre>{escape(exchange.curl)}</pre>{_body(exchange.request_body)}"
        f"<h2>Answer</h2>{_headers(exchange.media_type, exchange.response_headers)}"
        f"{_body(exchange.response_body)}</details>"
    )


def _answer(answer: Response) -> str:
    """A response as it would be sent."""
    how = {
        Delivery.WHOLE: "",
        Delivery.CUT: ", but the connection ends within the body",
        Delivery.DROPPED: ", but the connection ends before the answer",
        Delivery.LATE: ", late",
    }
    return (
        f"<p>Status <strong>{answer.status}</strong>{how[answer.delivery]}</p>"
        f"{_headers(answer.media_type, answer.headers)}{_body(answer.body.decode('utf-8', 'replace'))}"
    )


def _headers(media_type: str, headers: Mapping[str, str]) -> str:
    rows = [("content-type", media_type), *headers.items()]
    return f"<pre>{escape(chr(10).join(f'{name.lower()}: {value}' for name, value in rows))}</pre>"


def _body(body: str) -> str:
    """A body, indented if it is JSON; empty for none."""
    try:
        return _json(json.loads(body))
    except (ValueError, RecursionError):
        return f"<pre>{escape(body)}</pre>" if body else ""


def page(title: str, content: str, active: Mapping[str, list[str]]) -> str:
    """A whole page, with the active faults of everyone and of single organizations."""
    links = "".join(_link(path, name) for path, name in _PAGES)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)} - sandbox</title>'
        f'<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
        f"<style>{_STYLE}</style></head>"
        f'<body><nav aria-label="Pages">{links}</nav><main><h1>{escape(title)}</h1>{_active(active)}{content}'
        "</main></body></html>"
    )


def _active(active: Mapping[str, list[str]]) -> str:
    """Name the active faults; `*` is everyone."""
    named = [
        f"{'' if organization == '*' else f'{organization}: '}{', '.join(names)}"
        for organization, names in active.items()
        if names
    ]
    return f'<p class="faults">Active faults: {escape("; ".join(named))}</p>' if named else ""


def _link(path: str, text: str) -> str:
    return f'<a href="/_sandbox/{escape(path)}">{escape(text)}</a>'


def _table(name: str, columns: tuple[str, ...], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        f'<div class="scroll" role="region" aria-label="{name}" tabindex="0">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _json(document: Any) -> str:
    return f"<pre>{escape(json.dumps(document, indent=2, ensure_ascii=False))}</pre>"
