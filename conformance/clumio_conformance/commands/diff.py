"""`clumio-conformance diff`: what changed between two specifications, and whom it breaks."""

import argparse
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from clumio_conformance.commands.output import write_output
from clumio_conformance.contract.bundling import Read
from clumio_conformance.contract.documents import read_document
from clumio_conformance.contract.source_file import SourceFile
from clumio_conformance.contract.specification import Specification
from clumio_conformance.options import UsageError
from clumio_conformance.reporting.annotations import is_on_github
from clumio_conformance.reporting.streams import is_coloured, put
from clumio_conformance.spec_diff import ignoring, writing
from clumio_conformance.spec_diff.comparison import compare
from clumio_conformance.spec_diff.result import FAIL_ON, Result, worst_first
from clumio_conformance.spec_diff.revisions import SPEC, Repository
from clumio_conformance.spec_diff.rules import RULES

_EXAMPLES: Final = """
what is compared:
  diff                          the last tag, else the last commit that changed the specification,
                                with the working tree
  diff OLD.yaml NEW.yaml        two files
  diff main..HEAD               two revisions; main...HEAD begins where they parted
  diff v0.1.0                   a revision with the working tree
  diff v0.1.0:api.yaml NEW.yaml a file of a revision with a file

examples:
  diff main...HEAD --format markdown --output comment.md
  diff --fail-on breaking --ignore ignored.toml
  diff --entries >> ignored.toml
  diff --explain request.enum.narrowed

Exit codes: 0 nothing that fails; 1 a difference that fails, or a stale entry of an ignore file;
3 a specification cannot be used; 4 wrong usage. docs/spec-changes.md tells more.
"""


def add_parser(commands: Any) -> None:
    """Add the command's options."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "diff",
        help="show what changed between two specifications, and whom it breaks",
        description="Compare two OpenAPI descriptions (3.0 or 3.1, YAML or JSON, in one or more files):\n"
        "what changed, with severity, place, effect, and what a caller must do.\n\n"
        "  breaking       a client of the old specification breaks\n"
        "  risky          the vendor's promise breaks, or it can't be decided whether something breaks\n"
        "  safe           nothing breaks\n"
        "  documentation  what is allowed did not change",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("operands", nargs="*", metavar="OLD NEW", help="files or git revisions, see below")
    parser.add_argument(
        "--spec", type=Path, default=SPEC, metavar="PATH",
        help="the specification within a revision (default %(default)s)",
    )  # fmt: skip
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--format", choices=writing.WRITERS, help="how to print them (default text)")
    forms.add_argument("--json", action="store_const", const="json", dest="format", help="--format json")
    forms.add_argument(
        "--changelog", action="store_const", const="changelog", dest="format", help="--format changelog"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="write to a file, and print the verdict")
    limits = parser.add_mutually_exclusive_group()
    limits.add_argument(
        "--fail-on", choices=FAIL_ON, help="the least severity that ends with exit code 1 (default risky)"
    )
    limits.add_argument(
        "--strict", action="store_const", const="documentation", dest="fail_on",
        help="any difference fails: --fail-on documentation",
    )  # fmt: skip
    parser.add_argument(
        "--ignore", type=Path, action="append", default=[], metavar="FILE",
        help="differences that are accepted for a time (TOML), with reasons",
    )  # fmt: skip
    parser.add_argument(
        "--entries", action="store_true", help="print an entry of an ignore file for each that fails"
    )
    parser.add_argument(
        "--explain", nargs="?", const="", metavar="RULE", help="explain a rule; without an id, list all"
    )
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Compare, write the differences, and return the exit code.

    Raises:
        UsageError: an operand or option is wrong.
        KnownError: an ignore file is wrong.
        ContractError: a specification can't be used.
    """
    if arguments.explain is not None:
        return _explain(arguments)
    today = datetime.now(UTC).date()
    entries = ignoring.load(arguments.ignore, today=today)
    old, new = _sides(arguments.operands, arguments.spec)
    found = worst_first(compare(old.specification(), new.specification()))
    excuses = [(one, ignoring.excuse(one, entries, today)) for one in found]
    result = Result(
        old=old.name,
        new=new.name,
        differences=tuple(one for one, reason in excuses if reason is None),
        ignored=tuple((one, reason) for one, reason in excuses if reason is not None),
        stale=tuple(ignoring.stale(entries, found, today)),
        fail_on=arguments.fail_on or "risky",
    )
    if arguments.entries:
        failing = [one for one in result.differences if result.fails(one)]
        put("".join(f"{ignoring.entry_for(one, today)}\n\n" for one in failing), sys.stdout)
        return 0
    _write(result, arguments.format or "text", arguments.output)
    return result.exit_code


def _write(result: Result, form: str, output: Path | None) -> None:
    is_painted = form == "text" and output is None and is_coloured(sys.stdout)
    write_output(
        writing.text(result, writing.coloured) if is_painted else writing.WRITERS[form](result), output
    )
    if output is not None:
        print(result.verdict)
    if form == "text" and is_on_github():
        put(writing.github(result), sys.stdout)


def _explain(arguments: argparse.Namespace) -> int:
    if arguments.operands:
        raise UsageError(f"--explain compares nothing; leave {' '.join(arguments.operands)} away")
    name = arguments.explain
    if name and name not in RULES:
        raise UsageError(f"--explain: there is no rule {name}{ignoring.near_misses(name)}")
    put(writing.explained(name or None), sys.stdout)
    return 0


@dataclass(frozen=True)
class _Side:
    """One of the two specifications: its name for a person, its file, and what reads files for it."""

    name: str
    file: Path
    read: Read = SourceFile.read

    def specification(self) -> Specification:
        return read_document(self.file, self.read)


def _sides(operands: list[str], spec: Path) -> tuple[_Side, _Side]:
    """Find out what is compared with what."""
    if len(operands) > 2:
        raise UsageError(f"expected at most two specifications, found {len(operands)}: {' '.join(operands)}")
    if len(operands) == 2:
        one, other = operands
        return _side(one, spec), _side(other, spec)
    if operands and Path(operands[0]).exists() and ":" not in operands[0]:
        raise UsageError(f"{operands[0]} is one file; name the other one too, or a revision")
    repository = Repository(Path())
    if not operands:
        return _at(repository, _newest(repository, spec), spec), _in_the_tree(repository, spec)
    words = operands[0]
    if ".." in words and ":" not in words:
        parted = "..." in words
        old, _, new = words.partition("..." if parted else "..")
        old, new = old or "HEAD", new or "HEAD"
        start = repository.merge_base(old, new) if parted else old
        return _at(repository, start, spec), _at(repository, new, spec)
    revision, _, path = words.partition(":")
    file = Path(path) if path else spec
    return _at(repository, revision, file), _in_the_tree(repository, file)


def _newest(repository: Repository, spec: Path) -> str:
    """Return the revision that the working tree is compared with when none is named."""
    found = repository.newest_tag() or next(repository.commits_of(spec), None)
    if found is None:
        raise UsageError(f"no tag, and no commit with {spec}; name two files, or --spec PATH")
    return found


def _side(operand: str, spec: Path) -> _Side:
    """Return what an operand names: a file, a revision, or a file of a revision."""
    revision, colon, path = operand.partition(":")
    if Path(operand).exists():
        return _Side(operand, Path(operand))
    if colon:
        return _at(Repository(Path()), revision, Path(path))
    if Path(operand).suffix in {".yaml", ".yml", ".json"}:
        return _Side(operand, Path(operand))  # reading it says what is wrong
    repository = Repository(Path())
    if repository.find(operand):
        return _at(repository, operand, spec)
    raise UsageError(f"{operand}: is neither a file nor a revision; git tag and git branch list these")


def _at(repository: Repository, revision: str, file: Path) -> _Side:
    read = repository.reader(revision)
    return _Side(f"{revision}:{file.as_posix()}", file, read)


def _in_the_tree(repository: Repository, file: Path) -> _Side:
    whole = repository.root / file
    shown = Path(os.path.relpath(whole))
    return _Side(str(shown), shown)
