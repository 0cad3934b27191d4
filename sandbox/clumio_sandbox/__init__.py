"""An embedded stand-in of Clumio's AWS connection-group API.

It is written from the vendor's documentation page and from facts observed on the wire, never from the OpenAPI
contract: a stand-in derived from the contract would only prove that the contract agrees with itself.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("clumio-connection-groups")
except PackageNotFoundError:
    # Run from a source tree that was never installed.
    __version__ = "0+unknown"

DEFAULT_TOKEN = "sandbox-token"  # noqa: S105 - it opens nothing but this stand-in

__all__ = ["DEFAULT_TOKEN", "__version__"]
