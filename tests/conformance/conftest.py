"""What is generated here is the same in each run, however busy the machine is, and nothing is kept of it."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "deterministic",
    database=None,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("deterministic")
