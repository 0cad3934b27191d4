"""Every format of recordings: the same exchange has the same verdict, and no secret of it shows."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from recordings import GROUP, GROUPS, HOST, UPDATE, judge_files
from writers import WRITERS, Written, har, har_lines

from clumio_conformance.cli import main
from clumio_conformance.connection_groups.operations import GROUP_MEDIA_TYPE

ID = "5a1e0000-0000-4000-8000-0000000000a1"
CANARIES = {
    "bearer": "canary-Bearer-0001", "second bearer": "canary-Bearer-0002",
    "basic": "Y2FuYXJ5OmNhbmFyeS1iYXNpYw==",
    "password of basic": "canary-basic", "cookie": "canary-cookie-0003", "set-cookie": "canary-cookie-0004",
    "api key": "canary-key-0005", "x-auth": "canary-auth-0006", "session": "canary-session-0007",
    "user": "canary-user-0008", "password": "canary-pass-0009", "parameter": "canary-param-0010",
    "jwt": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.Y2FuYXJ5LXNpZ25hdHVyZQ",
    "external id": "ExternalID_canary-0011", "signature": "0ca11a0ca11a0ca11a",
}  # fmt: skip


def exchange(canaries: dict[str, str], *, url: str = f"{HOST}{GROUPS}/{ID}", **group: Any) -> Written:
    """An update whose answer has an undocumented status, and repeats every canary but a URL's signature."""
    echoed = " ".join(value for name, value in canaries.items() if name != "signature")
    answer = {
        **GROUP,
        "id": ID,
        "status": "active",
        "unknown": echoed,
        "description": echoed,
        "external_id": canaries.get("external id", "ExternalID_00000000"),
        "deployment_template_url": f"https://b.invalid/t?X-Amz-Signature={canaries.get('signature', '0')}",
        **group,
    }
    headers = [("Content-Type", "application/json")]
    for name, canary in (
        ("Authorization", "bearer"), ("authorization", "second bearer"), ("Cookie", "cookie"),
        ("X-Api-Key", "api key"),
        ("X-Auth", "x-auth"), ("X-Session-Id", "session"), ("Proxy-Authorization", "basic"),
    ):  # fmt: skip
        if canary in canaries:
            before = {
                "Cookie": "sid=",
                "Authorization": "Bearer ",
                "authorization": "Bearer ",
                "Proxy-Authorization": "Basic ",
            }
            headers.append((name, before.get(name, "") + canaries[canary]))
    answered = [("Content-Type", GROUP_MEDIA_TYPE)]
    if "set-cookie" in canaries:
        answered.append(("Set-Cookie", f"sid={canaries['set-cookie']}; Path=/"))
    if "user" in canaries:
        url = url.replace("https://", f"https://{canaries['user']}:{canaries['password']}@")
        url += f"?access_token={canaries['parameter']}"
    return Written(
        method="PUT",
        url=url,
        headers=headers,
        sent=json.dumps({**UPDATE, "description": echoed}),
        status=200,
        answered=answered,
        received=json.dumps(answer),
    )


@pytest.mark.parametrize("writer", WRITERS)
def test_an_exchange_has_the_same_verdict_in_each_format(writer: str, tmp_path: Path) -> None:
    wrong, right = tmp_path / "wrong", tmp_path / "right"
    wrong.write_bytes(WRITERS[writer](exchange({})))
    right.write_bytes(WRITERS[writer](exchange({}, status="connecting")))

    found, clean = judge_files(wrong), judge_files(right)

    assert {one.fingerprint for one in found.findings} - {one.fingerprint for one in clean.findings} == {
        one.fingerprint for one in found.findings if one.requirement == "UCG-ENUM-02"
    }
    assert {one.requirement for one in found.failing} >= {"UCG-ENUM-02"}
    assert (found.run["requests"], clean.run["requests"]) == (1, 1)
    plain = tmp_path / "plain.har"
    plain.write_bytes(har(exchange({})))
    expected = {one.fingerprint for one in judge_files(plain).findings}
    assert {one.fingerprint for one in found.findings} == expected


@pytest.mark.parametrize("writer", WRITERS)
def test_no_secret_shows(writer: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "recording"
    file.write_bytes(WRITERS[writer](exchange(CANARIES)))

    assert main(["judge", str(file), "--strict", "--report-dir", str(tmp_path / "reports")]) == 1

    streams = capsys.readouterr()
    written = {one.name: one.read_text() for one in (tmp_path / "reports").iterdir()}
    assert "UCG-ENUM-02" in written["report.json"]
    for place, text in {**written, "stdout": streams.out, "stderr": streams.err}.items():
        shown = [name for name, canary in CANARIES.items() if canary in text]
        if writer == "sandbox":  # its targets are paths
            shown = [name for name in shown if name not in {"user", "password"}]
        assert shown == [], place


def test_a_folder_and_an_archive_are_all_recordings_in_them(tmp_path: Path) -> None:
    folder = tmp_path / "folder" / "below"
    folder.mkdir(parents=True)
    (folder / "a.har").write_bytes(har(exchange({}, status="connecting")))
    (folder / "b.ndjson").write_bytes(har_lines(exchange({})))
    (folder / "notes.txt").write_text("nothing")
    (folder / ".hidden").write_text("nothing")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for one in folder.iterdir():
            archive.write(one, one.name)

    for path in (tmp_path / "folder", tmp_path / "all.zip"):
        result = judge_files(path)
        assert result.run["requests"] == 2, path
        assert len(result.run["files"]) == 2
        assert result.exit_code == 1


def test_the_same_exchange_counts_once(tmp_path: Path) -> None:
    one, other = tmp_path / "a.har", tmp_path / "b.har"
    one.write_bytes(har(exchange({})))
    other.write_bytes(har(exchange({})).replace(b'{"log"', b'{ "log"'))
    copy = tmp_path / "copy.har"
    copy.write_bytes(one.read_bytes())

    twice, same = judge_files(one, other), judge_files(one, copy, one)

    assert (twice.run["entries"], twice.run["requests"]) == (2, 1)
    assert any("counted once: 1" in note for note in twice.notes)
    assert same.run["requests"] == 1
    assert any("holds the same as another file" in note for note in same.notes)
