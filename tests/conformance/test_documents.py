"""A description in several files, in OpenAPI 3.0 or 3.1, in YAML or JSON becomes one document of 3.1."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from clumio_conformance.contract.documents import read_document
from clumio_conformance.contract.specification import Specification, references
from clumio_conformance.contract.yaml_files import ContractError

HEAD = 'openapi: 3.1.0\ninfo: {title: T, version: "1"}\n'
PETS = """paths:
  /pets:
    get:
      responses:
        200: {description: Fine., content: {application/json: {schema: SCHEMA}}}
"""


def loaded(folder: Path, root: str, **files: str) -> Specification:
    """Load `root`; the names of the other files have `__` for a slash and `_yaml` for their suffix."""
    for name, text in {"openapi_yaml": root, **files}.items():
        file = folder / name.replace("__", "/").replace("_yaml", ".yaml")
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return read_document(folder / "openapi.yaml")


def refused(folder: Path, root: str, **files: str) -> str:
    with pytest.raises(ContractError) as caught:
        loaded(folder, root, **files)
    return str(caught.value).removeprefix(f"{folder}/")


def placed(specification: Specification, pointer: str) -> tuple[Path, int | None]:
    file, _, line = specification.place(pointer)
    return file, line


def schema(specification: Specification) -> Any:
    return specification.at("/paths/~1pets/get/responses/200/content/application~1json/schema")


def upgraded(folder: Path, written: str) -> Any:
    """Return the component `A` of a document of OpenAPI 3.0."""
    head = HEAD.replace("3.1.0", "3.0.3")
    text = f"{head}paths: {{}}\ncomponents: {{schemas: {{B: {{type: string}}, A: {written}}}}}\n"
    return loaded(folder, text).at("/components/schemas/A")


# --- files ---


def test_what_other_files_hold_becomes_components_with_their_places(tmp_path: Path) -> None:
    specification = loaded(
        tmp_path,
        HEAD + PETS.replace("SCHEMA", "{$ref: 'schemas/pet.yaml'}"),
        schemas__pet_yaml="""type: object
properties:
  owner: {$ref: 'people.yaml#/Owner'}
  parent: {$ref: '#'}
  first: {$ref: 'people.yaml#/list/0'}
  name: {$ref: '#/$defs/a~1b%7B'}
$defs:
  a/b{: {type: string}
""",
        schemas__people_yaml="list:\n  - {type: integer}\nOwner:\n  required: [pet]\n"
        "  properties: {pet: {$ref: './pet.yaml'}}\n",
    )

    assert schema(specification) == {"$ref": "#/components/schemas/pet"}
    pet = specification.at("/components/schemas/pet")
    assert pet["properties"] == {
        "owner": {"$ref": "#/components/schemas/Owner"},
        "parent": {"$ref": "#/components/schemas/pet"},
        "first": {"$ref": "#/components/schemas/people_0"},
        "name": {"$ref": "#/components/schemas/pet/$defs/a~1b{"},
    }
    assert specification.at("/components/schemas/people_0") == {"type": "integer"}
    assert specification.at(pet["properties"]["name"]["$ref"]) == {"type": "string"}
    people = tmp_path / "schemas" / "people.yaml"
    assert placed(specification, "/components/schemas/Owner/properties/pet") == (people, 5)
    assert placed(specification, "/components/schemas/pet/properties/name") == (people.parent / "pet.yaml", 6)
    assert placed(specification, "/paths/~1pets/get") == (tmp_path / "openapi.yaml", 5)
    assert all(one.startswith("#/") for _, one in references(specification.content))


def test_a_component_or_path_that_is_another_file_gets_its_content(tmp_path: Path) -> None:
    """So a model has the name that the document gives it, and a file that two name is one component."""
    specification = loaded(
        tmp_path,
        HEAD
        + """paths:
  /pets: {$ref: pets.yaml, summary: All pets}
components:
  schemas: {$ref: schemas.yaml}
  responses:
    Fine: {$ref: 'answers.yaml#/ok'}
""",
        pets_yaml="get:\n  responses:\n    200: {$ref: 'answers.yaml#/ok'}\n"
        "  callbacks: {done: {'{$url}': {$ref: '#'}}}\n",
        answers_yaml="""ok:
  description: Fine.
  content:
    application/json: {schema: {$ref: 'schemas.yaml#/Pet'}}
    text/plain: {schema: {$ref: 'openapi.yaml#/components/schemas/Pet/properties/tag'}}
""",
        schemas_yaml="Pet:\n  properties:\n    tag: {$ref: '#/Tag'}\nTag: {type: string}\n",
    )

    components = specification.content["components"]
    assert set(components) == {"schemas", "responses"}
    assert components["schemas"]["Pet"] == {"properties": {"tag": {"$ref": "#/components/schemas/Tag"}}}
    item = specification.at("/paths/~1pets")
    assert item["summary"] == "All pets"
    assert item["get"]["responses"]["200"] == {"$ref": "#/components/responses/Fine"}
    assert item["get"]["callbacks"]["done"]["{$url}"] == {"$ref": "#/paths/~1pets"}
    media = components["responses"]["Fine"]["content"]
    assert media["application/json"]["schema"] == {"$ref": "#/components/schemas/Pet"}
    assert placed(specification, "/components/schemas/Tag") == (tmp_path / "schemas.yaml", 4)
    assert placed(specification, "/paths/~1pets/summary") == (tmp_path / "openapi.yaml", 4)
    assert placed(specification, "/paths/~1pets/get") == (tmp_path / "pets.yaml", 1)


def test_names_that_meet_are_made_unique(tmp_path: Path) -> None:
    names = {"a": "{$ref: 'a.yaml#/Pet'}", "b": "{$ref: 'b.yaml#/Pet'}", "c": "{$ref: 'Pet.yaml'}"}
    properties = ", ".join(f"{key}: {value}" for key, value in names.items())
    specification = loaded(
        tmp_path,
        HEAD + f"paths: {{}}\ncomponents: {{schemas: {{Pet: {{properties: {{{properties}}}}}}}}}\n",
        a_yaml="Pet: {type: string}",
        b_yaml="Pet: {type: integer}",
        Pet_yaml="{type: boolean}",
    )

    found = {key: specification.at(node["$ref"])["type"] for key, node in
             specification.at("/components/schemas/Pet")["properties"].items()}  # fmt: skip
    assert found == {"a": "string", "b": "integer", "c": "boolean"}
    assert set(specification.content["components"]["schemas"]) == {"Pet", "a_Pet", "b_Pet", "Pet_Pet"}


def test_a_name_says_nothing_of_what_an_object_is(tmp_path: Path) -> None:
    """A parameter named `schema` is no schema, and the parameters of a link are no list."""
    operation = """paths:
  /pets:
    get:
      parameters: [{$ref: 'parts.yaml#/schema'}]
      responses:
        200:
          description: Found.
          links: {self: {$ref: 'parts.yaml#/self'}}
"""
    parts = """schema: {name: schema, in: query, required: true, schema: {type: string}}
self: {operationId: read, parameters: {id: $response.body#/id}}
"""
    specification = loaded(
        tmp_path, HEAD + operation.replace("get:", "get:\n      operationId: read"), parts_yaml=parts
    )
    assert specification.at("/components/parameters/schema/required") is True
    assert specification.at("/components/links/self/parameters") == {"id": "$response.body#/id"}


def test_what_only_looks_like_a_reference_is_left_alone(tmp_path: Path) -> None:
    schemas = """paths: {}
components:
  schemas:
    Pet:
      properties: {$ref: {type: string}}
      examples: [{$ref: nowhere.yaml}]
      discriminator:
        propertyName: $ref
        mapping: {cat: Cat, dog: 'dog.yaml', cow: '#/components/schemas/Cat', ant: '#/none'}
    Cat: {$anchor: cat, $id: 'https://example.com/cat'}
    Ways: {properties: {a: {$ref: '#cat'}, b: {$ref: 'https://example.com/cat'}}}
"""
    specification = loaded(tmp_path, HEAD + schemas, dog_yaml="{type: object}")

    pet = specification.at("/components/schemas/Pet")
    assert pet["properties"] == {"$ref": {"type": "string"}}
    assert pet["examples"] == [{"$ref": "nowhere.yaml"}]
    cat = "#/components/schemas/Cat"
    mapped = {"cat": "Cat", "dog": "#/components/schemas/dog", "cow": cat, "ant": "#/none"}
    assert pet["discriminator"]["mapping"] == mapped
    assert specification.at("/components/schemas/Ways/properties") == {"a": {"$ref": cat}, "b": {"$ref": cat}}


@pytest.mark.parametrize(
    ("written", "other", "message"),
    [
        ("{$ref: 'none.yaml#/A'}", "", "openapi.yaml:7: *refers to none.yaml: *: can't be read: No such"),
        ("{$ref: 'other.yaml#/A'}", "B: {}", "openapi.yaml:7: *points to nothing: there is no 'A'"),
        ("{$ref: 'other.yaml#/A'}", "A: {$ref: '#/B/0'}", "other.yaml:1: *nothing: there is no 'B'"),
        ("{$ref: 'other.yaml'}", "a: 1\nb: {", "other.yaml:2: is not YAML"),
        ("{$ref: 'https://example.com/a.yaml'}", "", "openapi.yaml:7: *; download it beside this file"),
        ("{$ref: '#cat'}", "", "openapi.yaml:7: *points to nothing: there is no $anchor 'cat'"),
        ("{$ref: 'other.yaml#/A'}", "A: {$ref: '#/B'}\nB: {$ref: '#/A'}", "7: *refers to itself; break"),
        ("{$ref: 'other.yaml#/A/x'}", "A: {$ref: '#/B'}\nB: {$ref: '#/A'}", "goes in a circle; break it"),
        ("{$ref: '#/components/schemas/A'}\ncomponents: {schemas: {A: {$ref: 'other.yaml'}}}",
         "$ref: 'openapi.yaml#/components/schemas/A'", "refers to itself; break the circle"),
        ("{$ref: 'other.yaml'}", "allOf: [{$ref: '#'}]", "other.yaml:1: *is a part of itself by allOf"),
        ("{$ref: 'other.yaml'}", "{type: strin}", "other.yaml:1: *type: *see OpenAPI 3.1"),
    ],
)  # fmt: skip
def test_a_reference_that_cannot_be_followed(tmp_path: Path, written: str, other: str, message: str) -> None:
    root = HEAD + PETS.replace("200: {description: Fine., content: {application/json: {schema: SCHEMA}}}", "")
    root += "        200:\n          description: Fine.\n          content: {a/b: {schema: SCHEMA}}\n"
    root = (
        HEAD + "paths:\n  /pets:\n    get:\n      responses: {200: {description: F, content: {a/b: {schema:\n"
    )
    schema, _, rest = written.partition("\n")
    found = refused(tmp_path, f"{root}{schema}}}}}}}}}\n{rest}", other_yaml=other)

    place = 0
    for part in message.split("*"):
        place = found.find(part, place)
        assert place >= 0, f"{part!r} is not in {found!r}"


# --- versions ---


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{type: string, nullable: true}", {"type": ["string", "null"]}),
        ("{type: string, nullable: false}", {"type": "string"}),
        ("{nullable: true}", {}),
        ("{type: string, nullable: true, enum: [a]}", {"type": ["string", "null"], "enum": ["a", None]}),
        (
            "{nullable: true, title: T, allOf: [{$ref: '#/components/schemas/B'}]}",
            {"title": "T", "anyOf": [{"$ref": "#/components/schemas/B"}, {"type": "null"}]},
        ),
        (
            "{type: object, nullable: true, oneOf: [{type: object}]}",
            {"anyOf": [{"type": "object", "oneOf": [{"type": "object"}]}, {"type": "null"}]},
        ),
        (
            "{nullable: true, anyOf: [{type: string}, {type: integer}]}",
            {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
        ),
        (
            "{$ref: '#/components/schemas/B', nullable: true, description: D}",
            {"$ref": "#/components/schemas/B"},
        ),
        ("{type: integer, minimum: 0, exclusiveMinimum: true}", {"type": "integer", "exclusiveMinimum": 0}),
        ("{type: integer, maximum: 9, exclusiveMaximum: false}", {"type": "integer", "maximum": 9}),
        ("{type: integer, exclusiveMaximum: true}", {"type": "integer"}),
        ("{type: string, example: a}", {"type": "string", "examples": ["a"]}),
    ],
)
def test_openapi_3_0_is_read_as_3_1(tmp_path: Path, old: str, new: Any) -> None:
    assert upgraded(tmp_path, old) == new


def test_a_node_that_moved_keeps_its_line(tmp_path: Path) -> None:
    root = (
        HEAD.replace("3.1.0", "3.0.0")
        + """paths: {}
components:
  schemas:
    A:
      nullable: true
      allOf:
        - type: object
          properties:
            b:
              minimum: 0
              exclusiveMinimum: true
"""
    )
    specification = loaded(tmp_path, root)

    moved = "/components/schemas/A/anyOf/0/properties/b/exclusiveMinimum"
    assert specification.at(moved) == 0
    assert specification.line(moved) == 12


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("swagger: '2.0'", "openapi.yaml:1: is Swagger 2.0; OpenAPI 3.0 and 3.1 work. Convert it"),
        ("openapi: 3.2.0", "openapi.yaml:1: is OpenAPI 3.2.0; OpenAPI 3.0 and 3.1 work. Write"),
        ("openapi: 3.1", "openapi.yaml:1: expected a version such as 3.1.0 at `openapi`, found 3.1;"),
        ("x: 1", "openapi.yaml:1: is no OpenAPI description: the key `openapi` is missing;"),
    ],
)
def test_another_version_is_refused_with_those_that_work(tmp_path: Path, version: str, message: str) -> None:
    assert refused(tmp_path, f"{version}\ninfo: {{title: T, version: '1'}}\npaths: {{}}\n").startswith(
        message
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD.replace("3.1.0", "3.0.3") + "paths: {}\nwebhooks: {}\n", "see OpenAPI 3.0"),
        (HEAD + "paths:\n  /{a}: {get: {responses: {200: {description: x}}}}\n", "'a'"),
        (HEAD + "paths: {}\ncomponents:\n  schemas:\n    A: {properties: {b: {type: 5}}}\n",
         "openapi.yaml:6: components/schemas/A/properties/b/type: "),
        (HEAD + "paths: {}\ncomponents:\n  schemas:\n    A: {properties: {b: {items: {discriminator: 5}}}}\n",
         "openapi.yaml:6: components/schemas/A/properties/b/items/discriminator: "),
        (HEAD + "paths: {}\ncomponents:\n  schemas:\n    A: {type: integer, default: a}\n",
         'openapi.yaml:6: components/schemas/A/default: "a" is not of type "integer"'),
    ],
)  # fmt: skip
def test_a_document_that_is_not_valid(tmp_path: Path, text: str, message: str) -> None:
    assert message in refused(tmp_path, text)


# --- valid, but unusual ---


def test_layers_that_double_circles_and_other_unusual_documents_load_at_once(tmp_path: Path) -> None:
    layers = {
        f"L{number}": {
            "allOf": [{"$ref": f"#/components/schemas/L{number + 1}"}] * 2,
            "properties": {key: {"$ref": f"#/components/schemas/L{number + 1}"} for key in "ab"},
            "default": {},
        }
        for number in range(40)
    }
    schemas = {
        **layers,
        "L40": True,
        "Never": False,
        "Tree": {"allOf": [{"items": {"$ref": "#/components/schemas/Tree"}}], "required": ["more"]},
        "Name": {"type": "string", "pattern": r"^\p{L}+$", "default": "x"},
    }
    content = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"x-note": 7},
        "webhooks": {"a": {"post": {"responses": {"x-note": 7, "200": {"description": "Fine."}}}}},
        "components": {"schemas": schemas},
    }
    (tmp_path / "a.json").write_text(json.dumps(content, indent="\t"), encoding="utf-8")

    started = time.monotonic()
    specification = read_document(tmp_path / "a.json")
    assert time.monotonic() - started < 2
    assert specification.content == content
    line = specification.line("/components/schemas/Name/pattern")
    assert line is not None
    assert "pattern" in (tmp_path / "a.json").read_text().splitlines()[line - 1]


def test_aliases_and_nesting_are_bounded(tmp_path: Path) -> None:
    doubling = "".join(f"x-{one}: &a{one + 1} [*a{one}, *a{one}]\n" for one in range(40))
    assert "has aliases that stand for more" in refused(tmp_path, f"{HEAD}x-: &a0 [1, 2]\n{doubling}")
    for deep in ("[" * 500 + "]" * 500, "[" * 5000 + "]" * 5000):
        assert "levels deep" in refused(tmp_path, f'{{"openapi": "3.1.0", "x-a": {deep}}}')
        assert "levels deep" in refused(tmp_path, f"openapi: 3.1.0\nx-a: {deep}\n")
