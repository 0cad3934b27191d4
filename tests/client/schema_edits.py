# ruff: noqa: E501, FBT003 - a row of a table is a line; a boolean is a value of an enum here
"""Edits of the contract's schemas, by kind: what the client must read, keep and write back."""

from collections.abc import Callable
from typing import Any

from edited_spec import Content, Edit

Schema = dict[str, Any]
TEXT = """\
          description: The reason, for a person.
          type: string
          x-requirements: {type: UCG-ERR-03}
"""
STRING: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
LINK: Schema = {"$ref": "#/components/schemas/Link"}
EDITED = "group = whole(models.ConnectionGroup, {'edited': value})\n"


def ref(name: str) -> Schema:
    """A reference to a component schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def of(**properties: Any) -> Schema:
    """An object with these fields."""
    return {"type": "object", "properties": properties}


def listed(*values: Any, **more: Any) -> Schema:
    """An enum."""
    return {"enum": list(values), **more}


def fields(*names: str) -> Schema:
    """An object with string fields of these names."""
    return {"type": "object", "properties": dict.fromkeys(names, STRING)}


def in_schema(name: str, **more: Any) -> Callable[[Content], object]:
    """An edit that puts more keywords into a component schema."""
    return lambda content: content["components"]["schemas"][name].update(more)


def in_field(schema: str, field: str, **more: Any) -> Callable[[Content], object]:
    """An edit that puts more keywords into a field of a component schema."""
    return lambda content: content["components"]["schemas"][schema]["properties"][field].update(more)


def in_answer(schema: Any) -> Callable[[Content], object]:
    """An edit that puts another schema in the place of the group in an answer."""

    def change(content: Content) -> None:
        media = content["components"]["responses"]["ConnectionGroup"]["content"]
        media["application/api.clumio.aws-connection-groups=v1+json"]["schema"] = schema

    return change


def in_body(schema: Any) -> Callable[[Content], object]:
    """An edit that puts another schema in the place of the body of an update."""

    def change(content: Content) -> None:
        path = content["paths"]["/connections/aws/connection-groups/{connection_group_id}"]
        path["put"]["requestBody"]["content"]["application/json"]["schema"] = schema

    return change


def replaced(old: str, new: str) -> Callable[[str], str]:
    """An edit of the text of the contract."""

    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def described(text: str) -> Callable[[Content], object]:
    """An edit that puts a description at a class, an enum, a field, an operation and a parameter."""

    def change(content: Content) -> None:
        schemas = content["components"]["schemas"]
        for schema in (
            schemas["ConnectionGroup"],
            schemas["AssetType"],
            schemas["Link"]["properties"]["href"],
        ):
            schema["description"] = schema["title"] = text
        operation = content["paths"]["/connections/aws/connection-groups"]["get"]
        operation["description"] = operation["summary"] = operation["parameters"][0]["description"] = text

    return change


def formats() -> list[Edit]:
    """Strings and numbers with a format are read as what they are on the wire."""
    made = [
        Edit(
            kind="formats",
            name=f"{name} in an answer and a request",
            new=STRING | {"format": name},
            reads=(text, "x"),
        )
        for name, text in {
            "date-time": "2026-01-31T09:30:00Z",
            "date": "2026-01-31",
            "time": "09:30:00Z",
            "duration": "P1D",
            "uuid": "4f1c1c1e-52a4-4f9b-9f43-9d1f6c9f1b52",
            "byte": "YQ==",
            "binary": "\u0000\u00ff",
            "password": "p",
            "email": "a@b.c",
            "ipv4": "127.0.0.1",
            "no such format": "x",
        }.items()
    ]
    return [
        *made,
        Edit(
            kind="formats",
            name="int64 and double",
            new=of(a={"type": "integer", "format": "int64"}, b={"type": "number", "format": "double"}),
            reads=({"a": 2**60, "b": 1.5}, {"a": 1, "b": 2}),
        ),
        Edit(
            kind="formats",
            name="list of dates",
            new={"type": "array", "items": STRING | {"format": "date"}},
            reads=([], ["2026-01-31", "no date"]),
        ),
        Edit(
            kind="formats",
            name="format without a type",
            new={"format": "date-time"},
            reads=("2026-01-31T09:30:00Z", 1, None, {}),
        ),
        Edit(
            kind="formats",
            name="date or null",
            new={"type": ["string", "null"], "format": "date"},
            reads=("2026-01-31", None),
        ),
        Edit(
            kind="formats",
            name="contentEncoding and contentMediaType",
            new=STRING | {"contentEncoding": "base64", "contentMediaType": "image/png"},
            reads=("YQ==",),
        ),
        Edit(
            kind="formats",
            name="component with a format",
            more={"Moment": STRING | {"format": "date-time"}},
            new=of(at=ref("Moment"), all={"type": "array", "items": ref("Moment")}),
            reads=({"at": "now", "all": ["then"]},),
        ),
        Edit(
            kind="formats",
            name="binary field of a component in JSON",
            more={"Part": of(data=STRING | {"format": "binary"})},
            new=ref("Part"),
            reads=({"data": "x"},),
        ),
    ]


def enums() -> list[Edit]:
    """Enums of strings and of integers are classes, in which an unknown value is a member of its own."""
    kind = "enum and const"
    unknown = (
        "value = UNKNOWN\n"
        + EDITED
        + (
            "assert group.edited == value and not group.additional_properties and not group.edited.is_documented, group\n"
            "assert whole(models.ConnectionGroup, {'edited': KNOWN}).edited.is_documented\n"
        )
    )

    def kept(known: Any, other: Any) -> str:
        return f"UNKNOWN, KNOWN = {other!r}, {known!r}\n{unknown}"

    return [
        Edit(
            kind=kind,
            name="integer enum",
            new=listed(1, 2, -3, type="integer"),
            reads=(1, -3, 9),
            checks=kept(2, 7),
        ),
        Edit(
            kind=kind,
            name="string enum",
            new=listed("a", "b", type="string"),
            reads=("a", "c"),
            checks=kept("a", "c"),
        ),
        Edit(
            kind=kind,
            name="enum without a type",
            new=listed("a", "b"),
            reads=("a", "c"),
            checks=kept("a", "c"),
        ),
        Edit(
            kind=kind, name="integer enum without a type", new=listed(1, 2), reads=(1, 3), checks=kept(1, 3)
        ),
        Edit(
            kind=kind, name="enum of one", new=listed("only"), reads=("only", "x"), checks=kept("only", "x")
        ),
        Edit(kind=kind, name="enum of one null", new=listed(None), reads=(None,)),
        Edit(kind=kind, name="enum with null", new=listed("a", None), reads=("a", None, "x")),
        Edit(
            kind=kind,
            name="enum with null and types",
            new=listed("a", None, type=["string", "null"]),
            reads=("a", None),
        ),
        Edit(kind=kind, name="integer enum with null", new=listed(1, None), reads=(1, None, 5)),
        Edit(kind=kind, name="enum of mixed types", new=listed("a", 1, True), reads=("a", 1, True, "x", 7)),
        Edit(kind=kind, name="enum of booleans", new=listed(True, False), reads=(True, False)),
        Edit(kind=kind, name="enum of true", new=listed(True, type="boolean"), reads=(True, False)),
        Edit(kind=kind, name="enum of numbers", new=listed(1.5, 2), reads=(1.5, 2, 7.5)),
        Edit(kind=kind, name="enum of numbers with a type", new=listed(1, 2, type="number"), reads=(1, 2.5)),
        Edit(kind=kind, name="enum of objects", new=listed({"a": 1}, {"b": 2}), reads=({"a": 1}, {"c": 3})),
        Edit(kind=kind, name="enum of lists", new=listed([1], [2]), reads=([1], ["x"])),
        Edit(kind=kind, name="const string", new={"const": "v1"}, reads=("v1", "v2")),
        Edit(
            kind=kind,
            name="const string with a type",
            new={"type": "string", "const": "v1"},
            reads=("v1", "v2"),
        ),
        Edit(kind=kind, name="const integer", new={"const": 3}, reads=(3, 4)),
        Edit(kind=kind, name="const boolean", new={"const": True}, reads=(True, False)),
        Edit(kind=kind, name="const null", new={"const": None}, reads=(None,)),
        Edit(kind=kind, name="const number", new={"const": 1.5}, reads=(1.5, 2)),
        Edit(kind=kind, name="const object", new={"const": {"a": [1]}}, reads=({"a": [1]}, {"b": 1})),
        Edit(kind=kind, name="const list", new={"const": ["a"]}, reads=(["a"], [1])),
        Edit(
            kind=kind,
            name="const of a quote and a line end",
            new={"const": 'a"\'\\\n"""'},
            reads=('a"\'\\\n"""',),
        ),
        Edit(
            kind=kind,
            name="enum values that start with digits",
            new=listed("2fa", "3", "1.5"),
            reads=("2fa", "3", "4"),
        ),
        Edit(
            kind=kind,
            name="enum values of signs",
            new=listed("<", "<=", "", " ", "-", "+", "*", "$", "."),
            reads=("<", "<=", "", " ", "-", "+", ".", ">"),
            checks="assert models.ConnectionGroupEdited.LESS_THAN_SIGN_EQUALS_SIGN == '<='\n"
            "assert models.ConnectionGroupEdited.EMPTY == ''",
        ),
        Edit(
            kind=kind,
            name="enum values that meet in Python",
            new=listed("a-b", "a_b", "A B", "a.b", "ab", "AB"),
            reads=("a-b", "a_b", "A B", "a.b", "ab", "AB"),
            checks="edited = models.ConnectionGroupEdited\n"
            "assert len(edited) == 6 and edited.A_B == 'a-b' and edited.A_B_2 == 'a_b', list(edited)",
        ),
        Edit(
            kind=kind,
            name="enum values that are words of Python",
            new=listed(
                "None",
                "True",
                "class",
                "name",
                "value",
                "mro",
                "self",
                "__init__",
                "UNDOCUMENTED",
                "is_documented",
            ),
            reads=("None", "True", "class", "name", "value", "mro", "self", "__init__", "UNDOCUMENTED"),
        ),
        Edit(
            kind=kind,
            name="enum values with quotes and line ends",
            new=listed('a"b', "a'b", "a\\b", "a\nb", 'x"""y', "{x}", "%s", "\\"),
            reads=('a"b', "a'b", "a\\b", "a\nb", 'x"""y', "{x}", "%s", "\\"),
        ),
        Edit(
            kind=kind,
            name="enum values beyond ASCII",
            new=listed("größe", "日本", "é", "ﬁ", "fi", "\u2028", "\u200b", "😀", "a\u0000b", "a\u200bb"),
            reads=("größe", "日本", "ﬁ", "fi", "\u2028", "\u200b", "😀", "a\u0000b", "a\u200bb"),
            checks="assert all(whole(models.ConnectionGroup, {'edited': each}).edited.is_documented for each in "
            "('a\\x00b', '\\u2028', 'ﬁ', 'a\\u200bb'))",
        ),
        Edit(
            kind=kind,
            name="enum values with an underscore in front",
            new=listed("_a", "__b__", "_", "a_", "a__b"),
            reads=("_a", "__b__", "_", "a_", "a__b"),
        ),
        Edit(
            kind=kind,
            name="integer enum of large and negative values",
            new=listed(-(2**40), 0, 2**63),
            reads=(-(2**40), 0, 2**63),
        ),
        Edit(
            kind=kind,
            name="enum value undocumented",
            new=listed("undocumented", "x"),
            reads=("undocumented", "y"),
        ),
        Edit(
            kind=kind,
            name="names given by x-enum-varnames",
            new=listed(1, 2, **{"x-enum-varnames": ["low", "very high"]}),
            reads=(1, 2),
            checks="assert models.ConnectionGroupEdited.VERY_HIGH == 2",
        ),
        Edit(
            kind=kind,
            name="annotated enum: oneOf of constants",
            new={"oneOf": [{"const": "a", "title": "A"}, {"const": "b", "description": "B"}]},
            reads=("a", "b", "c"),
            checks=kept("a", "c"),
        ),
        Edit(
            kind=kind,
            name="enum in a list",
            new={"type": "array", "items": listed("a", "b")},
            reads=([], ["a", "x"]),
            checks=EDITED.replace("value", "['a', 'x']") + "assert not group.edited[1].is_documented",
        ),
        Edit(
            kind=kind,
            name="integer enum in a list",
            new={"type": "array", "items": listed(1, 2)},
            reads=([1, 7], []),
        ),
        Edit(
            kind=kind,
            name="enum gets a default",
            change=in_schema("ConnectionGroupStatus", default="connecting"),
        ),
        Edit(
            kind=kind,
            name="a value more",
            change=in_schema("ConnectionGroupStatus", enum=["paused", "unlinked"]),
        ),
        Edit(
            kind=kind,
            name="the enum is a string now",
            change=lambda content: content["components"]["schemas"]["AssetType"].pop("enum"),
            checks="assert whole(models.ConnectionGroup, {'asset_types_enabled': ['x']}).asset_types_enabled == ['x']",
        ),
        Edit(
            kind=kind,
            name="values of another type than the enum",
            new=listed("a", 1, type="string"),
            refused="`enum` has 1, which is not of the type string; write '1' in quotes, or correct `type`",
        ),
        Edit(
            kind=kind,
            name="const of another type",
            new={"type": "integer", "const": "x"},
            refused="`const` has 'x'",
        ),
    ]


def nulls() -> list[Edit]:
    """Null in each spelling."""
    kind = "null"
    null = {"type": "null"}
    return [
        Edit(kind=kind, name="null by anyOf", new={"anyOf": [STRING, null]}, reads=("x", None)),
        Edit(kind=kind, name="null by oneOf, first", new={"oneOf": [null, INTEGER]}, reads=(1, None)),
        Edit(
            kind=kind, name="string or null by type list", new={"type": ["string", "null"]}, reads=("x", None)
        ),
        Edit(
            kind=kind,
            name="list or null by type list",
            new={"type": ["array", "null"], "items": STRING},
            reads=([], ["x"], None),
        ),
        Edit(
            kind=kind,
            name="object or null by type list",
            new=of(a=STRING) | {"type": ["null", "object"]},
            reads=({"a": "x"}, None),
        ),
        Edit(
            kind=kind,
            name="a list of what may be null",
            new={"type": "array", "items": {"type": ["string", "null"]}},
            reads=([None, "x"],),
        ),
        Edit(kind=kind, name="an object or null", new={"oneOf": [LINK, null]}, reads=({"href": "x"}, None)),
        Edit(
            kind=kind,
            name="an enum or null",
            new={"anyOf": [ref("StackOperation"), null]},
            reads=("creating_stack", "x", None),
        ),
        Edit(
            kind=kind, name="an integer enum or null", new={"anyOf": [listed(1, 2), null]}, reads=(1, 3, None)
        ),
        Edit(kind=kind, name="only null", new=null, reads=(None,)),
        Edit(
            kind=kind,
            name="null twice",
            new={"anyOf": [{"type": ["string", "null"]}, null]},
            reads=("x", None),
        ),
        Edit(
            kind=kind,
            name="null in the component",
            more={"Maybe": {"type": ["integer", "null"]}},
            new=ref("Maybe"),
            reads=(1, None),
        ),
        Edit(
            kind=kind,
            name="null in the component and at the field",
            more={"Maybe": {"type": ["integer", "null"]}},
            new={"oneOf": [ref("Maybe"), null]},
            reads=(1, None),
        ),
        Edit(
            kind=kind,
            name="a list or null, of objects",
            new={"anyOf": [{"type": "array", "items": LINK}, null]},
            reads=([{"href": "x"}], None),
        ),
        Edit(
            kind=kind,
            name="null of a required field of a request",
            change=in_field("UpdateConnectionGroupRequest", "aws_regions", type=["array", "null"]),
            checks="assert models.UpdateConnectionGroupRequest([], None).to_dict() == {'asset_types': [], 'aws_regions': None}",
        ),
    ]


def compositions() -> list[Edit]:
    """Choices and conjunctions."""
    kind = "composition"
    cat, dog = (
        of(kind={"const": "cat"}, lives=INTEGER),
        of(kind={"const": "dog"}, tricks={"type": "array", "items": STRING}),
    )
    a, b = of(a=STRING), of(b=INTEGER)

    def is_a(name: str, value: Any) -> str:
        return f"value = {value!r}\n{EDITED}assert type(group.edited).__name__ == {name!r}, group\n"

    return [
        Edit(
            kind=kind,
            name="oneOf of two objects",
            more={"Alpha": a, "Beta": b},
            new={"oneOf": [ref("Alpha"), ref("Beta")]},
            reads=({"a": "x"}, {"b": 1}),
            checks=is_a("Beta", {"b": 1}) + is_a("Alpha", {"a": "x"}) + is_a("Alpha", {"c": 1}),
        ),
        Edit(
            kind=kind,
            name="oneOf with a discriminator",
            more={"Cat": of(kind=STRING, name=STRING), "Dog": of(kind=STRING, name=STRING)},
            new={"oneOf": [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "kind"}},
            reads=({"kind": "Dog", "name": "x"},),
            checks=is_a("Dog", {"kind": "Dog"})
            + is_a("Cat", {"kind": "Cat", "name": "x"})
            + is_a("Cat", {"kind": "?"}),
        ),
        Edit(
            kind=kind,
            name="oneOf with a discriminator and a mapping",
            more={"Cat": of(kind=STRING), "Dog": of(kind=STRING)},
            new={
                "oneOf": [ref("Cat"), ref("Dog")],
                "discriminator": {
                    "propertyName": "kind",
                    "mapping": {
                        "meow": "#/components/schemas/Cat",
                        "woof": "Dog",
                        "bark": "#/components/schemas/Dog",
                    },
                },
            },
            reads=({"kind": "woof"},),
            checks=is_a("Dog", {"kind": "woof"})
            + is_a("Dog", {"kind": "bark"})
            + is_a("Cat", {"kind": "meow"}),
        ),
        Edit(
            kind=kind,
            name="oneOf of two objects with constants",
            more={"Cat": cat, "Dog": dog},
            new={"oneOf": [ref("Cat"), ref("Dog")]},
            reads=({"kind": "dog", "tricks": ["sit"]}, {"kind": "cat", "lives": 9}),
            checks=is_a("Dog", {"kind": "dog", "lives": 1}) + is_a("Cat", {"kind": "cat"}),
        ),
        Edit(kind=kind, name="oneOf of inline objects", new={"oneOf": [a, b]}, reads=({"a": "x"}, {"b": 1})),
        Edit(
            kind=kind,
            name="a list of a choice",
            more={"Cat": cat, "Dog": dog},
            new={"type": "array", "items": {"oneOf": [ref("Cat"), ref("Dog")]}},
            reads=([{"kind": "dog", "tricks": []}, {"kind": "cat"}],),
        ),
        Edit(
            kind=kind,
            name="anyOf of four kinds",
            new={"anyOf": [STRING, INTEGER, {"type": "boolean"}, {"type": "array", "items": STRING}]},
            reads=("x", 1, True, ["x"]),
        ),
        Edit(
            kind=kind,
            name="anyOf of all kinds",
            new={
                "anyOf": [
                    {"type": "array", "items": INTEGER},
                    {"type": "number"},
                    {"type": "null"},
                    STRING,
                    LINK,
                    {"type": "boolean"},
                ]
            },
            reads=("x", 1, 1.5, True, [1], {"href": "x"}, None),
        ),
        Edit(
            kind=kind,
            name="type list of all kinds",
            new={"type": ["string", "integer", "boolean", "array", "object", "null"]},
            reads=("x", 1, True, ["x", 1], {"a": 1}, None),
        ),
        Edit(
            kind=kind, name="integer or number", new={"anyOf": [INTEGER, {"type": "number"}]}, reads=(1, 1.5)
        ),
        Edit(
            kind=kind,
            name="two lists",
            new={"anyOf": [{"type": "array", "items": STRING}, {"type": "array", "items": LINK}]},
            reads=(["x"], [{"href": "x"}], ["x", {"href": "x"}]),
        ),
        Edit(
            kind=kind,
            name="a value or a list of it",
            new={"oneOf": [LINK, {"type": "array", "items": LINK}]},
            reads=({"href": "x"}, [{"href": "x"}]),
        ),
        Edit(
            kind=kind, name="anyOf with anything", new={"anyOf": [STRING, {}]}, reads=("x", 1, None, {"a": 1})
        ),
        Edit(kind=kind, name="anyOf of one", new={"anyOf": [STRING]}, reads=("x",)),
        Edit(kind=kind, name="oneOf of one object", new={"oneOf": [a]}, reads=({"a": "x"},)),
        Edit(
            kind=kind,
            name="choice within a choice",
            new={"anyOf": [{"oneOf": [STRING, INTEGER]}, {"anyOf": [LINK, {"type": "null"}]}]},
            reads=("x", 1, {"href": "x"}, None),
        ),
        Edit(
            kind=kind,
            name="single allOf around a $ref",
            new={"allOf": [LINK], "description": "It."},
            reads=({"href": "x"},),
            checks=is_a("Link", {}),
        ),
        Edit(
            kind=kind,
            name="single allOf around an enum",
            new={"allOf": [ref("StackOperation")], "default": "creating_stack"},
            reads=("creating_stack", "x"),
            checks=is_a("StackOperation", "x"),
        ),
        Edit(
            kind=kind,
            name="single allOf with a type beside it",
            new={"type": "object", "allOf": [LINK]},
            reads=({"href": "x"},),
            checks=is_a("Link", {}),
        ),
        Edit(
            kind=kind,
            name="a $ref with keywords beside it",
            new=LINK | {"description": "It.", "required": ["href"], "minProperties": 1},
            reads=({"href": "x"},),
            checks=is_a("Link", {}),
        ),
        Edit(
            kind=kind,
            name="a $ref with fields beside it",
            new=LINK | {"properties": {"more": INTEGER}},
            reads=({"href": "x", "more": 1},),
        ),
        Edit(
            kind=kind,
            name="allOf of two refs",
            more={"Alpha": a, "Beta": b},
            new={"allOf": [ref("Alpha"), ref("Beta")]},
            reads=({"a": "x", "b": 1},),
        ),
        Edit(
            kind=kind,
            name="allOf of a ref and fields",
            new={"allOf": [LINK, of(more=INTEGER)]},
            reads=({"href": "x", "more": 1},),
        ),
        Edit(
            kind=kind,
            name="allOf with fields beside it",
            new={"allOf": [LINK], "properties": {"more": INTEGER}},
            reads=({"href": "x", "more": 1},),
        ),
        Edit(
            kind=kind,
            name="allOf with fields that overlap",
            new={"allOf": [of(a=STRING, b=STRING), of(a=STRING | {"minLength": 1}, c=INTEGER)]},
            reads=({"a": "x", "b": "y", "c": 1},),
        ),
        Edit(
            kind=kind, name="allOf with fields that contradict", new={"allOf": [of(a=STRING), of(a=INTEGER)]}
        ),
        Edit(
            kind=kind,
            name="allOf with required only",
            new={"allOf": [LINK, {"required": ["href"]}]},
            reads=({"href": "x"},),
        ),
        Edit(
            kind=kind,
            name="allOf of strings",
            new={"allOf": [STRING, {"minLength": 1}, {"pattern": "x"}]},
            reads=("x",),
        ),
        Edit(
            kind=kind,
            name="allOf of enums",
            new={"allOf": [listed("a", "b"), listed("b", "c")]},
            reads=("b", "c"),
        ),
        Edit(
            kind=kind,
            name="allOf of a base and a choice",
            more={"Cat": cat, "Dog": dog},
            new={"allOf": [of(id=STRING), {"oneOf": [ref("Cat"), ref("Dog")]}]},
            reads=({"id": "x", "kind": "dog", "tricks": []}, {"id": "x", "lives": 1}),
        ),
        Edit(
            kind=kind,
            name="a base with a discriminator",
            more={
                "Base": of(kind=STRING) | {"discriminator": {"propertyName": "kind"}},
                "Kid": {"allOf": [ref("Base"), of(x=INTEGER)]},
            },
            new={"type": "array", "items": ref("Base")},
            reads=([{"kind": "Kid"}],),
            checks="assert whole(models.Kid, {'kind': 'Kid', 'x': 1}).x == 1",
        ),
        Edit(
            kind=kind,
            name="fields and a choice of what is required",
            new=of(a=STRING, b=STRING) | {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
            reads=({"a": "x"}, {"b": "x"}),
        ),
        Edit(
            kind=kind,
            name="fields and a choice of more fields",
            new=of(a=STRING) | {"oneOf": [of(b=STRING), of(c=STRING)]},
            reads=({"a": "x", "b": "x"}, {"a": "x", "c": "x"}),
        ),
        Edit(
            kind=kind,
            name="oneOf and anyOf together",
            new={"oneOf": [STRING, INTEGER], "anyOf": [STRING, {"type": "boolean"}]},
        ),
        Edit(
            kind=kind,
            name="oneOf of an enum and a string",
            new={"oneOf": [ref("StackOperation"), STRING]},
            reads=("creating_stack", "x"),
            checks=is_a("StackOperation", "creating_stack") + is_a("str", "x"),
        ),
        Edit(
            kind=kind,
            name="oneOf of two enums",
            new={"oneOf": [ref("StackOperation"), ref("ConnectionGroupStatus")]},
            reads=("creating_stack", "connecting", "x"),
            checks=is_a("ConnectionGroupStatus", "connecting"),
        ),
        Edit(
            kind=kind,
            name="oneOf of an enum and an object",
            new={"oneOf": [ref("StackOperation"), LINK]},
            reads=("creating_stack", "x", {"href": "x"}),
        ),
        Edit(
            kind=kind,
            name="oneOf of an integer enum and a number",
            new={"oneOf": [listed(1, 2), {"type": "number"}]},
            reads=(1, 3, 1.5),
        ),
        Edit(
            kind=kind,
            name="oneOf of a constant and an object",
            new={"oneOf": [{"const": "all"}, LINK]},
            reads=("all", {"href": "x"}),
        ),
        Edit(kind=kind, name="not", new={"not": STRING}, reads=(1, None)),
        Edit(kind=kind, name="a type and not", new=STRING | {"not": {"const": "x"}}, reads=("y",)),
        Edit(
            kind=kind,
            name="if, then, else",
            new=of(a=STRING) | {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": of(c=STRING)},
            reads=({"a": "x"},),
        ),
        Edit(
            kind=kind,
            name="dependentSchemas and dependentRequired",
            new=of(a=STRING, b=STRING)
            | {"dependentSchemas": {"a": of(c=STRING)}, "dependentRequired": {"a": ["b"]}},
            reads=({"a": "x", "b": "x"},),
        ),
        Edit(
            kind=kind,
            name="a choice as a component",
            more={"Choice": {"oneOf": [STRING, LINK]}},
            new={"type": "array", "items": ref("Choice")},
            reads=(["x", {"href": "x"}],),
        ),
        Edit(
            kind=kind,
            name="a choice is the answer",
            change=in_answer({"oneOf": [ref("ConnectionGroup"), LINK]}),
        ),
        Edit(
            kind=kind,
            name="a choice is the body",
            change=in_body({"oneOf": [ref("UpdateConnectionGroupRequest"), LINK]}),
        ),
        Edit(
            kind=kind,
            name="conjunctions of choices that multiply",
            new={"allOf": [{"oneOf": [of(**{f"f{n}": STRING}), of(**{f"g{n}": STRING})]} for n in range(12)]},
            reads=({},),
        ),
        Edit(
            kind=kind,
            name="an allOf in a circle",
            more={"One": {"allOf": [ref("Two"), a]}, "Two": {"allOf": [ref("One"), b]}},
            new=ref("One"),
            refused="is a part of itself by allOf",
        ),
    ]


def structures() -> list[Edit]:
    """Objects, maps and lists, also within each other and themselves."""
    kind = "objects, maps, lists"
    strings = {"type": "array", "items": STRING}

    def map_of(schema: Any) -> Schema:
        return {"type": "object", "additionalProperties": schema}

    return [
        Edit(
            kind=kind,
            name="map of strings",
            new=map_of(STRING),
            checks="whole(models.ConnectionGroup, {'edited': {'a': 'x'}})",
        ),
        Edit(
            kind=kind,
            name="map of lists",
            new=map_of(strings),
            checks="assert whole(models.ConnectionGroup, {'edited': {'a': ['x']}}).edited['a'] == ['x']",
        ),
        Edit(
            kind=kind,
            name="map of objects",
            new=map_of(LINK),
            checks="m = models.ConnectionGroupEdited(additional_properties={'a': models.Link('x')})\nassert m.to_dict() == {'a': {'href': 'x'}}",
        ),
        Edit(kind=kind, name="map of choices", new=map_of({"oneOf": [STRING, LINK]})),
        Edit(kind=kind, name="map of anything", new=map_of(True)),
        Edit(kind=kind, name="map of maps", new=map_of(map_of(INTEGER))),
        Edit(
            kind=kind,
            name="map with fields",
            new=of(a=STRING) | {"additionalProperties": INTEGER},
            reads=({"a": "x"},),
        ),
        Edit(
            kind=kind,
            name="additionalProperties without a type",
            new={"additionalProperties": STRING},
            reads=({},),
        ),
        Edit(
            kind=kind,
            name="the group itself is closed",
            change=in_schema("ConnectionGroup", additionalProperties=False),
        ),
        Edit(
            kind=kind,
            name="closed object",
            new=of(a=STRING) | {"additionalProperties": False},
            reads=({"a": "x"},),
        ),
        Edit(
            kind=kind,
            name="object that evaluates all",
            new=of(a=STRING) | {"unevaluatedProperties": False},
            reads=({"a": "x"},),
        ),
        Edit(
            kind=kind,
            name="patternProperties",
            new={"type": "object", "patternProperties": {"^x-": STRING}},
            reads=({},),
        ),
        Edit(
            kind=kind,
            name="propertyNames",
            new=of(a=STRING) | {"propertyNames": {"pattern": "^[a-z]+$"}},
            reads=({"a": "x"},),
        ),
        Edit(kind=kind, name="object without fields", new={"type": "object"}, reads=({},)),
        Edit(kind=kind, name="fields without a type", new={"properties": {"a": STRING}}, reads=({"a": "x"},)),
        Edit(
            kind=kind,
            name="object in an object in an object",
            new=of(a=of(b=of(c=STRING))),
            reads=({"a": {"b": {"c": "x"}}}, {"a": {}}),
        ),
        Edit(kind=kind, name="list of lists", new={"type": "array", "items": strings}, reads=([["x"], []],)),
        Edit(
            kind=kind,
            name="list of lists of objects",
            new={"type": "array", "items": {"type": "array", "items": LINK}},
            reads=([[{"href": "x"}]],),
        ),
        Edit(kind=kind, name="list without items", new={"type": "array"}, reads=([], [1, "x", None, {}])),
        Edit(kind=kind, name="list of anything", new={"type": "array", "items": {}}, reads=([1, "x", None],)),
        Edit(kind=kind, name="list of what is true", new={"type": "array", "items": True}, reads=([1, "x"],)),
        Edit(kind=kind, name="list of nothing", new={"type": "array", "items": False}, reads=([],)),
        Edit(kind=kind, name="items without a type", new={"items": STRING}, reads=(["x"],)),
        Edit(
            kind=kind,
            name="list of numbers",
            new={"type": "array", "items": {"type": "number"}},
            reads=([1, 1.5],),
        ),
        Edit(
            kind=kind,
            name="list of booleans",
            new={"type": "array", "items": {"type": "boolean"}},
            reads=([True, False],),
        ),
        Edit(
            kind=kind,
            name="list of inline objects",
            new={"type": "array", "items": of(a=STRING)},
            reads=([{"a": "x"}],),
        ),
        Edit(
            kind=kind,
            name="prefixItems",
            new={"type": "array", "prefixItems": [STRING, INTEGER]},
            reads=(["x", 1], ["x", 1, None]),
        ),
        Edit(
            kind=kind,
            name="prefixItems and items",
            new={"type": "array", "prefixItems": [STRING], "items": INTEGER},
            reads=(["x", 1, 2],),
        ),
        Edit(
            kind=kind,
            name="prefixItems and no others",
            new={"type": "array", "prefixItems": [STRING, LINK], "items": False},
            reads=(["x", {"href": "x"}],),
        ),
        Edit(
            kind=kind,
            name="uniqueItems, contains, bounds",
            new=strings | {"uniqueItems": True, "contains": {"const": "x"}, "minItems": 1},
            reads=(["x"],),
        ),
        Edit(
            kind=kind,
            name="recursive",
            more={"Node": of(name=STRING, next=ref("Node"))},
            new=ref("Node"),
            reads=({"name": "x", "next": {"next": {}}},),
        ),
        Edit(
            kind=kind,
            name="recursive in pairs",
            more={"Left": of(right=ref("Right")), "Right": of(left=ref("Left"))},
            new=ref("Left"),
            reads=({"right": {"left": {"right": {}}}},),
        ),
        Edit(
            kind=kind,
            name="recursive through lists and maps",
            more={"Node": of(kids={"type": "array", "items": ref("Node")}, by_name=map_of(ref("Node")))},
            new=ref("Node"),
            reads=({"kids": [{"kids": []}]},),
        ),
        Edit(
            kind=kind,
            name="recursive through a choice",
            more={"Node": of(next={"oneOf": [ref("Node"), {"type": "null"}, STRING]})},
            new=ref("Node"),
            reads=({"next": {"next": None}}, {"next": "x"}),
        ),
        Edit(
            kind=kind,
            name="recursive without an object",
            more={"Json": {"anyOf": [STRING, {"type": "array", "items": ref("Json")}]}},
            new=ref("Json"),
            reads=("x", ["x", ["y"]]),
        ),
        Edit(
            kind=kind,
            name="recursive lists",
            more={"Rows": {"type": "array", "items": ref("Rows")}},
            new=ref("Rows"),
            reads=([[], [[]]],),
        ),
        Edit(
            kind=kind,
            name="a schema that is true",
            more={"All": True},
            new=of(a=True, b=ref("All")),
            reads=({"a": 1, "b": [None]}, {"a": None}),
        ),
        Edit(kind=kind, name="a schema that is false", new=of(a=False), reads=({},)),
        Edit(kind=kind, name="the field is true", new=True, reads=("x", None, {"a": 1})),
        Edit(kind=kind, name="the field is {}", new={"description": "Anything."}, reads=("x", None, [1])),
        Edit(
            kind=kind,
            name="component that is a map",
            more={"Map": map_of(STRING)},
            new=ref("Map"),
            reads=({},),
        ),
        Edit(
            kind=kind,
            name="component that is a list",
            more={"Rows": {"type": "array", "items": of(a=STRING)}},
            new=ref("Rows"),
            reads=([{"a": "x"}],),
            checks="models.RowsItem",
        ),
        Edit(
            kind=kind,
            name="component that is a string",
            more={"Name": STRING | {"minLength": 1}},
            new=ref("Name"),
            reads=("x",),
        ),
        Edit(
            kind=kind,
            name="component that is an integer",
            more={"Count": INTEGER},
            new={"type": "array", "items": ref("Count")},
            reads=([1],),
        ),
        Edit(
            kind=kind,
            name="component that is another component",
            more={"Other": LINK, "Another": ref("Other")},
            new=ref("Another"),
            reads=({"href": "x"},),
            checks="assert type(whole(models.ConnectionGroup, {'edited': {}}).edited) is models.Link",
        ),
        Edit(
            kind=kind,
            name="a list before what it lists",
            more={"AList": {"type": "array", "items": ref("ZLast")}, "ZLast": of(a=STRING)},
            new=ref("AList"),
            reads=([{"a": "x"}],),
            checks="models.ZLast",
        ),
        Edit(
            kind=kind,
            name="a $ref to a field of a component",
            new={"$ref": "#/components/schemas/Link/properties/href"},
            reads=("x",),
        ),
        Edit(
            kind=kind,
            name="a $ref to an inline object",
            more={"Holder": of(inner=of(a=STRING))},
            new={"$ref": "#/components/schemas/Holder/properties/inner"},
            reads=({"a": "x"},),
        ),
        Edit(
            kind=kind,
            name="a $ref into a list",
            more={"Both": {"anyOf": [STRING, of(a=STRING)]}},
            new={"$ref": "#/components/schemas/Both/anyOf/1"},
            reads=({"a": "x"},),
        ),
        Edit(
            kind=kind,
            name="$defs",
            new={"$ref": "#/components/schemas/Holder/$defs/Inner"},
            more={"Holder": {"type": "object", "$defs": {"Inner": of(a=STRING)}}},
            reads=({"a": "x"},),
        ),
        Edit(
            kind=kind,
            name="answer without a component that requires a field",
            change=in_answer({"type": "object", "required": ["id"], "properties": {"id": STRING}}),
            checks="assert whole(models.ConnectionGroupResponse, {'x': 1})['x'] == 1\nmodels.ConnectionGroupResponse.from_dict({'id': 5})",
        ),
        Edit(
            kind=kind,
            name="the answer is a list",
            change=in_answer({"type": "array", "items": ref("ConnectionGroup")}),
        ),
        Edit(kind=kind, name="the answer is a map", change=in_answer(map_of(ref("ConnectionGroup")))),
        Edit(kind=kind, name="the answer is a string", change=in_answer(STRING)),
        Edit(kind=kind, name="the answer is anything", change=in_answer({})),
        Edit(kind=kind, name="the answer is an enum", change=in_answer(ref("AssetType"))),
        Edit(
            kind=kind,
            name="the answer is a group or null",
            change=in_answer({"oneOf": [ref("ConnectionGroup"), {"type": "null"}]}),
        ),
        Edit(
            kind=kind,
            name="the body is inline",
            change=in_body({"type": "object", "required": ["a"], "properties": {"a": STRING, "b": INTEGER}}),
            checks="assert models.UpdateAwsConnectionGroupBody('x').to_dict() == {'a': 'x'}",
        ),
        Edit(
            kind=kind,
            name="the body is a list",
            change=in_body({"type": "array", "items": ref("UpdateConnectionGroupRequest")}),
        ),
        Edit(
            kind=kind,
            name="many fields",
            new=fields(*(f"field{n}" for n in range(300))),
            reads=({"field7": "x"},),
        ),
        Edit(kind=kind, name="deep inline objects", new=_nested(60), reads=({"a": {"a": {}}},)),
    ]


def _nested(depth: int) -> Schema:
    schema = STRING
    for _ in range(depth):
        schema = of(a=schema)
    return schema


def marks() -> list[Edit]:
    """Defaults and marks. An answer has no defaults, and a request sends what is set."""
    kind = "defaults and marks"
    absent = "group = whole(models.ConnectionGroup, {'id': 'x'})\nassert not group.edited and group.to_dict() == {'id': 'x'}\n"
    made = [
        Edit(
            kind=kind,
            name=f"default of {name}",
            new=schema | {"default": default},
            reads=(default,),
            checks=absent,
        )
        for name, schema, default in (
            ("a string", STRING, "x"),
            ("an integer", INTEGER, 7),
            ("an integer: 0", INTEGER, 0),
            ("a number", {"type": "number"}, 1.5),
            ("a boolean", {"type": "boolean"}, True),
            ("an enum", listed("a", "b"), "b"),
            ("an integer enum", listed(1, 2), 2),
            ("a list", {"type": "array", "items": STRING}, ["x"]),
            ("an object", of(a=STRING), {"a": "x"}),
            ("a date", STRING | {"format": "date"}, "2026-01-31"),
            ("a choice", {"oneOf": [STRING, INTEGER]}, 5),
            ("a constant", {"const": "v1"}, "v1"),
            ("anything", {}, {"a": [1]}),
            ("a string or null", {"type": ["string", "null"]}, None),
            ("a string with quotes", STRING, 'a"\'\\\n"""{}'),
        )
    ]

    def described(words: str) -> str:
        return f"assert {words!r} in models.ConnectionGroup.__doc__, models.ConnectionGroup.__doc__"

    return [
        *made,
        Edit(
            kind=kind,
            name="default null",
            new={"type": ["string", "null"], "default": None},
            reads=("x", None),
            checks=absent,
        ),
        Edit(
            kind=kind,
            name="default null of a text",
            new=STRING | {"default": None},
            refused="null is not of type",
        ),
        Edit(
            kind=kind,
            name="default string in an answer",
            change=in_field("ConnectionGroup", "account_name", default="x"),
            checks="assert models.ConnectionGroup.from_dict({}).to_dict() == {}",
        ),
        Edit(
            kind=kind,
            name="default enum in an answer",
            change=in_field("ConnectionGroup", "status", default="unlinked"),
            checks="assert not models.ConnectionGroup.from_dict({}).status",
        ),
        Edit(
            kind=kind,
            name="default enum in a request: nothing set, nothing sent",
            change=in_field("UpdateConnectionGroupRequest", "asset_types_enabled", default=["RDS"]),
        ),
        Edit(
            kind=kind,
            name="default of a required field of a request",
            change=in_field("UpdateConnectionGroupRequest", "aws_regions", default=[]),
        ),
        Edit(
            kind=kind,
            name="default of a $ref",
            new=ref("StackOperation") | {"default": "creating_stack"},
            reads=("x",),
            checks=absent,
        ),
        Edit(
            kind=kind,
            name="default of another type",
            new={"type": "boolean", "default": "perhaps"},
            refused='"perhaps" is not of type',
        ),
        Edit(
            kind=kind,
            name="default that the enum does not list",
            new=listed("a", "b", default="c"),
            refused='"c" is not one of',
        ),
        Edit(
            kind=kind,
            name="default of a $ref that it does not list",
            new=ref("StackOperation") | {"default": "c"},
            refused="'c' is not",
        ),
        Edit(
            kind=kind,
            name="deprecated field",
            new=STRING | {"deprecated": True},
            reads=("x",),
            checks=described("Deprecated."),
        ),
        Edit(
            kind=kind,
            name="deprecated class",
            more={"Old": of(a=STRING) | {"deprecated": True}},
            new=ref("Old"),
            reads=({"a": "x"},),
            checks=described("Deprecated."),
        ),
        Edit(
            kind=kind,
            name="readOnly",
            new=STRING | {"readOnly": True},
            reads=("x",),
            checks=described("Only in answers."),
        ),
        Edit(
            kind=kind,
            name="writeOnly",
            new=STRING | {"writeOnly": True},
            reads=("x",),
            checks=described("Only in requests."),
        ),
        Edit(
            kind=kind,
            name="a required field of a request that is readOnly",
            change=in_field("UpdateConnectionGroupRequest", "aws_regions", readOnly=True),
            checks="assert models.UpdateConnectionGroupRequest([]).to_dict() == {'asset_types': []}",
        ),
        Edit(
            kind=kind,
            name="required in an answer",
            change=in_schema("ConnectionGroup", required=["id", "status"]),
            checks="assert not models.ConnectionGroup.from_dict({}).id",
        ),
        Edit(
            kind=kind,
            name="required, null and absent",
            change=in_schema("ConnectionGroup", required=["config"]),
            checks="assert models.ConnectionGroup.from_dict({'config': None}).config is None",
        ),
        Edit(
            kind=kind,
            name="required in what is sent and received",
            change=in_schema("ConnectionGroup", required=["id"]),
            new=ref("Shared"),
            more={"Shared": of(a=STRING) | {"required": ["a"]}},
            reads=({"a": "x"}, {}),
        ),
        Edit(
            kind=kind,
            name="the answer is sent again",
            change=lambda content: (
                in_schema("ConnectionGroup", required=["id"])(content),
                in_body(ref("ConnectionGroup"))(content),
            ),
            checks="assert models.ConnectionGroup.from_dict({'x': 1}).to_dict() == {'x': 1}",
        ),
        Edit(
            kind=kind,
            name="required but not described",
            change=in_schema(
                "UpdateConnectionGroupRequest", required=["asset_types", "aws_regions", "ghost"]
            ),
        ),
        Edit(
            kind=kind,
            name="external_id is required in a request; it stays hidden",
            change=lambda content: in_schema(
                "UpdateConnectionGroupRequest",
                required=["asset_types", "aws_regions", "external_id"],
                properties=content["components"]["schemas"]["UpdateConnectionGroupRequest"]["properties"]
                | {"external_id": STRING},
            )(content),
            checks="body = models.UpdateConnectionGroupRequest([], [], 'secret')\nassert 'secret' not in repr(body) and body.external_id == 'secret'",
        ),
        Edit(
            kind=kind,
            name="bounds of every kind",
            new=of(
                a=STRING | {"minLength": 0, "maxLength": 0, "pattern": "^.*$"},
                b={"type": "number", "exclusiveMinimum": 0, "maximum": 1e3, "multipleOf": 0.5},
            ),
            reads=({"a": "too long", "b": -7},),
        ),
        Edit(kind=kind, name="examples", new=STRING | {"examples": ['"x"""', "\\"]}, reads=("x",)),
        Edit(
            kind=kind,
            name="x- keywords, xml, externalDocs",
            new=STRING
            | {"x-any": {"a": [1]}, "xml": {"name": "x"}, "externalDocs": {"url": "https://x.invalid"}},
            reads=("x",),
        ),
    ]


def names() -> list[Edit]:
    """Names of fields, schemas and values that are no names of Python, are taken, or meet."""
    kind = "names"
    made = [
        Edit(
            kind=kind,
            name=f"fields {' '.join(map(repr, names))}",
            new=fields(*names),
            reads=(dict.fromkeys(names, "x"),),
        )
        for names in (
            ("x-id", "a.b", "a b", "a/b"),
            ("2fa", "3", "3.5"),
            ("additional_keys", "keys", "items", "additional_properties", "to_dict", "from_dict"),
            (
                "str",
                "int",
                "bool",
                "list",
                "dict",
                "float",
                "property",
                "classmethod",
                "staticmethod",
                "super",
                "object",
            ),
            (
                "len",
                "isinstance",
                "getattr",
                "setattr",
                "type",
                "id",
                "set",
                "tuple",
                "any",
                "range",
                "repr",
                "print",
            ),
            ('a"b', "a\\b", "a\nb", "a'b", "a\tb", "{a}", "%s", '"""'),
            ("_etag", "etag", "__etag", "etag_"),
            ("a-b", "a_b", "a b", "aB", "A_B"),
            ("id", "ID", "Id", "iD"),
            ("userName", "user_name", "username", "UserName"),
            (
                "class",
                "def",
                "import",
                "None",
                "True",
                "lambda",
                "async",
                "await",
                "match",
                "case",
                "self",
                "cls",
            ),
            (
                "Any",
                "Mapping",
                "UNSET",
                "Unset",
                "cast",
                "datetime",
                "Callable",
                "Model",
                "parsing",
                "define",
                "cache",
                "new",
            ),
            (
                "value",
                "made",
                "received",
                "missed",
                "inner",
                "item",
                "rest",
                "name",
                "attribute",
                "changes",
                "owner",
            ),
            (
                "_rest",
                "_names",
                "_required",
                "_reprs",
                "_read",
                "_parsers",
                "_keep",
                "_has",
                "_of",
                "_tags",
                "_wanted",
            ),
            (
                "__init__",
                "__slots__",
                "__class__",
                "__dict__",
                "__doc__",
                "__match_args__",
                "__weakref__",
                "__attrs_attrs__",
            ),
            ("größe", "日本", "ﬁ", "fi", "é", "\u2028", "\u200b", "😀", "a\u0000b", "ª", "x²"),
            ("", " ", "-", "_", "__", "$", "$ref", "@type", "#"),
            ("a", "a_2", "A", "a_3"),
            ("string", "object", "number", "null", "type", "properties", "$schema", "allOf"),
        )
    ]

    def schemas(*names: str) -> Edit:
        """Components of these names, each a field of one object, and read by it."""
        more = {name: of(**{f"f{index}": STRING}) for index, name in enumerate(names)}
        new = {"type": "object", "properties": {f"p{index}": ref(name) for index, name in enumerate(names)}}
        body = {f"p{index}": {f"f{index}": "x"} for index in range(len(names))}
        check = f"made = whole(models.ConnectionGroup, {{'edited': {body!r}}}).edited\n"
        check += f"kinds = [type(getattr(made, f'p{{n}}')) for n in range({len(names)})]\nassert len(set(kinds)) == {len(names)}, kinds"
        return Edit(
            kind=kind, name=f"schemas {' '.join(names)}", more=more, new=new, reads=(body,), checks=check
        )

    return [
        *made,
        schemas("Foo_Bar", "FooBar", "Foo-Bar", "foo.bar", "Foo_bar", "fooBar"),
        schemas(
            "Client", "AuthenticatedClient", "Response", "Error", "Model", "Unset", "UNSET", "Errors", "Types"
        ),
        schemas(
            "Any",
            "Mapping",
            "Callable",
            "Enum",
            "StrEnum",
            "IntEnum",
            "Generic",
            "Self",
            "TypeVar",
            "HTTPStatus",
            "File",
        ),
        schemas(
            "class",
            "None",
            "True",
            "str",
            "int",
            "list",
            "dict",
            "type",
            "object",
            "async",
            "import",
            "Type",
            "List",
        ),
        schemas("KeyError", "TypeError", "ValueError", "Exception", "RecursionError", "NotImplementedError"),
        schemas(
            "models",
            "parsing",
            "api",
            "client",
            "errors",
            "types",
            "answers",
            "checks",
            "sending",
            "init",
            "__init__",
        ),
        schemas("2fa", "3", "_x", "x_", "-", "a.b.c", "A", "a"),
        schemas(
            "Define",
            "Cache",
            "New",
            "Cast",
            "Quote",
            "Httpx",
            "Parsing",
            "Made",
            "Value",
            "OneOf",
            "Incomplete",
        ),
        schemas(
            "ConnectionGroupEditedX",
            "Connection_Group_Edited_Y",
            "ConnectionGroupConfig2",
            "LinkModel",
            "Link2",
        ),
        Edit(
            kind=kind,
            name="schema names that meet in Python",
            more={"Link_": of(a=STRING), "link": of(b=STRING)},
            new=of(x=ref("Link_"), y=ref("link")),
            reads=({"x": {"a": "x"}, "y": {"b": "x"}},),
        ),
        Edit(
            kind=kind,
            name="a component has the name of an inline class",
            change=lambda content: content,
            more={"ConnectionGroupEdited": of(b=STRING)},
            new=of(a=STRING),
            reads=({"a": "x"},),
            checks="assert models.ConnectionGroupEdited('x').b == 'x' and models.ConnectionGroupEdited2('x').a == 'x'",
        ),
        Edit(
            kind=kind,
            name="an enum and an object of one name",
            more={"Thing": listed("a"), "thing": of(a=STRING)},
            new=of(a=ref("Thing"), b=ref("thing")),
            reads=({"a": "a", "b": {"a": "x"}},),
        ),
        Edit(
            kind=kind,
            name="inline classes that meet",
            new=of(**{"a-b": of(x=STRING), "a_b": of(y=STRING), "aB": listed("z")}),
            reads=({"a-b": {"x": "x"}, "a_b": {"y": "x"}, "aB": "z"},),
        ),
        Edit(
            kind=kind,
            name="titles that meet",
            new=of(
                a=of(x=STRING) | {"title": "Same"},
                b=of(y=STRING) | {"title": "Same"},
                c=of(z=STRING) | {"title": "Link"},
            ),
            reads=({"a": {"x": "x"}, "b": {"y": "x"}, "c": {"z": "x"}},),
        ),
        Edit(
            kind=kind,
            name="titles with quotes",
            new=of(a=of(x=STRING) | {"title": 'a"""\\ \n\''}) | {"title": '"""\\'},
            reads=({"a": {"x": "x"}},),
        ),
        Edit(
            kind=kind,
            name="a title that is a word of Python",
            new=of(a=STRING) | {"title": "class"},
            reads=({"a": "x"},),
        ),
        Edit(
            kind=kind,
            name="a new field that meets an old one",
            change=lambda content: content["components"]["schemas"]["ConnectionGroup"]["properties"].update(
                etag=STRING
            ),
            checks="made = whole(models.ConnectionGroup, {'_etag': 'x', 'etag': 'y'})\nassert made.etag == 'x' and made.etag_2 == 'y'",
        ),
        Edit(
            kind=kind,
            name="a schema of a hundred characters",
            more={"A" * 100: of(a=STRING)},
            new=ref("A" * 100),
            reads=({"a": "x"},),
        ),
        Edit(
            kind=kind,
            name="a field of two hundred characters",
            new=fields("a" * 200),
            reads=({"a" * 200: "x"},),
        ),
        Edit(
            kind=kind,
            name="a component in another script",
            more={"日本": of(a=STRING)},
            new=ref("日本"),
            refused="日本",
        ),
        Edit(
            kind=kind,
            name="an inline class in another script",
            new=of(日本=of(größe=STRING)),
            reads=({"日本": {"größe": "x"}},),
        ),
    ]


def files() -> list[Edit]:
    """The file itself: numbers of YAML, a byte order mark, odd descriptions."""
    kind = "files"
    maximum = "          maximum: 4294967295\n"
    made = [
        Edit(kind=kind, name=f"description: {text[:28]!r}", change=described(text))
        for text in (
            'ends with a quote "',
            "'",
            '"""',
            'a """ b \\" c',
            "ends with a backslash \\",
            "\\N{no such name} \\x \\u12 \\777",
            "Größe 日本 \u2028 \u200b \ufeff",
            "a\u0000b\u0007c\u0085d\u000ce",
            "x" * 300,
            "x " * 300,
            "\\" * 150,
            "line\n\n\n    indented\n\ttab\r\nend\n",
            "{{ jinja }} {% raw %} {# x #}",
            "%s {} {0} {name} ${x}",
            "Attributes:\n    id (int): no\n\nReturns:\n    x",
            "  ",
            "# no comment",
            "😀 \U0010ffff",
        )
    ]
    return [
        *made,
        Edit(
            kind=kind,
            name="YAML numbers: 1_000, 012, 0o17, 1e3",
            text=replaced(
                maximum,
                "          maximum: 1_000\n          multipleOf: 1e3\n          example: 012\n          x-octal: 0o17\n",
            ),
            refused='"1_000" is not of type "number"',
        ),
        Edit(
            kind=kind,
            name="YAML numbers in an enum of integers",
            text=replaced(maximum, "          enum: [012, 0o17, 0x1F, 1e3]\n"),
            checks="whole(models.ErrorDetail, {'error_code': 15})",
        ),
        Edit(
            kind=kind,
            name="YAML numbers in an enum of strings",
            text=replaced("      enum: [creating_stack,", "      enum: [1_000, 012, 1e3, creating_stack,"),
            refused="which is not of the type string; write '12' in quotes",
        ),
        Edit(
            kind=kind,
            name="YAML words in an enum of strings",
            text=replaced(
                "      enum: [creating_stack,", "      enum: [yes, no, on, off, y, n, ~, creating_stack,"
            ),
            checks="assert whole(models.ConnectionGroup, {'ongoing_stack_operation': 'no'}).ongoing_stack_operation.is_documented",
        ),
        Edit(
            kind=kind,
            name="YAML dates as values",
            text=replaced(
                "      enum: [creating_stack,", "      enum: [2026-01-31, 12:30:45, creating_stack,"
            ),
            checks="assert whole(models.ConnectionGroup, {'ongoing_stack_operation': '2026-01-31'}).ongoing_stack_operation.is_documented",
        ),
        Edit(
            kind=kind,
            name="anchors and aliases",
            text=replaced(
                f"        error_message:\n{TEXT}",
                f"        error_message: &text\n{TEXT}        error_detail: *text\n",
            ),
            checks="assert whole(models.ErrorDetail, {'error_detail': 'x'}).error_detail == 'x'",
        ),
        Edit(kind=kind, name="a byte order mark", text=lambda text: "\ufeff" + text),
        Edit(kind=kind, name="line ends of Windows", text=lambda text: text.replace("\n", "\r\n")),
        Edit(
            kind=kind,
            name="numbers as names of fields",
            text=replaced(
                "        error_message:\n",
                "        3:\n          type: string\n        1.5:\n          type: integer\n        true:\n          type: string\n        error_message:\n",
            ),
            checks="assert whole(models.ErrorDetail, {'3': 'x', '1.5': 1, 'true': 'x'}).additional_properties == {}",
        ),
    ]


def of_modules() -> list[Edit]:
    """What the modules of the client need of the schemas, and what not."""
    kind = "what waiting and iterating need"
    needed: tuple[str, ...] = (
        "id",
        "status",
        "ongoing_stack_operation",
        "description",
        "asset_types_enabled",
        "aws_regions",
    )
    needed += ("intended_asset_types", "intended_aws_regions")

    def renamed(old: str, new: str) -> Callable[[str], str]:
        return lambda text: text.replace(f'schemas/{old}"', f'schemas/{new}"').replace(
            f"    {old}:\n      type", f"    {new}:\n      type"
        )

    def of_types(schema: Schema) -> Callable[[Content], object]:
        def change(content: Content) -> None:
            properties = content["components"]["schemas"]["ConnectionGroup"]["properties"]
            properties |= dict.fromkeys(properties, schema)

        return change

    def without(content: Content) -> None:
        properties = content["components"]["schemas"]["ConnectionGroup"]["properties"]
        for name in set(properties) - set(needed):
            del properties[name]

    return [
        *(
            Edit(
                kind=kind,
                name=f"no {field}",
                change=_no(field),
                refused=f"the client needs ConnectionGroup with {field}; keep it",
            )
            for field in needed
        ),
        Edit(kind=kind, name="no other field", change=without),
        Edit(kind=kind, name="all fields are strings", change=of_types(STRING)),
        Edit(kind=kind, name="all fields are numbers", change=of_types(INTEGER)),
        Edit(kind=kind, name="all fields are objects", change=of_types(LINK)),
        Edit(kind=kind, name="all fields are anything", change=of_types({})),
        Edit(
            kind=kind,
            name="the group has another name",
            text=renamed("ConnectionGroup", "Group"),
            refused="the client needs ConnectionGroup with",
        ),
        Edit(
            kind=kind,
            name="the status has another name",
            text=renamed("ConnectionGroupStatus", "Status"),
            checks="assert models.Status.UNLINKED.is_documented",
        ),
        Edit(
            kind=kind,
            name="the link is a string",
            change=lambda content: content["components"]["schemas"].update(Link=STRING),
            refused="the client needs ConnectionGroupList with _links with _next with href",
        ),
        Edit(
            kind=kind,
            name="no enum any more",
            change=lambda content: [
                content["components"]["schemas"][name].pop("enum")
                for name in ("AssetType", "StackOperation", "ConnectionGroupStatus")
            ],
        ),
    ]


def _no(field: str) -> Callable[[Content], object]:
    """An edit that takes a field of the group away."""
    return lambda content: content["components"]["schemas"]["ConnectionGroup"]["properties"].pop(field)


EDITS = [
    *formats(),
    *enums(),
    *nulls(),
    *compositions(),
    *structures(),
    *marks(),
    *names(),
    *files(),
    *of_modules(),
]
