"""Files of git revisions: the one reader of git."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from clumio_conformance.contract.bundling import Read
from clumio_conformance.contract.source_file import SourceFile
from clumio_conformance.contract.yaml_files import ContractError, decoded
from clumio_conformance.options import UsageError

SPEC: Final = Path("openapi/spec.yaml")
"""The specification within this repository."""


class Repository:
    """A git repository, found from a folder within it; `prefix` is the way from its root to the folder.

    Raises:
        UsageError: there is no git, or no repository.
    """

    def __init__(self, folder: Path) -> None:
        git = shutil.which("git")
        if git is None:
            raise UsageError("git is not installed, so there are no revisions; install it, or name two files")
        self._command = (git, "-C", str(folder))
        top = self.output("rev-parse", "--show-toplevel")
        if top is None:
            raise UsageError(
                f"{folder.resolve()} is in no git repository, so there are no revisions; name two files"
            )
        self.root = Path(top.decode().rstrip("\n"))
        self.prefix = Path(self._line("rev-parse", "--show-prefix") or "")
        self._command = (git, "-C", str(self.root))

    def commit(self, revision: str) -> str:
        """Return the hash of a revision's commit.

        Raises:
            UsageError: there is no such revision.
        """
        if (found := self.find(revision)) is None:
            raise UsageError(f"{revision}: is no revision of {self.root}; git tag and git branch list them")
        return found

    def find(self, revision: str) -> str | None:
        """Return the hash of a revision's commit; None when there is no such revision."""
        name = f"{revision}^{{commit}}"
        return self._line("rev-parse", "--verify", "--quiet", "--end-of-options", name)

    def merge_base(self, one: str, other: str) -> str:
        """Return the commit that two revisions have in common.

        Raises:
            UsageError: a revision does not exist, or they have none in common.
        """
        found = self._line("merge-base", self.commit(one), self.commit(other))
        if found is None:
            raise UsageError(f"{one}...{other}: have no commit in common; write {one}..{other}")
        return found

    def newest_tag(self) -> str | None:
        """Return the newest tag that the working tree comes from; None when there is none."""
        return self._line("describe", "--tags", "--abbrev=0")

    def commits_of(self, file: Path) -> Iterator[str]:
        """Yield the hash of each commit that changed a file, the newest first."""
        found = self.output("log", "--format=%H", "--", file.as_posix())
        yield from (found or b"").decode().split()

    def reader(self, revision: str) -> Read:
        """Return what reads the files of a revision, by their paths from the root of the repository.

        Raises:
            UsageError: there is no such revision.
        """
        commit = self.commit(revision)

        def read(file: Path) -> SourceFile:
            label = Path(f"{revision}:{file.as_posix()}")
            content = self.output("cat-file", "blob", f"{commit}:{file.as_posix()}")
            if content is None:
                cause = f"can't be read: the revision has no such file; --spec names another than {SPEC}"
                raise ContractError(label, None, cause)
            return SourceFile(label, decoded(content, label))

        return read

    def output(self, *arguments: str) -> bytes | None:
        """Return the output of a git command; None when it fails."""
        command = (*self._command, *arguments)
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - the words are a list
        return done.stdout if done.returncode == 0 else None

    def _line(self, *arguments: str) -> str | None:
        found = self.output(*arguments)
        return None if found is None else found.decode().strip() or None
