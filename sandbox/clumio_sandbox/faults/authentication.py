"""Faults in telling who asks, and what they may see."""

from clumio_sandbox.behaviour import Family, Fault, Owner
from clumio_sandbox.faults.answers import body, on_error, status
from clumio_sandbox.messages import Request, encode


def _missing_token(request: Request, organization: str | None, owner: Owner) -> str | None:
    return organization if "authorization" in request.headers else owner()


def _other_scheme(request: Request, organization: str | None, owner: Owner) -> str | None:
    scheme = request.headers.get("authorization", "bearer").partition(" ")[0].lower()
    return organization if scheme == "bearer" else owner()


def _bare_token(request: Request, organization: str | None, owner: Owner) -> str | None:
    words = request.headers.get("authorization", "").split()
    bare = len(words) == 1 and words[0].lower() != "bearer"
    return organization or (owner() if bare else None)


def _unknown_token(request: Request, organization: str | None, owner: Owner) -> str | None:
    bearer = request.headers.get("authorization", "").lower().startswith("bearer ")
    return organization or (owner() if bearer else None)


def _foreign_read(request: Request, organization: str | None, owner: Owner) -> str | None:
    return _foreign(request, organization, owner, method="GET")


def _foreign_update(request: Request, organization: str | None, owner: Owner) -> str | None:
    return _foreign(request, organization, owner, method="PUT")


def _foreign(request: Request, organization: str | None, owner: Owner, *, method: str) -> str | None:
    return (owner() or organization) if organization and request.method == method else organization


_CALLERS = (
    ("missing-token-accepted", "UCG-AUTH-01", "a request without a token is served", _missing_token),
    (
        "other-scheme-accepted",
        "UCG-AUTH-02",
        "an Authorization that is no bearer token is served",
        _other_scheme,
    ),
    ("bare-token-accepted", "UCG-AUTH-02", "an Authorization without a scheme is served", _bare_token),
    ("unknown-token-accepted", "UCG-AUTH-03", "any bearer token is served", _unknown_token),
    ("foreign-group-readable", "UCG-PATH-02", "another organization's group can be read", _foreign_read),
    (
        "foreign-group-updatable",
        "UCG-PATH-02",
        "another organization's group can be updated",
        _foreign_update,
    ),
)

_THIRD_PARTY_BODY = {"errors": [{"error_code": 359, "error_message": "The authentication token is missing"}]}

FAULTS: tuple[Fault, ...] = (
    *(
        Fault(
            name=name,
            requirement=requirement,
            family=Family.AUTHENTICATION,
            description=description,
            caller=caller,
        )
        for name, requirement, description, caller in _CALLERS
    ),
    Fault(
        name="unauthorized-as-403",
        requirement="UCG-AUTH-04",
        family=Family.AUTHENTICATION,
        description="a request without a valid token is answered as a third party saw it: 403 with code 359",
        response=on_error(lambda response: status(403)(body(encode(_THIRD_PARTY_BODY))(response)), 401),
    ),
)
