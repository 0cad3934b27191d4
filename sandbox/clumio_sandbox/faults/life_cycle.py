"""Faults in the effects of updates and stack events on groups."""

import unicodedata
import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from clumio_sandbox.behaviour import Family, Fault
from clumio_sandbox.errors import unknown_group
from clumio_sandbox.faults.hooks import always, having, on_error
from clumio_sandbox.group import Group, Operation, Plan, Reach
from clumio_sandbox.messages import Request, decode
from clumio_sandbox.store import Store

fault = partial(Fault, family=Family.LIFE_CYCLE)

MARK = " (edited)"
"""The text that faults append to a description."""

SHORT = 16
"""The length to which a fault cuts a description, in characters."""


def _reached(group: Group, plan: Plan) -> Reach:
    return Reach(plan.asset_types, plan.aws_regions, (group.account_native_id,), plan.revision)


def _never_effective(event: str, before: Group, after: Group) -> Group:
    updated = event == "succeed" and before.operation is Operation.UPDATING
    return replace(after, reach=before.reach) if updated else after


def _regions_stay(event: str, before: Group, after: Group) -> Group:
    if event != "succeed" or before.reach is None or after.reach is None:
        return after
    return replace(after, reach=replace(after.reach, aws_regions=before.reach.aws_regions))


def _failure_effective(event: str, before: Group, after: Group) -> Group:
    failed = event in {"fail", "discard"} and before.operation is not Operation.DELETING
    return replace(after, reach=_reached(before, before.intended)) if failed else after


def _failure_leaves_intended(event: str, before: Group, after: Group) -> Group:
    return replace(after, settled=before.intended) if event in {"fail", "discard"} else after


def _failure_leaves_description(event: str, before: Group, after: Group) -> Group:
    if event not in {"fail", "discard"}:
        return after
    return replace(after, settled=replace(after.settled, description=before.intended.description))


def _nothing_stays(_event: str, _before: Group, after: Group) -> Group:
    return replace(after, covered=()) if after.deleted else after


def _planned(group: Group, plan: Plan) -> Group:
    return replace(group, pending=plan) if group.pending else replace(group, settled=plan)


def _described(group: Group, text: str | None) -> Group:
    return _planned(group, replace(group.intended, description=text))


def _marked(group: Group) -> Group:
    return _described(group, (group.intended.description or "") + MARK)


def _neighbour_marked(store: Store, group: Group) -> None:
    for _, other in store.groups(group.organization):
        if other.id != group.id:
            store.save(other, _marked(other), event="fault", now=other.created_at)
            return


def _refusal_marked(store: Store, group: Group, _request: Request) -> None:
    store.save(group, _marked(group), event="fault", now=group.created_at)


def _refusal_saves_regions(store: Store, group: Group, request: Request) -> None:
    try:
        fields = decode(request.body)
    except ValueError:
        return
    regions = fields.get("aws_regions") if isinstance(fields, dict) else None
    if isinstance(regions, list) and all(isinstance(region, str) for region in regions):
        plan = replace(group.intended, aws_regions=tuple(regions))
        store.save(group, _planned(group, plan), event="fault", now=group.created_at)


def _rewritten(change: Callable[[str], str]) -> Callable[[Group, Group], Group]:
    """Store a description changed; a group without one stays without."""

    def hook(_before: Group, after: Group) -> Group:
        text = after.intended.description
        return _described(after, text and change(text))

    return hook


def _without_format(text: str) -> str:
    return "".join(one for one in text if unicodedata.category(one) != "Cf")


def _still_there(store: Store, organization: str, group_id: str) -> Group | None:
    group = store.group(group_id)
    return group if group is not None and group.organization == organization else None


def _unreadable(group: Group) -> Group:
    raise unknown_group(group.id)


def _endless_operation(document: dict[str, Any]) -> None:
    if "stack_arn" in document and document["ongoing_stack_operation"] == Operation.NONE.value:
        document["ongoing_stack_operation"] = Operation.UPDATING.value


def _empty_config(document: dict[str, Any]) -> None:
    if document.get("config", "absent") is None:
        document["config"] = {}


FAULTS: tuple[Fault, ...] = (
    fault("update-effective-at-once", "UCG-FLOW-03", "an update takes effect before the stack is updated",
          updated=lambda _before, after: replace(after, reach=_reached(after, after.intended))),
    fault("update-never-effective", "UCG-FLOW-04", "an update has no effect although the stack was updated",
          moved=_never_effective),
    fault("update-partly-effective", "UCG-FLOW-04", "an update of the stack does not change aws_regions",
          moved=_regions_stay),
    fault("failed-update-effective", "UCG-FLOW-05",
          "an update takes effect although its deployment failed or never started",
          moved=_failure_effective),
    fault("failed-update-stays-intended", "UCG-FLOW-08", "the intended values of a discarded update stay",
          moved=_failure_leaves_intended),
    fault("failed-update-leaves-description", "UCG-FLOW-08", "the description of a discarded update stays",
          moved=_failure_leaves_description),
    fault("deleted-group-stays", "UCG-FLOW-06", "a group is still served after its stack was deleted",
          missing=_still_there),
    fault("deletion-takes-backups", "UCG-FLOW-07",
          "backups and connections are deleted with the group; the control API shows it",
          moved=_nothing_stays),
    fault("operation-not-shown", "UCG-FLOW-09", "ongoing_stack_operation never shows a running operation",
          document=always(ongoing_stack_operation=Operation.NONE.value)),
    fault("operation-never-ends", "UCG-FLOW-09", "ongoing_stack_operation shows an operation after its end",
          document=_endless_operation),
    fault("status-stays-connecting", "UCG-FLOW-09", "status is always connecting",
          document=always(status="connecting")),
    fault("unconsolidated-config-empty", "UCG-CONF-02",
          "config of an unconsolidated group is empty, not null",
          document=_empty_config),
    fault("external-id-changes", "UCG-SAVE-07", "an update gives the group another external_id",
          updated=lambda _before, after: replace(after, external_id=f"ExternalID_{uuid.uuid4()}")),
    fault("gone-without-error-body", "UCG-FLOW-10", "an unknown or deleted group gives a 404 without a body",
          response=on_error(having(body=b""), 404)),
    fault("gone-as-410", "UCG-FLOW-10", "an unknown or deleted group gives a 410",
          response=on_error(having(status=410), 404)),
    fault("unknown-group-forbidden", "UCG-PATH-05", "an unknown or deleted group gives a 403",
          response=on_error(having(status=403), 404)),
    fault("repeated-update-differs", "UCG-OP-03",
          "an update that repeats the last one changes the description",
          updated=lambda before, after: _marked(after) if after == before else after),
    fault("update-touches-neighbour", "UCG-PATH-03",
          "an update also changes another group of the organization",
          written=_neighbour_marked),
    fault("refused-update-leaves-trace", "UCG-SAVE-05", "an update that is refused changes the description",
          refused=_refusal_marked),
    fault("refused-update-saves-regions", "UCG-SAVE-05", "an update that is refused changes the regions",
          refused=_refusal_saves_regions),
    fault("description-cut", "UCG-SAVE-01", f"only {SHORT} characters of a description are kept",
          updated=_rewritten(lambda text: text[:SHORT])),
    fault("description-in-ascii", "UCG-SAVE-01",
          "non-ASCII characters of a description become question marks",
          updated=_rewritten(lambda text: text.encode("ascii", "replace").decode())),
    fault("description-stripped", "UCG-SAVE-01", "white space around a description is removed",
          updated=_rewritten(str.strip)),
    fault("description-without-joiners", "UCG-SAVE-01",
          "format characters of a description, such as joiners, are left out",
          updated=_rewritten(_without_format)),
    fault("description-not-read", "UCG-SAVE-01", "a description is missing from reads",
          view=lambda group: _described(group, None)),
    fault("stale-read", "UCG-SAVE-06", "reads do not show a pending update",
          view=lambda group: replace(group, pending=None)),
    fault("read-changes-group", "UCG-SAVE-06", "each read changes the description", read=_marked),
    fault("updated-not-readable", "UCG-READ-01", "groups can be updated, but not read", view=_unreadable),
)  # fmt: skip
