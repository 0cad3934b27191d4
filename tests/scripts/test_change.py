"""One command takes an edited specification to what is left to do, and leaves nothing half done."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from spread import spread

import change
from clumio_conformance.contract.specification import Specification
from contract_tools import growth, places, tree
from contract_tools.places import Place

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "openapi" / "spec.yaml"
# The end of the list of asset types.
VALUES = re.findall(r'    AssetType:\n.*?enum: .*?("\w+"\])', SPEC.read_text(encoding="utf-8"), re.DOTALL)[0]


def edited(folder: Path, old: str, new: str) -> Path:
    text = SPEC.read_text(encoding="utf-8")
    assert old in text
    path = folder / "edited.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def line_of(file: str, text: str) -> str:
    """The place of the first line of a file of the checkout that has a text."""
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return f"{file}:{next(number for number, line in enumerate(lines, 1) if text in line)}"


def test_a_new_asset_type_names_the_places_that_must_learn_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sandbox, the rows whose words list or count the values, and lists in the rules are all named."""
    before = tree.read(ROOT / "generated"), SPEC.read_bytes()

    code = change.main(
        [
            "--spec",
            str(edited(tmp_path, VALUES, f'{VALUES[:-1]}, "Redwood"]')),
            "--notes",
            str(tmp_path / "notes.md"),
        ]
    )

    printed = capsys.readouterr().out
    assert code == 1
    left, _, look = printed.partition("TO LOOK AT")
    for file, text in (
        ("sandbox/clumio_sandbox/checks.py", "ASSET_TYPES = ("),
        ("sandbox/clumio_sandbox/group_document.py", "_CONFIG_PARTS = {"),
        ("sandbox/clumio_sandbox/template.py", "_ACTIONS: "),
        ("conformance/clumio_conformance/connection_groups/mocking.py", "_INSTALLED: Final = {"),
        ("openapi/requirements.yaml", "id: UCG-ENUM-01"),
        ("openapi/requirements.yaml", "id: UCG-ENUM-03"),
    ):
        assert line_of(file, text) in left
    assert "the words of UCG-ENUM-01 leave out Redwood" in left
    assert re.search(r'UCG-ENUM-03 say "\w+" where there are \d', left)
    assert "UCG-CREATE-03" in look
    steps = re.findall(r"^\[\d/7\] (\w+) +[\d.]+ s", printed, re.MULTILINE)
    assert steps == ["validate", "generate", "wire", "python", "trace", "write", "tests"]
    assert "`models.AssetType.REDWOOD`" in (tmp_path / "notes.md").read_text(encoding="utf-8")
    assert (tree.read(ROOT / "generated"), SPEC.read_bytes()) == before


@pytest.fixture
def checkout(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of this checkout, committed, that the command takes for its own."""
    with change._copy(SPEC) as root:
        for arguments in (["init", "-q"], ["add", "-A"],
                          ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "x"]):  # fmt: skip
            subprocess.run(["git", "-C", str(root), *arguments], check=True)
        monkeypatch.setattr(change, "ROOT", root)
        yield root


@pytest.mark.slow
def test_an_edit_of_the_checkout_replaces_the_client(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = checkout / "openapi" / "spec.yaml"
    spec.write_bytes(
        edited(checkout.parent, "The address of a resource.", "Where a resource is.").read_bytes()
    )
    text = spec.read_bytes()

    code = change.main([])

    printed = capsys.readouterr().out
    assert code == 0, printed
    assert "LEFT TO DO: nothing" in printed
    assert "Proposed version: **0.1.1**" in printed
    link = checkout / "generated" / "clumio_connection_groups" / "models" / "link.py"
    assert "Where a resource is." in link.read_text(encoding="utf-8")
    assert spec.read_bytes() == text


BROKEN = [
    ("openapi/spec.yaml", "openapi: 3.1.0", "openapi: [3.1.0"),
    ("openapi/spec.yaml", "          in: query\n", "          in: nowhere\n"),
    ("openapi/requirements.yaml", "level: must", "level: [must"),
]


@pytest.mark.parametrize(("file", "old", "new"), spread(BROKEN, BROKEN[-1:]))
def test_after_a_failed_step_nothing_is_replaced(
    checkout: Path, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str
) -> None:
    """The edit of a description, which alone would change the client, has no effect either."""
    spec = checkout / "openapi" / "spec.yaml"
    spec.write_text(
        spec.read_text(encoding="utf-8").replace("The address of a resource.", "Where it is."), "utf-8"
    )
    path = checkout / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    before = tree.read(checkout / "generated")

    code = change.main([])

    printed = capsys.readouterr()
    assert code == 3
    assert f"{file}:" in printed.err
    assert "generated/ is unchanged." in printed.err
    assert "failed" in printed.out
    assert tree.read(checkout / "generated") == before


def test_a_file_that_is_not_there_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        change.main(["--spec", "nowhere.yaml"])
    assert stop.value.code == 4
    assert "nowhere.yaml is not a file" in capsys.readouterr().err


# --- places, found by looking ---

WOODS = ["oak", "ash", "elm"]


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("a.py", 'X = 1\nWOODS = ("oak", "ash", "elm")\n', [2]),
        ("a.py", 'TABLE = {\n  "oak": 1,\n  "ash": ("elm",),\n}\n', [1]),
        ("a.py", 'def f(x):\n    return x == "oak" or x == "ash"\n', [1]),
        ("a.py", 'from enum import StrEnum\nclass Wood(StrEnum):\n    OAK = "oak"\n    ASH = "ash"\n', [2]),
        ("a.py", 'FAULTS = (\n  fault("a", "oak"),\n  fault("b", "ash"),\n)\nX = ["oak", "elm"]\n', [1, 5]),
        ("a.py", 'WOODS = ("oak", "ash", "elm", "yew")\n', []),
        ("a.py", 'ONE = ("oak",)\n', []),
        ("a.py", 'X = 1\nTEXT = "oak, ash and elm"\n', [2]),
        ("a.py", 'TEXT = "oak, ash, elm and yew"\n', []),
        ("a.md", "Woods:\noak, ash and elm.\n", [2]),
        ("a.md", "oak, ash, elm and yew\n", []),
        ("a.md", "oakum, ashes and helm\n", []),
        ("a.md", "<!-- Written by a script -->\noak, ash and elm\n", []),
    ],
)
def test_a_list_of_the_old_values_is_found(tmp_path: Path, name: str, text: str, lines: list[int]) -> None:
    (tmp_path / "sandbox").mkdir()
    (tmp_path / "sandbox" / name).write_text(text, encoding="utf-8")
    found = places.listings(tmp_path, WOODS, "yew")
    assert [(place.file, place.line) for place in found] == [(f"sandbox/{name}", line) for line in lines]


def specification(folder: Path, woods: list[str], fields: list[str]) -> Specification:
    file = folder / f"{len(woods)}{len(fields)}.yaml"
    properties = "".join(f"        {name}: {{type: string}}\n" for name in fields)
    file.write_text(
        "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n"
        f"    Wood:\n      enum: {woods}\n    Post:\n      properties:\n{properties}",
        encoding="utf-8",
    )
    return Specification(file)


def test_what_came_and_went_is_looked_for(tmp_path: Path) -> None:
    sandbox = tmp_path / "sandbox"
    sandbox.mkdir()
    code = (
        'WOODS = ("oak", "ash", "elm")\ndef post():\n    return {"a": 1, "b": 2, "c": 3, "d": 4}\nX = "elm"\n'
    )
    (sandbox / "a.py").write_text(code, encoding="utf-8")
    old = specification(tmp_path, WOODS, ["a", "b", "c", "d"])
    new = specification(tmp_path, ["oak", "ash", "yew", "fir"], ["a", "b", "c", "d", "e"])

    tasks = growth.tasks(tmp_path, growth.growths(old, new))

    must = [(task.why.split(" of ")[0], [place.line for place in task.places]) for task in tasks if task.must]
    assert must == [
        ("teach the new value yew", [1]),
        ("teach the new value fir", [1]),
        ("teach the new field e", [3]),
    ]
    gone = [task for task in tasks if task.why.startswith("elm is no value")]
    assert [task.places for task in gone] == [
        (Place(file="sandbox/a.py", line=1, what="names elm, and 1 lines more"),)
    ]
