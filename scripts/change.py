"""Take an edited specification from the edit to what is left to do by hand.

The steps, each with its seconds:

  validate  the specification, by the validator of OpenAPI and by our own reader
  generate  the client, in a folder of its own
  wire      what differs on the wire
  python    what differs for callers, with a version, an entry for CHANGELOG.md and migration notes
  trace     requirements, specification, rules and tests
  write     replace generated/ in one step
  tests     with --run: the tests that the change touches, and the suite against the sandbox

Last come the places that must learn a new value or field: in the sandbox, in rules and probes, in the words
of openapi/requirements.yaml. They are found by looking for the old values.

The specification is never edited. generated/ is replaced only after every step before it has worked; after a
failure it is unchanged. With --spec FILE all happens in a copy of the checkout, and nothing in it changes.
"""

import installed  # noqa: F401 - it says which package is missing

# isort: split
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from clumio_conformance.contract.yaml_files import ContractError
from clumio_conformance.exit_code import OUR_ERROR, Parser, finish
from clumio_conformance.spec_diff.comparison import compare
from clumio_conformance.spec_diff.difference import SEVERITIES, Difference
from clumio_conformance.spec_diff.revisions import Repository
from contract_tools import generation, growth, release_notes, tree
from contract_tools.baseline import Baseline, BaselineError, baseline, version_of
from contract_tools.python_surface import PythonApiError
from generate import fresh
from tracing import catalogue
from tracing.holes import holes
from tracing.links import FILE as ROWS
from tracing.links import Links, read_links

ROOT: Final = Path(__file__).resolve().parent.parent
FINE, LEFT = 0, 1
_STEPS: Final = ("validate", "generate", "wire", "python", "trace", "write", "tests")
_PACKAGES: Final = ("generated", "conformance", "sandbox", "scripts")
_SUITE: Final = "conformance/"
_EPILOG: Final = """\
examples:
  change.py                    after an edit of openapi/spec.yaml; fix what is left, and run it again
  change.py --run              the same, with the tests; green is exit code 0
  change.py --spec new.yaml    look at another specification first; nothing changes
  change.py --notes notes.md   write version, changelog entry and migration notes to a file
  change.py --since v0.1.0     compare with that release; the default is the last tag, or HEAD without one

exit codes: 0 nothing is left to do; 1 something is left, and is listed; 3 a step failed, such as an invalid
specification: generated/ is unchanged; 4 wrong usage; 130 interrupted"""


@dataclass
class Work:
    """What the steps found: the checkout that they work in, and what is left to do."""

    root: Path
    spec: Path
    since: Baseline
    left: list[str] = field(default_factory=list)
    look: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)
    green: bool = False


class StepError(Exception):
    """A step can't be done; the message says why and what to do."""


def main(arguments: list[str] | None = None) -> int:
    """Take the steps; the result is the exit code."""
    parser = Parser(description=__doc__, epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spec", type=Path, metavar="FILE", help="another specification; nothing is changed")
    parser.add_argument("--since", metavar="REV", help="the revision to compare with")
    parser.add_argument("--run", action="store_true", help="run the touched tests, and the suite")
    parser.add_argument("--notes", type=Path, metavar="FILE", help="write the release notes to a file")
    options = parser.parse_args(arguments)
    if options.spec is not None and not options.spec.is_file():
        parser.error(f"--spec: {options.spec} is not a file")
    started = time.monotonic()
    try:
        with ExitStack() as stack:
            since = stack.enter_context(baseline(ROOT, options.since))
            root = ROOT if options.spec is None else stack.enter_context(_copy(options.spec))
            work = Work(root=root, spec=root / "openapi" / "spec.yaml", since=since)
            _take(work, options.notes, run=options.run)
    except (ContractError, generation.GenerationError, BaselineError, PythonApiError, StepError) as why:
        print(f"\nchange.py: {why}\ngenerated/ is unchanged.", file=sys.stderr)
        return OUR_ERROR
    print(f"\n{time.monotonic() - started:.0f} s in all")
    return LEFT if work.left else FINE


@contextmanager
def _copy(spec: Path) -> Iterator[Path]:
    """Make a copy of the checkout, as it is now, with another specification."""
    repository = Repository(ROOT)
    options = ("-z", "--cached", "--others", "--exclude-standard")
    listed = repository.output("ls-files", *options, "--", str(ROOT)) or b""
    with tempfile.TemporaryDirectory(prefix="change-") as folder:
        for name in filter(None, listed.decode().split("\0")):
            file = repository.root / name
            if file.is_file():
                target = Path(folder) / file.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, target)
        shutil.copy(spec, Path(folder) / "openapi" / "spec.yaml")
        yield Path(folder)


@contextmanager
def _step(name: str) -> Iterator[list[str]]:
    """Print a line about a step: its number, name, seconds, and what is put on the list."""
    number = f"[{_STEPS.index(name) + 1}/{len(_STEPS)}]"
    if sys.stdout.isatty():
        print(f"{number} {name:8} ...", end="\r", flush=True)
    started = time.monotonic()
    found: list[str] = []
    try:
        yield found
    except Exception:
        print(f"{number} {name:8} {time.monotonic() - started:6.1f} s  failed", flush=True)
        raise
    print(f"{number} {name:8} {time.monotonic() - started:6.1f} s  {'; '.join(found)}", flush=True)


def _take(work: Work, notes: Path | None, *, run: bool) -> None:
    """Take the steps, and print what they found."""
    shown = "openapi/spec.yaml" if work.root == ROOT else "another specification, in a copy of the checkout"
    print(f"{shown}, compared with {work.since.name} ({work.since.version})")
    with _step("validate") as said:
        sources = generation.collect(work.root, work.spec)
        said.append(f"valid, {len(sources.spec.content['paths'])} paths")
    target = work.root / "generated"
    with ExitStack() as stack:
        with _step("generate") as said:
            new = stack.enter_context(fresh(target, sources))
            files = tree.compare(tree.read(target), tree.read(new))
            said.append(f"{len(files)} files differ from generated/")
        with _step("wire") as said:
            differences = compare(work.since.spec, sources.spec)
            said.append(_counted(differences))
        with _step("python") as said:
            found = release_notes.notes(work.since, sources.spec, new, version_of(work.root))
            if notes is not None:
                notes.write_text(release_notes.as_markdown(found), encoding="utf-8")
            levels = [one.level for one in found.python]
            said.append(f"{levels.count('break')} breaks, {levels.count('addition')} additions")
            said.append(f"version {found.proposed or found.current}")
        with _step("trace") as said:
            links = read_links(work.root)
            requirements = sorted({name for one in differences for name in one.requirements})
            missing = [*holes(links), *catalogue.drift(work.root, links)]
            work.left += map(str, missing)
            work.tests = [f"{test.file}::{test.name}" for test in links.touched(requirements)]
            said.append(f"{len(missing)} holes; {len(work.tests)} tests touched")
        with _step("write") as said:
            if files:
                tree.swap_in(new, target)
            said.append("generated/ is replaced" if files else "generated/ is current")
    with _step("tests") as said:
        if run:
            said.extend(_run(work))
        else:
            said.append("not run; --run runs them")
    for task in growth.tasks(work.root, growth.growths(work.since.spec, sources.spec)):
        (work.left if task.must and not work.green else work.look).append(growth.described(task))
    work.look += _touched(links, requirements)
    _print(work, f"written to {notes}" if notes else release_notes.as_markdown(found))


def _counted(differences: list[Difference]) -> str:
    found = [one.severity for one in differences]
    counts = [f"{found.count(severity)} {severity}" for severity in SEVERITIES if severity in found]
    return ", ".join(counts) or "no difference"


def _touched(links: Links, requirements: list[str]) -> Iterator[str]:
    """Return the touched rows whose words do not show by themselves that they are out of date."""
    rows = links.requirements.by_id
    outdated = {one.row.id for one in links.outdated}
    again = [rows[name] for name in requirements if name in rows and name not in outdated]
    if again:
        lines = (f"  {ROWS}:{row.line}: {row.id}: {row.says}" for row in again)
        yield "\n".join(["whether these rows still say it", *lines])


def _run(work: Work) -> Iterator[str]:
    """Run the touched tests and the suite; what fails is left to do."""
    own = [name for name in work.tests if not name.startswith(_SUITE)]
    failed = False
    if own:
        code, output = _started(work, "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *own)
        last = next((line for line in reversed(output.splitlines()) if line.strip()), "no output")
        failed = code not in {0, 5}  # 5: each of them is a slow one, which is not selected
        yield f"{len(own)} tests: {last}"
        work.left += _failures(output) if failed else []
    with tempfile.TemporaryDirectory() as folder:
        code, output = _started(work, "clumio_conformance", "run", "--strict", "--report-dir", folder)
        report = Path(folder) / "report.json"
        findings = json.loads(report.read_text(encoding="utf-8"))["findings"] if report.is_file() else []
    if code and not findings:
        work.left.append(f"the suite ended with {code}: {output.strip().splitlines()[-1:]}")
    for one in findings:
        if one["outcome"] == "deviation":
            lines = (f"  {name:8} {one[name]}" for name in ("says", "expected", "actual"))
            head = f"{one['requirement']} {one['operation']} {one['location']}"
            work.left.append("\n".join([head, *lines]))
    work.green = not failed and not code
    yield "the suite is green" if code == 0 else f"the suite ended with {code}"


def _failures(output: str) -> list[str]:
    """Return the failed tests, each with how many of its cases."""
    lines = [line for line in output.splitlines() if line.startswith(("FAILED", "ERROR"))]
    cases = Counter(line.split("[")[0].split(" - ")[0] for line in lines)
    return [f"{test} ({count} cases)" if count > 1 else test for test, count in cases.items()] or [
        output.strip()[-2000:]
    ]


def _started(work: Work, module: str, *arguments: str) -> tuple[int, str]:
    """Run a module with the packages of the checkout; return its code and output."""
    path = os.pathsep.join(str(work.root / package) for package in _PACKAGES)
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=work.root, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def _print(work: Work, notes: str) -> None:
    for title, entries in (("LEFT TO DO", work.left), ("TO LOOK AT", work.look)):
        print(f"\n{title}: {len(entries) or 'nothing'}")
        for entry in entries:
            print(f"- {entry.replace(chr(10), chr(10) + '  ')}")
    print(f"\nRELEASE NOTES: {notes}")


if __name__ == "__main__":
    finish("change.py", main)
