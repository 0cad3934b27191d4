"""The rules, tests, spec nodes and statements of each requirement."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clumio_conformance.contract.operations import operations
from clumio_conformance.contract.overlays import Overlay
from clumio_conformance.contract.requirements import Requirements, read_requirements
from clumio_conformance.contract.specification import Specification
from clumio_conformance.contract.wording import Mismatch, mismatches
from clumio_conformance.contract.yaml_files import ContractError
from tracing.code import Code, Mention, Rule, Test, checks
from tracing.spec import FILE as SPEC
from tracing.spec import Spec, read_spec

FILE: Final = Path("openapi/requirements.yaml")
OVERLAYS: Final = Path("openapi/overlays")


@dataclass(frozen=True, kw_only=True)
class Links:
    """Everything that names a requirement, with the rules and tests by its id."""

    requirements: Requirements
    spec: Spec
    rules: tuple[Rule, ...]
    tests: tuple[Test, ...]
    mentions: tuple[Mention, ...]
    rules_of: Mapping[str, tuple[Rule, ...]]
    outdated: tuple[Mismatch, ...]
    description: Specification
    root: Path

    def touched(self, requirements: Iterable[str]) -> list[Test]:
        """The tests that cover one of the requirements."""
        wanted = frozenset(requirements)
        return [test for test in self.tests if test.covers & wanted]

    def spec_nodes(self, requirement: str) -> list[str]:
        """The pointers of the spec's nodes that express a requirement, in the order of the file."""
        return list(dict.fromkeys(source.pointer for source in self.spec.sources if source.id == requirement))

    def statements(self, requirement: str) -> int:
        """How many statements of the page are the source of a requirement."""
        return sum(requirement in statement.requirements for statement in self.requirements.page)


def read_links(root: Path) -> Links:
    """Read a checkout.

    Raises:
        ContractError: one of its files can't be used.
    """
    requirements = read_requirements(root / FILE)
    spec = read_spec(root)
    description = Specification(root / SPEC)
    code = Code(root, requirements.id_form)
    # The rows of overlays are outside the traced contract, but not unknown.
    beyond = {row.id for file in sorted((root / OVERLAYS).glob("*.yaml")) for row in Overlay(file).rows}
    rules_of: defaultdict[str, list[Rule]] = defaultdict(list)
    for rule in code.rules:
        for requirement in checks(rule, spec):
            rules_of[requirement].append(rule)
    return Links(
        requirements=requirements,
        spec=spec,
        rules=tuple(code.rules),
        tests=tuple(code.tests(spec)),
        mentions=tuple(mention for mention in code.mentions if mention.id not in beyond),
        rules_of={requirement: tuple(rules) for requirement, rules in rules_of.items()},
        outdated=_outdated(description, requirements),
        description=description,
        root=root,
    )


def _outdated(description: Specification, requirements: Requirements) -> tuple[Mismatch, ...]:
    """Return the rows with other values than the description; none where it is not complete enough to run."""
    try:
        return tuple(mismatches(operations(description), requirements.by_id))
    except ContractError:  # trace reads less than the other commands, which name the mistake
        return ()
