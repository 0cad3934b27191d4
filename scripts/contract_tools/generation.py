"""The generated tree: its sources, and the run of the generator."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from ruff import find_ruff_bin

from clumio_conformance.contract.overlays import Overlaid
from clumio_conformance.contract.pointers import pointer_of
from clumio_conformance.contract.specification import Specification, nodes

from . import document, tree
from .preparation import prepared

PACKAGE = "clumio_connection_groups"
SOURCE = "source.json"
CHATTER = (
    "Generating ",
    "If you believe this was a mistake",
    "Warning(s) encountered",
    "Error(s) encountered",
)
TOOLS = ("openapi-python-client", "ruff")


class GenerationError(Exception):
    """The tree can't be generated; the message names the cause and the fix."""


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Everything that the tree depends on.

    Attributes:
        spec: The specification, with its overlays applied.
        generator: The folder with the generator's options, templates and the files of the package.
        tools: The version of the generator and of the formatter.
    """

    spec: Specification
    generator: Path
    tools: dict[str, str]

    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of the specification, each overlay, and each file of the generator's folder."""
        files = tree.read(self.generator)
        digests = {
            path: hashlib.sha256(entry.content).hexdigest()
            for path, entry in files.items()
            if entry.kind == "file"
        }
        overlays = self.spec.overlays if isinstance(self.spec, Overlaid) else ()
        applied = {f"overlay {at} {one.file.name}": one.digest for at, one in enumerate(overlays, 1)}
        return {"spec": self.spec.digest, **applied, **digests}


def collect(root: Path, spec: Path, overlays: Sequence[Path] = ()) -> Sources:
    """Read and check the sources of a checkout.

    Raises:
        ContractError: The specification cannot be used.
        GenerationError: A tool is missing or has another version than the pinned one.
    """
    return Sources(
        spec=document.read(spec, overlays),
        generator=root / "openapi" / "generator",
        tools=_pinned_tools(root / "pyproject.toml"),
    )


def _pinned_tools(pyproject: Path) -> dict[str, str]:
    extras = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]["optional-dependencies"]["dev"]
    pins = dict(line.split("==") for line in extras if "==" in line)
    for tool in TOOLS:
        found = version(tool) if find_spec(tool.replace("-", "_")) else "none"
        if found != pins[tool]:
            raise GenerationError(
                f"{tool}: expected version {pins[tool]}, found {found}; the output depends on it. "
                "Install the pinned one: python -m pip install -e '.[dev]'"
            )
    return {tool: pins[tool] for tool in TOOLS}


def make(sources: Sources, target: Path) -> None:
    """Write the tree into an empty folder.

    Raises:
        ContractError: The generator refuses the specification, or warns about it.
        GenerationError: The generator fails for another reason.
    """
    work = target.with_name(f"{target.name}.work")
    work.mkdir()
    try:
        _run_generator(sources, work, target / PACKAGE)
    finally:
        shutil.rmtree(work)
    shutil.copytree(sources.generator / "package", target / PACKAGE, dirs_exist_ok=True)
    shutil.rmtree(target / PACKAGE / "__pycache__", ignore_errors=True)
    (target / SOURCE).write_text(_source(sources), encoding="utf-8")
    tree.normalise_modes(target)


def _source(sources: Sources) -> str:
    """Return the digests of the sources; the next generation finds the previous specification by them."""
    made_from = {"tools": sources.tools, "sha256": sources.digests()}
    return json.dumps(made_from, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _run_generator(sources: Sources, work: Path, package: Path) -> None:
    templates = shutil.copytree(sources.generator / "templates", work / "templates")
    shutil.copytree(stock_templates(), templates / "stock")
    spec = work / "spec.json"
    spec.write_text(json.dumps(prepared(sources.spec.content)), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "openapi_python_client",
        "generate",
        "--meta",
        "none",
        "--fail-on-warning",
    ]
    command += ["--path", str(spec), "--config", str(sources.generator / "options.yaml")]
    command += ["--custom-template-path", str(templates), "--output-path", str(package)]
    package.parent.mkdir(exist_ok=True)
    result = subprocess.run(
        command, env=_environment(), cwd=work, capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        raise _failure(sources.spec, f"{result.stdout}\n{result.stderr}")


def stock_templates() -> Path:
    """Return the folder of the templates that come with the generator."""
    spec = find_spec("openapi_python_client")
    if spec is None or spec.origin is None:
        raise GenerationError("openapi-python-client is not installed: python -m pip install -e '.[dev]'")
    return Path(spec.origin).parent / "templates"


def _environment() -> dict[str, str]:
    """Return the child's environment: this interpreter's formatter, nothing that could change the output."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "RUFF"))}
    path = os.pathsep.join([str(Path(find_ruff_bin()).parent), kept.get("PATH", os.defpath)])
    return {
        **kept,
        "PATH": path,
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "NO_COLOR": "1",
        "TYPER_STANDARD_TRACEBACK": "1",
    }


def _failure(spec: Specification, output: str) -> Exception:
    """Make the error for a message of the generator, with its place in the specification."""
    lines = re.sub(r"\x1b\[[0-9;]*m", "", output).splitlines()
    cause = "\n".join(line for line in lines if line.strip() and not line.startswith(CHATTER))
    if "Traceback" in cause:  # a template stops it by the use of something undefined, which is the message
        cause = re.sub(r"^\S+UndefinedError: '.*?' has no attribute '(.+)'$", r"\1", lines[-1])
    if "no longer has" in cause:
        return GenerationError(f"openapi/generator/templates: {cause}")
    return spec.broken(_complaint_about(spec, cause), cause)


def _complaint_about(spec: Specification, cause: str) -> str:
    """Find the node that a message of the generator names; the whole document when it names none."""
    key = re.search(r"Unsupported content_type ([^,)]+)|of the field (.+)", cause)
    if key:
        places = (location for location, _ in nodes(spec.content) if location[-1:] == (key[1] or key[2],))
        return pointer_of(next(places, ()))
    operation = re.search(r"parsing ([A-Z]+) (\S+) within", cause)
    if operation:
        return pointer_of(["paths", operation[2], operation[1].lower()])
    component = re.search(r"/components/(\w+)/(\w+)", cause)
    return component[0] if component else ""
