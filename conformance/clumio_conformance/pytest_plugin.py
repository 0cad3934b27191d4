"""A pytest plugin for tests that use the API: mocks that keep the contract, and a running sandbox.

    def test_update(clumio_mock):
        clumio_mock.update()
        ...  # code that updates a group with httpx

The fixture `clumio_mock` fails a test whose mocks or requests break the contract. `clumio_sandbox`, and
`clumio_sandbox_base_url`, are those of the sandbox's own plugin. Loading the plugin loads neither of the two.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from clumio_conformance.connection_groups.mocking import ClumioMock, Mistake

__all__ = ["ClumioMock", "ClumioMockWarning"]

# By name: pytest loads it once, also where it is loaded by other means, and blocks it if asked to.
pytest_plugins = ["clumio_sandbox.pytest_plugin"]

_SCENARIOS: Final = Path(__file__).parent / "connection_groups" / "scenarios.yaml"
_CONFIRMED: Final = re.compile(r'^    confirmed: \{target: (\w+), date: "([\d-]+)"\}$', re.MULTILINE)
_SCENARIO: Final = re.compile(r"^  - id: ", re.MULTILINE)
_PASSED: Final = pytest.StashKey[bool]()
"""Whether the test itself has passed."""


class ClumioMockWarning(pytest.PytestWarning):
    """A mock or a request deviates from what is likely, but not documented."""


def __getattr__(name: str) -> Any:
    """Import the class of `clumio_mock`, for annotations, when it is asked for: loading it takes a while."""
    if name != "ClumioMock":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from clumio_conformance.connection_groups import mocking  # noqa: PLC0415 - see above

    return mocking.ClumioMock


def pytest_report_header() -> list[str]:
    """Print when the mocks were last confirmed; nothing where they can't be used."""
    return [f"clumio mocks: {confirmation()}"] if find_spec("respx") else []


def confirmation() -> str:
    """Say how many mocks a real target has confirmed, and when; without loading what reads YAML."""
    text = _SCENARIOS.read_text(encoding="utf-8")
    confirmed, every = _CONFIRMED.findall(text), len(_SCENARIO.findall(text))
    if not confirmed:
        return f"none of {every} confirmed"
    target, date = max(confirmed, key=lambda one: one[1])
    return f"{len(confirmed)} of {every} confirmed, last by {target} on {date}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether a test has passed: one that ended early may leave mocks unused."""
    report = yield
    if call.when == "call":
        item.stash[_PASSED] = report.passed
    return report


@pytest.fixture
def clumio_mock(request: pytest.FixtureRequest) -> Iterator["ClumioMock"]:
    """Answers to requests of httpx to the API, on any host; fails the test if one breaks the contract."""
    try:
        from clumio_conformance.connection_groups import mocking  # noqa: PLC0415 - it takes a while to load
    except ModuleNotFoundError as why:
        needs = f"clumio_mock needs the package {why.name}"
        install = "pip install 'clumio-connection-groups[conformance]'"
        raise pytest.fail.Exception(f"{needs}: {install}", pytrace=False) from None
    with mocking.ClumioMock() as mock:
        yield mock
    _conclude(request.node, mock)


def _conclude(item: pytest.Item, mock: "ClumioMock") -> None:
    """Fail a test with mistakes, or warn of those that are about undocumented behaviour."""
    texts = [_text(mistake, count) for mistake, count in mock.mistakes.items() if mistake.binding]
    if item.stash.get(_PASSED, False):
        texts += _unmet(mock)
    likely = _likely([mistake for mistake in mock.mistakes if not mistake.binding])
    try:
        if likely:
            item.warn(ClumioMockWarning("\n".join(["clumio_mock: likely to be wrong", *likely])))
    finally:
        if texts:
            head = f"clumio_mock: {len(texts)} {'mistakes' if len(texts) > 1 else 'mistake'}"
            end = f"The mocks: {confirmation()}."
            pytest.fail("\n\n".join([head, *texts, end]), pytrace=False)


def _unmet(mock: "ClumioMock") -> list[str]:
    """Say what a test has set up or allowed without need, and which requests it has hidden."""
    return [
        *(f"no answer was set up for {title}, and the test did not notice" for title in mock.unanswered),
        *(f"set up, but no request asked for it: clumio_mock.{call}" for call in mock.unused),
        *(
            f"allowed, but nothing deviated: {requirement} ({reason}); remove clumio_mock.allow"
            for requirement, reason in mock.stale.items()
        ),
    ]


def _likely(mistakes: Iterable["Mistake"]) -> list[str]:
    """Write each requirement with its places; an answer that lacks half of a group has many of them."""
    places: dict[tuple[str, str, str], list[str]] = {}
    for one in mistakes:
        places.setdefault((one.requirement, one.by, one.says), []).append(one.location)
    return [
        f"  {requirement}  {says}  ({by}: {', '.join(locations)})"
        for (requirement, by, says), locations in places.items()
    ]


def _text(mistake: "Mistake", count: int) -> str:
    """Write a mistake: what is wrong, where, what the contract expects, and the way out."""
    rows = {
        "wrong": mistake.by + (f", {count} times" if count > 1 else ""),
        "says": mistake.says if mistake.says != mistake.expected else "",
        "expected": mistake.expected,
        "actual": mistake.actual,
        "accept": f'clumio_mock.allow("{mistake.requirement}", reason="...")' if mistake.requirement else "",
    }
    lines = [f"  {label:<9} {text}" for label, text in rows.items() if text]
    return "\n".join(
        [f"{mistake.requirement or 'no operation'}  {mistake.operation}   {mistake.location}", *lines]
    )
