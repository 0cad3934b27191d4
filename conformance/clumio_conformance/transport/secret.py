"""A secret that is kept, but never shown."""

from clumio_conformance.exchange import TOKEN_PLACEHOLDER


class Secret(str):
    """A text that shows itself in no repr: neither in a traceback with local variables nor in a debugger's list."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{TOKEN_PLACEHOLDER}>"
