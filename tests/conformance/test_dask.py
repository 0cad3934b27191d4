"""An existing engine shares the work: the recipe of docs/traffic.md, on a local cluster of Dask."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from random_traffic import traffic
from spread import spread

from clumio_conformance import judge_file

DOCS = Path(__file__).parents[2] / "docs" / "traffic.md"


def recipe() -> str:
    found = re.search(
        r"<!-- played by [^>]*test_dask.py -->\n```python\n(.*?)```", DOCS.read_text(), re.DOTALL
    )
    assert found
    return found[1]


@pytest.mark.parametrize("count", spread([200, 1000], [], slow=[200]))
def test_a_folder_of_a_thousand_recordings(tmp_path: Path, count: int) -> None:
    entries = list(traffic(9, 3 * count))
    folder = tmp_path / "recordings"
    folder.mkdir()
    for number in range(count):
        part = entries[3 * number : 3 * number + 3]
        (folder / f"{number:04}.har").write_text(json.dumps({"log": {"entries": part}}))
    script = tmp_path / "recipe.py"
    script.write_text(recipe())

    done = subprocess.run(
        [sys.executable, str(script), str(folder)], capture_output=True, text=True, check=False, timeout=500
    )

    assert done.returncode == 0, done.stderr
    verdict, judged, findings = done.stdout.split()
    whole = judge_file(folder)
    assert (verdict, int(judged)) == ("deviation", whole.run["requests"])
    alone = {
        one.fingerprint
        for one in whole.findings
        if not one.requirement.startswith(("UCG-SAVE-05", "UCG-SAVE-06"))
    }
    assert len(alone) // 2 < int(findings) <= len(whole.findings)
