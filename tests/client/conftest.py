"""The sandbox's own fixtures, for what needs somebody to talk to."""

from clumio_sandbox.pytest_plugin import clumio_sandbox, clumio_sandbox_base_url

__all__ = ["clumio_sandbox", "clumio_sandbox_base_url"]
