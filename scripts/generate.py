"""Generate the client: write `generated/` from `openapi/`, or check with `--check` that it is up to date.

The output depends on the specification, overlays, the generator's folder and the two pinned tools, and on
nothing else.
The tree is replaced in one step; after a failure the old one is unchanged.

Exit codes: 0 done, or nothing to do; 1 --check found a difference; 3 the generation failed; 4 wrong usage.
"""

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
from contract_tools import generation, receipt, tree
from contract_tools.previous import previous

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
    options = parser.parse_args(arguments)
    target = (options.output or ROOT / "generated").absolute()
    try:
        spec = options.spec or ROOT / "openapi" / "spec.yaml"
        overlays = [named(name, ROOT / "openapi" / "overlays") for name in options.overlay]
        sources = generation.collect(ROOT, spec, overlays)
        with _fresh(target, sources) as new:
            if options.check:
                return check(new, target, options.overlay)
            return _replace(new, target, sources, options.receipt)
    except (ContractError, generation.GenerationError) as error:
        print(f"{error}\ngenerated/ is unchanged.", file=sys.stderr)
        return 3


@contextmanager
def _fresh(target: Path, sources: generation.Sources) -> Iterator[Path]:
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
