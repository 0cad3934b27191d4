"""A sandbox of Clumio's AWS connection-group API: an embedded server for tests.

It is written from the vendor's documentation page and from observed traffic, never from the contract: a
sandbox derived from the contract would only prove that the contract agrees with itself.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("clumio-connection-groups")
except PackageNotFoundError:
    # The source tree runs without an installation.
    __version__ = "0+unknown"

DEFAULT_TOKEN = "sandbox-token"  # noqa: S105 - it gives access to the sandbox only

__all__ = ["DEFAULT_TOKEN", "__version__"]
