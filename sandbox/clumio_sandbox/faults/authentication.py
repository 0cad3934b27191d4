"""Faults in who may make a request, and which groups they may see."""

from dataclasses import replace
from functools import partial

from clumio_sandbox.behaviour import CallerHook, Family, Fault, Owner
from clumio_sandbox.faults.hooks import on_error
from clumio_sandbox.messages import Request, Response, encode

fault = partial(Fault, family=Family.AUTHENTICATION)


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


def _small_letters(request: Request) -> Request:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return replace(
        request, headers={**request.headers, "authorization": f"{scheme} {token.lower()}".rstrip()}
    )


def _foreign(method: str) -> CallerHook:
    return lambda request, organization, owner: (
        (owner() or organization) if organization and request.method == method else organization
    )


def _as_403(response: Response) -> Response:
    error = {"error_code": 359, "error_message": "The authentication token is missing"}
    return replace(response, status=403, body=encode({"errors": [error]}))


FAULTS: tuple[Fault, ...] = (
    fault("missing-token-accepted", "UCG-AUTH-01", "a request without a token is accepted",
          caller=_missing_token),
    fault("other-scheme-accepted", "UCG-AUTH-02", "an Authorization with another scheme is accepted",
          caller=_other_scheme),
    fault("bare-token-accepted", "UCG-AUTH-02", "an Authorization without a scheme is accepted",
          caller=_bare_token),
    fault("unknown-token-accepted", "UCG-AUTH-03", "any bearer token is accepted", caller=_unknown_token),
    fault("token-case-ignored", "UCG-AUTH-03", "capital letters in a token count as small letters",
          request=_small_letters),
    fault("foreign-group-readable", "UCG-PATH-02", "another organization's group can be read",
          caller=_foreign("GET")),
    fault("foreign-group-updatable", "UCG-PATH-02", "another organization's group can be updated",
          caller=_foreign("PUT")),
    fault("unauthorized-as-403", "UCG-AUTH-04",
          "a request without a valid token gets 403 with code 359, as a third party observed",
          response=on_error(_as_403, 401)),
)  # fmt: skip
