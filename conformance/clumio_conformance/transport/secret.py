"""A secret that no repr contains."""

from clumio_conformance.exchange import TOKEN_PLACEHOLDER


class Secret(str):
    """A text whose repr hides it, in a traceback with local variables and in a debugger."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{TOKEN_PLACEHOLDER}>"
