"""Folds findings that have one cause although their places or classes differ."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from clumio_conformance.judging.findings import Finding

MANY: Final = 5
"""A wrong status at more places of the request than this does not depend on the place."""
_STATUS_FOR: Final = "status for "


def folded(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings, one for each cause.

    A class that is a special case of another one at the same place is the other one: who accepts any value
    accepts a certain one too. A status that is wrong for each wrong request is one cause.
    """
    whole = _special_cases_joined(list(findings))
    alike: defaultdict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for one in whole:
        if one.place.startswith(_STATUS_FOR):
            alike[one.requirement, one.deviation.observed, one.outcome].append(one)
    for group in alike.values():
        if len(group) > MANY:
            first = max(group, key=lambda one: one.count)
            joined = replace(_joined(first, group), place="status")
            whole = [joined, *(one for one in whole if one not in group)]
    return whole


def _special_cases_joined(findings: list[Finding]) -> list[Finding]:
    accepted = [one for one in findings if one.deviation.kind == "accepts-invalid"]
    special: dict[int, list[Finding]] = {
        id(broader): [one for one in accepted if _is_special_case(one, broader)] for broader in accepted
    }
    left = {id(one) for cases in special.values() for one in cases}
    return [_joined(one, [one, *special.get(id(one), ())]) for one in findings if id(one) not in left]


def _is_special_case(one: Finding, broader: Finding) -> bool:
    def place(finding: Finding) -> tuple[str, ...]:
        return finding.requirement, finding.place, finding.outcome

    return one.deviation.observed.startswith(f"{broader.deviation.observed} ") and place(one) == place(
        broader
    )


def _joined(example: Finding, findings: Sequence[Finding]) -> Finding:
    """Return one finding in place of several, with the example of one of them."""
    return replace(
        example,
        operations=tuple(sorted({name for one in findings for name in one.operations})),
        statuses=tuple(sorted({name for one in findings for name in one.statuses})),
        locations=tuple(dict.fromkeys(name for one in findings for name in one.locations)),
        probes=tuple(sorted({name for one in findings for name in one.probes})),
        count=sum(one.count for one in findings),
    )
