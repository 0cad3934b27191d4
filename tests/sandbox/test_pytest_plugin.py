"""The plugin, in another project."""

import pytest

pytest_plugins = ["pytester"]


def test_each_test_has_an_organization_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("turn", [1, 2])
        def test_life(clumio_sandbox, turn):
            group = clumio_sandbox.create_group()
            assert clumio_sandbox.stack(group["id"], "deploy")["group"]["status"] == "fully_connected"
            clumio_sandbox.faults("status-undocumented")
            assert clumio_sandbox.read_group(group["id"])["status"] == "active"

        def test_nothing_is_left(clumio_sandbox):
            assert clumio_sandbox.read_group(clumio_sandbox.create_group()["id"])["status"] == "connecting"
            assert clumio_sandbox.token not in repr(clumio_sandbox)
        """
    )
    pytester.runpytest_inprocess(
        "-p", "clumio_sandbox.pytest_plugin", "-p", "no:schemathesis"
    ).assert_outcomes(passed=3)
