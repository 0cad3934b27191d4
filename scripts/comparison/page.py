"""The page of a comparison, docs/power.md."""

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.metadata import version
from typing import Final

from comparison import table
from comparison.measure import OURS
from comparison.runs import Fault, Runs
from comparison.schemathesis import Schemathesis
from comparison.specmatic import Specmatic, SpecmaticAsItIs

_PAGE: Final = """\
# Power

What the suite is worth is what it catches. The sandbox can be broken in named ways (`clumio-sandbox faults`), each of which breaks one
requirement of the vendor's page or of common sense. Three tools are run against each: our suite, the stock command line of
[schemathesis](https://schemathesis.io), and [Specmatic](https://specmatic.io). `python scripts/compare_power.py --write` wrote this page on
{today}; no number in it is written by hand.

## What they find
A cell is **killed/run**, the median of requests, the median of seconds. {extent}

{families}

{common}

On the healthy sandbox, where nothing is to be found:

{healthy}

## How it is measured
Each run has a sandbox of its own, with a token and one deployed group, and is broken before the tool starts. Requests are counted by a relay that hands on
every byte as it is; those of our suite by itself. Seconds are of the whole run of the tool, start included, without that of the sandbox for the stock tools and with it for ours.
CPython {python}, {cores} cores, shared with other work: the median load was {load} a core, so seconds compare with each other and with nothing else.

- A stock tool kills a fault with **any** finding that it does not have on the healthy sandbox. Our suite kills one only with a finding of
  **the requirement that the fault breaks**; for what the contract leaves open, when its record differs from the healthy one's.
- Our suite and schemathesis stop at the first such finding, Specmatic can't. What was not killed ran to its end. A run that takes longer than
  {schemathesis_limit:.0f} s (schemathesis) or {specmatic_limit:.0f} s (Specmatic) is ended; what it has reported by then counts.
- {disturbances}

| tool | version | settings |
| --- | --- | --- |
{tools}

## What the stock tools can't see
They read the schema, and hold each answer against it by itself.

- **Life cycle.** That an update takes effect with the stack, and is discarded without, is prose; no keyword says it. Nor does a tool that knows the
  vendor's API alone have a stack to move.
- **Write, then read.** Neither compares what it reads with what it wrote, so a description that is cut, a neighbour that is changed or
  a refused update that leaves a trace has a perfect schema. Schemathesis follows links from answer to request, and checks that
  what was created can be reached; what the fields say it does not compare.
- **Which group.** That the answer is about the group that was asked for, that its links lead to it, that the template's URL can be
  fetched: all are strings to a schema. Nor has either the token of another organization, to which the group must not show.
- **What nobody calls required.** The page marks no field of a group as required, and of an error `errors` alone: an answer without id or status, or
  an error without code and message, has a perfect schema. Ours has rows for them, inferred ones.
- **What is undocumented.** A schema allows fields that it does not name, so schemathesis lets them pass; Specmatic reports them.
- **What may be sent.** Schemathesis sends what the schema allows and takes a refusal for a failure, so it sees much of this, but not what it never
  sends: an id that must be percent-encoded, a body labelled as the vendor's own SDK labels it, a description of great length. Specmatic sends each key with a
  value or two and takes no notice of `if`/`then`: hence its false alarms, which are requests with `EC2MSSQL` but without `EC2/EBS`
  that it holds to be valid, and what a fault changes in an answer that already is an alarm goes unnoticed. It sends no request without its token, or with another one.
- **Media types.** Both read the vendor's `application/api.clumio...=v1+json` although a `=` has no place in a media type, and neither
  takes offence at a parameter that was added to it.

## What ours can't see
That a deployed template does in AWS what was asked for, and whatever else does not show in an answer of the API. What needs time or load to show, such as a
leak or a race. Create and list are known from the vendor's SDKs alone: few rules and few faults are about them. And the faults were written in the same
house as the rules: the table tells what is found of what we thought of. Faults of others are in the suite's own tests.

## Again
```sh
pip install -e '.[conformance,dev]'          # our suite and schemathesis
python -m venv build/specmatic && build/specmatic/bin/pip install specmatic   # carries its jar; needs Java 17
export SPECMATIC_JAR=$(ls build/specmatic/lib/*/site-packages/specmatic/core/specmatic.jar)
python scripts/compare_power.py --workers 2 --write      # an hour; --sample 5: so many of each family, the same ones each time
```
It goes on where it was interrupted (`build/compare-power.json`); `--fresh` starts anew, `--tool` and `--faults` choose, `--workers` runs several at
once. `clumio-conformance power` is our part of it alone.

## Each fault
Empty: not run against it.

{each}
"""


def page(runs: Runs, faults: Sequence[Fault], disturbances: Sequence[str], *, today: date) -> str:
    """Write the page from what was measured."""
    titles = list(table.TITLES.values())
    families = [
        [label, str(count), *map(str, cells)] for label, count, cells in table.by_family(runs, faults)
    ]
    columns = [*table.TITLES, SpecmaticAsItIs.name]
    return _PAGE.format(
        today=today,
        extent=_extent(runs, faults),
        families=_table(["family", "faults", *titles], families),
        common=_common(runs, faults),
        healthy=_table(["", *titles, "Specmatic, contract as it is"], table.healthy(runs, columns)),
        python=platform.python_version(),
        cores=os.cpu_count(),
        load=_load(runs),
        schemathesis_limit=Schemathesis.seconds,
        specmatic_limit=Specmatic.seconds,
        disturbances=_disturbances(disturbances),
        tools=_tools(runs),
        each=_table(["fault", "requirement", *titles], table.by_fault(runs, faults)),
    )


def _extent(runs: Runs, faults: Sequence[Fault]) -> str:
    missing = [
        f"{title} against {len(of)} of {len(faults)}"
        for tool, title in table.TITLES.items()
        if len(of := runs.of(tool).keys() & {fault["name"] for fault in faults}) < len(faults)
    ]
    if not missing:
        return "Every tool was run against every fault."
    return (
        f"Since a run takes long, not every tool was run against every fault: {'; '.join(missing)}. Which ones is decided by the hash of "
        "their names, so many of each family, before anything is known of them."
    )


def _common(runs: Runs, faults: Sequence[Fault]) -> str:
    cells = table.common(runs, faults)
    parts = [f"{title} {one.killed}" for title, one in zip(table.TITLES.values(), cells, strict=True)]
    return f"Of the {cells[0].measured} faults that all three were run against: {', '.join(parts)}."


def _disturbances(names: Sequence[str]) -> str:
    if not names:
        return "Every fault of the sandbox breaks a requirement, so none is left out."
    listed = ", ".join(f"`{name}`" for name in names)
    return f"Left out, since they break no requirement: {listed}."


def _tools(runs: Runs) -> str:
    ours = [
        "our suite",
        version("clumio-connection-groups"),
        "`clumio-conformance power`: full runs of the default target",
    ]
    stock: list[type[Schemathesis | Specmatic]] = [Schemathesis, Specmatic, SpecmaticAsItIs]
    rows = [ours] + [
        [tool.name, runs.settings[tool.name].version, tool.about]
        for tool in stock
        if tool.name in runs.settings
    ]
    return "\n".join(_row(row) for row in rows)


def _load(runs: Runs) -> str:
    loads = sorted(run.load for run in runs.runs if run.tool != OURS) or [0.0]
    return f"{loads[len(loads) // 2]:.1f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join([_row(head), _row(["---"] * len(head)), *map(_row, rows)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
