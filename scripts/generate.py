"""Generate the client: write `generated/` from `openapi/`, or check with `--check` that it is up to date.

The output depends on the specification, overlays, the generator's folder and the two pinned tools, and on
nothing else.
The tree is replaced in one step; after a failure the old one is unchanged.

With --release-notes the fresh tree is compared with an earlier revision, in Python and on the wire. The notes
have the version to release, an entry for CHANGELOG.md, and what callers must change.

Exit codes: 0 done, or nothing to do; 1 --check found a difference; 3 the generation failed; 4 wrong usage.
"""

import installed  # noqa: F401 - it says which package is missing

# isort: split
import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from clumio_conformance.contract.overlays import named
from clumio_conformance.contract.yaml_files import ContractError
from clumio_conformance.exit_code import Parser, finish
from clumio_conformance.spec_diff.comparison import compare
from contract_tools import generation, receipt, release_notes, tree
from contract_tools.baseline import BaselineError, baseline, version_of
from contract_tools.previous import previous
from contract_tools.python_surface import PythonApiError

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "python scripts/generate.py"


def main(arguments: list[str] | None = None) -> int:
    """Generate or check; the result is the exit code."""
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if generated/ differs")
    parser.add_argument("--receipt", type=Path, metavar="FILE", help="write the receipt as JSON")
    parser.add_argument(
        "--spec", type=Path, metavar="FILE", help="another specification than openapi/spec.yaml"
    )
    parser.add_argument(
        "--overlay",
        action="append",
        default=[],
        metavar="FILE",
        help="apply an OpenAPI Overlay first; a name is one of openapi/overlays; may be given more than once",
    )
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="another folder than generated/")
    parser.add_argument(
        "--release-notes",
        nargs="?",
        const="-",
        metavar="FILE",
        help="print what changed for callers, or write it to a file, as Markdown",
    )
    parser.add_argument(
        "--since",
        metavar="REV",
        help="with --release-notes: compare with this revision; default: the last tag, or HEAD without one",
    )
    options = parser.parse_args(arguments)
    if options.since is not None and options.release_notes is None:
        parser.error("--since needs --release-notes")
    target = (options.output or ROOT / "generated").absolute()
    try:
        spec = options.spec or ROOT / "openapi" / "spec.yaml"
        overlays = [named(name, ROOT / "openapi" / "overlays") for name in options.overlay]
        sources = generation.collect(ROOT, spec, overlays)
        with fresh(target, sources) as new:
            notes = None if options.release_notes is None else _notes(new, sources, options.since)
            if options.check:
                code = check(new, target, options.overlay)
            else:
                code = _replace(new, target, sources, options.receipt)
        if notes is not None:
            _put(notes, options.release_notes)
    except (ContractError, generation.GenerationError, BaselineError, PythonApiError) as error:
        print(f"{error}\ngenerated/ is unchanged.", file=sys.stderr)
        return 3
    return code


def _notes(new: Path, sources: generation.Sources, since: str | None) -> str:
    with baseline(ROOT, since) as before:
        found = release_notes.notes(before, sources.spec, new, version_of(ROOT))
    return release_notes.as_markdown(found)


def _put(notes: str, file: str) -> None:
    if file == "-":
        print(f"\n{notes}", end="")
    else:
        Path(file).write_text(notes, encoding="utf-8")


@contextmanager
def fresh(target: Path, sources: generation.Sources) -> Iterator[Path]:
    """Make the tree in a folder beside the target, on the same file system; the folder is gone afterwards."""
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".generated-", dir=target.parent))
    new = work / "new"
    new.mkdir()
    try:
        generation.make(sources, new)
        yield new
    finally:
        shutil.rmtree(work)


def check(new: Path, target: Path, overlays: Sequence[str] = ()) -> int:
    """Compare a tree with the expected one, and print each difference; the result is the exit code."""
    actual, expected = tree.read(target), tree.read(new)
    found = tree.compare(actual, expected)
    for change in found:
        print(f"{change.kind}: {target.name}/{change.path}")
        if difference := tree.unified_diff(change, actual, expected):
            print(difference)
    if found:
        command = " ".join([COMMAND, *(f"--overlay {name}" for name in overlays)])
        print(f"{target.name}/ has {len(found)} differences from its sources. To fix them: {command}")
    return 1 if found else 0


def _replace(new: Path, target: Path, sources: generation.Sources, file: Path | None) -> int:
    files = tree.compare(tree.read(target), tree.read(new))
    old = previous(ROOT, target, sources.spec)
    differences = None if old is None else compare(old, sources.spec)
    made = receipt.write(ROOT, sources, files, differences)
    if files:
        tree.swap_in(new, target)
    if file is not None:
        file.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(receipt.as_text(made))
    return 0


if __name__ == "__main__":
    finish("generate.py", main)
