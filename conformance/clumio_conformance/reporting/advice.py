"""What to do next after a run: a command to paste, with the reason as a comment, or what to change."""

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from clumio_conformance.reporting.headings import worst_first
from clumio_conformance.reporting.tally import count
from clumio_conformance.result import NOT_RESTORED, UNTESTED

Report = Mapping[str, Any]


def next_steps(report: Report, folder: Path) -> list[str]:
    """Return what to do next, the best first."""
    file = shlex.quote(str(folder / "report.json"))
    match report["verdict"]:
        case "deviation":
            return [*_about_deviations(report, file), *_with_updates(report)]
        case "passed":
            return [next(_after_success(report, file))]
        case "inconclusive":
            return [_to_prove_something(report, folder)]
        case "interrupted":
            return ["run the same command again"]
        case "usage":
            return ["correct the arguments after --, which are those of pytest"]
    return [f"send {file} and the output to the maintainers of this suite"]


def _about_deviations(report: Report, file: str) -> Iterator[str]:
    worst = next((row for row in worst_first(report["findings"]) if row["fails"]), None)
    if worst is not None:
        yield _command(f"ticket {file} {worst['fingerprint']}", "the worst one, written for the vendor")
        why = "--why 'WHY' --owner 'WHO'"
        yield _command(f"known add {file} {worst['fingerprint']} {why}", "accept it for a time")
    elif report["stale"]:
        yield f"remove the entry {report['stale'][0]['where']}: it no longer happens"
    elif report["changes"]:
        baseline = shlex.quote(report["run"]["baseline"]["file"])
        yield _command(f"compare {baseline} {file}", "the changes")
    else:
        yield f"read {file}"


def _after_success(report: Report, file: str) -> Iterator[str]:
    yield from _with_updates(report)
    findings = worst_first(report["findings"])
    if findings:
        yield _command(f"explain {findings[0]['requirement']}", "the worst of the findings that do not fail")
    if report["run"]["target"] in {"sandbox", "mock"}:
        yield _command("run --base-url URL", "the same for the vendor")
    if report["run"]["target"] == "recorded":
        yield _command(f"compare OLD {file}", "what changed since an earlier report")
    else:
        yield f"cp {file} baseline.json   # then the option --baseline baseline.json shows what changes"


def _with_updates(report: Report) -> Iterator[str]:
    """How to check what only a run that writes can check."""
    run = report["run"]
    updates = sum("--allow-writes" in (row.get("lacks") or "") for row in report["requirements"])
    if run["target"] == "live" and updates:
        url = shlex.quote(run["base_url"])
        yield _command(
            f"run --base-url {url} --allow-writes",
            f"checks {count(updates, 'more requirement')}; it sends updates: name a group that it restores "
            "(--help), else it creates one, which stays",
        )


def _to_prove_something(report: Report, folder: Path) -> str:
    reason, run = str(report["inconclusive"]), report["run"]
    if reason.startswith(NOT_RESTORED):
        return _command(f"restore --report-dir {shlex.quote(str(folder))}", "first of all")
    if reason.startswith(UNTESTED) and run["target"] == "live":
        return "name another resource whose answers have it (run --help); explain ID says what it is"
    if "--" not in reason and run["target"] == "live":
        return _command(f"doctor --base-url {shlex.quote(run['base_url'])}", "then run again")
    again = "judge" if run["target"] == "recorded" else "run"
    return f"correct what the line above names, and {again} again"


def _command(words: str, why: str) -> str:
    return f"clumio-conformance {words}   # {why}"
