"""The workflow of cases. It also lists actions on a case whose functions are in higher resources (share, refer,
assign …).
"""

from typing import Any

from django.utils.translation import gettext

from agencies.kernel.action_fields import NOTE, REASON
from agencies.kernel.actor import Actor, system_only
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Need, Visibility, Workflow, transition

from . import choices, consent, rows
from .access import (
    bureau,
    contributor,
    convener,
    designator,
    filer,
    investigator,
    lead_chief,
    lead_staff,
    not_police,
    offered_chief,
    opener,
    procurator,
    subordinate,
    superior,
)
from .asking import asked_text
from .fields_of_new import (
    ASK_OPINIONS,
    ASK_UP,
    ASSIGN_DOWN,
    ATTACH_FILE,
    CALL_CONFERENCE,
    CONFIDENTIAL,
    CONVERSION,
    COPY,
    DEMAND,
    DESIGNATE,
    ECO_LEAD,
    FILE_CRIMINAL,
    GOODS,
    GROUND,
    IDENTITY,
    INSTRUCT,
    MATTER,
    NOTICE,
    OPEN_PROCEEDING,
    OPINION,
    OUTCOME,
    RECORD_INSTRUCTION,
    RECORDED_RETURN,
    REQUEST,
    RETURN,
    TAKE_UP,
    TASK,
    TRANSFER,
    WRITE_NOTE,
)
from .fields_of_rows import (
    ACT,
    CHANGE_ACT,
    CHANGE_ITEM,
    CHANGE_PARTY,
    CHANGE_SHIPMENT,
    CHANGED_ITEM,
    CLASSIFY,
    HANDLING,
    HOLDER,
    IDENTIFIER,
    IDENTIFY,
    ITEM,
    MARK,
    NAMED_IDENTIFIER,
    NAMED_ITEM,
    NAMED_PARTY,
    NAMED_REMOVED,
    NAMED_REMOVED_IDENTIFIER,
    NAMED_SHIPMENT,
    PAPER,
    PARTY,
    SHARE,
    SHIPMENT,
    TECHNIQUES,
    TYPES,
    UNSHARE,
)
from .labels import LABELS
from .models import Case, Handling
from .source_news import to_be_asked

S = Case.State


def has_proceeding_below(case: Case, actor: Actor) -> UnmetCondition | None:
    """Only a proceeding of an agency below can be taken up."""
    if choices.proceedings_below(case, actor):
        return None
    return UnmetCondition("proceeding", gettext("No subordinate agency of yours has a proceeding on this case."))


def has_news_elsewhere(case: Case, actor: Actor) -> UnmetCondition | None:
    """A source of another agency sent something new, for which the lead agency has not asked."""
    if to_be_asked(case):
        return None
    return UnmetCondition(
        "news", gettext("No other agency holds an update of a source that your agency has not asked for.")
    )


def not_restricted(case: Case, actor: Actor) -> UnmetCondition | None:
    """A restricted case is not disclosed to others, not even without names."""
    if case.handling != Handling.H3:
        return None
    return UnmetCondition("handling", gettext("A restricted case is not published, not even without names."))


def rules_changed(case: Case, actor: Actor) -> UnmetCondition | None:
    """A determination is kept only if the rules about it changed."""
    if choices.items_with_changed_rules(case, actor):
        return None
    return UnmetCondition("changed_rules", gettext("The rules on the items of this case have not changed."))


def no_hold(verb: str) -> Need:
    """Returns a condition that names every hold in force on this verb with its agency. No query if the case was read
    with `is_held` and has none."""

    def need(case: Case, actor: Actor) -> UnmetCondition | None:
        if case.__dict__.get("is_held") is False:
            return None
        holds = case.holds.standing().filter(verb=verb).select_related("agency").order_by("placed_at")
        text = " ".join(dict.fromkeys(hold.reason_text for hold in holds))
        return UnmetCondition(f"hold:{verb}", text) if text else None

    return need


def of_row(kind: rows.RowKind, *, filled: bool = False) -> dict[str, Any]:
    """What every action that puts a row right has in common."""
    fills = {"fills": rows.filled_from(kind)} if filled else {}
    return {"of_row": kind.name, "second": rows.second_person_for(kind), **fills}


OF_IDENTIFIER: dict[str, Any] = {"of_row": "identifier", "second": rows.SECOND_OF_IDENTIFIER}
LIVE = (S.OPENED, S.HANDLING, S.CONCLUDED)
WORKED = (S.OPENED, S.HANDLING)

# fmt: off
TRANSITIONS = {
    # verb               from                        to            by                fields / conditions
    "classify":     transition(*LIVE,                  to=None,          by=lead_staff,    fields=CLASSIFY, visibility=Visibility.STATUS, second=consent.TO_LOWER),
    "raise_handling": transition(*LIVE,                to=None,          by=system_only,   fields=(HANDLING, REASON), visibility=Visibility.STATUS, system=True),
    "add_party":    transition(*LIVE,                  to=None,          by=contributor,   fields=PARTY),
    "add_item":     transition(*LIVE,                  to=None,          by=contributor,   fields=ITEM),
    "change_party": transition(*LIVE,                  to=None,          by=contributor,   fields=CHANGE_PARTY, **of_row(rows.PARTY, filled=True)),
    "remove_party": transition(*LIVE,                  to=None,          by=contributor,   fields=(NAMED_PARTY, REASON), **of_row(rows.PARTY)),
    "add_identifier":    transition(*LIVE,             to=None,          by=contributor,   fields=(NAMED_PARTY, *IDENTIFIER, REASON), **of_row(rows.PARTY)),
    "remove_identifier": transition(*LIVE,             to=None,          by=contributor,   fields=(NAMED_IDENTIFIER, REASON), **OF_IDENTIFIER),
    "change_item":  transition(*LIVE,                  to=None,          by=contributor,   fields=CHANGE_ITEM, **of_row(rows.ITEM, filled=True)),
    "remove_item":  transition(*LIVE,                  to=None,          by=contributor,   fields=(NAMED_ITEM, REASON), **of_row(rows.ITEM)),
    "change_shipment": transition(*LIVE,               to=None,          by=contributor,   fields=CHANGE_SHIPMENT, **of_row(rows.SHIPMENT, filled=True)),
    "remove_shipment": transition(*LIVE,               to=None,          by=contributor,   fields=(NAMED_SHIPMENT, REASON), **of_row(rows.SHIPMENT)),
    **{verb: transition(*LIVE, to=None, by=contributor, fields=(field, REASON), **of_row(rows.REMOVED[verb])) for verb, field in NAMED_REMOVED.items()},
    "restore_identifier": transition(*LIVE,            to=None,          by=contributor,   fields=(NAMED_REMOVED_IDENTIFIER, REASON), **OF_IDENTIFIER | {"of_row": "removed_identifier"}),
    "set_violation_types": transition(*LIVE,           to=None,          by=lead_staff,    fields=TYPES),
    "set_techniques":      transition(*LIVE,           to=None,          by=contributor,   fields=TECHNIQUES),
    "identify_item":transition(*LIVE,                  to=None,          by=contributor,   fields=IDENTIFY, second=rows.SECOND_OF_FINDING),
    "keep_basis":   transition(*LIVE,                  to=None,          by=contributor,   fields=(CHANGED_ITEM, REASON), needs=(rules_changed,)),
    "ask_news":     transition(*LIVE,                  to=None,          by=lead_staff,    fields=(HOLDER, NOTE), visibility=Visibility.PAIR, needs=(has_news_elsewhere,)),
    "add_shipment": transition(*LIVE,                  to=None,          by=contributor,   fields=SHIPMENT),
    "add_act":      transition(*LIVE,                  to=None,          by=contributor,   fields=ACT),
    "change_act":   transition(*LIVE,                  to=None,          by=contributor,   fields=CHANGE_ACT, second=rows.second_person_for(rows.ACT)),
    "add_paper":    transition(*LIVE,                  to=None,          by=contributor,   fields=PAPER),
    "take_goods":   transition(*LIVE,                  to=None,          by=contributor,   fields=GOODS),
    "share":        transition(*LIVE,                  to=None,          by=lead_staff,    fields=SHARE, second=consent.TO_SHARE),
    "unshare":      transition(*LIVE,                  to=None,          by=lead_staff,    fields=UNSHARE),
    "offer_lead":   transition(*LIVE,                  to=None,          by=lead_chief,    fields=(UNSHARE[0], REASON)),
    "accept_lead":  transition(*LIVE,                  to=None,          by=offered_chief, fields=(NOTE,)),
    "decline_lead": transition(*LIVE,                  to=None,          by=offered_chief, fields=(REASON,)),
    "open_proceeding":    transition(*LIVE,            to=None,          by=opener,        fields=OPEN_PROCEEDING),
    "file_criminal":      transition(*LIVE,            to=None,          by=filer,         fields=FILE_CRIMINAL),
    "ask_task":           transition(*LIVE,            to=None,          by=contributor,   fields=TASK),
    "mark_major":         transition(*LIVE,            to=None,          by=designator,    fields=MARK, starts=("INT_MAJOR_WEEK", "INT_MAJOR_END")),  # about the mark
    "write_note":         transition(*S.values,        to=None,          by=contributor,   fields=WRITE_NOTE, visibility=Visibility.OWN, fills=asked_text),
    "attach_file":        transition(*S.values,        to=None,          by=contributor,   fields=ATTACH_FILE, visibility=Visibility.OWN),
    "draft_transfer":     transition(*LIVE,            to=None,          by=contributor,   fields=TRANSFER, then="submit"),
    "request_assistance": transition(*LIVE,            to=None,          by=contributor,   fields=REQUEST),
    "transfer_lead":      transition(*LIVE,            to=None,          by=contributor,   fields=REQUEST),
    "give_notice":        transition(*LIVE,            to=None,          by=contributor,   fields=NOTICE),
    "send_copy":          transition(*LIVE,            to=None,          by=contributor,   fields=COPY),
    "transfer_eco_lead":  transition(*LIVE,            to=None,          by=not_police,    fields=ECO_LEAD),
    "enquire_identity":   transition(*LIVE,            to=None,          by=investigator,  fields=IDENTITY),
    "transfer_matter":    transition(*LIVE,            to=None,          by=contributor,   fields=MATTER),
    "return_matter":      transition(*LIVE,            to=None,          by=investigator,  fields=RETURN,  starts=("REV_TRANSFER", "INT_REVERSE")),  # about the draft
    "give_opinion":       transition(*LIVE,            to=None,          by=procurator,    fields=OPINION),
    "demand_transfer":    transition(*LIVE,            to=None,          by=procurator,    fields=DEMAND),
    "record_return":      transition(*LIVE,            to=None,          by=opener,        fields=RECORDED_RETURN),
    "convert":            transition(*LIVE,            to=None,          by=bureau,        fields=CONVERSION),
    "draft_confidential_letter":        transition(*LIVE, S.CLOSED,  to=None,          by=contributor,   fields=CONFIDENTIAL),  # leaves nothing on the case
    "draft_typical_case": transition(S.CONCLUDED, S.CLOSED, to=None,          by=contributor,   needs=(not_restricted,), visibility=Visibility.OWN),
    "assign_down":        transition(*LIVE,            to=None,          by=superior,      fields=ASSIGN_DOWN),
    "instruct":           transition(*LIVE,            to=None,          by=superior,      fields=INSTRUCT),
    "designate":          transition(*LIVE,            to=None,          by=superior,      fields=DESIGNATE),
    "take_up":            transition(*LIVE,            to=None,          by=superior,      fields=TAKE_UP, needs=(has_proceeding_below,)),
    "ask_up":             transition(*LIVE,            to=None,          by=subordinate,   fields=ASK_UP),
    "record_instruction":   transition(*LIVE,            to=None,          by=subordinate,   fields=RECORD_INSTRUCTION),
    "ask_opinions":       transition(*LIVE,            to=None,          by=convener,      fields=ASK_OPINIONS),
    "call_conference":    transition(*LIVE,            to=None,          by=convener,      fields=CALL_CONFERENCE),
    "handle":       transition(*WORKED, S.CONCLUDED,   to=S.HANDLING,    by=system_only,   system=True),
    "conclude":     transition(*WORKED,                to=S.CONCLUDED,   by=lead_staff,    fields=(OUTCOME, GROUND, NOTE), needs=(no_hold("conclude"),)),
    "close":        transition(S.CONCLUDED,            to=S.CLOSED,      by=lead_chief,    fields=(REASON,),  needs=(no_hold("conclude"), no_hold("close"))),
    "void":         transition(S.OPENED,               to=S.CLOSED,      by=system_only,   fields=(REASON,), system=True),
    "reopen":       transition(S.CONCLUDED, S.CLOSED,  to=S.OPENED,      by=lead_chief,    fields=(REASON,)),
}
# fmt: on


CASE = Workflow("case", S, TRANSITIONS, LABELS, final=frozenset({S.CLOSED}))
