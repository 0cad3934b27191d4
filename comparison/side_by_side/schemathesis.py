"""The stock command line of schemathesis, with all its phases and default checks."""

import json
import shutil
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from side_by_side.process import UnusableToolError, output, run
from side_by_side.target import TOKEN, Target, with_example, write
from side_by_side.tools import Report

SEED: Final = 1


class Schemathesis:
    """Stops at the first failure on a broken sandbox, as our suite does, but not on the healthy one."""

    name = "schemathesis"
    seconds = 180.0
    arguments = f"run --seed {SEED} --max-failures 1"
    about = (
        f"`schemathesis run` with `--seed {SEED}` (and the next seeds for further healthy runs), the token "
        "as a header, and `--max-failures 1` on broken sandboxes. The rest is the default: every phase "
        "(examples, coverage, fuzzing, stateful), every default check, 100 examples an operation. The id "
        "of the deployed group is the example of the path's parameter"
    )

    def __init__(self) -> None:
        beside = Path(sys.executable).with_name("schemathesis")
        found = str(beside) if beside.exists() else shutil.which("schemathesis")
        if found is None:
            raise UnusableToolError("schemathesis is not installed: pip install -e '.[conformance]'")
        self._program = found
        self.version = version("schemathesis")

    def report(self, target: Target, folder: Path, *, attempt: int) -> Report:
        """Run it; each failure and error counts once for an operation."""
        spec = write(with_example(target.group), folder)
        command = [self._program, "run", str(spec), "--url", target.url, "--no-color"]
        command += ["-H", f"Authorization: Bearer {TOKEN}", "--seed", str(SEED + attempt)]
        command += ["--report", "json", "--report-json-path", "report.json"]
        command += ["--max-failures", "1"] if target.broken else []
        ended = run(command, folder, seconds=self.seconds)
        file = folder / "report.json"
        if not file.exists():
            if ended.by_itself:
                raise UnusableToolError(f"schemathesis wrote no report: {output(folder)}")
            return Report(found=frozenset(), ended=ended)
        return Report(found=found_in(json.loads(file.read_text(encoding="utf-8"))), ended=ended)


def found_in(report: dict[str, Any]) -> frozenset[str]:
    """The failures and errors of a report."""
    failures = {
        f"{operation}: {failure['title']}"
        for failure in report["failures"]
        for operation in failure["operations"]
    }
    return frozenset(failures | {error["title"] for error in report["errors"]})
