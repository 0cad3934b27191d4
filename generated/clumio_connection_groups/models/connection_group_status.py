from enum import StrEnum
from typing import Self


class ConnectionGroupStatus(StrEnum):
    """How far a connection group is connected, judged by the stack in its AWS account.

    A value that is not documented is kept as a member `UNDOCUMENTED`, equal to its string.
    """

    CONNECTED_WITH_NO_MANAGED_STACKS = "connected_with_no_managed_stacks"
    CONNECTING = "connecting"
    DEPLOYMENT_FAILED = "deployment_failed"
    FULLY_CONNECTED = "fully_connected"
    PARTIALLY_CONNECTED = "partially_connected"
    UNLINKED = "unlinked"

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = "UNDOCUMENTED"
        member._value_ = value
        return member

    @property
    def is_documented(self) -> bool:
        """Whether the specification lists this value."""
        return type(self).__members__.get(self.name) is self

    def __reduce_ex__(self, _: object) -> tuple[type[Self], tuple[str]]:
        # Python 3.11.2 would copy it by its name, which an undocumented value does not have.
        return type(self), (str(self.value),)
