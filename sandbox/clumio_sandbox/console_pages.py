"""The console's pages, as HTML. All text from requests goes through `escape`."""

import json
from collections.abc import Iterable
from html import escape
from itertools import groupby
from typing import Any

from clumio_sandbox.behaviour import Behaviours, Fault
from clumio_sandbox.exchanges import Exchange
from clumio_sandbox.group import Group

SHOWN_GROUPS = 500
"""The maximum number of groups that the console lists."""

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; }
body { max-width: 70rem; margin: 0 auto; padding: 1rem; }
nav a { margin-right: 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #ccc; vertical-align: top; }
pre { background: #f3f3f3; padding: .6rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
button { font: inherit; padding: .3rem .8rem; margin: 0 .4rem .4rem 0; }
:focus-visible { outline: 3px solid #0a58ca; outline-offset: 2px; }
fieldset { margin: 0 0 1rem; border: 1px solid #ccc; }
label { display: block; }
"""

_PAGES = (("", "Groups"), ("faults", "Faults"), ("exchanges", "Exchanges"))


def groups_page(groups: list[Group]) -> str:
    """All groups, the newest first, deleted groups too."""
    rows = (
        (
            _link(f"groups/{group.id}", group.id),
            escape(group.organization),
            "deleted" if group.deleted else group.status.value,
            group.operation.value,
            escape(group.intended.description or ""),
        )
        for group in reversed(groups)
    )
    table = _table(("Group", "Organization", "Status", "Stack operation", "Description"), rows)
    return _page("Groups", table if groups else "<p>There is no group yet.</p>")


def group_page(state: dict[str, Any]) -> str:
    """One group, a button for each stack event that is possible now, and the history."""
    stack = state["stack"]
    buttons = "".join(
        f'<button name="event" value="{event}">{event}</button>' for event in stack["allowed_events"]
    )
    status = "deleted" if state["deleted"] else state["group"]["status"]
    history = _table(
        ("Version", "Time", "Event", "Status", "Stack operation"),
        ([escape(str(value)) for value in change.values()] for change in reversed(state["history"])),
    )
    return _page(
        f"Group {state['id']}",
        f"<p>Status: <strong>{escape(status)}</strong>, stack: <strong>{escape(stack['operation'])}</strong>"
        f"{', an update is pending' if stack['update_pending'] else ''}</p>"
        f'<form method="post" aria-label="Stack">{buttons or "No stack event is possible."}</form>'
        f"<h2>History</h2>{history}"
        f"<h2>Connections</h2>{_json(state['connections'])}"
        f"<h2>Backups</h2>{_json(state['backups'])}"
        f"<h2>Answer of the vendor's API</h2>{_json(state['group'])}",
    )


def faults_page(behaviours: Behaviours) -> str:
    """A checkbox for each fault; checked ones are active for everyone."""
    active = set(behaviours.active()["*"])
    families = groupby(behaviours.available, key=lambda fault: fault.family)
    boxes = "".join(
        f"<fieldset><legend>{family.value}</legend>{_boxes(faults, active)}</fieldset>"
        for family, faults in families
    )
    return _page(
        "Faults",
        "<p>Checked faults are active for every organization."
        " The control API sets the faults of one organization.</p>"
        f'<form method="post"><p><button>Apply</button></p>{boxes}<p><button>Apply</button></p></form>',
    )


def exchanges_page(exchanges: list[Exchange]) -> str:
    """The last exchanges, the newest first, each with a curl command that repeats it."""
    return _page("Exchanges", "".join(map(_exchange, exchanges)) or "<p>There is no exchange yet.</p>")


def _boxes(faults: Iterable[Fault], active: set[str]) -> str:
    return "".join(
        f'<label><input type="checkbox" name="fault" value="{fault.name}"'
        f"{' checked' * (fault.name in active)}> <strong>{fault.name}</strong>"
        f" ({fault.requirement or 'no requirement'}): {escape(fault.description)}</label>"
        for fault in faults
    )


def _exchange(exchange: Exchange) -> str:
    return (
        f"<details><summary>{exchange.status} {escape(exchange.method)} {escape(exchange.target)}</summary>"
        f"<pre>{escape(exchange.curl)}</pre><pre>{escape(exchange.response_body)}</pre></details>"
    )


def _page(title: str, content: str) -> str:
    links = "".join(_link(path, name) for path, name in _PAGES)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)} - sandbox</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><nav>{links}</nav><main><h1>{escape(title)}</h1>{content}</main></body></html>"
    )


def _link(path: str, text: str) -> str:
    return f'<a href="/_sandbox/{escape(path)}">{escape(text)}</a>'


def _table(columns: tuple[str, ...], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _json(document: Any) -> str:
    return f"<pre>{escape(json.dumps(document, indent=2, ensure_ascii=False))}</pre>"
