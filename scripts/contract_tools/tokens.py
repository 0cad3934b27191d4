"""Where a request has the token: the one security scheme that all operations accept."""

from dataclasses import dataclass
from typing import Any, Final

from clumio_conformance.contract.nodes import operation_nodes
from clumio_conformance.contract.pointers import pointer_of
from clumio_conformance.contract.specification import Specification

from .calls import resolved


@dataclass(frozen=True)
class Token:
    """The header that has the token, and what stands before it."""

    header: str = "Authorization"
    prefix: str = "Bearer"


_WAY: Final = "describe a bearer token, OAuth 2, or an API key `in: header`"


def token_of(specification: Specification) -> Token:
    """Return where the token is sent.

    Raises:
        ContractError: An operation needs what the client does not send, or operations need different tokens.
    """
    schemes = {
        name: resolved(specification.content, scheme)
        for name, scheme in specification.content.get("components", {}).get("securitySchemes", {}).items()
    }
    common: dict[Token, str] | None = None
    for _, _, _, operation in operation_nodes(specification):
        own = "security" in operation.keywords
        pointer = f"{operation.pointer}/security" if own else "/security"
        alternatives = operation.keywords["security"] if own else specification.content.get("security", [])
        if not alternatives or {} in alternatives:
            continue
        found = _tokens(specification, pointer, alternatives, schemes)
        shared = (
            found if common is None else {token: name for token, name in common.items() if token in found}
        )
        if not shared:
            others = " or ".join((common or {}).values())
            cause = (
                f"needs {' or '.join(found.values())}, other operations need {others}; "
                "a client has one token: name a scheme that all of them accept"
            )
            raise specification.broken(pointer, cause)
        common = shared
    return next(iter(common)) if common else Token()


def _tokens(
    specification: Specification, pointer: str, alternatives: list[dict[str, Any]], schemes: dict[str, Any]
) -> dict[Token, str]:
    """Return what the client can send for one of the alternatives, with the name of the scheme."""
    found: dict[Token, str] = {}
    causes = []
    for alternative in alternatives:
        for name in alternative:
            if name not in schemes:
                cause = f"there is no security scheme {name!r}; describe it in components/securitySchemes"
                raise specification.broken(pointer, cause)
        if len(alternative) > 1:
            causes.append((pointer, f"the client sends one token, not {' and '.join(alternative)} together"))
            continue
        (name,) = alternative
        token = _token(schemes[name])
        if token is None:
            causes.append(
                (
                    pointer_of(["components", "securitySchemes", name]),
                    f"the client can't send {_kind(schemes[name])}",
                )
            )
        else:
            found.setdefault(token, name)
    if not found:
        raise specification.broken(causes[0][0], f"{causes[0][1]}; {_WAY}")
    return found


def _token(scheme: dict[str, Any]) -> Token | None:
    kind = scheme.get("type")
    if kind == "apiKey" and scheme.get("in") == "header":
        return Token(header=scheme["name"], prefix="")
    is_bearer = kind == "http" and str(scheme.get("scheme", "")).lower() == "bearer"
    return Token() if is_bearer or kind in ("oauth2", "openIdConnect") else None


def _kind(scheme: dict[str, Any]) -> str:
    kind = scheme.get("type")
    if kind == "apiKey":
        return f"an API key in the {scheme.get('in')}"
    return f"credentials of HTTP {scheme.get('scheme')}" if kind == "http" else f"{kind}"
