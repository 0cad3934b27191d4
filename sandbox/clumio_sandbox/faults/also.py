"""What each fault breaks besides its own requirement, and why it cannot be otherwise.

A suite that finds more than this with a fault accuses an innocent.
"""

_A_PAGE = "a web page is not the body of an error"
_AS_NULL = "a missing field counts as null"
_GONE = "a deleted group is answered like an unknown one"
_IN_READS = "the id is looked up in the same way for a read"
_NOT_DONE = "no update is answered as it must be, neither a valid nor an invalid one"
_SHOWN = "a read lacks what the update has saved"

ALSO: dict[str, dict[str, str]] = {
    "link-to-another-group": {"UCG-LIST-07": "the list has the right link"},
    "error-is-empty": {"UCG-FLOW-10": _GONE},
    "error-html": {"UCG-ERR-01": _A_PAGE},
    "null-asset-types-accepted": {"UCG-BODY-03": _AS_NULL},
    "null-regions-accepted": {"UCG-BODY-09": _AS_NULL},
    "update-merges": {"UCG-BODY-03": "asset_types is a required field too"},
    "unknown-group-accepted": {"UCG-FLOW-06": _GONE, "UCG-PATH-05": _IN_READS},
    "beginning-of-id-accepted": {"UCG-PATH-05": _IN_READS},
    "external-id-changes": {"UCG-OP-03": "the version of the group changes with it"},
    "gone-without-error-body": {"UCG-ERR-01": "an error without a body has no list of errors"},
    "gone-as-410": {"UCG-PATH-05": _GONE},
    "unknown-group-forbidden": {"UCG-FLOW-10": _GONE},
    "repeated-update-differs": {"UCG-SAVE-01": "the answer has another description than was sent"},
    "stale-read": {"UCG-SAVE-01": _SHOWN, "UCG-SAVE-02": _SHOWN, "UCG-SAVE-03": _SHOWN},
    "description-not-read": {"UCG-SAVE-06": _SHOWN},
    "bad-request-as-502-page": {"UCG-CTYPE-03": _A_PAGE, "UCG-ERR-01": _A_PAGE},
    "updates-as-503-page": {"UCG-CTYPE-03": _A_PAGE, "UCG-ERR-07": _NOT_DONE, "UCG-OP-01": _NOT_DONE},
    "updates-redirected": {"UCG-ERR-07": _NOT_DONE, "UCG-OP-01": _NOT_DONE},
    "connection-dropped": {"UCG-ERR-01": _NOT_DONE},
}
"""By the name of the fault: the requirement, and why."""
