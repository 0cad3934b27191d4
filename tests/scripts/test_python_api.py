"""What callers of the generated client feel is named, and the version follows from it."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import generate
from clumio_conformance.contract.specification import Specification
from contract_tools import generation, python_api, release_notes
from contract_tools.baseline import Baseline, BaselineError, baseline
from contract_tools.python_surface import PythonApiError

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "openapi" / "spec.yaml"
PACKAGE = "clumio_connection_groups"
INIT = """\
from typing import TYPE_CHECKING, Any
if TYPE_CHECKING:
    from .waiting import wait
__all__ = ("lazy", "wait")
def __getattr__(name: str) -> Any: ...
"""
MODELS = """\
from .kind import Kind
from .post import Post
__all__ = ("Kind", "Post")
"""
KIND = """\
from enum import StrEnum
class Kind(StrEnum):
    WOOD = "wood"
    STEEL = "steel"
"""
POST = """\
from __future__ import annotations
from .kind import Kind
class Post(Base):
    _names = {"height": "height", "kind_": "kind"}
    height: int | Unset
    kind_: Kind | None
    def __init__(
        self, height: int | Unset = UNSET, kind_: Kind | None = None, *, deep: bool = False
    ) -> None: ...
    def sawn(self) -> Post: ...
"""
CALL = """\
def sync(*, client: Client, limit: int | None = None) -> Post | Error: ...
async def asyncio(*, client: Client, limit: int | None = None) -> Post | Error: ...
"""
FILES = {
    "__init__.py": INIT,
    "waiting.py": "def wait(seconds: float) -> None: ...\n",
    "models/__init__.py": MODELS,
    "models/kind.py": KIND,
    "models/post.py": POST,
    "api/__init__.py": "",
    "api/list_posts.py": CALL,
}
LIMIT = "        - name: limit\n          in: query\n"
Edit = tuple[str, str, str]
Expected = tuple[str, str]


def written(folder: Path, *edits: Edit) -> Path:
    """Write the small package, with edits of its files."""
    files = dict(FILES)
    for name, old, new in edits:
        assert old in files[name]
        files[name] = files[name].replace(old, new)
    for name, text in files.items():
        path = folder / PACKAGE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


POST_FILE, KIND_FILE, CALL_FILE = "models/post.py", "models/kind.py", "api/list_posts.py"
HEIGHT = "    height: int | Unset\n"
BREAKS: list[tuple[str, list[Edit], Expected]] = [
    ("attribute removed", [(POST_FILE, HEIGHT, "")], ("models.Post.height", "was removed")),
    ("attribute renamed", [(POST_FILE, HEIGHT, "    tall: int | Unset\n")],
     ("models.Post.height", "`tall` is new and has the same type")),
    ("attribute retyped", [(POST_FILE, HEIGHT, "    height: str | Unset\n")],
     ("models.Post.height", "was `int | Unset`, and may be `str` now")),
    ("attribute may be null", [(POST_FILE, HEIGHT, "    height: int | None | Unset\n")],
     ("models.Post.height", "may be `None` now")),
    ("enum member removed", [(KIND_FILE, '    STEEL = "steel"\n', "")],
     ("models.Kind.STEEL", 'where "steel" still comes')),
    ("enum value changed", [(KIND_FILE, '"steel"', '"iron"')],
     ("models.Kind.STEEL", 'has the value "iron", not "steel"')),
    ("parameter keyword-only", [(POST_FILE, "kind_: Kind | None = None, *", "*, kind_: Kind | None = None")],
     ("models.Post", "it was positional or keyword, and is keyword-only")),
    ("parameter required", [(CALL_FILE, "limit: int | None = None", "limit: int | None")],
     ("api.list_posts", "(sync, asyncio) needs `limit` now")),
    ("parameter added as required", [(POST_FILE, "self, height", "self, width: int, height")],
     ("models.Post", "has the new parameter `width`, and needs it")),
    ("parameters reordered",
     [(POST_FILE, "height: int | Unset = UNSET, kind_: Kind | None = None",
       "kind_: Kind | None = None, height: int | Unset = UNSET")],
     ("models.Post", "has another order of its positional parameters: height, kind_ moved")),
    ("parameter takes less", [(CALL_FILE, "limit: int | None = None", "limit: int = 1")],
     ("api.list_posts", "took `int | None` as `limit`, and takes `int` now")),
    ("parameter removed", [(POST_FILE, ", *, deep: bool = False", "")],
     ("models.Post", "has no parameter `deep` any more")),
    ("returns more", [(CALL_FILE, "-> Post | Error", "-> Post | Error | None")],
     ("api.list_posts", "may return `Post | Error | None` now")),
    ("lazy name removed", [("__init__.py", '"lazy", ', "")], ("lazy", "was removed")),
    ("lazy import removed", [("__init__.py", "    from .waiting import wait\n", "    pass\n"),
                             ("__init__.py", '"lazy", "wait"', '"lazy",')], ("wait", "was removed")),
    ("base class replaced", [(POST_FILE, "Post(Base)", "Post(Other)")],
     ("models.Post", "is no Base any more")),
    ("asynchronous", [(CALL_FILE, "\nasync def", "\ndef")], ("api.list_posts.asyncio", "no longer async")),
    ("method removed", [(POST_FILE, "    def sawn(self) -> Post: ...\n", "")],
     ("models.Post.sawn", "was removed")),
    ("class renamed", [("models/__init__.py", "Kind", "Sort"), (KIND_FILE, "Kind", "Sort"),
                       (POST_FILE, "Kind", "Sort")], ("models.Kind", "has the new name `Sort`")),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "expected"), [pytest.param(*row[1:], id=row[0]) for row in BREAKS])
def test_what_breaks_callers_is_named(tmp_path: Path, edits: list[Edit], expected: Expected) -> None:
    found = python_api.compare(written(tmp_path / "old"), written(tmp_path / "new", *edits))
    breaks = [one for one in found if one.level == "break"]
    assert any(one.path == expected[0] and expected[1] in one.what for one in breaks), breaks


SAFE: list[tuple[str, list[Edit], list[str]]] = [
    ("nothing", [], []),
    ("words", [(KIND_FILE, "class Kind(StrEnum):\n", 'class Kind(StrEnum):\n    """Other words."""\n')], []),
    ("enum member added", [(KIND_FILE, '"steel"\n', '"steel"\n    CLAY = "clay"\n')], ["models.Kind.CLAY"]),
    ("optional parameter added", [(CALL_FILE, "limit: int | None", "start: str = '', limit: int | None")],
     ["api.list_posts"]),
    ("parameter takes more", [(CALL_FILE, "limit: int | None", "limit: int | str | None")], []),
    ("attribute is never absent", [(POST_FILE, HEIGHT, "    height: int\n")], []),
    ("attribute is an enum of strings", [(POST_FILE, "    kind_: Kind | None\n", "    kind_: Kind\n")], []),
    ("returns less", [(CALL_FILE, "-> Post | Error", "-> Post")], []),
    ("private", [(POST_FILE, '"kind_": "kind"', '"kind_": "sort"')], []),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "expected"), [pytest.param(*row[1:], id=row[0]) for row in SAFE])
def test_what_breaks_nobody_is_no_break(tmp_path: Path, edits: list[Edit], expected: list[str]) -> None:
    found = python_api.compare(written(tmp_path / "old"), written(tmp_path / "new", *edits))
    assert [(one.level, one.path) for one in found] == [("addition", path) for path in expected]


def test_a_tree_without_the_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(PythonApiError, match=r"empty: the package .* can't be read"):
        python_api.compare(written(tmp_path / "old"), tmp_path / "empty")


# --- edited specifications ---


def optional_field(text: str) -> str:
    old = "        description:\n          description: A free text about the group.\n"
    last = text.index("    CreateConnectionGroupRequest:")
    end = text.index("          x-requirements:", text.rindex(old, 0, last))
    end = text.index("\n", text.index('"null": UCG-BODY-12', end)) + 1
    return text[:end] + "        note:\n          description: A note.\n          type: string\n" + text[end:]


def replaced(old: str, new: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


@pytest.mark.parametrize(
    ("edit", "version", "words"),
    [
        pytest.param(
            replaced("        stack_name:\n", "        stack_title:\n"),
            "0.2.0",
            [
                "`models.ConnectionGroup.stack_name` was removed",
                ".stack_title",
                "Breaks on the wire: response stack_name: removed",
            ],
            id="field renamed",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            replaced('"S3", "EBS"]\n      x-deprecated-values: ["EBS"]', '"S3"]'),
            "0.2.0",
            ["`models.AssetType.EBS` was removed", 'AssetType("EBS")', 'enum narrowed without "EBS"'],
            id="enum value removed",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            replaced(LIMIT, f"{LIMIT}          required: true\n"),
            "0.2.0",
            ["list_aws_connection_groups` (sync, sync_detailed, asyncio,", "needs `limit` now"],
            id="parameter required",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            optional_field, "0.2.0", ["New: `models.UpdateConnectionGroupRequest.note`."], id="field added"
        ),
        pytest.param(
            replaced("description: The address of a resource.", "description: Where a resource is."),
            "0.1.1",
            ["nothing for callers to do"],
            id="description",
            marks=pytest.mark.slow,
        ),
    ],
)  # fmt: skip
def test_the_version_follows_from_the_edit(
    tmp_path: Path, edit: Callable[[str], str], version: str, words: list[str]
) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(edit(SPEC.read_text(encoding="utf-8")), encoding="utf-8")
    sources = generation.collect(ROOT, spec)
    before = Baseline(name="v0.1.0", generated=ROOT / "generated", spec=Specification(SPEC), version="0.1.0")
    with generate.fresh(tmp_path / "generated", sources) as new:
        found = release_notes.notes(before, sources.spec, new, "0.1.0")
    text = " ".join(release_notes.as_markdown(found).split())
    assert found.proposed == version
    assert f"## {version} - unreleased" in text
    assert [one for one in words if one not in text] == []
    assert ("### From 0.1.0" in text) == (found.level == "break")


@pytest.mark.parametrize(
    ("version", "level", "expected"),
    [
        ("0.1.4", "break", "0.2.0"),
        ("0.1.4", "addition", "0.2.0"),
        ("0.1.4", "fix", "0.1.5"),
        ("1.2.3", "break", "2.0.0"),
        ("1.2.3", "addition", "1.3.0"),
        ("1.2.3", "fix", "1.2.4"),
        ("1.2.3", "none", "1.2.3"),
    ],
)
def test_a_level_raises_a_number(version: str, level: release_notes.Level, expected: str) -> None:
    assert release_notes.raised(version, level) == expected


# --- revisions ---


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with two revisions of the files that a baseline needs: 0.1.0, and 0.2.0 without a tag."""
    root = tmp_path / "repository"
    (root / "openapi").mkdir(parents=True)
    (root / "openapi" / "spec.yaml").write_bytes(SPEC.read_bytes())
    written(root / "generated")
    git(root, "init", "-q")
    for version in ("0.1.0", "0.2.0"):
        (root / "pyproject.toml").write_text(f'[project]\nversion = "{version}"\n', encoding="utf-8")
        git(root, "add", "-A")
        git(root, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", version)
    return root


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(root), *arguments], check=True)


def test_the_baseline_is_the_last_tag_or_head_or_what_is_asked_for(repository: Path) -> None:
    with baseline(repository, None) as head:
        assert (head.name, head.version) == ("HEAD", "0.2.0")
    git(repository, "tag", "v0.1.0", "HEAD~1")
    with baseline(repository, None) as tag:
        assert (tag.name, tag.version) == ("v0.1.0", "0.1.0")
        assert python_api.compare(repository / "generated", tag.generated) == []
    with baseline(repository, "HEAD") as asked:
        assert asked.version == "0.2.0"


@pytest.mark.parametrize("revision", ["nowhere", "--help", "HEAD~9"])
def test_a_revision_that_is_not_there_is_named(repository: Path, revision: str) -> None:
    with (
        pytest.raises(BaselineError, match=re.escape(f"{revision}: no such revision")),
        baseline(repository, revision),
    ):
        pass


def test_since_is_for_release_notes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        generate.main(["--check", "--since", "HEAD"])
    assert stop.value.code == 4
    assert "--since needs --release-notes" in capsys.readouterr().err
