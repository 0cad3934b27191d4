"""Reports of parts have the report of the whole, in any order."""

import json
import random
import re
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from random_traffic import traffic
from recordings import GROUP, entry, har
from spread import spread

from clumio_conformance.cli import main
from clumio_conformance.connection_groups.recorded import joined, judged_files
from clumio_conformance.contract.contract import contract
from clumio_conformance.reporting.report import report_of

WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def report(folder: Path, name: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
    file = folder / f"{name}.ndjson"
    file.write_text("".join(json.dumps(one) + "\n" for one in entries))
    made = report_of(judged_files([file]), contract(), finished=WHEN)
    made["run"]["files"] = []
    return dict(json.loads(json.dumps(made)))


def unnumbered(report: dict[str, Any]) -> Any:
    """A report, without the numbers of secrets, which are those of their first places, and their lengths."""
    text = re.sub(r"REDACTED-\d+", "REDACTED", json.dumps(report))
    return json.loads(re.sub(r'"bytes": \d+', '"bytes": 0', text))


def parts_of(entries: list[dict[str, Any]], seed: int) -> list[list[dict[str, Any]]]:
    """Split traffic at random; what is about one resource stays together, as rules may follow it."""
    rnd = random.Random(seed)
    where: dict[str, int] = defaultdict(lambda: rnd.randrange(4))
    parts: list[list[dict[str, Any]]] = [[], [], [], []]
    for one in entries:
        parts[where[one["request"]["url"].partition("?")[0]]].append(one)
    return [part for part in parts if part]


@pytest.mark.parametrize("seed", spread([1, 2, 3], [], slow=[1]))
def test_parts_merge_to_the_whole(seed: int, tmp_path: Path) -> None:
    """With less traffic, a part may see one cause of what was accepted where the whole sees another."""
    entries = list(traffic(seed, 1200))
    reports = [report(tmp_path, f"part{at}", part) for at, part in enumerate(parts_of(entries, seed))]
    random.Random(seed).shuffle(reports)

    once = joined(reports)
    pairwise = joined([joined(reports[:2]), *reports[2:]])
    whole = report(tmp_path, "whole", entries)

    assert len(whole["findings"]) > 30
    for made in (once, pairwise):
        for name in ("finished", "files"):
            made["run"][name] = whole["run"][name]
        assert unnumbered(made) == unnumbered(whole)


def test_merged_reports_have_a_verdict_and_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    for folder in (good, bad):
        folder.mkdir()
    assert main(["judge", str(har(good, entry())), "--report-dir", str(good / "r")]) == 0
    assert (
        main(["judge", str(har(bad, entry({**GROUP, "status": "active"}))), "--report-dir", str(bad / "r")])
        == 1
    )
    reports = [str(folder / "r" / "report.json") for folder in (good, bad)]
    capsys.readouterr()

    assert main(["merge", *reports, "--report-dir", str(tmp_path / "whole")]) == 1

    printed = capsys.readouterr().out
    assert "judged 2 of 2 recorded requests" in printed
    assert (tmp_path / "whole" / "index.html").is_file()
    assert main(["merge", reports[0], reports[0], "--report-dir", str(tmp_path / "again")]) == 0


def test_reports_that_cannot_be_joined(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def judged(name: str, *words: str) -> Path:
        assert main(["judge", str(har(tmp_path, entry())), *words, "--report-dir", str(tmp_path / name)]) in {
            0,
            1,
        }
        return tmp_path / name / "report.json"

    lenient, strict, live = judged("lenient"), judged("strict", "--strict"), tmp_path / "live.json"
    live.write_text(lenient.read_text().replace('"target": "recorded"', '"target": "live"'))
    for other, message in ((strict, "some reports are strict"), (live, "a report is of live")):
        assert main(["merge", str(lenient), str(other), "--report-dir", str(tmp_path / "out")]) == 4
        assert message in capsys.readouterr().err


@pytest.mark.parametrize("count", spread([100, 400], [100]))
def test_processes_share_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str], count: int) -> None:
    folder = tmp_path / "recordings"
    folder.mkdir()
    for at, part in enumerate(parts_of(list(traffic(5, count)), 5)):
        (folder / f"{at}.ndjson").write_text("".join(json.dumps(one) + "\n" for one in part))
    (folder / "notes.txt").write_text("no recording, and none of it is named")
    reports = []
    for jobs in ("1", "2"):
        assert main(["judge", str(folder), "--jobs", jobs, "--report-dir", str(tmp_path / jobs)]) == 1
        made = json.loads((tmp_path / jobs / "report.json").read_text())
        del made["run"]["finished"]
        reports.append(unnumbered(made))

    assert reports[0] == reports[1]
    assert main(["judge", str(folder), "--jobs", "0"]) == 4
    assert "1 or more, found 0" in capsys.readouterr().err
