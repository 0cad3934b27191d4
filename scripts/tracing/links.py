"""Which rules, tests, spec nodes and statements belong to which requirement."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tracing import code
from tracing.code import EVERY_SCHEMA_ID, Use
from tracing.rows import Requirements, read_requirements
from tracing.spec import Spec, read_spec


@dataclass(frozen=True, kw_only=True)
class Links:
    """Everything that names a requirement, and by id what checks and what shows it."""

    requirements: Requirements
    spec: Spec
    rules: tuple[Use, ...]
    mentions: tuple[Use, ...]
    tests: tuple[Use, ...]
    rules_of: Mapping[str, tuple[Use, ...]]
    tests_of: Mapping[str, tuple[Use, ...]]

    def spec_nodes(self, requirement: str) -> list[str]:
        """The pointers of the spec's nodes that express a requirement, in the order of the file."""
        return list(dict.fromkeys(source.pointer for source in self.spec.sources if source.id == requirement))

    def statements(self, requirement: str) -> int:
        """How many statements of the page are the source of a requirement."""
        return sum(requirement in entry.requirements for entry in self.requirements.page)


def read_links(root: Path) -> Links:
    """Read a checkout.

    Raises UnusableInputError when one of its files can't be read as what it is.
    """
    spec = read_spec(root)
    rules, tests = code.rules(root), code.tests(root)
    return Links(
        requirements=read_requirements(root),
        spec=spec,
        rules=tuple(rules),
        mentions=tuple(code.mentions(root)),
        tests=tuple(tests),
        rules_of=_by_id(rules, spec.schema_ids),
        tests_of=_by_id(tests, spec.schema_ids),
    )


def _by_id(uses: Iterable[Use], schema_ids: Iterable[str]) -> dict[str, tuple[Use, ...]]:
    found: defaultdict[str, dict[Use, None]] = defaultdict(dict)
    for use in uses:
        for requirement in schema_ids if use.id == EVERY_SCHEMA_ID else (use.id,):
            found[requirement][use] = None
    return {requirement: tuple(named) for requirement, named in found.items()}
