"""Green cannot be talked into: what was left out decides, not how a run was asked to print."""

import json
from pathlib import Path

import pytest
from live_target import SUITE, SandboxAndControl, Vendor, ran, vendor
from spread import spread

from clumio_conformance.exchange import Request, Response

COLLECTION = "/connections/aws/connection-groups"


def an_empty_organization(request: Request, response: Response) -> Response | None:
    """A list without a group: most of what a read-only run could see is not to be seen."""
    if request.url.partition("?")[0] != COLLECTION or response.status != 200:
        return None
    page = json.loads(response.body)
    page["_embedded"]["items"], page["current_count"] = [], 0
    return Response(status=200, headers=response.headers, body=json.dumps(page).encode())


def reading(target: Vendor, folder: Path, *words: str) -> tuple[int, str]:
    done = ran(folder, target.token, "run", "--base-url", target.url, *words)
    return done.code, str(done.report["inconclusive"])


DISPLAY = ("", "-q", "-v", "--tb=line", "-rA --color=no", "-p no:terminal")


@pytest.mark.parametrize("words", spread(DISPLAY, ["-q", "-p no:terminal"]))
def test_a_display_option_does_not_make_a_run_pass(
    sandbox: SandboxAndControl, tmp_path: Path, words: str
) -> None:
    with vendor(sandbox, an_empty_organization) as target:
        code, why = reading(target, tmp_path, "--", *words.split())
    assert (code, "no group to read" in why or "no answer tested" in why) == (5, True)


LEAVING_OUT = {
    "-k": ("-k", "list_counts"),
    "--deselect": ("--deselect=test_reading.py::test_the_list_counts_what_it_holds",),
    "--ignore": (f"--ignore={SUITE}/test_saving.py",),
    "python_functions": ("-o", "python_functions=test_the_list*"),
    "-x": ("-x", "-k", "list_counts"),
}


@pytest.mark.parametrize("way", spread(LEAVING_OUT, ["-k", "python_functions"]))
def test_a_run_says_that_tests_were_left_out(sandbox: SandboxAndControl, tmp_path: Path, way: str) -> None:
    with vendor(sandbox) as target:
        target.create()
        done = ran(tmp_path, target.token, "run", "--base-url", target.url, "--", *LEAVING_OUT[way])
    assert done.code == 0
    assert "tests were left out" in done.report["run"]["unfinished"]
    (verdict,) = [line for line in done.output.splitlines() if line.startswith("passed: ")]
    assert "tests were left out" in verdict


@pytest.mark.parametrize("words", [("--setup-only",), ("--collect-only",), ("-k", "no_such_test")])
def test_a_run_that_tried_nothing_is_not_green(
    sandbox: SandboxAndControl, tmp_path: Path, words: tuple[str, ...]
) -> None:
    with vendor(sandbox) as target:
        target.create()
        code, why = reading(target, tmp_path, "--", *words)
    assert (code, why.startswith("nothing was judged")) == (5, True)


def test_a_chosen_test_that_could_not_see_anything_is_not_green(
    sandbox: SandboxAndControl, tmp_path: Path
) -> None:
    with vendor(sandbox, an_empty_organization) as target:
        code, _ = reading(target, tmp_path, "--", "-k", "test_a_group_is_read or list_counts")
    assert code == 5


@pytest.mark.parametrize(
    "words", [("--base-url", ""), ("--base-url", " "), ("--target", "live", "--base-url", "")]
)
def test_an_empty_base_url_is_wrong_usage(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = ran(tmp_path, "token", "run", *words)
    assert done.code == 4
    assert "--base-url is empty, so there is nothing to test" in done.output


@pytest.mark.parametrize("value", ["", " "])
def test_an_empty_variable_is_wrong_usage(tmp_path: Path, value: str) -> None:
    done = ran(tmp_path, "token", "run", "--target", "live", environment={"CLUMIO_API_BASE_URL": value})
    assert done.code == 4
    assert "CLUMIO_API_BASE_URL is empty" in done.output


@pytest.mark.parametrize(
    ("target", "words"), [("sandbox", "the embedded sandbox"), ("mock", "the suite's own mock")]
)
def test_the_first_line_says_that_the_stand_in_was_tested(tmp_path: Path, target: str, words: str) -> None:
    environment = {"CLUMIO_API_BASE_URL": "https://api.invalid"}
    chosen = ("--target", "mock") if target == "mock" else ()
    done = ran(
        tmp_path,
        "token",
        "run",
        *chosen,
        "--quick",
        "--",
        "-k",
        "mock or list_counts",
        environment=environment,
    )
    folder = tmp_path / "conformance-report"
    (where,) = [line for line in done.output.splitlines() if line.startswith("  where")]
    assert f"{words}, not the vendor" in where
    assert f"\nT{words[1:]}" in done.output, "the first line names it, too"
    assert (
        f"{words}, not the vendor".replace("'", "&#39;")
        in (folder / "summary.md").read_text().splitlines()[0]
    )
    heading = (folder / "index.html").read_text().partition("<h1>")[2].partition("</h1>")[0]
    assert f"{words}, not the vendor".replace("'", "&#39;") in heading
    assert ("CLUMIO_API_BASE_URL is set, but not used" in done.output) is (target == "sandbox")


def test_a_token_in_the_reason_of_a_skipped_test_is_hidden(tmp_path: Path) -> None:
    """The reason why a test is skipped is a triple for pytest, and stays one when it is redacted."""
    done = ran(tmp_path, "refused", "run", "--base-url", "http://127.0.0.1:9")
    assert done.code == 5
    assert "Connection refused" not in done.output
