"""The observations of a run: the observed sides of each requirement, and a finding for each cause."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import Any, Final

from clumio_conformance.contract.contract import Contract
from clumio_conformance.contract.coverage import Coverage, Pairs
from clumio_conformance.contract.requirements import Requirement, Side
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.findings import UNDECIDED, Deviation, Finding, Outcome, Verdict
from clumio_conformance.judging.folding import folded
from clumio_conformance.judging.known import Known, KnownList, Observation
from clumio_conformance.judging.place import named, place_of
from clumio_conformance.judging.usual import Usual

NO_ANSWER: Final = "no answer"
_MOST_NAMED: Final = 10
MOST_LOCATIONS: Final = 50
"""How many locations of one cause are named: the first ones in the order of their names."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """The outcome of one requirement in a run; `lacks` is what the target would have to offer to see it.

    `sides` are those that were observed, in `count` exchanges.
    """

    requirement: Requirement
    outcome: Outcome
    reason: str
    lacks: str | None = None
    sides: tuple[Side, ...] = ()
    count: int = 0


@dataclass
class Ledger:
    """Collects verdicts on placed exchanges; does not depend on pytest or files.

    `known` are the known deviations. `unfinished` says why not everything was tried, or None; when it is set,
    no entry is stale. `effect` says what an exchange does to the generated client. `capabilities` is what the
    target offers, and `needs` describes each capability (see `needs` in requirements.yaml). `pairs` is a list
    in a request, any two values of which should occur together. `items` is the place of a list's items.
    `earliest`: which exchange is the example of a finding does not depend on how usual it is, so that the
    findings of parts can be joined.

    `findings` has the causes by their fingerprints, `excused` those places of them that are known.
    `conforming` has the first exchange on which each requirement was seen to conform.
    """

    contract: Contract
    strict: bool = False
    capabilities: frozenset[str] = frozenset()
    needs: Mapping[str, str] = field(default_factory=dict)
    pairs: Pairs | None = None
    items: str = ""
    earliest: bool = False
    known: KnownList = field(default_factory=KnownList)
    unfinished: str | None = None
    effect: Callable[[Exchange], str] = lambda _exchange: "nothing"
    findings: dict[str, Finding] = field(default_factory=dict)
    excused: dict[str, Finding] = field(default_factory=dict)
    conforming: dict[str, Exchange] = field(default_factory=dict, repr=False)
    behaviour: dict[str, str] = field(default_factory=dict)
    scenarios: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    errors: list[str] = field(default_factory=list)
    exchanges: int = 0
    coverage: Coverage = field(init=False)
    _sides: defaultdict[str, set[Side]] = field(default_factory=lambda: defaultdict(set))
    _observed: set[Observation] = field(default_factory=set)
    _counts: Counter[str] = field(default_factory=Counter)
    _named: dict[str, Exchange] = field(default_factory=dict)
    _found: defaultdict[Exchange, set[str]] = field(default_factory=lambda: defaultdict(set))
    _usual: Usual = field(default_factory=Usual)
    _met: set[Known] = field(default_factory=set)
    _skipped: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.coverage = Coverage(self.contract, self.pairs)

    def observe(
        self, exchange: Exchange, verdicts: Iterable[Verdict], *, times: int = 1
    ) -> tuple[Finding, ...]:
        """Enter the verdicts on an exchange, which was seen so many times in the same form.

        Return the findings that are new and fail the run.
        """
        self.exchanges += times
        self.coverage.observe(exchange)
        self._usual.enter(exchange, times)
        return self.conclude(exchange, verdicts, times=times)

    def conclude(
        self, exchange: Exchange, verdicts: Iterable[Verdict], *, times: int = 1
    ) -> tuple[Finding, ...]:
        """Enter the verdicts on a sequence of exchanges; the findings have this exchange as their example."""
        new: list[Finding] = []
        found: dict[tuple[str, Outcome], Finding] = {}
        judged: set[str] = set()
        for verdict in verdicts:
            judged.add(verdict.requirement)
            if _is_observation(verdict):
                self._observed.add((verdict.requirement, self.contract.title(exchange), verdict.side))
            if verdict.deviation is None:
                self._sides[verdict.requirement].add(verdict.side)
            else:
                finding = self._finding(exchange, verdict, verdict.deviation)
                key = finding.fingerprint, finding.outcome
                found[key] = _at_both(found[key], finding) if key in found else finding
        self._counts.update(dict.fromkeys(judged, times))
        for requirement in judged - {finding.requirement for finding in found.values()}:
            self.conforming.setdefault(requirement, exchange)
        for finding in found.values():
            self._found[exchange].add(finding.fingerprint)
            if self._record(replace(finding, count=times)) and self.fails(finding):
                new.append(finding)
        return tuple(new)

    def record_behaviour(self, name: str, exchange: Exchange, seen: str) -> None:
        """Enter how the target answered a named request into the behaviour fingerprint."""
        self.behaviour[name] = seen
        self._named[name] = exchange

    def failing(self, exchange: Exchange, verdicts: Iterable[Verdict]) -> tuple[Finding, ...]:
        """Return the findings of an exchange that fail the run, new or not, without entering them."""
        found = (
            self._finding(exchange, verdict, verdict.deviation) for verdict in verdicts if verdict.deviation
        )
        return tuple(finding for finding in found if self.fails(finding))

    def cause_of(self, exchange: Exchange, verdict: Verdict) -> str | None:
        """Return the fingerprint of the cause of a deviation."""
        if verdict.deviation is None:
            return None
        return self._finding(exchange, verdict, verdict.deviation).fingerprint

    def skip(self, requirements: Iterable[str], reason: str) -> None:
        """Remember why a requirement could not be tried."""
        for requirement in requirements:
            self._skipped.setdefault(requirement, reason)

    def fails(self, finding: Finding) -> bool:
        """Whether a finding fails the run."""
        level = self.contract.requirements[finding.requirement].level
        strictly = level == "inferred" or finding.deviation.blame == UNDECIDED
        counts = level != "open" and (self.strict or not strictly)
        return counts and finding.outcome == "deviation" and finding.deviation.blame != "environment"

    def blame_network(self) -> None:
        """Blame the environment for every missing answer, because the network lost others too."""
        for found in (self.findings, self.excused):
            for key, finding in found.items():
                if finding.deviation.kind == "transport":
                    found[key] = replace(finding, deviation=replace(finding.deviation, blame="environment"))

    def rows(self) -> list[Row]:
        """Return the outcome of each requirement, in the order of the contract."""
        by_requirement: defaultdict[str, list[Finding]] = defaultdict(list)
        for finding in self._every_finding():
            if finding.deviation.blame != "environment":
                by_requirement[finding.requirement].append(finding)
        stale: defaultdict[str, list[Known]] = defaultdict(list)
        for entry in self.stale():
            stale[entry.requirement].append(entry)
        return [
            replace(
                self._row(row, by_requirement[row.id], stale[row.id]),
                sides=tuple(sorted(self._sides.get(row.id, ()))),
                count=self._counts[row.id],
            )
            for row in self.contract.requirements.values()
        ]

    def stale(self) -> list[Known]:
        """Return the known deviations that no longer happen; none when the run did not try everything."""
        return [] if self.unfinished else [one for one in self.unmet() if one.could_show(self._observed)]

    def unmet(self) -> list[Known]:
        """Return the known deviations that must happen, and did not."""
        return [one for one in self.known.entries if not one.optional and one not in self._met]

    def sorted_findings(self) -> list[Finding]:
        """Return the findings by requirement, place and class, with the counts of their exchanges."""
        findings = [
            replace(finding, of=self._counts[finding.requirement], probes=self._probes(finding.fingerprint))
            for finding in self._every_finding()
        ]
        findings = folded(findings)
        order = {requirement: number for number, requirement in enumerate(self.contract.requirements)}
        return sorted(findings, key=lambda f: (order[f.requirement], f.place, f.deviation.observed))

    def _every_finding(self) -> Iterator[Finding]:
        """Yield each cause; one that is known only in some places is new, and its reason names those."""
        for key, finding in self.findings.items():
            known = self.excused.get(key)
            there = (
                f"known at {_some(known.locations)} of {_some(known.operations)}: {known.reason}"
                if known
                else None
            )
            yield replace(finding, reason=there)
        yield from (finding for key, finding in self.excused.items() if key not in self.findings)

    def _probes(self, fingerprint: str) -> tuple[str, ...]:
        """The named requests with a finding."""
        return tuple(
            sorted(
                name for name, exchange in self._named.items() if fingerprint in self._found.get(exchange, ())
            )
        )

    def unseen(self) -> list[Row]:
        """The `must` requirements that were not seen although the target offers what they need."""
        return [
            row
            for row in self.rows()
            if row.outcome == "not_run"
            and row.requirement.level == "must"
            and (row.requirement.needs is None or row.requirement.needs in self.capabilities)
        ]

    def _row(self, requirement: Requirement, findings: list[Finding], stale: list[Known]) -> Row:
        if any(finding.outcome == "deviation" for finding in findings):
            where = sorted({name for finding in findings for name in finding.locations})
            return Row(requirement=requirement, outcome="deviation", reason=deviates_at(where))
        if stale:
            reason = "; ".join(
                f"{one.where}: no longer happens at {one.location}; remove the entry" for one in stale
            )
            return Row(requirement=requirement, outcome="stale", reason=reason)
        if findings:
            return Row(requirement=requirement, outcome="known", reason=findings[0].reason or "")
        missing = [side for side in requirement.sides if side not in self._sides.get(requirement.id, ())]
        if missing:
            lacks = None if requirement.needs in {None, *self.capabilities} else requirement.needs
            return Row(
                requirement=requirement,
                outcome="not_run",
                reason=self._why(requirement, missing),
                lacks=lacks and self.needs.get(lacks, lacks),
            )
        verb = "recorded" if requirement.level == "open" else "seen"
        return Row(
            requirement=requirement,
            outcome="conforms",
            reason=f"{verb} in {self._counts[requirement.id]} exchanges",
        )

    def _why(self, requirement: Requirement, missing: list[Side]) -> str:
        if requirement.id in self._skipped:
            return self._skipped[requirement.id]
        if requirement.needs not in {None, *self.capabilities}:
            needed = self.needs.get(str(requirement.needs), requirement.needs)
            return f"this target does not offer what it needs: {needed}"
        if requirement.level == "open" and requirement.note:
            return requirement.note
        return why_missing(missing)

    def _finding(self, exchange: Exchange, verdict: Verdict, deviation: Deviation) -> Finding:
        operation = self.contract.title(exchange)
        finding = Finding(
            requirement=verdict.requirement,
            operation=operation,
            place=place_of(deviation.location, exchange, self.contract, self.items),
            deviation=deviation,
            exchange=exchange,
            operations=(operation,),
            statuses=(str(exchange.response.status) if exchange.response else NO_ANSWER,),
            locations=(named(deviation.location, self.items),),
        )
        entries = self.known.excusing(finding)
        self._met.update(entries)
        if not entries:
            return finding
        return replace(finding, outcome="known", reason=entries[0].reason, since=entries[0].since)

    def _record(self, finding: Finding) -> bool:
        """Keep the most usual request of each cause, if who is to blame is equally sure; else the surer one.

        Return whether the cause is new, or surer than before.
        """
        found = self.excused if finding.outcome == "known" else self.findings
        before = found.get(finding.fingerprint)
        if before is None:
            found[finding.fingerprint] = replace(finding, client=self.effect(finding.exchange))
            return True
        surer = before.deviation.blame == UNDECIDED != finding.deviation.blame
        vaguer = finding.deviation.blame == UNDECIDED != before.deviation.blame
        example = before
        if surer or (not vaguer and self._is_plainer(finding.exchange, before.exchange)):
            example = replace(finding, client=self.effect(finding.exchange))
        found[finding.fingerprint] = replace(
            example,
            operations=tuple(sorted({*before.operations, *finding.operations})),
            statuses=tuple(sorted({*before.statuses, *finding.statuses})),
            locations=tuple(sorted({*before.locations, *finding.locations}))[:MOST_LOCATIONS],
            count=before.count + finding.count,
        )
        return surer

    def _is_plainer(self, one: Exchange, other: Exchange) -> bool:
        """Whether an exchange is a better example: its request is more usual, or as usual and shorter.

        With `earliest` it is the shorter one, or as short and earlier.
        """
        if self.earliest:
            return plainness(one) < plainness(other)
        usual, than = self._usual.score(one), self._usual.score(other)
        return usual > than or (usual == than and _size(one) < _size(other))


def _at_both(one: Finding, other: Finding) -> Finding:
    """Return a finding that one exchange has in two places."""
    return replace(one, locations=tuple(sorted({*one.locations, *other.locations}))[:MOST_LOCATIONS])


def _some(texts: Sequence[str]) -> str:
    return ", ".join(texts[:3]) + (", ..." if len(texts) > 3 else "")


def _is_observation(verdict: Verdict) -> bool:
    """Whether a verdict counts as an observation; the refusal of a valid request may have another cause."""
    deviation = verdict.deviation
    return deviation is None or (deviation.blame != "environment" and deviation.kind != "rejects-valid")


def plainness(exchange: Exchange) -> tuple[int, str, str]:
    """An order of examples that does not depend on other exchanges: short requests first, then early ones."""
    time = exchange.time.astimezone(UTC).isoformat(timespec="seconds") if exchange.time else "~"
    return _size(exchange), time, exchange.request.curl()


def _size(exchange: Exchange) -> int:
    return len(exchange.request.body or b"")


def deviates_at(locations: Sequence[str]) -> str:
    """Say where a requirement deviates."""
    more = ", ..." if len(locations) > _MOST_NAMED else ""
    return f"deviates at {', '.join(locations[:_MOST_NAMED])}{more}"


def why_missing(sides: Iterable[Side]) -> str:
    """Say which sides of a requirement were not observed."""
    words: Mapping[Side, str] = {
        "holds": "no answer tested it",
        "accepts": "no allowed request was seen accepted",
        "refuses": "no forbidden request was seen refused",
    }
    return "; ".join(words[side] for side in sides)


def behaviour_of(exchange: Exchange) -> str:
    """Write how a target answered a request: the status, and the error codes of a refusal."""
    if exchange.response is None:
        return NO_ANSWER
    body: Any = exchange.response.json
    errors = body.get("errors") if isinstance(body, dict) and not exchange.succeeded else None
    codes = (
        [str(e.get("error_code")) for e in errors if isinstance(e, dict)] if isinstance(errors, list) else []
    )
    return " ".join([str(exchange.response.status), *codes])
