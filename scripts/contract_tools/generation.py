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
from dataclasses import asdict, dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ruff import find_ruff_bin

from clumio_conformance.contract.overlays import Overlaid
from clumio_conformance.contract.pointers import pointer_of
from clumio_conformance.contract.specification import Specification, nodes

from . import calls, document, helpers, refused_operations, tree
from .preparation import prepared
from .refusals import refuse_missing_classes, refuse_schemas
from .shaping import shaped
from .tokens import token_of

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
    extras = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    pins = dict(line.split("==") for line in extras["contract"] if "==" in line)
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
    refuse_schemas(sources.spec)
    refused_operations.refuse(sources.spec)
    remaining = helpers.remaining(sources.spec)
    work = target.with_name(f"{target.name}.work")
    work.mkdir()
    try:
        _run_generator(sources, work, target / PACKAGE, list(remaining))
    finally:
        shutil.rmtree(work)
    _add_package(sources.generator / "package", target / PACKAGE, remaining)
    (target / SOURCE).write_text(_source(sources), encoding="utf-8")
    tree.normalise_modes(target)


def _add_package(package: Path, target: Path, remaining: dict[str, tuple[str, str]]) -> None:
    """Add the files that are written by hand; a helper imports its operation from where it is."""
    # The generator has a template for the exceptions, which are ours, and none for the facts of the contract.
    (target / "errors.py").rename(target / "contract.py")
    left_out = helpers.modules(helpers.HELPERS) - helpers.modules(remaining)
    ignored = shutil.ignore_patterns("__pycache__", *left_out)
    shutil.copytree(package, target, dirs_exist_ok=True, ignore=ignored)
    for name, (folder, module) in remaining.items():
        file = target / f"{name}.py"
        text = file.read_text(encoding="utf-8")
        text = re.sub(r"(?m)^from \.api\.\w+ import \w+ as ", f"from .api.{folder} import {module} as ", text)
        file.write_text(text, encoding="utf-8")


def _source(sources: Sources) -> str:
    """Return the digests of the sources; the next generation finds the previous specification by them."""
    made_from = {"tools": sources.tools, "sha256": sources.digests()}
    return json.dumps(made_from, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _run_generator(sources: Sources, work: Path, package: Path, remaining: list[str]) -> None:
    templates = shutil.copytree(sources.generator / "templates", work / "templates")
    shutil.copytree(stock_templates(), templates / "stock")
    content, facts = shaped(prepared(sources.spec.content))
    used = helpers.modules(remaining)
    refuse_missing_classes(sources.spec, content["components"]["schemas"], facts, used)
    given = {
        "operations": calls.planned(content),
        "helpers": remaining,
        "token": asdict(token_of(sources.spec)),
    }
    files: dict[str, dict[str, Any]] = {"facts": {"facts": facts}, "operations": given}
    for name, values in files.items():
        lines = [f"{{% set {key} = {value!a} %}}\n" for key, value in values.items()]
        (templates / f"{name}.jinja").write_text("".join(lines), encoding="ascii")
    spec = work / "spec.json"
    spec.write_text(json.dumps(content), encoding="utf-8")
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
        stopped = re.match(r"^\S+UndefinedError: '.*?' has no attribute '(.+)'$", lines[-1])
        cause = (
            stopped[1]
            if stopped
            else (
                f"no client can be made of it, the generator stops with {lines[-1]}; take the last edit back"
            )
        )
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
