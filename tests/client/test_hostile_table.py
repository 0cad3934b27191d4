"""The table of hostile answers in docs/client.md: the results of the stock templates and of ours."""

import importlib
import json
import ssl
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import httpx
import pytest
import respx
from hostile_answers import HostileAnswer, answers

from contract_tools import document

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "client.md"
BASE = "https://mock.invalid"
TLS = ssl.create_default_context()
STOCK = "stock_client"
OURS = "clumio_connection_groups"

Rows = dict[str, tuple[Counter[str], Counter[str]]]


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The client of the same specification and options with the stock templates."""
    folder = tmp_path_factory.mktemp("stock")
    spec = folder / "spec.json"
    spec.write_text(json.dumps(document.read(ROOT / "openapi" / "spec.yaml").content), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "openapi_python_client",
        "generate",
        "--meta",
        "none",
        "--path",
        str(spec),
    ]
    command += ["--config", str(ROOT / "openapi" / "generator" / "options.yaml")]
    command += ["--output-path", str(folder / STOCK)]
    subprocess.run(command, check=True, capture_output=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        importlib.import_module(STOCK)
        return STOCK


def module(package: str, name: str) -> ModuleType:
    return importlib.import_module(f"{package}.{name}")


def called(package: str) -> Any:
    """Update a group with one of the clients, and return its response."""
    models = module(package, "models")
    client = module(package, "client").AuthenticatedClient(base_url=BASE, token="t", verify_ssl=TLS)
    body = models.UpdateConnectionGroupRequest(asset_types=[models.AssetType.RDS], aws_regions=["us-east-1"])
    update = module(package, "api.aws_connection_groups.update_aws_connection_group")
    with client:
        return update.sync_detailed("4f1c", client=client, body=body)


def outcome(answer: HostileAnswer, package: str) -> tuple[str, Any]:
    """Name the result of a client for an answer, and return the model if there is one."""
    try:
        response = called(package)
        if response.parsed is None:
            return "says why not", None
        written = response.parsed.to_dict()
    except httpx.HTTPError:
        return "httpx's error", None
    except Exception as error:  # noqa: BLE001 - the table names the exception
        return f"**{type(error).__name__}**", None
    is_whole = json.dumps(written, sort_keys=True) == json.dumps(answer.written, sort_keys=True)
    return ("a model" if is_whole else "**a model that lost data**"), response.parsed


def is_mistyped(ours: Any, other: Any) -> bool:
    """Whether an attribute of the other model has a wrong type; ours is unset there."""
    if attrs.has(type(ours)) and attrs.has(type(other)):
        names = [field.name for field in attrs.fields(type(ours)) if field.name != "additional_properties"]
        return any(is_mistyped(getattr(ours, name), getattr(other, name)) for name in names)
    if isinstance(ours, list) and isinstance(other, list):
        return len(ours) != len(other) or any(map(is_mistyped, ours, other))
    return type(ours).__name__ == "Unset" != type(other).__name__


def family(name: str) -> str:
    """Name the row of an answer; the same change of each field is one row."""
    what, _, where = name.partition(" at ")
    if not where or where == "every field":
        return name
    return "null at a field" if what == "null" else "a value of another type at a field"


def rows(stock: str) -> Rows:
    """Return each answer to both clients."""
    found: Rows = {}
    for answer in answers():
        served = httpx.ByteStream(answer.content)
        with respx.mock(assert_all_called=False) as router:
            router.put(url__startswith=BASE).mock(
                side_effect=lambda _, answer=answer, served=served: httpx.Response(
                    answer.status, headers=answer.headers, stream=served
                )
            )
            theirs, their_model = outcome(answer, stock)
            mine, my_model = outcome(answer, OURS)
        if my_model is not None and their_model is not None and is_mistyped(my_model, their_model):
            theirs = "**a model with wrong types**"
        counts = found.setdefault(family(answer.name), (Counter(), Counter()))
        counts[0][theirs] += 1
        counts[1][mine] += 1
    return found


def cell(counts: Counter[str]) -> str:
    if len(counts) == 1:
        return next(iter(counts))
    return ", ".join(f"{count} times {what}" for what, count in sorted(counts.items()))


def table(found: Rows) -> str:
    lines = ["| answer | how many | stock templates | this client |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {name} | {theirs.total()} | {cell(theirs)} | {cell(ours)} |"
        for name, (theirs, ours) in found.items()
    ]
    stock, mine = (sum((row[index] for row in found.values()), Counter()) for index in (0, 1))
    total = f"| **all** | {stock.total()} | {unexpected(stock)} unexpected | {unexpected(mine)} unexpected |"
    return "\n".join([*lines, total])


def unexpected(counts: Counter[str]) -> int:
    return sum(count for what, count in counts.items() if "**" in what)


def test_the_documentation_has_the_results_of_both_clients(stock: str) -> None:
    """The table is current, and our client neither raises an undocumented exception nor loses data."""
    found = rows(stock)
    shown = table(found)

    assert sum(theirs.total() for theirs, _ in found.values()) >= 40
    assert not [name for name, (_, ours) in found.items() if "**" in cell(ours)]
    assert shown in PAGE.read_text(encoding="utf-8"), f"the table in {PAGE.name} must be:\n{shown}"
