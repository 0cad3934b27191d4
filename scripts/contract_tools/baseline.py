"""What a release is compared with: the tree, the specification and the version of an earlier revision."""

import io
import re
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clumio_conformance.contract.documents import whole
from clumio_conformance.contract.specification import Specification
from clumio_conformance.options import UsageError
from clumio_conformance.spec_diff.revisions import SPEC, Repository

FILES = ("generated", str(SPEC), "pyproject.toml")
_VERSION = re.compile(r"\d+\.\d+\.\d+")


class BaselineError(Exception):
    """The revision can't be compared with; the message says why and what to name instead."""


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """An earlier revision.

    Attributes:
        name: The tag, or the revision as it was asked for.
        generated: Its generated tree, in a folder that is gone after the comparison.
        spec: Its specification.
        version: Its version in pyproject.toml.
    """

    name: str
    generated: Path
    spec: Specification
    version: str


@contextmanager
def baseline(root: Path, revision: str | None) -> Iterator[Baseline]:
    """Check an earlier revision out into a folder of its own; by default the last tag, or else HEAD.

    Raises:
        BaselineError: There is no such revision, or it lacks one of the files.
        ContractError: Its specification can't be read.
    """
    try:
        repository = Repository(root)
    except UsageError as why:
        raise BaselineError(str(why)) from why
    name = revision or repository.newest_tag() or "HEAD"
    commit = repository.find(name)
    if not commit:
        raise BaselineError(f"{name}: no such revision in {root}; name a tag, branch or commit with --since")
    tree = f"{commit}:{repository.prefix.as_posix().removeprefix('.')}"
    archive = repository.output("archive", "--format=tar", tree, *FILES)
    if not archive:
        raise BaselineError(f"{name}: it lacks one of {', '.join(FILES)}; name a newer revision with --since")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
        path = Path(folder)
        yield Baseline(
            name=name,
            generated=path / "generated",
            spec=whole(repository.prefix / SPEC, repository.reader(name)),
            version=version_of(path),
        )


def version_of(root: Path) -> str:
    """Return the version in pyproject.toml.

    Raises:
        BaselineError: It is not three numbers.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = str(project.get("version", ""))
    if not _VERSION.fullmatch(found):
        raise BaselineError(
            f"pyproject.toml: expected a version of three numbers, found {found!r}; correct it"
        )
    return found
