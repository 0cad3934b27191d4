"""A client is generated from the contract with an overlay."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import generate

ROOT = Path(__file__).resolve().parents[2]
OVERLAY = ("--overlay", "sdk-drift")
PROGRAM = """
from typing import get_type_hints
from clumio_connection_groups.models import (
    AssetType, ConnectionGroup, TemplatePermissionSet, UpdateConnectionGroupRequest,
)
from clumio_connection_groups.types import UNSET
group = ConnectionGroup.from_dict({
    "asset_types_enabled": ["FSX"], "template_permission_set": "inventory_backup",
    "config": {"iceberg_on_glue": {"installed_template_version": "3"}},
    "_links": {"update-aws-connection-group": {"href": "/a"}},
})
assert group.asset_types_enabled == [AssetType.FSX]
assert isinstance(group.asset_types_enabled[0], AssetType)
assert group.template_permission_set is TemplatePermissionSet.INVENTORY_BACKUP
assert group.config.iceberg_on_glue.installed_template_version == "3"
assert group.config.iceberg_on_s3_tables is UNSET
assert group.links.update_aws_connection_group.href == "/a"
body = UpdateConnectionGroupRequest(
    asset_types=[AssetType.ICEBERGONGLUE, AssetType.ICEBERGONS3TABLES], aws_regions=[],
    template_permission_set=TemplatePermissionSet.ALL,
)
assert body.to_dict() == {
    "asset_types": ["IcebergOnGlue", "IcebergOnS3Tables"], "aws_regions": [],
    "template_permission_set": "all",
}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree of the contract with the overlay, which replaces that of the contract alone."""
    output = tmp_path_factory.mktemp("overlaid") / "generated"
    shutil.copytree(ROOT / "generated", output, ignore=shutil.ignore_patterns("__pycache__"))
    receipt = output.parent / "receipt.json"
    assert generate.main([*OVERLAY, "--output", str(output), "--receipt", str(receipt)]) == 0
    return output


def test_the_client_knows_what_the_overlay_adds(made: Path) -> None:
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, env={"PYTHONPATH": str(made)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_receipt_names_the_overlay_and_its_differences(made: Path) -> None:
    receipt = json.loads((made.parent / "receipt.json").read_text(encoding="utf-8"))
    source = json.loads((made / "source.json").read_text(encoding="utf-8"))
    assert source["sha256"] == receipt["sha256"]
    assert "overlay 1 sdk-drift.yaml" in source["sha256"]
    assert any("asset_types[] enum" in line for line in receipt["differences"])
    assert {"UCG-ENUM-01", "UCG-SDK-03"} <= set(receipt["requirements"])


def test_a_check_with_the_overlay_passes_and_without_it_fails(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = ("--output", str(made))
    assert generate.main(["--check", *OVERLAY, *output]) == 0
    assert generate.main(["--check", *output]) == 1
    assert "changed: generated/source.json" in capsys.readouterr().out


def test_a_wrong_overlay_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What an overlay makes of the contract is checked like the contract; the message names the overlay."""
    overlay = tmp_path / "mine.yaml"
    head = (
        "overlay: 1.0.0\ninfo: {title: t, version: v}\nactions:\n  - target: $.components.schemas.AssetType\n"
    )
    for update, says in (
        ("    update: {type: 3}\n", f"{overlay}:5: actions/0/update/type: "),
        ("    updat: {}\n", f"{overlay}:5: actions/0/updat: is no field of an action"),
    ):
        overlay.write_text(head + update, encoding="utf-8")
        assert generate.main(["--overlay", str(overlay), "--output", str(tmp_path / "generated")]) == 3
        assert capsys.readouterr().err.startswith(says)
    assert generate.main(["--overlay", "sdk-drft", "--output", str(tmp_path / "generated")]) == 3
    assert not (tmp_path / "generated").exists()
