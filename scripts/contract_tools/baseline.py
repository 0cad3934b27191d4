"""What a release is compared with: the tree, the specification and the version of an earlier revision."""

import io
import re
import shutil
import subprocess
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clumio_conformance.contract.specification import Specification

from .previous import SPEC

FILES = ("generated", SPEC, "pyproject.toml")
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
    name = revision or _last_tag(root) or "HEAD"
    # A revision that begins with a dash is none, and must not become an option.
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if not commit:
        raise BaselineError(f"{name}: no such revision in {root}; name a tag, branch or commit with --since")
    archive = _git(root, "archive", "--format=tar", commit.decode().strip(), *FILES)
    if not archive:
        raise BaselineError(f"{name}: it lacks one of {', '.join(FILES)}; name a newer revision with --since")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
        path = Path(folder)
        yield Baseline(
            name=name,
            generated=path / "generated",
            spec=Specification(path / SPEC),
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


def _last_tag(root: Path) -> str:
    return _git(root, "describe", "--tags", "--abbrev=0").decode().strip()


def _git(root: Path, *arguments: str) -> bytes:
    git = shutil.which("git")
    if git is None:
        raise BaselineError("git is not installed, and the earlier revision is in it; install it")
    done = subprocess.run([git, "-C", str(root), *arguments], capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else b""
