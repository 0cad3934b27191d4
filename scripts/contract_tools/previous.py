"""The specification of an earlier tree: found by its digest, in the checkout or in git."""

import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any, Final

from clumio_conformance.contract.documents import whole
from clumio_conformance.contract.specification import Specification
from clumio_conformance.contract.yaml_files import ContractError
from clumio_conformance.options import UsageError
from clumio_conformance.spec_diff.revisions import SPEC, Repository

from .generation import SOURCE

UNKNOWN: Final = "the specification of the previous tree is not in git: the differences are unknown"


def previous(root: Path, target: Path, current: Specification) -> Specification | None:
    """Return the specification of `target`, the newest one with its digest; None when there is none."""
    digest = _digest(target / SOURCE)
    candidates = chain([current], _versions(root)) if digest else []
    for one in candidates:
        if one.digest == digest:
            return one
    return None


def _digest(source: Path) -> Any:
    try:
        return json.loads(source.read_text(encoding="utf-8"))["sha256"]["spec"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _versions(root: Path) -> Iterator[Specification]:
    """Yield the specification of the checkout, then each committed version of it, the newest first."""
    with suppress(ContractError):
        yield whole(root / SPEC)
    with suppress(UsageError):  # without git, or out of a repository, there are no others
        repository = Repository(root)
        file = repository.prefix / SPEC
        for commit in repository.commits_of(file):
            with suppress(ContractError):
                yield whole(file, repository.reader(commit))
