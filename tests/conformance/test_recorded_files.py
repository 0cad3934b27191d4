"""Recordings as files: what is read of them, what is left out, and the message about a file that is none."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from recordings import (
    EXTERNAL_ID,
    GROUP,
    GROUPS,
    HOST,
    TOKEN,
    entry,
    found,
    har,
    judge,
    judge_files,
    log,
    read,
)

from clumio_conformance.cli import main
from clumio_conformance.connection_groups.operations import GROUP_MEDIA_TYPE


def test_a_body_in_base64_is_read(tmp_path: Path) -> None:
    text = base64.encodebytes(json.dumps({**GROUP, "status": "active"}).encode()).decode()

    result = judge(tmp_path, entry(content={"size": 1, "mimeType": "", "text": text, "encoding": "base64"}))

    assert ("UCG-ENUM-02", "/status") in found(result)


def test_other_requests_are_counted_and_nothing_else_of_them_is_read(tmp_path: Path) -> None:
    others = [
        {"request": {"method": "GET", "url": "https://cdn.invalid/app.js"}},
        {"request": {"method": "OPTIONS", "url": f"{HOST}{GROUPS}/7c3e"}},
        {"request": {"method": "GET", "url": "http://[::1"}},
        {"request": {"method": "GET", "url": "data:text/plain,x"}},
        entry({"status": "active"}, url=f"https://other.invalid{GROUPS}/7c3e"),
    ]

    notes = "\n".join(judge(tmp_path, entry(), *others).notes)

    assert "judged 1 of 6 recorded requests, to us-west-2.api.clumio.com" in notes
    assert "4 that are not about connection groups" in notes
    assert "1 to other hosts" in notes


def test_a_host_that_nobody_knows_is_judged_when_it_is_the_only_one_or_named(tmp_path: Path) -> None:
    theirs = entry(url=f"https://proxy.invalid:8443{GROUPS}/7c3e")

    def urls(*entries: dict[str, Any], base_url: str | None = None) -> list[str]:
        return [one.request.url for one in read(tmp_path, *entries, base_url=base_url)]

    ours, local = entry(), entry(url=f"http://127.0.0.1:8000{GROUPS}/7c3e")
    assert urls(theirs) == [theirs["request"]["url"]]
    assert urls(theirs, ours) == [ours["request"]["url"]]
    assert urls(theirs, local) == [local["request"]["url"]]
    assert urls(theirs, ours, base_url="https://proxy.invalid:8443/") == [theirs["request"]["url"]]


def test_secrets_are_gone_as_soon_as_a_file_is_read(tmp_path: Path) -> None:
    """The token is also in a body before any header, the external id also in a URL of an earlier answer."""
    url = f"https://bucket.invalid/t.yaml?X-Amz-Signature=5ec7e7&id={EXTERNAL_ID}"
    first = entry(
        {**GROUP, "description": TOKEN, "deployment_template_url": url},
        url=f"https://me:pass@{HOST[8:]}{GROUPS}/7c3e?api_key=k3y",
    )
    first["request"]["headers"] = [
        {"name": "X-Session-Token", "value": "5e55"},
        {"name": "Cookie", "value": "c00k1e"},
    ]
    second = entry({**GROUP, "external_id": EXTERNAL_ID})

    kept = repr(read(tmp_path, first, second))

    assert not [
        secret
        for secret in (TOKEN, EXTERNAL_ID, "5ec7e7", "me:pass", "k3y", "5e55", "c00k1e")
        if secret in kept
    ]
    assert "Bearer $CLUMIO_API_TOKEN" in kept
    assert "REDACTED" in kept


def test_the_sandboxes_own_record_is_judged(tmp_path: Path) -> None:
    def exchange(body: str, length: int) -> dict[str, Any]:
        return {
            "method": "GET",
            "target": f"{GROUPS}/7c3e",
            "request_headers": {"authorization": "***", "host": "127.0.0.1:8000"},
            "request_body": "",
            "status": 200,
            "media_type": GROUP_MEDIA_TYPE,
            "response_headers": {"content-length": str(length)},
            "response_body": body,
        }

    newest, oldest = exchange('{"id": "7c', 9000), exchange(json.dumps({**GROUP, "status": "active"}), 9000)
    file = tmp_path / "exchanges.json"
    file.write_text(json.dumps({"exchanges": [newest, oldest]}))

    result = judge_files(file)

    assert ("UCG-ENUM-02", "/status") in found(result)
    assert "header content-type" not in {location for _, location in found(result)}
    assert "authorization: Bearer" in result.findings[0].exchange.request.curl()
    assert any("1 whose answer's body" in note for note in result.notes)


BROKEN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", ": is empty"),
    "cut off": (b'{"log": {"version": "1.2", "entries": [', ": is cut off"),
    "cut off in a string": (b'{"log": {"vers', ": is cut off"),
    "not JSON": (b"GET / HTTP/1.1\n", "is no recording that is known"),
    "not UTF-8": (b'{"log\xff": 1}', "byte 5 is not UTF-8"),
    "nested": (b"[" * 100_000, "is JSON, but no recording"),
    "long number": (b"[" + b"9" * 5000 + b"]", "is JSON, but no recording"),
    "an array": (b"[]", "is JSON, but no recording"),
    "another document": (b'{"openapi": "3.1.0"}', "no recording that is known (its fields: openapi)"),
    "no entries": (b'{"log": {"version": "1.2"}}', "lacks the array log.entries"),
    "entries of another type": (b'{"log": {"entries": {}}}', "lacks the array log.entries"),
    "an entry without a request": (log({}), "entry 0: Object missing required field `request`"),
    "a header that is a number": (
        log(entry(headers=[{"name": "a", "value": 1}])),
        "entry 0: Expected `str`, got `int` - at `$.response.headers[0].value`",
    ),
    "YAML that is broken": (b"interactions:\n- a: [\n", ":3:1: is not YAML"),
    "YAML of another kind": (b"interactions: 7\n", "is YAML, but no cassette"),
    "zstd": (b"\x28\xb5\x2f\xfd....", "is compressed by zstd"),
    "a damaged archive": (b"PK\x03\x04....", "is a damaged ZIP archive"),
}


@pytest.mark.parametrize(("content", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_wrong_usage_and_nothing_is_written(
    content: bytes, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = har(tmp_path, entry()), tmp_path / "bad.har"
    bad.write_bytes(content)

    code = main(["judge", str(good), str(bad), "--report-dir", str(tmp_path / "reports")])

    printed = capsys.readouterr()
    assert code == 4
    assert printed.err.startswith(f"clumio-conformance: {bad}")
    assert message in printed.err
    assert printed.out == ""
    assert not (tmp_path / "reports").exists()


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["judge", str(tmp_path / "none.har")]) == 4
    assert main(["judge", str(tmp_path)]) == 4

    printed = capsys.readouterr().err
    assert "none.har: can't be read: No such file" in printed
    assert "is an empty folder" in printed


def test_the_command_leaves_the_same_reports_as_a_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = har(tmp_path, entry({**GROUP, "status": "active"}))

    code = main(["judge", str(file), "--report-dir", str(tmp_path / "reports")])

    assert code == 1
    assert {one.name for one in (tmp_path / "reports").iterdir()} == {
        "report.json", "index.html", "summary.md", "junit.xml", "results.sarif",
    }  # fmt: skip
    assert json.loads((tmp_path / "reports" / "report.json").read_text())["exit_code"] == 1
    printed = capsys.readouterr().out + "".join(one.read_text() for one in (tmp_path / "reports").iterdir())
    assert TOKEN not in printed
    assert 'actual    "active"' in printed


def test_strict_makes_inferred_requirements_count(tmp_path: Path) -> None:
    file = har(tmp_path, entry())

    assert main(["judge", str(file), "--report-dir", str(tmp_path / "lenient")]) == 0
    assert main(["judge", str(file), "--strict", "--report-dir", str(tmp_path / "strict")]) == 1


def test_a_known_deviation_is_excused_and_none_is_called_stale(tmp_path: Path) -> None:
    reports, known = tmp_path / "reports", tmp_path / "known.toml"
    run = ["judge", str(har(tmp_path, entry({**GROUP, "status": "active"}))), "--report-dir", str(reports)]
    assert main(run) == 1
    finding = next(
        row
        for row in json.loads((reports / "report.json").read_text(encoding="utf-8"))["findings"]
        if row["fails"]
    )
    options = ("--why", "the vendor knows", "--owner", "us", "--file", str(known))
    assert main(["known", "add", str(reports / "report.json"), finding["fingerprint"], *options]) == 0

    assert main([*run, "--known", str(known)]) == 0
    har(tmp_path, entry())
    assert main([*run, "--known", str(known)]) == 0
    har(tmp_path, entry({**GROUP, "status": "asleep"}))
    assert main([*run, "--known", str(known)]) == 1
    assert main([*run, "--known", str(tmp_path / "none.toml")]) == 4
