"""The specification of an earlier tree: found by its digest, in the checkout or in git."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any, Final

from clumio_conformance.contract.specification import Specification
from clumio_conformance.contract.yaml_files import ContractError

from .generation import SOURCE

SPEC: Final = "openapi/spec.yaml"
UNKNOWN: Final = "the specification of the previous tree is not in git: the differences are unknown"


def previous(root: Path, target: Path, current: Specification) -> Specification | None:
    """Return the specification of `target`, the newest one with its digest; None when there is none."""
    digest = _digest(target / SOURCE)
    candidates = chain([current], _versions(root)) if digest else []
    for one in candidates:
        if one.digest == digest:
            one.line("")  # reads the lines while the file exists
            return one
    return None


def _digest(source: Path) -> Any:
    try:
        return json.loads(source.read_text(encoding="utf-8"))["sha256"]["spec"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _versions(root: Path) -> Iterator[Specification]:
    """Yield the specification of the checkout, then each committed version of it, the newest first."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "spec.yaml"
        for content in _texts(root):
            copy.write_bytes(content)
            with suppress(ContractError):
                yield Specification(copy)


def _texts(root: Path) -> Iterator[bytes]:
    with suppress(OSError):
        yield (root / SPEC).read_bytes()
    for commit in _git(root, "log", "--format=%H", "--", SPEC).decode().split():
        yield _git(root, "show", f"{commit}:./{SPEC}")


def _git(root: Path, *arguments: str) -> bytes:
    """Return the output of a git command; nothing without git, repository or file."""
    git = shutil.which("git")
    if git is None:
        return b""
    done = subprocess.run([git, "-C", str(root), *arguments], capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else b""
