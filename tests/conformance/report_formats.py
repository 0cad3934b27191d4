"""The schemas of the report's formats, and what else their readers want."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema_rs
import xmlschema

SCHEMAS = Path(__file__).parents[1] / "cases" / "schemas"
CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


@cache
def sarif_schema() -> Any:
    """OASIS's schema; one of its patterns has a bracket that a strict reader refuses."""
    text = (SCHEMAS / "sarif-2.1.0.json").read_text(encoding="utf-8")
    return jsonschema_rs.validator_for(json.loads(text.replace("]?$", r"\\]?$")))


@cache
def junit_schema() -> xmlschema.XMLSchema:
    """The schema of Jenkins' xunit-plugin, which refuses a file that does not keep it."""
    return xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd")


def problems_of_sarif(log: Any) -> list[str]:
    """Return what breaks the schema, or a limit of GitHub's code scanning."""
    found = [error.message for error in sarif_schema().iter_errors(log)]
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for rule in rules:
        texts = [rule[name]["text"] for name in ("shortDescription", "fullDescription", "help")]
        found += [f"{rule['id']}: {text[:20]}" for text in texts if not text]
        found += [f"{rule['id']}: too long" for text in texts[:2] if len(text) > 1024]
    for result in run["results"]:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        # GitHub refuses the whole file for one address with a scheme.
        found += [f"not relative: {uri}"] if ":" in uri or uri.startswith("/") or not uri else []
        found += ["rule"] if rules[result["ruleIndex"]]["id"] != result["ruleId"] else []
        found += ["level"] if result["level"] not in {"none", "note", "warning", "error"} else []
        found += ["fingerprint"] if "primaryLocationLineHash" not in result["partialFingerprints"] else []
    return found + (["too many results"] if len(run["results"]) > 5000 else [])


def problems_of_junit(text: str) -> list[str]:
    """Return what breaks the schema of Jenkins, or that of Ant (windyroad's JUnit.xsd, in our words)."""
    found = [str(error.reason) for error in junit_schema().iter_errors(text)]
    root = ET.fromstring(text)  # noqa: S314 - our own file
    found += ["attributes of testsuites"] if root.attrib else []
    for number, suite in enumerate(root):
        children = [child.tag for child in suite]
        of_suite = {"name", "timestamp", "hostname", "tests", "failures", "errors", "skipped", "time"}
        found += ["attributes"] if set(suite.attrib) != of_suite | {"package", "id"} else []
        found += ["id"] if suite.get("id") != str(number) else []
        found += (
            ["time"]
            if not re.fullmatch(r"\d{4}(-\d\d){2}T\d\d(:\d\d){2}", suite.get("timestamp", ""))
            else []
        )
        if children != ["properties", *["testcase"] * (len(children) - 3), "system-out", "system-err"]:
            found.append("order")
        for case in suite.iter("testcase"):
            found += ["attributes of a case"] if set(case.attrib) != {"name", "classname", "time"} else []
            found += ["several results"] if len(case) > 1 else []
            found += (
                ["no type"] if any("type" not in one.attrib for one in case if one.tag != "skipped") else []
            )
        for tag, counted in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            found += [f"count of {tag}"] if int(suite.get(counted, "")) != len(list(suite.iter(tag))) else []
    return found


BADGE = {
    "required": ["schemaVersion", "label", "message", "color", "isError"],
    "properties": {
        "schemaVersion": {"const": 1},
        "label": {"type": "string", "minLength": 1},
        "message": {"type": "string", "minLength": 1, "maxLength": 60},
        "color": {"enum": ["brightgreen", "red", "lightgrey"]},
        "isError": {"type": "boolean"},
    },
    "additionalProperties": False,
}
