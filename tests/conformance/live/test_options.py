"""An option is understood, or the message names it; nothing is sent meanwhile."""

import argparse
from pathlib import Path

import pytest

from clumio_conformance import cli
from clumio_conformance.commands import run
from clumio_conformance.connection_groups.grants import policy
from clumio_conformance.options import RunOptions, UsageError
from clumio_conformance.session.targets import Sandbox, Target


def parsed(*words: str) -> tuple[Target, RunOptions]:
    parser = argparse.ArgumentParser()
    run.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["run", *words])
    arguments.rest = ()
    return run.target_of(arguments), run.options_of(arguments)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--base-url", "http://api.example.com"], "--base-url"),
        (["--base-url", "https://me:hidden@api.example.com"], "--base-url"),
        (["--base-url", "https://api.example.com?token=hidden"], "--base-url"),
        (["--base-url", "https://api.example.com#hidden"], "--base-url"),
        (["--base-url", "https://"], "--base-url"),
        (["--base-url", "ftp://hidden"], "--base-url"),
        (["--target", "live"], "--base-url or CLUMIO_API_BASE_URL"),
        (["--target", "mock", "--base-url", "https://x"], "--base-url"),
        (["--allow-writes"], "--allow-writes"),
        (["--connection-group-id", "x"], "--connection-group-id"),
        (["--base-url", "https://x", "--connection-group-id", ""], "--connection-group-id"),
        (["--base-url", "https://x", "--connection-group-id", ".."], "--connection-group-id"),
        (["--base-url", "https://x", "--connection-group-id", "a\nb"], "--connection-group-id"),
        (["--base-url", "https://x", "--connection-group-id", "\udcff"], "--connection-group-id"),
        (["--base-url", "https://x", "--control-url", "http://example.com"], "--control-url"),
        (["--target", "mock", "--confirm"], "--confirm"),
    ],
)
def test_wrong_usage_names_the_option_and_repeats_no_secret(words: list[str], named: str) -> None:
    with pytest.raises(UsageError) as wrong:
        parsed(*words)

    assert named in str(wrong.value)
    assert "hidden" not in str(wrong.value)


@pytest.mark.parametrize(
    "words",
    [
        ["--rate", "-1"],
        ["--rate", "nan"],
        ["--rate", "inf"],
        ["--max-requests", "0"],
        ["--max-requests", "x"],
        ["--target", "x"],
    ],
)
def test_a_wrong_value_is_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", *words]) == 4
    assert words[0] in capsys.readouterr().err


def test_a_base_url_of_the_environment_is_https_unless_it_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CLUMIO_API_BASE_URL", "api.example.com/base")
    assert parsed("--target", "live")[0].base_url == "https://api.example.com/base"
    assert isinstance(parsed()[0], Sandbox), "the environment alone makes no run live"
    assert parsed("--base-url", "http://[::1]:1")[0].base_url == "http://[::1]:1", (
        "options beat the environment"
    )

    monkeypatch.setenv("CLUMIO_API_BASE_URL", "http://api.example.com")
    with pytest.raises(UsageError, match="CLUMIO_API_BASE_URL"):
        parsed("--target", "live")


@pytest.mark.parametrize(
    ("words", "rate", "cap"),
    [
        (["--base-url", "https://x"], 5.0, 2000),
        (["--base-url", "https://x", "--rate", "0"], None, 2000),
        (["--base-url", "https://x", "--rate", "0.5", "--max-requests", "7"], 0.5, 7),
        (["--base-url", "http://localhost:1"], None, None),
        (["--base-url", "http://localhost:1", "--rate", "9", "--max-requests", "1"], 9.0, 1),
        ([], None, None),
    ],
)
def test_limits_are_on_off_loopback(words: list[str], rate: float | None, cap: int | None) -> None:
    limits = policy(*parsed(*words))

    assert (limits.rate, limits.max_requests) == (rate, cap)


def test_a_default_live_run_may_read_and_nothing_else() -> None:
    limits = policy(*parsed("--base-url", "https://x", "--connection-group-id", "mine"))

    assert {method for method, _ in limits.allowed} == {"GET"}
    assert not limits.fetches


def test_a_live_run_without_a_token_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = cli.main(["run", "--base-url", "https://api.example.com", "--report-dir", str(tmp_path)])

    assert code == 4
    assert "CLUMIO_API_TOKEN" in capsys.readouterr().err


def test_a_token_that_no_header_can_carry(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUMIO_API_TOKEN", "canary\nX-Evil: 1")

    assert cli.main(["run", "--base-url", "https://api.example.com", "--report-dir", str(tmp_path)]) == 4

    printed = capsys.readouterr().err
    assert "CLUMIO_API_TOKEN" in printed
    assert "canary" not in printed
