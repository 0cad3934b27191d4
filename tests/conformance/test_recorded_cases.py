"""Recordings as real tools write them, with what comes of each: tests/cases/recorded/cases.json."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from clumio_conformance.cli import main

FOLDER = Path(__file__).parents[1] / "cases" / "recorded"
CASES: list[dict[str, Any]] = json.loads((FOLDER / "cases.json").read_text())
# The file is named after an encoding that it is not in: it is plain ASCII, and is read.
NOT_WHAT_IT_SAYS = {"c-latin1.har"}


@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_a_recording_of_a_real_tool(
    case: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, target = FOLDER / case["file"], str(FOLDER / case["file"])
    if case.get("stdin"):
        target = "-"
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(path.read_bytes())))
    words = [str(FOLDER / word) if (FOLDER / word).exists() else word for word in case.get("args", ())]

    code = main(["judge", target, *words, "--report-dir", str(tmp_path)])

    streams = capsys.readouterr()
    said = streams.out + streams.err
    report = json.loads((tmp_path / "report.json").read_text()) if code in {0, 1, 5} else {}
    found = {f"{one['requirement']} {one['location']}" for one in report.get("findings", ())}
    if case["file"] in NOT_WHAT_IT_SAYS:
        assert path.read_bytes().isascii()
        assert (code, report["run"]["requests"]) == (1, 2)
        return
    assert case["exit"] in {None, code}, said
    assert set(case["has"]) <= found
    assert not set(case["lacks"]) & found
    if case["judged"] is not None:
        assert report.get("run", {}).get("requests", 0) == case["judged"]
    for secret in case.get("secrets", ()):
        assert secret not in said
        assert not [file.name for file in tmp_path.iterdir() if secret.encode() in file.read_bytes()]
    assert case.get("text", "").lower() in said.lower()
