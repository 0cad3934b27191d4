"""What is generated here is the same in each run, and nothing is kept of it."""

from hypothesis import settings

settings.register_profile("deterministic", database=None, deadline=None, derandomize=True)
settings.load_profile("deterministic")
