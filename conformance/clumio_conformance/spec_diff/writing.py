"""A comparison as text, Markdown, JSON, JUnit, SARIF, annotations of GitHub, or an entry of a changelog.

What comes from a specification may be hostile: it is one line, without control characters, and no command.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import groupby
from typing import Any, Final, Literal

from clumio_conformance.reporting.annotations import Annotation, Level, at_most, without_commands
from clumio_conformance.reporting.junit import Case, junit_xml
from clumio_conformance.reporting.markdown import safe
from clumio_conformance.reporting.sarif import (
    physical_location,
    sarif_log,
    sarif_rule,
    without_links,
    without_revision,
)
from clumio_conformance.reporting.text import cut, one_line
from clumio_conformance.spec_diff.difference import Difference, Place, Severity, Witness
from clumio_conformance.spec_diff.ignoring import fingerprint, place_of
from clumio_conformance.spec_diff.result import Result, effect_of, gained_and_lost, rule_of
from clumio_conformance.spec_diff.rules import RULES

Format = Literal["text", "markdown", "json", "junit", "sarif", "github", "changelog"]
Paint = Callable[[str, Severity], str]
"""Returns a text in the colour of a severity."""

_LONGEST: Final = 300
_SEVERITY_MEANS: Final[Mapping[Severity, str]] = {
    "breaking": "a client of the old specification breaks",
    "risky": "a vendor who keeps to the old specification breaks the new one, or it can't be decided",
    "safe": "nothing breaks",
    "documentation": "what is allowed did not change",
}
_COLOURS: Final[Mapping[Severity, str]] = {
    "breaking": "31", "risky": "33", "safe": "32", "documentation": "36",
}  # fmt: skip
_LEVELS: Final[Mapping[Severity, str]] = {
    "breaking": "error", "risky": "warning", "safe": "note", "documentation": "note",
}  # fmt: skip
_ANNOTATIONS: Final[Mapping[str, Level]] = {"error": "error", "warning": "warning", "note": "notice"}


def text(result: Result, paint: Paint = lambda words, _severity: words) -> str:
    """Write the differences for a person, the worst first, each with its effect and what to do."""
    return "\n".join(_text_lines(result, paint)) + "\n"


def coloured(words: str, severity: Severity) -> str:
    """Write a text in the colour of a severity, for a terminal."""
    return f"\x1b[{_COLOURS[severity]}m{words}\x1b[0m"


def _text_lines(result: Result, paint: Paint) -> Iterator[str]:
    yield f"old  {_line(result.old)}"
    yield f"new  {_line(result.new)}"
    yield ""
    for severity, group in groupby(result.differences, key=lambda one: one.severity):
        found = list(group)
        yield paint(f"{severity}: {len(found)} ({_SEVERITY_MEANS[severity]})", severity)
        yield ""
        for one in found:
            yield paint(f"{one.kind:9} {_line(place_of(one))}", severity) + f"  [{one.rule}]"
            yield from (f"  {label:<8} {words}" for label, words in _rows(one))
            yield ""
    for one, reason in result.ignored:
        yield f"ignored   {_line(place_of(one))}  [{one.rule}]: {_line(reason)}"
    yield from (f"stale     {_line(line)}" for line in result.stale)
    yield result.verdict


def _rows(one: Difference) -> Iterator[tuple[str, str]]:
    """Yield what there is to say about a difference, with labels."""
    rule = rule_of(one)
    yield "means", rule.title
    yield from (("in", _line(name)) for name in one.operations)
    yield from ((label, _value(found)) for label, found in gained_and_lost(one))
    yield from (("witness", _witness(witness)) for witness in one.witnesses)
    yield from ((label, _place(place)) for label, place in (("old", one.old), ("new", one.new)) if place)
    yield "breaks", effect_of(one)
    if rule.explanation:
        yield "why", rule.explanation
    if rule.advice:
        yield "do", rule.advice
    if one.requirements:
        yield "sources", _line(", ".join(one.requirements))


def _witness(witness: Witness) -> str:
    words = "was valid, and is not any more" if witness.allowed_by == "old" else "is valid now, and was not"
    return f"this {words}: {_value(witness.value)}"


def _place(place: Place) -> str:
    line = f":{place.line}" if place.line else ""
    return _line(f"{place.file}{line}  {place.pointer}")


def _value(value: Any) -> str:
    return _line(json.dumps(value, ensure_ascii=False, default=str))


def _line(words: str) -> str:
    return without_commands(one_line(cut(words, _LONGEST)))


def markdown(result: Result) -> str:
    """Write the differences for a comment or a summary page."""
    return "\n".join(_markdown_lines(result)) + "\n"


def _markdown_lines(result: Result) -> Iterator[str]:
    yield "## Differences of the specification"
    yield ""
    yield f"**{safe(result.verdict)}**"
    yield ""
    yield f"From <code>{safe(result.old)}</code> to <code>{safe(result.new)}</code>."
    for severity, group in groupby(result.differences, key=lambda one: one.severity):
        found = list(group)
        yield ""
        yield f"### {severity.capitalize()}: {len(found)} ({safe(_SEVERITY_MEANS[severity])})"
        for one in found:
            yield ""
            yield f"**{safe(one.kind)}** <code>{safe(_line(place_of(one)))}</code> ({safe(one.rule)})"
            yield ""
            yield "| | |"
            yield "| --- | --- |"
            yield from (f"| {label} | {safe(words)} |" for label, words in _rows(one))
    if result.ignored or result.stale:
        yield ""
        yield "### Ignore file"
        yield ""
        for one, reason in result.ignored:
            yield f"- ignored: <code>{safe(_line(place_of(one)))}</code> ({safe(one.rule)}): {safe(reason)}"
        yield from (f"- stale: {safe(line)}" for line in result.stale)


def as_json(result: Result) -> str:
    """Write everything as JSON."""
    content = {
        "old": result.old,
        "new": result.new,
        "verdict": result.verdict,
        "exit_code": result.exit_code,
        "counts": result.counts,
        "breaking": sum(bool(one.breaks) for one in result.differences),
        "differences": [_json(one) for one in result.differences],
        "ignored": [{**_json(one), "reason": reason} for one, reason in result.ignored],
        "stale": list(result.stale),
    }
    written = json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n"
    return written.encode("utf-8", "backslashreplace").decode()


def _json(one: Difference) -> dict[str, Any]:
    rule = rule_of(one)
    return {
        **asdict(one),
        "severity": one.severity,
        "fingerprint": fingerprint(one),
        "means": rule.title,
        "do": rule.advice,
    }


def junit(result: Result) -> str:
    """Write a case for each difference, and for each stale entry; without any, one that passed."""
    cases = [
        Case(
            group=one.severity,
            name=f"{one.rule}: {place_of(one)}",
            failure=(rule_of(one).title, _rows_text(one)) if result.fails(one) else None,
        )
        for one in result.differences
    ]
    ignored = ((f"{one.rule}: {place_of(one)}", one.severity, reason) for one, reason in result.ignored)
    cases += [Case(group=group, name=name, skipped=reason) for name, group, reason in ignored]
    is_red = result.fail_on != "never"
    cases += [
        Case(group="stale", name=line, failure=(line, line) if is_red else None) for line in result.stale
    ]
    return junit_xml(
        f"{result.old} to {result.new}",
        cases or [Case(group="safe", name="no difference")],
        finished=datetime.now(UTC),
    )


def _rows_text(one: Difference) -> str:
    return "\n".join(f"{label:<8} {words}" for label, words in _rows(one))


def sarif(result: Result) -> str:
    """Write the differences for code scanning services: a result at the place in the new specification."""
    found = [(one, None) for one in result.differences] + list(result.ignored)
    used = {one.rule: one for one, _ in found}
    index = {name: at for at, name in enumerate(used)}
    results = [_sarif_result(one, index[one.rule], result, reason) for one, reason in found]
    rules = [_sarif_rule(one) for one in used.values()]
    installed = version("clumio-connection-groups")
    return sarif_log(rules, results, category="specification", version=installed, exit_code=result.exit_code)


def _sarif_rule(one: Difference) -> dict[str, Any]:
    rule = rule_of(one)
    words = [text for text in (rule.explanation, rule.advice) if text] or [rule.title]
    return sarif_rule(rule.id, rule.title, words, level=_LEVELS[one.severity], tag=one.side)


def _sarif_result(one: Difference, index: int, result: Result, reason: str | None) -> dict[str, Any]:
    place = one.new or Place(file=result.new, pointer="", line=1)
    written: dict[str, Any] = {
        "ruleId": one.rule,
        "ruleIndex": index,
        "level": _LEVELS[one.severity],
        "message": {"text": without_links(f"{_line(place_of(one))}\n{_rows_text(one)}")},
        "locations": [_sarif_place(place)],
        "partialFingerprints": {
            "primaryLocationLineHash": fingerprint(one),
            "difference/v1": fingerprint(one),
        },
        "properties": {"severity": one.severity, "breaks": list(one.breaks), "decided": one.decided},
    }
    if one.old:
        written["relatedLocations"] = [_sarif_place(one.old)]
    if reason is not None:
        written["suppressions"] = [{"kind": "external", "justification": reason}]
    return written


def _sarif_place(place: Place) -> dict[str, Any]:
    return physical_location(place.file, place.line or 1)


def github(result: Result) -> str:
    """Write an annotation for each difference; GitHub shows it beside the line of the new specification."""
    return "".join(f"{one}\n" for one in at_most(_annotations(result)))


def _annotations(result: Result) -> Iterator[Annotation]:
    if result.stale:
        yield Annotation(level="error", message="\n".join(result.stale), properties={"title": "ignore file"})
    for one in result.differences:
        place = one.new or Place(file=result.new, pointer="", line=1)
        words = [
            rule_of(one).title,
            *(f"{label}: {found}" for label, found in _rows(one) if label != "means"),
        ]
        title = _line(f"{one.rule} {place_of(one)}")
        yield Annotation(
            level=_ANNOTATIONS[_LEVELS[one.severity]],
            message="\n".join(words),
            properties={"file": without_revision(place.file), "line": str(place.line or 1), "title": title},
        )


def changelog(result: Result) -> str:
    """Write an entry for a changelog: a line for each difference that a caller may notice."""
    noticed = [one for one in result.differences if one.severity != "documentation"]
    lines = [_changelog_line(one) for one in noticed]
    others = len(result.differences) - len(noticed)
    if others:
        lines.append(f"- Documentation: {others} differences that change nothing on the wire.")
    return "\n".join(["## Unreleased", "", *(lines or ["- The contract did not change."])]) + "\n"


def _changelog_line(one: Difference) -> str:
    rule = rule_of(one)
    values = "; ".join(f"{label} {_value(found)}" for label, found in gained_and_lost(one))
    what = f"{one.severity.capitalize()}: {_ticked(place_of(one))}"
    where = ", ".join(map(_ticked, one.operations[:3])) + (" and others" if len(one.operations) > 3 else "")
    detail = f" ({safe(values)})" if values else ""
    advice = f" {rule.advice}" if one.breaks else ""
    return f"- {what} of {where}: {rule.title}{detail}.{advice}"


def _ticked(words: str) -> str:
    return "`" + _line(words).replace("`", "'") + "`"


WRITERS: Final[Mapping[str, Callable[[Result], str]]] = {
    "text": text,
    "markdown": markdown,
    "json": as_json,
    "junit": junit,
    "sarif": sarif,
    "github": github,
    "changelog": changelog,
}
"""How each format is written."""


def explained(name: str | None) -> str:
    """Write a rule, or the list of all.

    Raises:
        KeyError: there is no such rule.
    """
    if name is None:
        return "".join(f"{rule.id:<44} {rule.title}\n" for rule in RULES.values())
    rule = RULES[name]
    return f"{rule.id}\n\n{rule.title}\n\nwhy  {rule.explanation}\ndo   {rule.advice}\n"
