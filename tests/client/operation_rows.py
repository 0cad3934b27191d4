"""The edits of operations, by kind, with what must be sent and read: for test_edited_operations.py."""

from typing import Any

from edited_operations import Content, Row

GROUP = "/connections/aws/connection-groups/{connection_group_id}"
LIST = "/connections/aws/connection-groups"
STRING: Content = {"type": "string"}
STRINGS: Content = {"type": "array", "items": STRING}
SIZE: Content = {"type": "object", "properties": {"w": {"type": "integer"}, "name": STRING}}
SIZES: Content = {"Size": SIZE}
REF: Content = {"$ref": "#/components/schemas/Size"}
CODE: Content = {"Code": {"type": "string", "enum": ["a", "b c"], "default": "a"}}


def query(name: str, schema: Any = None, *, where: str = "query", **more: Any) -> Content:
    """A parameter."""
    held = {} if "content" in more else {"schema": STRING if schema is None else schema}
    return {"name": name, "in": where, **held, **({"required": True} if where == "path" else {}), **more}


def having(*parameters: Content, **more: Any) -> Content:
    """An operation with parameters."""
    return {"parameters": list(parameters), **more}


def body(media_type: str, schema: Any = None, *, required: bool = True, **more: Any) -> Content:
    """An operation with a body."""
    content = {media_type: ({"schema": schema} if schema is not None else {}) | more}
    return {"requestBody": {"required": required, "content": content}}


def answer(*contents: tuple[str, Any], status: str = "200", **more: Content) -> Content:
    """An operation with an answer of some media types."""
    content = {
        media_type: {"schema": schema} if schema is not None else {} for media_type, schema in contents
    }
    found = {status: {"description": "It.", "content": content}} | {
        code.removeprefix("_"): described for code, described in more.items()
    }
    return {"responses": found}


def parameters(name: str, operation: Content, *sends: tuple[str, Any], **more: Any) -> Row:
    """A row about parameters; what is sent is the target after the row's path, or parts of the request."""
    pairs = [(given, {"target": one} if isinstance(one, str) else one) for given, one in sends]
    return Row(kind="parameters", name=name, operation=operation, sends=pairs, **more)


def sent_body(name: str, operation: Content, *sends: tuple[str, Content], **more: Any) -> Row:
    """A row about a body."""
    return Row(
        kind="bodies", name=name, operation=operation, sends=sends, method=more.pop("method", "post"), **more
    )


def answered(name: str, operation: Content, *answers: tuple[tuple[int, str, str], str], **more: Any) -> Row:
    """A row about answers."""
    return Row(kind="answers", name=name, operation=operation, answers=answers, **more)


def json(text: str) -> Content:
    """What is sent of a JSON body."""
    return {"body": text, "headers": {"content-type": "application/json"}}


PARAMETERS = [
    parameters(
        "query list",
        having(query("ids", STRINGS)),
        ("ids=['a b', 'c,d']", "?ids=a%20b&ids=c%2Cd"),
        ("ids=[]", ""),
        ("", ""),
    ),
    parameters(
        "query list, explode false",
        having(query("ids", STRINGS, explode=False)),
        *(("ids=['a b', 'c,d']", "?ids=a%20b,c%2Cd"), ("ids=[]", ""), ("ids=None", ""), ("", "")),
    ),
    parameters(
        "query list, spaces",
        having(query("ids", STRINGS, style="spaceDelimited", explode=False)),
        ("ids=['a', 'b']", "?ids=a%20b"),
    ),
    parameters(
        "query list, pipes",
        having(query("ids", STRINGS, style="pipeDelimited")),
        ("ids=['a', 'b|c']", "?ids=a%7Cb%7Cc"),
    ),
    parameters(
        "query list of integers, booleans and enums",
        having(
            query("n", {"type": "array", "items": {"type": "integer"}}),
            query("b", {"type": "array", "items": {"type": "boolean"}}),
            query("e", {"type": "array", "items": {"$ref": "#/components/schemas/Code"}}, explode=False),
        ),
        ("n=[1, 2], b=[True, False], e=[models.Code.A, 'new']", "?n=1&n=2&b=true&b=false&e=a,new"),
        schemas=CODE,
    ),
    parameters(
        "query object",
        having(query("size", REF)),
        ("size=models.Size(w=1, name='a&b')", "?w=1&name=a%26b"),
        schemas=SIZES,
    ),
    parameters(
        "query object, explode false",
        having(query("size", REF, explode=False)),
        ("size=models.Size(w=1, name='x')", "?size=w,1,name,x"),
        schemas=SIZES,
    ),
    parameters(
        "query object, deepObject",
        having(query("size", REF, style="deepObject", explode=True), query("n", {"type": "integer"})),
        *(("size=models.Size(w=1, name='x')", "?size%5Bw%5D=1&size%5Bname%5D=x"), ("", ""), ("n=0", "?n=0")),
        schemas=SIZES,
    ),
    parameters(
        "query map, deepObject",
        having(query("labels", {"type": "object", "additionalProperties": STRING}, style="deepObject")),
        ("", ""),
    ),
    parameters(
        "query by content",
        having(query("where", content={"application/json": {"schema": REF}})),
        *(("where=models.Size(w=1)", "?where=%7B%22w%22%3A1%7D"), ("", "")),
        schemas=SIZES,
    ),
    parameters(
        "query by content without a schema",
        having(query("where", content={"application/json": {}})),
        *(("where={'a': [1, None]}", "?where=%7B%22a%22%3A%5B1%2Cnull%5D%7D"), ("", "")),
    ),
    parameters(
        "query with a default: nothing set, nothing sent",
        having(
            query("size", {"type": "integer", "default": 50}),
            query("deep", {"type": "boolean", "default": False}),
            query("code", {"$ref": "#/components/schemas/Code"}),
            query("ids", STRINGS | {"default": ["a"]}),
            query("sort", {"type": "string", "enum": ["up", "down"], "default": "up"}),
        ),
        *(
            ("", ""),
            ("size=50", "?size=50"),
            ("deep=False", "?deep=false"),
            ("code='zz'", "?code=zz"),
            ("sort='x'", "?sort=x"),
        ),
        schemas=CODE,
    ),
    parameters(
        "required query with a default",
        having(query("n", {"type": "integer", "default": 1}, required=True)),
        ("n=2", "?n=2"),
    ),
    parameters(
        "null",
        having(query("n", {"type": ["integer", "null"]}), query("m", {"oneOf": [STRING, {"type": "null"}]})),
        ("n=None", ""),
        ("n=3, m='x'", "?n=3&m=x"),
    ),
    parameters(
        "integer enum and const",
        having(query("n", {"type": "integer", "enum": [1, 2]}), query("c", {"const": "x"})),
        ("n=2", "?n=2"),
    ),
    parameters(
        "one of a string and an integer",
        having(query("n", {"oneOf": [STRING, {"type": "integer"}]})),
        ("n=5", "?n=5"),
        ("n='x'", "?n=x"),
    ),
    parameters(
        "dates",
        having(
            query("day", STRING | {"format": "date"}),
            query("at", STRING | {"format": "date-time"}),
            query("id", STRING | {"format": "uuid"}),
        ),
        ("day='2026-01-31'", "?day=2026-01-31"),
        ("at='2026-01-31T00:00:00+00:00'", "?at=2026-01-31T00%3A00%3A00%2B00%3A00"),
    ),
    parameters(
        "booleans",
        having(query("on", {"type": "boolean"}, required=True)),
        ("on=True", "?on=true"),
        ("on=False", "?on=false"),
    ),
    parameters(
        "reserved characters", having(query("u", STRING, allowReserved=True)), ("u='a/b?c d'", "?u=a/b?c%20d")
    ),
    parameters(
        "anything",
        having(query("x", {})),
        ("x='a'", "?x=a"),
        ("x=True", "?x=true"),
        ("x=['a', 'b']", "?x=a&x=b"),
        ("x={'a': 1}", "?a=1"),
    ),
    parameters(
        "a value nested too deeply",
        having(query("x", {}, explode=False)),
        ("x=[[1]]", {"refuses": "single value"}),
    ),
    parameters(
        "integer in the path",
        having(query("n", {"type": "integer"}, where="path")),
        ("n=5", "/5"),
        path="/{n}",
    ),
    parameters(
        "boolean in the path",
        having(query("on", {"type": "boolean"}, where="path")),
        ("on=True", "/true"),
        path="/{on}",
    ),
    parameters(
        "list in the path",
        having(query("ids", STRINGS, where="path")),
        ("ids=['a/b', 'c']", "/a%2Fb,c"),
        ("ids=[]", {"refuses": "ids"}),
        path="/{ids}",
    ),
    parameters(
        "labels in the path",
        having(
            query("id", STRING, where="path", style="label"),
            query("ids", STRINGS, where="path", style="label", explode=True),
        ),
        ("id='x', ids=['a', 'b']", "/.x/.a.b"),
        path="/{id}/{ids}",
    ),
    parameters(
        "matrix in the path",
        having(
            query("id", {"type": "integer"}, where="path", style="matrix"),
            query("ids", STRINGS, where="path", style="matrix", explode=True),
        ),
        ("id=5, ids=['a', 'b']", "/;id=5/;ids=a;ids=b"),
        path="/{id}/{ids}",
    ),
    parameters(
        "object in the path",
        having(query("size", REF, where="path")),
        ("size=models.Size(w=1, name='x')", "/w,1,name,x"),
        path="/{size}",
        schemas=SIZES,
    ),
    parameters(
        "enum in the path",
        having(query("code", {"$ref": "#/components/schemas/Code"}, where="path")),
        ("code=models.Code.A", "/a"),
        ("code='b c'", "/b%20c"),
        path="/{code}",
        schemas=CODE,
    ),
    parameters(
        "date in the path",
        having(query("at", STRING | {"format": "date-time"}, where="path")),
        ("at='2026-01-31T00:00:00+00:00'", "/2026-01-31T00%3A00%3A00%2B00%3A00"),
        path="/{at}",
    ),
    parameters(
        "more than the parameter in a part of the path",
        having(query("id", where="path"), query("to", where="path")),
        ("id='a', to='b'", "/a-b.json"),
        path="/{id}-{to}.json",
    ),
    parameters(
        "names in the path with signs",
        having(query("a.b", where="path"), query("x-id", where="path")),
        ("a_b='1', x_id='2'", "/1/2"),
        path="/{a.b}/{x-id}",
    ),
    parameters(
        "headers",
        having(
            query("X-Count", {"type": "integer"}, where="header"),
            query("X-On", {"type": "boolean"}, where="header"),
            query("X-List", STRINGS, where="header"),
            query("X-Size", REF, where="header", explode=True),
            query("X-Code", {"type": "string", "enum": ["a"]}, where="header", required=True),
        ),
        (
            "x_count=0, x_on=True, x_list=['a', 'b'], x_size=models.Size(w=1), x_code='zz'",
            {"headers": {"x-count": "0", "x-on": "true", "x-list": "a,b", "x-size": "w=1", "x-code": "zz"}},
        ),
        (
            "x_code='a'",
            {"headers": {"x-count": None, "x-on": None, "x-list": None, "x-size": None, "x-code": "a"}},
        ),
        ("x_code='a', x_count=None", {"headers": {"x-count": None}}),
        schemas=SIZES,
    ),
    parameters(
        "headers that are no parameters",
        having(query("Accept", where="header"), query("Authorization", where="header")),
        ("", ""),
    ),
    parameters(
        "cookie",
        having(query("session", where="cookie"), query("n", {"type": "integer"}, where="cookie")),
        ("session='a;b', n=1", {"headers": {"cookie": "session=a%3Bb; n=1"}}),
        ("", {"headers": {"cookie": None}}),
    ),
    parameters(
        "required cookie",
        having(query("on", {"type": "boolean"}, where="cookie", required=True)),
        ("on=True", {"headers": {"cookie": "on=true"}}),
    ),
    parameters(
        "list in a cookie",
        having(query("ids", STRINGS, where="cookie", explode=False)),
        ("ids=['a', 'b']", {"headers": {"cookie": "ids=a,b"}}),
    ),
    parameters(
        "queries that meet in Python",
        having(query("page-size"), query("page_size")),
        ("page_size='1', pagesize='2'", "?page-size=2&page_size=1"),
    ),
    parameters(
        "queries that differ in case",
        having(query("pageSize"), query("page_size")),
        ("page_size='1', pagesize='2'", "?pageSize=2&page_size=1"),
    ),
    parameters(
        "words of Python and of the client",
        having(
            *map(
                query,
                (
                    "from",
                    "self",
                    "client",
                    "body",
                    "kwargs",
                    "headers",
                    "params",
                    "response",
                    "url",
                    "models",
                    "datetime",
                    "import",
                    "id",
                    "2fa",
                    "$filter",
                    "größe",
                    "a[b]",
                    "errors",
                ),
            )
        ),
        (
            "from_='1', self_='2', client_query='3', body_query='4', kwargs_query='5'",
            "?from=1&self=2&client=3&body=4&kwargs=5",
        ),
        (
            "id='1', parameter_2fa='2', filter_='3', größe='4', ab='5'",
            "?id=1&2fa=2&%24filter=3&gr%C3%B6%C3%9Fe=4&a%5Bb%5D=5",
        ),
        (
            "headers_query='1', params_query='2', response_query='3', url_query='4', models_query='5'",
            "?headers=1&params=2&response=3&url=4&models=5",
        ),
    ),
    parameters(
        "the same name in path, query, header",
        having(query("id", where="path"), query("id"), query("id", where="header")),
        ("id_path='a', id_query='b', id_header='c'", {"target": "/a?id=b", "headers": {"id": "c"}}),
        path="/{id}",
    ),
    parameters(
        "parameters of the path, and one that an operation replaces",
        having(query("n", {"type": "integer"})),
        ("n=1, m='x', id='y'", "/y?n=1&m=x"),
        path="/{id}",
        item={"parameters": [query("id", where="path"), query("n"), query("m")]},
    ),
    parameters(
        "parameters by reference",
        having({"$ref": "#/components/parameters/Embed"}),
        ("embed='x'", "?embed=x"),
    ),
    parameters(
        "deprecated, empty and with an example",
        having(query("old", STRING, deprecated=True, allowEmptyValue=True, example='""" \\ {{x}}')),
        ("old=''", "?old="),
    ),
    parameters(
        "many required and optional ones",
        having(query("a"), query("b", required=True), query("c", where="header", required=True)),
        ("b='1', c='2'", {"target": "?b=1", "headers": {"c": "2"}}),
    ),
]

PARAMETERS_REFUSED = [
    Row(kind="parameters", name=name, operation=having(*found), refused=words, path=path)
    for name, found, words, path in [
        (
            "names that meet in spite of all rules",
            [query("page-size"), query("page size"), query("page.size")],
            "rename one of them",
            "",
        ),
        ("a name of signs", [query("***")], "no name of an argument can be made", ""),
        (
            "by content of XML",
            [query("x", content={"application/xml": {"schema": STRING}})],
            "write application/json",
            "",
        ),
        ("deepObject of a list", [query("x", STRINGS, style="deepObject")], "write `style: form`", ""),
        (
            "deepObject of objects in it",
            [query("x", {"type": "object", "properties": {"y": {"type": "object"}}}, style="deepObject")],
            "in another; describe it by `content`",
            "",
        ),
        ("pipes of a single value", [query("x", style="pipeDelimited")], "write `style: form`", ""),
        ("style of another place", [query("x", style="simple")], '"simple" is not one of', ""),
        ("list of lists", [query("x", {"type": "array", "items": STRINGS})], "describe it by `content`", ""),
        ("exploded list in a cookie", [query("x", STRINGS, where="cookie")], "explode: false", ""),
        (
            "header that differs in case",
            [query("x-id", where="header"), query("X-Id", where="header")],
            "remove one of them",
            "",
        ),
        ("placeholder without a parameter", [], "was not resolved", "/{id}"),
        ("parameter without a placeholder", [query("id", where="path")], "was not resolved", ""),
        ("placeholder twice", [query("id", where="path")], "2 times", "/{id}/{id}"),
        ("brace without its pair", [], "expected '}'", "/{id"),
        ("query in the path", [], "`in: query`", "/x?y=1"),
        ("fragment in the path", [], "leave it out", "/x#y"),
        ("empty part of the path", [], "no empty part", "//x"),
    ]
]

FILE: Content = {"type": "string", "format": "binary"}
UPLOAD: Content = {
    "type": "object",
    "properties": {
        "file": FILE,
        "files": {"type": "array", "items": FILE},
        "meta": REF,
        "tags": STRINGS,
        "n": {"type": "integer"},
        "on": {"type": "boolean"},
    },
}
FIELDS: Content = {
    "type": "object",
    "properties": {"a": STRING, "on": {"type": "boolean"}, "tags": STRINGS, "size": REF},
}
BODIES = [
    sent_body(
        "list as the whole body",
        body("application/json", {"type": "array", "items": REF}),
        ("body=[models.Size(w=1)]", json('[{"w":1}]')),
        ("body=[]", json("[]")),
        schemas=SIZES,
    ),
    sent_body("string as the whole body", body("application/json", STRING), ("body='é'", json('"\xc3\xa9"'))),
    sent_body(
        "number as the whole body", body("application/json", {"type": "number"}), ("body=1.5", json("1.5"))
    ),
    sent_body(
        "boolean as the whole body",
        body("application/json", {"type": "boolean"}),
        ("body=False", json("false")),
    ),
    sent_body(
        "null as the whole body",
        body("application/json", {"oneOf": [REF, {"type": "null"}]}),
        ("body=None", json("null")),
        ("body=models.Size(w=1)", json('{"w":1}')),
        schemas=SIZES,
    ),
    sent_body(
        "enum as the whole body",
        body("application/json", {"$ref": "#/components/schemas/Code"}),
        ("body=models.Code.A", json('"a"')),
        schemas=CODE,
    ),
    sent_body(
        "union as the whole body",
        body("application/json", {"oneOf": [REF, STRINGS]}),
        ("body=models.Size()", json("{}")),
        ("body=['a']", json('["a"]')),
        schemas=SIZES,
    ),
    sent_body(
        "anything as the body",
        body("application/json"),
        ("body={'a': [None, 1]}", json('{"a":[null,1]}')),
        ("body=float('nan')", {"refuses": "JSON"}),
    ),
    sent_body(
        "inline object",
        body("application/json", SIZE),
        ("body=models.OpInlineObjectBody(w=1)", json('{"w":1}')),
    ),
    sent_body(
        "optional body",
        body("application/json", REF, required=False),
        ("", {"body": "", "headers": {"content-type": None}}),
        ("body=models.Size(w=1)", json('{"w":1}')),
        schemas=SIZES,
    ),
    sent_body(
        "body by reference",
        {"requestBody": {"$ref": "#/components/requestBodies/Shared"}},
        change=lambda spec: spec["components"].update(
            requestBodies={"Shared": {"content": {"application/json": {"schema": STRING}}}}
        ),
    ),
    sent_body(
        "merge-patch body",
        body("application/merge-patch+json", REF),
        (
            "body=models.Size(w=1)",
            {"body": '{"w":1}', "headers": {"content-type": "application/merge-patch+json"}},
        ),
        schemas=SIZES,
        method="patch",
    ),
    sent_body(
        "vendor body with a parameter",
        body("application/vnd.x.v2+json; charset=utf-8", REF),
        ("body=models.Size(w=1)", {"headers": {"content-type": "application/vnd.x.v2+json; charset=utf-8"}}),
        schemas=SIZES,
    ),
    sent_body(
        "undeclared vendor body",
        body("application/api.clumio.other=v2+json", REF),
        (
            "body=models.Size(w=1)",
            {"body": '{"w":1}', "headers": {"content-type": "application/api.clumio.other=v2+json"}},
        ),
        schemas=SIZES,
    ),
    sent_body(
        "json-patch list",
        body("application/json-patch+json", {"type": "array", "items": {"type": "object"}}),
        ("body=[]", {"body": "[]", "headers": {"content-type": "application/json-patch+json"}}),
        method="patch",
    ),
    sent_body(
        "form body",
        body("application/x-www-form-urlencoded", {"$ref": "#/components/schemas/Fields"}),
        (
            "body=models.Fields(a='x y&', on=True, tags=['1', '2'], size=models.Size(w=1))",
            {
                "body": "a=x+y%26&on=true&tags=1&tags=2&size=%7B%22w%22%3A1%7D",
                "headers": {"content-type": "application/x-www-form-urlencoded"},
            },
        ),
        ("body=models.Fields()", {"body": ""}),
        schemas=SIZES | {"Fields": FIELDS},
    ),
    sent_body(
        "form body with encodings",
        body(
            "application/x-www-form-urlencoded",
            {"$ref": "#/components/schemas/Fields"},
            encoding={"tags": {"explode": False}, "size": {"style": "deepObject", "explode": True}},
        ),
        ("body=models.Fields(tags=['1', '2'], size=models.Size(w=1))", {"body": "tags=1,2&size%5Bw%5D=1"}),
        schemas=SIZES | {"Fields": FIELDS},
    ),
    sent_body(
        "multipart upload",
        body("multipart/form-data", {"$ref": "#/components/schemas/Upload"}),
        (
            "body=models.Upload(file=File(BytesIO(b'\\x00\\xff'), 'a.png', 'image/png'), "
            "files=[File(BytesIO(b'1')), File(BytesIO(b'2'))], "
            "meta=models.Size(w=1), tags=['x', 'y'], n=5, on=True)",
            {
                "headers": {"content-type": "multipart/form-data; boundary=B"},
                "has": [
                    'name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n\x00\xff\r\n',
                    'name="files"; filename="files"',
                    'name="meta"\r\nContent-Type: application/json\r\n\r\n{"w":1}\r\n',
                    'name="tags"\r\nContent-Type: text/plain\r\n\r\nx\r\n',
                    'name="tags"\r\nContent-Type: text/plain\r\n\r\ny\r\n',
                    "\r\n\r\n5\r\n",
                    "\r\n\r\ntrue\r\n",
                ],
            },
        ),
        ("body=models.Upload()", {"refuses": "needs a part"}),
        schemas=SIZES | {"Upload": UPLOAD},
    ),
    sent_body(
        "multipart upload, written inline, with encodings",
        body(
            "multipart/form-data",
            {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "contentMediaType": "image/png"}, "rows": STRINGS},
            },
            encoding={"rows": {"contentType": "application/json"}},
        ),
        (
            "body=models.OpMultipartUploadWrittenInlineWithEncodingsBody("
            "file=File(BytesIO(b'1')), rows=['a'])",
            {
                "has": [
                    'filename="file"\r\nContent-Type: image/png\r\n',
                    'name="rows"\r\nContent-Type: application/json\r\n\r\n["a"]\r\n',
                ]
            },
        ),
    ),
    sent_body(
        "binary body",
        body("application/octet-stream", FILE),
        (
            "body=File(BytesIO(b'\\x00\\xff'))",
            {"body": "\x00\xff", "headers": {"content-type": "application/octet-stream"}},
        ),
    ),
    sent_body(
        "picture as the body",
        body("image/png"),
        ("body=File(BytesIO(b'1'))", {"body": "1", "headers": {"content-type": "image/png"}}),
    ),
    sent_body(
        "any picture as the body",
        body("image/*", STRING),
        ("body=File(BytesIO(b'1'), mime_type='image/gif')", {"headers": {"content-type": "image/gif"}}),
    ),
    sent_body(
        "text body",
        body("text/plain", STRING),
        ("body='é'", {"body": "\xc3\xa9", "headers": {"content-type": "text/plain"}}),
    ),
    sent_body(
        "XML as a text",
        body("application/xml", STRING),
        ("body='<a/>'", {"body": "<a/>", "headers": {"content-type": "application/xml"}}),
    ),
    sent_body(
        "several media types, by the type of the argument",
        {
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {"schema": REF},
                    "application/octet-stream": {"schema": FILE},
                    "text/csv": {"schema": STRING},
                },
            }
        },
        *(
            ("body=models.Size(w=1)", json('{"w":1}')),
            (
                "body=File(BytesIO(b'1'))",
                {"body": "1", "headers": {"content-type": "application/octet-stream"}},
            ),
            ("body='a,b'", {"body": "a,b", "headers": {"content-type": "text/csv"}}),
            ("body=5", {"refuses": "is no body"}),
        ),
        schemas=SIZES,
    ),
    sent_body(
        "several media types of one type",
        {
            "requestBody": {
                "content": {
                    "application/x-www-form-urlencoded": {"schema": REF},
                    "application/json": {"schema": REF},
                    "application/xml": {"schema": REF},
                }
            }
        },
        *(("body=models.Size(w=1)", json('{"w":1}')), ("", {"body": "", "headers": {"content-type": None}})),
        schemas=SIZES,
    ),
    sent_body(
        "two inline objects of two media types",
        {
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {"schema": SIZE},
                    "application/merge-patch+json": {
                        "schema": {"type": "object", "properties": {"x": STRING}}
                    },
                },
            }
        },
        (
            "body=models.OpTwoInlineObjectsOfTwoMediaTypesBody2(x='1')",
            {"body": '{"x":"1"}', "headers": {"content-type": "application/merge-patch+json"}},
        ),
    ),
    sent_body(
        "body of a GET",
        body("application/json", REF),
        ("body=models.Size(w=1)", json('{"w":1}')),
        schemas=SIZES,
        method="get",
    ),
    sent_body(
        "body of a DELETE",
        body("application/json", STRINGS, required=False),
        ("body=['a']", json('["a"]')),
        ("", {"body": ""}),
        method="delete",
    ),
]
BODIES_REFUSED = [
    Row(kind="bodies", name=name, operation=operation, method=method, refused=words)
    for name, operation, method, words in [
        ("XML of an object", body("application/xml", SIZE), "post", "write {type: string}"),
        ("form of a text", body("application/x-www-form-urlencoded", STRING), "post", "type: object"),
        ("multipart of a list", body("multipart/form-data", STRINGS), "post", "type: object"),
        (
            "body of a TRACE",
            body("application/json", STRING) | {"responses": {"200": {"description": ""}}},
            "trace",
            "TRACE",
        ),
    ]
]

ERROR: Content = {"default": {"$ref": "#/components/responses/Error"}}
ERRORS = '{"errors": [{"error_code": 7, "error_message": "no"}]}'
JSON = "application/json"
ANSWERS = [
    answered(
        "text answer",
        answer(("text/plain", STRING)),
        ((200, "text/plain; charset=latin-1", "\xe9"), "parsed == 'é'"),
        ((200, "text/html", "<p>"), "parsed is None and 'text/html' in it.problem"),
        ((404, "text/plain", ""), "'404' in it.problem"),
    ),
    answered(
        "picture answer",
        answer(("image/png", FILE)),
        ((200, "image/png", "\x00\xff"), "parsed == b'\\x00\\xff'"),
        ((200, "image/jpeg", "1"), "parsed == b'1'"),
        ((200, JSON, ERRORS), "parsed is None"),
    ),
    answered(
        "binary answer without a schema",
        answer(("application/octet-stream", None)),
        ((200, "application/octet-stream", "1"), "parsed == b'1'"),
    ),
    answered(
        "PDF or a default error",
        answer(("application/pdf", FILE), **ERROR),
        ((200, "application/pdf", "1"), "parsed == b'1'"),
        (
            (404, JSON, ERRORS),
            "type(raised).__name__ == 'NotFoundError' and raised.errors[0].error_code == 7",
        ),
    ),
    answered(
        "several media types for one status",
        answer((JSON, REF), ("text/csv", STRING), ("application/zip", FILE)),
        ((200, JSON, '{"w": 1}'), "parsed.w == 1"),
        ((200, "text/csv", "a,b"), "parsed == 'a,b'"),
        ((200, "application/zip", "1"), "parsed == b'1'"),
        ((200, "", '{"w": 1}'), "parsed.w == 1"),
        ((200, "text/html", "<p>"), "it.problem"),
        schemas=SIZES,
    ),
    answered(
        "two kinds of JSON for one status",
        answer(
            ("application/vnd.a+json", REF),
            ("application/vnd.b+json", {"type": "object", "properties": {"y": STRING}}),
        ),
        ((200, "application/vnd.a+json", '{"w": 1}'), "parsed.w == 1"),
        ((200, "application/vnd.b+json", '{"y": "1"}'), "parsed.y == '1'"),
        schemas=SIZES,
    ),
    answered(
        "undeclared vendor media type",
        answer(("application/api.clumio.other=v2+json", REF)),
        ((200, "application/api.clumio.other=v2+json", '{"w": 1}'), "parsed.w == 1"),
        sends=[("", {"headers": {"accept": "application/api.clumio.other=v2+json"}})],
        schemas=SIZES,
    ),
    answered(
        "range",
        answer((JSON, REF), status="2XX", _4XX={"$ref": "#/components/responses/Error"}),
        ((299, JSON, '{"w": 1}'), "parsed.w == 1"),
        ((418, JSON, ERRORS), "raised.errors[0].error_message == 'no'"),
        ((500, JSON, "{}"), "type(raised).__bases__[1].__name__ == 'ServerError'"),
        schemas=SIZES,
    ),
    answered(
        "status before range before default",
        answer(
            (JSON, REF),
            status="2XX",
            _201={"description": "Text.", "content": {"text/plain": {"schema": STRING}}},
            **ERROR,
        ),
        ((201, "text/plain", "x"), "parsed == 'x'"),
        ((202, JSON, '{"w": 1}'), "parsed.w == 1"),
        schemas=SIZES,
    ),
    answered(
        "204 with nothing",
        {"responses": {"204": {"description": ""}} | ERROR},
        ((204, "", ""), "parsed is None and it.problem is None and raised is None"),
        ((409, JSON, ERRORS), "type(raised).__name__ == 'ConflictError'"),
        method="delete",
    ),
    answered(
        "201 beside 200",
        answer((JSON, REF), _201={"description": "", "content": {JSON: {"schema": STRINGS}}}),
        ((200, JSON, '{"w": 1}'), "parsed.w == 1"),
        ((201, JSON, '["a"]'), "parsed == ['a']"),
        schemas=SIZES,
        method="post",
    ),
    answered(
        "202 and 204",
        {"responses": {"202": {"description": ""}, "204": {"description": ""}}},
        ((202, JSON, "{}"), "parsed is None and not it.problem"),
        ((200, JSON, "{}"), "'200 is not documented' in it.problem"),
        method="put",
    ),
    answered(
        "headers of an answer",
        {"responses": {"200": {"description": "", "headers": {"X-Rate": {"schema": {"type": "integer"}}}}}},
        ((200, "", ""), "not it.problem"),
    ),
    answered(
        "list as the whole answer, one item is not as documented",
        answer((JSON, {"type": "array", "items": REF})),
        (
            (200, JSON, '[{"w": 1}, 5, {"w": "x"}]'),
            "[one.w or 0 for one in parsed] == [1, 0] and parsed[1]['w'] == 'x' and 'items' in it.problem",
        ),
        *(
            ((200, JSON, "[]"), "parsed == [] and not it.problem"),
            ((200, JSON, "[5]"), "parsed is None and it.problem"),
            ((200, JSON, "{}"), "it.problem"),
            ((200, JSON, "null"), "it.problem"),
        ),
        schemas=SIZES,
    ),
    answered(
        "list of enums as the whole answer",
        answer((JSON, {"type": "array", "items": {"$ref": "#/components/schemas/Code"}})),
        ((200, JSON, '["a", "zz"]'), "parsed == ['a', 'zz'] and not parsed[1].is_documented"),
        schemas=CODE,
    ),
    answered(
        "enum as the whole answer",
        answer((JSON, {"$ref": "#/components/schemas/Code"})),
        ((200, JSON, '"zz"'), "parsed == 'zz'"),
        ((200, JSON, "5"), "it.problem"),
        schemas=CODE,
    ),
    answered(
        "any object as the whole answer",
        answer((JSON, {"type": "object"}), **ERROR),
        ((200, JSON, '{"x": 1}'), "parsed['x'] == 1"),
        ((200, JSON, ERRORS), "raised.errors"),
        ((200, JSON, "[]"), "it.problem"),
    ),
    answered(
        "union as the whole answer",
        answer((JSON, {"oneOf": [REF, STRINGS, {"type": "integer"}]}), **ERROR),
        ((200, JSON, "5"), "parsed == 5"),
        ((200, JSON, '["a"]'), "parsed == ['a']"),
        ((200, JSON, '"a"'), "it.problem"),
        schemas=SIZES,
    ),
    answered(
        "null as the whole answer",
        answer((JSON, {"type": "null"})),
        ((200, JSON, "null"), "parsed is None and not it.problem"),
        ((200, JSON, "5"), "it.problem"),
    ),
    answered(
        "object or null as the whole answer",
        answer((JSON, {"oneOf": [REF, {"type": "null"}]})),
        ((200, JSON, "null"), "parsed is None and not it.problem"),
        ((200, JSON, '{"w": 1}'), "parsed.w == 1"),
        schemas=SIZES,
    ),
    answered(
        "boolean and string as whole answers",
        answer((JSON, {"type": "boolean"}), _201={"description": "", "content": {JSON: {"schema": STRING}}}),
        ((200, JSON, "true"), "parsed is True"),
        ((200, JSON, "1"), "it.problem"),
        ((201, JSON, '"x"'), "parsed == 'x'"),
    ),
    answered(
        "no schema at all",
        answer((JSON, None)),
        ((200, JSON, '{"a": 1}'), "parsed == {'a': 1}"),
        ((200, JSON, "x"), "it.problem"),
    ),
    answered(
        "any media type, with an object",
        answer(("*/*", REF)),
        ((200, JSON, '{"w": 1}'), "parsed.w == 1"),
        sends=[("", {"headers": {"accept": "*/*"}})],
        schemas=SIZES,
    ),
    answered(
        "any media type, without a schema", answer(("*/*", None)), ((200, JSON, "{}"), "parsed == b'{}'")
    ),
    answered(
        "XML of an object beside JSON",
        answer((JSON, REF), ("application/xml", REF)),
        ((200, "application/xml", "<a/>"), "parsed == b'<a/>'"),
        ((200, JSON, '{"w": 1}'), "parsed.w == 1"),
        schemas=SIZES,
    ),
    answered(
        "answer only by default",
        answer((JSON, REF), status="default"),
        ((200, JSON, '{"w": 1}'), "parsed.w == 1 and raised is None"),
        ((500, JSON, '{"w": 1}'), "parsed.w == 1 and type(raised).__name__ == 'ServerError'"),
        sends=[("", {"headers": {"accept": JSON}})],
        schemas=SIZES,
    ),
    answered(
        "inline object as the whole answer",
        answer((JSON, SIZE)),
        ((200, JSON, '{"w": 1, "x": 2}'), "parsed.w == 1 and parsed['x'] == 2"),
    ),
    answered(
        "HEAD",
        answer((JSON, REF)),
        ((200, JSON, ""), "parsed is None and not it.problem"),
        method="head",
        schemas=SIZES,
    ),
    answered(
        "OPTIONS",
        answer((JSON, REF)),
        ((200, JSON, "{}"), "parsed == models.Size()"),
        method="options",
        schemas=SIZES,
    ),
    answered(
        "TRACE",
        answer(("message/http", None)),
        ((200, "message/http", "x"), "parsed == b'x'"),
        method="trace",
    ),
    answered(
        "redirect",
        answer((JSON, REF), _302={"description": "Elsewhere."}),
        ((302, "", ""), "parsed is None and not it.problem"),
        schemas=SIZES,
    ),
    answered(
        "another error for each status",
        answer(
            (JSON, REF),
            _400={
                "description": "",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
            **ERROR,
        ),
        *(
            (
                (400, "application/problem+json", '{"title": "bad", "code": 5}'),
                "'bad (5)' in str(raised) and raised.errors[0].title == 'bad'",
            ),
            ((500, JSON, ERRORS), "'no (7)' in str(raised)"),
        ),
        schemas=SIZES
        | {"Problem": {"type": "object", "properties": {"title": STRING, "code": {"type": "integer"}}}},
    ),
    answered(
        "error of one schema with the success",
        answer((JSON, REF), _400={"description": "", "content": {JSON: {"schema": REF}}}),
        ((200, JSON, '{"w": 1}'), "raised is None"),
        ((400, JSON, '{"w": 1}'), "type(raised).__name__ == 'BadRequestError'"),
        schemas=SIZES,
    ),
    answered(
        "error as a text, a list and nothing",
        answer(
            (JSON, REF),
            _400={"description": "", "content": {"text/plain": {"schema": STRING}}},
            _401={"description": ""},
            _402={"description": "", "content": {JSON: {"schema": {"type": "array", "items": REF}}}},
        ),
        ((400, "text/plain", "no"), "type(raised).__name__ == 'BadRequestError' and raised.errors == []"),
        ((401, "", ""), "type(raised).__name__ == 'UnauthorizedError'"),
        ((402, JSON, '[{"name": "x"}]'), "raised.status == 402"),
        schemas=SIZES,
    ),
]

ANSWERS_REFUSED = [
    Row(kind="answers", name=name, operation=operation, refused=words, schemas=SIZES)
    for name, operation, words in [
        ("XML of an object", answer(("application/xml", REF)), "write {type: string} for a text"),
        ("a picture of a list", answer(("image/png", STRINGS)), "format: binary"),
        ("a status that is none", answer((JSON, REF), status="20X"), "see OpenAPI 3.1"),
    ]
]


def _callbacks(spec: Content) -> None:
    changed = {"post": {"operationId": "changed", "responses": {"200": {"description": ""}}}}
    spec["webhooks"] = {"groupChanged": changed}
    spec["paths"][GROUP]["put"]["callbacks"] = {
        "done": {"{$request.body#/url}": changed | {"post": {"responses": {"200": {"description": ""}}}}}
    }


NAMES = [
    Row(
        kind="names",
        name="without a tag",
        operation={"tags": None},
        module="default.op_without_a_tag",
        sends=[("", {"target": ""})],
    ),
    Row(
        kind="names",
        name="several tags",
        operation={"tags": ["more", "others"]},
        sends=[("", {"target": ""})],
    ),
    *(
        Row(
            kind="names",
            name=f"operationId {number}",
            operation={"operationId": written},
            module=f"more.{module}",
            sends=[("", {"target": ""})],
        )
        for number, (written, module) in enumerate(
            [
                ("import", "import_"),
                ("list", "list_"),
                ("größe", "größe"),
                ("getHTTPThing", "get_http_thing"),
                ("asyncio", "asyncio"),
                ("datetime", "datetime_"),
                ("__init__", "init"),
                ("types", "types"),
                ("a.b/c", "a_bc"),
            ]
        )
    ),
    *(
        Row(
            kind="names",
            name=f"tag {number}",
            operation={"tags": [written]},
            module=f"{folder}.op_tag_{number}",
            sends=[("", {"target": ""})],
        )
        for number, (written, folder) in enumerate(
            [
                ("class", "class_"),
                ("AWS & more", "aws_more"),
                ("aws-more", "aws_more"),
                ("1st", "tag1st"),
                ("***", "tag"),
            ]
        )
    ),
    Row(
        kind="names",
        name="deprecated",
        operation={"deprecated": True, "description": 'ends with a quote "', "summary": "\\"},
        code="from clumio_connection_groups.api.more import op_deprecated as one\n"
        "assert 'Deprecated. ends' in one.sync.__doc__",
    ),
    Row(
        kind="names",
        name="servers of the document",
        operation={"servers": [{"url": "https://us-west-2.api.clumio.com"}]},
        sends=[("", {"target": ""})],
    ),
    Row(
        kind="names",
        name="ids that meet",
        operation={"operationId": "ReadAwsConnectionGroup", "tags": ["aws-connection-groups"]},
        refused="give one of them another operationId",
    ),
    Row(
        kind="names",
        name="an id of signs",
        operation={"operationId": "***"},
        refused="no name of a module can be made",
    ),
    Row(kind="names", name="no id", operation={"operationId": None}, refused="needs operationId"),
    Row(
        kind="names",
        name="a server of its own",
        operation={"servers": [{"url": "https://other.invalid"}]},
        refused="write it in `servers` of the document",
    ),
    Row(kind="names", name="webhooks and callbacks", change=_callbacks),
    Row(
        kind="names",
        name="path by reference",
        change=lambda spec: (
            spec.update(paths=spec["paths"] | {"/x": {"$ref": "#/components/pathItems/X"}})
            or spec["components"].update(
                pathItems={
                    "X": {
                        "get": {
                            "operationId": "op-path-by-reference",
                            "tags": ["more"],
                            "responses": {"200": {"description": ""}},
                        }
                    }
                }
            )
        ),
        code="from clumio_connection_groups.api.more import op_path_by_reference",
    ),
]


def _secured(scheme: Content, **more: Any) -> Any:
    """An edit that gives the document another security scheme."""

    def change(spec: Content) -> None:
        spec["components"]["securitySchemes"] = {"key": scheme} | more.get("schemes", {})
        spec["security"] = more.get("security", [{"key": []}])

    return change


_TOKEN = """
from clumio_connection_groups.api.aws_connection_groups import read_aws_connection_group as read
recorder = Recorder(200, {{}}, b"")
read.sync_detailed("4f1c", client=client(recorder))
headers = dict(recorder.sent[0][2])
assert headers.get({header!r}) == {value!r}, headers
assert ("authorization" in headers) is ({header!r} == "authorization"), headers
"""
BEARER: Content = {"type": "http", "scheme": "bearer"}
KEY: Content = {"type": "apiKey", "in": "header", "name": "X-Api-Key"}
SECURITY = [
    Row(
        kind="security",
        name="of an operation: none",
        operation={"security": []},
        code="import typing\nfrom clumio_connection_groups.api.more import op_of_an_operation_none as one\n"
        "assert package.Client in typing.get_args(typing.get_type_hints(one.sync)['client'])",
    ),
    Row(
        kind="security",
        name="of an operation: optional",
        operation={"security": [{}, {"bearer": []}]},
        sends=[("", {"headers": {"authorization": "Bearer secret"}})],
    ),
    Row(kind="security", name="none at all", change=lambda spec: spec.pop("security") and None, sends=[]),
    Row(
        kind="security",
        name="an API key instead of the bearer token",
        change=_secured(KEY),
        code=_TOKEN.format(header="x-api-key", value="secret"),
    ),
    Row(
        kind="security",
        name="an API key in the Authorization header",
        change=_secured(KEY | {"name": "Authorization"}),
        code=_TOKEN.format(header="authorization", value="secret"),
    ),
    Row(
        kind="security",
        name="OAuth 2",
        change=_secured(
            {
                "type": "oauth2",
                "flows": {"clientCredentials": {"tokenUrl": "https://x.invalid", "scopes": {}}},
            }
        ),
        code=_TOKEN.format(header="authorization", value="Bearer secret"),
    ),
    Row(
        kind="security",
        name="alternatives",
        change=_secured(
            {"type": "http", "scheme": "basic"}, schemes={"other": KEY}, security=[{"key": []}, {"other": []}]
        ),
        code=_TOKEN.format(header="x-api-key", value="secret"),
    ),
    Row(
        kind="security",
        name="an API key in the query",
        change=_secured(KEY | {"in": "query"}),
        refused="an API key in the query",
    ),
    Row(
        kind="security",
        name="an API key in a cookie",
        change=_secured(KEY | {"in": "cookie"}),
        refused="`in: header`",
    ),
    Row(
        kind="security",
        name="basic",
        change=_secured({"type": "http", "scheme": "basic"}),
        refused="HTTP basic",
    ),
    Row(
        kind="security",
        name="two at once",
        change=_secured(KEY, schemes={"b": BEARER}, security=[{"key": [], "b": []}]),
        refused="together",
    ),
    Row(
        kind="security",
        name="another for one operation",
        change=lambda spec: (
            spec["components"]["securitySchemes"].update(key=KEY)
            or spec["paths"][GROUP]["get"].update(security=[{"key": []}])
        ),
        refused="a client has one token",
    ),
    Row(
        kind="security",
        name="a scheme that is not there",
        change=lambda spec: spec.update(security=[{"nothing": []}]),
        refused="securitySchemes",
    ),
]

_FAILS = """
import clumio_connection_groups.errors as errors
from clumio_connection_groups.api.aws_connection_groups import read_aws_connection_group as read
recorder = Recorder(404, {{"Content-Type": "application/json"}}, {body!r})
answer = read.sync_detailed("4f1c", client=client(recorder))
try:
    errors.raise_for_error(answer)
except errors.NotFoundError as error:
    assert {text!r} in str(error), str(error)
else:
    raise AssertionError("nothing was raised")
"""


def _detail(spec: Content) -> Content:
    found: Content = spec["components"]["schemas"]["ErrorDetail"]["properties"]
    return found


def _no_errors(spec: Content) -> None:
    for item in spec["paths"].values():
        for method in ("get", "put", "post"):
            item.get(method, {}).get("responses", {}).pop("default", None)
    for name in ("ErrorResponse", "ErrorDetail"):
        spec["components"]["schemas"].pop(name)
    spec["components"]["responses"].pop("Error")


def _renamed(spec: Content) -> None:
    schemas = spec["components"]["schemas"]
    schemas["Fault"] = schemas.pop("ErrorDetail")
    schemas["Faults"] = schemas.pop("ErrorResponse")
    schemas["Faults"]["properties"]["errors"]["items"]["$ref"] = "#/components/schemas/Fault"
    spec["components"]["responses"]["Error"]["content"][JSON]["schema"]["$ref"] = (
        "#/components/schemas/Faults"
    )


def _plain(spec: Content) -> None:
    spec["components"]["responses"]["Error"]["content"] = {"text/plain": {"schema": STRING}}


_HELPERS = """
left = set(package.__all__) - {{"AuthenticatedClient", "Client", "from_env"}}
assert left == {left!r}, left
"""
PAGES, WAITS = ["iterate_groups", "iterate_groups_async"], ["wait_for_update", "wait_for_update_async"]


def _no_links(change: Any) -> Any:
    def changed(spec: Content) -> None:
        spec["components"]["responses"]["ConnectionGroup"].pop("links")
        change(spec)

    return changed


LEANS = [
    Row(
        kind="what errors.py leans on",
        name="error_code removed",
        change=lambda spec: _detail(spec).pop("error_code") and None,
        code=_FAILS.format(body=ERRORS.encode(), text="status 404: no ("),
    ),
    Row(
        kind="what errors.py leans on",
        name="error_message renamed",
        change=lambda spec: _detail(spec).update(reason=_detail(spec).pop("error_message")),
        code=_FAILS.format(body=b'{"errors": [{"error_code": 7, "reason": "x"}]}', text="x (7)"),
    ),
    Row(
        kind="what errors.py leans on",
        name="error_code is a text",
        change=lambda spec: _detail(spec).update(error_code=STRING),
        code=_FAILS.format(body=b'{"errors": [{"error_code": "E7", "error_message": "x"}]}', text="x (E7)"),
    ),
    Row(
        kind="what errors.py leans on",
        name="errors renamed",
        change=lambda spec: spec["components"]["schemas"]["ErrorResponse"].update(
            required=["faults"],
            properties={"faults": spec["components"]["schemas"]["ErrorResponse"]["properties"]["errors"]},
        ),
        code=_FAILS.format(body=b'{"faults": [{"error_code": 7, "error_message": "x"}]}', text="x (7)"),
    ),
    Row(
        kind="what errors.py leans on",
        name="both schemas renamed",
        change=_renamed,
        code=_FAILS.format(body=ERRORS.encode(), text="no (7)"),
    ),
    Row(
        kind="what errors.py leans on",
        name="no error is described any more",
        change=_no_errors,
        code=_FAILS.format(body=ERRORS.encode(), text="404 is not documented"),
    ),
    Row(
        kind="what errors.py leans on",
        name="an error is a text",
        change=_plain,
        code=_FAILS.format(body=b"x", text="status 404"),
    ),
    Row(
        kind="what errors.py leans on",
        name="read is removed",
        change=_no_links(lambda spec: spec["paths"][GROUP].pop("get") and None),
        code=_HELPERS.format(left=set(PAGES)),
    ),
    Row(
        kind="what errors.py leans on",
        name="list is removed",
        change=_no_links(lambda spec: spec["paths"][LIST].pop("get") and None),
        code=_HELPERS.format(left=set(WAITS)),
    ),
    Row(
        kind="what errors.py leans on",
        name="update and create are removed",
        change=_no_links(lambda spec: [spec["paths"][GROUP].pop("put"), spec["paths"][LIST].pop("post")]),
        code=_HELPERS.format(left={*PAGES, *WAITS}),
    ),
    Row(
        kind="what errors.py leans on",
        name="another tag",
        change=lambda spec: (
            [
                item[method].update(tags=["groups"])
                for item in spec["paths"].values()
                for method in ("get", "put", "post")
                if method in item
            ]
            and None
        ),
        code=_HELPERS.format(left={*PAGES, *WAITS}),
    ),
    Row(
        kind="what errors.py leans on",
        name="a parameter of the iterator is removed",
        change=lambda spec: spec["paths"][LIST]["get"]["parameters"].pop() and None,
        refused="the helper `pagination`",
    ),
    Row(
        kind="what errors.py leans on",
        name="a field that the wait reads is removed",
        change=lambda spec: (
            spec["components"]["schemas"]["ConnectionGroup"]["properties"].pop("intended_aws_regions")
            and None
        ),
        refused="the client needs ConnectionGroup with intended_aws_regions",
    ),
    Row(
        kind="what errors.py leans on",
        name="a schema that the wait reads is renamed",
        change=lambda spec: (
            spec["components"]["schemas"].update(Op=spec["components"]["schemas"].pop("StackOperation"))
            or spec["components"]["schemas"]["ConnectionGroup"]["properties"][
                "ongoing_stack_operation"
            ].update({"$ref": "#/components/schemas/Op"})
        ),
    ),
    Row(
        kind="what errors.py leans on",
        name="a new required parameter of read",
        change=lambda spec: spec["paths"][GROUP]["get"]["parameters"].append(query("tenant", required=True)),
        refused="requires the parameter 'tenant'",
    ),
]

GENERATED = [
    row for row in [*PARAMETERS, *BODIES, *ANSWERS, *NAMES, *SECURITY, *LEANS] if row.refused is None
]
REFUSED = [
    row
    for row in [*PARAMETERS_REFUSED, *BODIES_REFUSED, *ANSWERS_REFUSED, *NAMES, *SECURITY, *LEANS]
    if row.refused is not None
]
TOGETHER = [row for row in GENERATED if not row.is_alone]
ALONE = [row for row in GENERATED if row.is_alone]
