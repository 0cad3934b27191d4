"""Handle each way in which a request can fail.

export CLUMIO_API_BASE_URL=https://us-west-2.api.clumio.com CLUMIO_API_TOKEN=...
python handle_errors.py GROUP_ID
"""

import sys

import httpx

from clumio_connection_groups import AuthenticatedClient
from clumio_connection_groups.api.aws_connection_groups import update_aws_connection_group
from clumio_connection_groups.errors import (
    ApiError,
    InvalidInput,
    MalformedResponse,
    ThrottledError,
    UnauthorizedError,
    raise_for_error,
)
from clumio_connection_groups.models import AssetType, UpdateConnectionGroupRequest


def main(group_id: str) -> None:
    """Update a group, and print the result in one line."""
    wanted = UpdateConnectionGroupRequest(asset_types=[AssetType.EC2EBS], aws_regions=["us-east-1"])
    try:
        with AuthenticatedClient.from_env() as client:
            group = raise_for_error(
                update_aws_connection_group.sync_detailed(group_id, client=client, body=wanted)
            )
    except InvalidInput as error:
        sys.exit(f"nothing was sent: {error}")
    except MalformedResponse as error:
        # A proxy's page, or an answer that was cut short. error.content is the body, and may hold secrets.
        sys.exit(f"no answer of the API: {error}")
    except UnauthorizedError as error:
        sys.exit(f"the token is not accepted: {error}")
    except ThrottledError as error:
        sys.exit(f"too many requests: try again in {error.retry_after or 1:.0f} s")
    except ApiError as error:
        for detail in error.errors:
            print(f"{detail.error_code}: {detail.error_message!r}")
        sys.exit(f"refused with status {error.status}; the vendor's support needs {error.request_id}")
    except httpx.HTTPError as error:
        sys.exit(f"no answer: {type(error).__name__}")

    # A status that the vendor adds breaks nothing, and the program can see it.
    if group.status and not group.status.is_documented:
        print(f"a status that is not documented: {group.status}")
    print(f"accepted: {group.status}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
