"""The actions of a case in six groups, by what they change.

The commands of a case show them in this order, and a section of the page offers those that add to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from agencies.kernel.texts import Text
from agencies.kernel.workflow import Button

from .workflow import CASE


@dataclass(frozen=True)
class ActionGroup:
    """`verbs` in the order of the page. Actions on one row of the case (`of_row`) are beside that row instead."""

    label: Text
    verbs: tuple[str, ...]


# A noun that these groups do not name has its verbs at the end of this one.
WITH_OTHERS = ActionGroup(
    _("Other agencies"),
    (
        *("request_assistance", "transfer_lead", "transfer_eco_lead", "give_notice", "send_copy"),
        *(
            "enquire_identity",
            "give_opinion",
            "demand_transfer",
            "ask_opinions",
            "call_conference",
            "assign_down",
            "instruct",
        ),
        *("ask_up", "record_instruction", "draft_confidential_letter", "mark_major"),
    ),
)
GROUPS = (
    ActionGroup(
        _("Facts"),
        (
            *("add_party", "add_item", "add_shipment", "add_act", "change_act", "set_violation_types"),
            *("set_techniques", "identify_item", "keep_basis", "classify"),
        ),
    ),
    ActionGroup(_("Goods and papers"), ("attach_file", "add_paper", "take_goods")),
    ActionGroup(
        _("Proceedings"),
        (
            *("open_proceeding", "file_criminal", "draft_transfer", "transfer_matter", "return_matter"),
            *("prepare_file", "record_return", "convert", "take_up", "designate"),
        ),
    ),
    WITH_OTHERS,
    ActionGroup(_("Prevention"), ("send_stop", "request_inspection", "plan_inspection")),
    ActionGroup(
        _("Sharing and people"),
        ("ask_task", "ask_news", "write_note", "share", "unshare", "offer_lead", "accept_lead", "decline_lead"),
    ),
    ActionGroup(_("Ending"), ("conclude", "close", "draft_typical_case", "reopen")),
)


@dataclass(frozen=True)
class OpenGroup:
    """The open actions of a group."""

    label: Text
    buttons: list[Button]


def grouped(buttons: Iterable[Button]) -> list[OpenGroup]:
    """The open actions in their groups. Groups without an open action are left out."""
    open_now = {button.verb: button for button in buttons}
    placed = {*CASE.transitions, *(verb for group in GROUPS for verb in group.verbs)}
    others = [verb for verb in open_now if verb not in placed]
    found = []
    for group in GROUPS:
        verbs = (*group.verbs, *others) if group is WITH_OTHERS else group.verbs
        if own := [open_now[verb] for verb in verbs if verb in open_now]:
            found.append(OpenGroup(group.label, own))
    return found
