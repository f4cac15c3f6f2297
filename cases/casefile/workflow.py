"""The workflow of cases. Nouns of higher layers add the verbs that begin one of theirs on a case (`starts.py`)."""

from functools import partial
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField, OptionalField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Need, Visibility, Workflow, automatic, condition, transition

from . import choices, consent, rows
from .access import (
    contributor,
    lead_chief,
    lead_staff,
    offered_chief,
)
from .determining import filled_from_finding
from .fields_of_rows import (
    ACT,
    CHANGE_ACT,
    CHANGE_ITEM,
    CHANGE_LEG,
    CHANGE_PARTY,
    CHANGE_SHIPMENT,
    CHANGED_ITEM,
    CLASSIFY,
    HANDLING,
    HOLDER,
    IDENTIFIER,
    IDENTIFY,
    ITEM,
    LEG,
    NAMED_IDENTIFIER,
    NAMED_ITEM,
    NAMED_LEG,
    NAMED_PARTY,
    NAMED_REMOVED,
    NAMED_REMOVED_IDENTIFIER,
    NAMED_SHIPMENT,
    PARTY,
    SHARE,
    SHIPMENT,
    TECHNIQUES,
    TYPES,
    UNSHARE,
)
from .labels import LABELS
from .models import Case
from .source_news import to_be_asked

S = Case.State


@condition("news", _("No other agency holds an update of a source that your agency has not asked for."))
def has_news_elsewhere(case: Case) -> bool:
    """A source of another agency sent something new, for which the lead agency has not asked."""
    return bool(to_be_asked(case))


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
    fills = {"fills": rows.filled_from(kind), "reverts": rows.reverted_to(kind)} if filled else {}
    return {"of_row": kind.name, "second": rows.second_person_for(kind), **fills}


OF_IDENTIFIER: dict[str, Any] = {"of_row": "identifier", "second": rows.SECOND_OF_IDENTIFIER}
OUTCOME = ActionField("outcome", _("Outcome"), kind="long", stores=True)
GROUND = OptionalField(
    "no_crime_ground",
    _("Ground for no criminal proceeding"),
    choices=Case.NoCrime.choices,
    stores=True,
    help=_(
        "Required, with a reason, if the amount reaches the criminal threshold or is unknown and there is neither a"
        " proceeding nor a transfer."
    ),
)
LIVE = (S.OPENED, S.HANDLING, S.CONCLUDED)
WORKED = (S.OPENED, S.HANDLING)
while_live = partial(transition, *LIVE, by=contributor)

# fmt: off
TRANSITIONS = {
    "classify":            while_live(by=lead_staff, fields=CLASSIFY, visibility=Visibility.STATUS, second=consent.TO_LOWER),
    "raise_handling":      automatic(*LIVE, fields=(HANDLING, REASON), visibility=Visibility.STATUS),
    "add_party":           while_live(fields=PARTY),
    "add_item":            while_live(fields=ITEM),
    "change_party":        while_live(fields=CHANGE_PARTY, **of_row(rows.PARTY, filled=True)),
    "remove_party":        while_live(fields=(NAMED_PARTY, REASON), **of_row(rows.PARTY)),
    "add_identifier":      while_live(fields=(NAMED_PARTY, *IDENTIFIER, REASON), **of_row(rows.PARTY)),
    "remove_identifier":   while_live(fields=(NAMED_IDENTIFIER, REASON), **OF_IDENTIFIER),
    "change_item":         while_live(fields=CHANGE_ITEM, **of_row(rows.ITEM, filled=True)),
    "remove_item":         while_live(fields=(NAMED_ITEM, REASON), **of_row(rows.ITEM)),
    "change_shipment":     while_live(fields=CHANGE_SHIPMENT, **of_row(rows.SHIPMENT, filled=True)),
    "add_leg":             while_live(fields=(NAMED_SHIPMENT, *LEG), of_row="shipment"),
    "change_leg":          while_live(fields=CHANGE_LEG, **of_row(rows.LEG, filled=True)),
    "remove_leg":          while_live(fields=(NAMED_LEG, REASON), **of_row(rows.LEG)),
    "remove_shipment":     while_live(fields=(NAMED_SHIPMENT, REASON), **of_row(rows.SHIPMENT)),
    **{verb: while_live(fields=(field, REASON), **of_row(rows.REMOVED[verb])) for verb, field in NAMED_REMOVED.items()},
    "restore_identifier":  while_live(fields=(NAMED_REMOVED_IDENTIFIER, REASON), **OF_IDENTIFIER | {"of_row": "removed_identifier"}),
    "set_violation_types": while_live(by=lead_staff, fields=TYPES),
    "set_techniques":      while_live(fields=TECHNIQUES),
    "identify_item":       while_live(fields=IDENTIFY, second=rows.SECOND_OF_FINDING, fills=filled_from_finding),
    "keep_basis":          while_live(fields=(CHANGED_ITEM, REASON), needs=(rules_changed,)),
    "ask_news":            while_live(by=lead_staff, fields=(HOLDER, NOTE), needs=(has_news_elsewhere,), visibility=Visibility.PAIR),
    "add_shipment":        while_live(fields=SHIPMENT),
    "add_act":             while_live(fields=ACT),
    "change_act":          while_live(fields=CHANGE_ACT, second=rows.second_person_for(rows.ACT)),
    "share":               while_live(by=lead_staff, fields=SHARE, second=consent.TO_SHARE),
    "unshare":             while_live(by=lead_staff, fields=UNSHARE),
    "offer_lead":          while_live(by=lead_chief, fields=(UNSHARE[0], REASON)),
    "accept_lead":         while_live(by=offered_chief, fields=(NOTE,)),
    "decline_lead":        while_live(by=offered_chief, fields=(REASON,)),
    "handle":              automatic(*WORKED, S.CONCLUDED,   to=S.HANDLING),
    "conclude":            transition(*WORKED,               to=S.CONCLUDED, by=lead_staff,    fields=(OUTCOME, GROUND, NOTE), needs=(no_hold("conclude"),)),
    "close":               transition(S.CONCLUDED,           to=S.CLOSED,    by=lead_chief,    fields=(REASON,), needs=(no_hold("conclude"), no_hold("close"))),
    "void":                automatic(*WORKED,                to=S.CLOSED,                      fields=(REASON,)),
    "reopen":              transition(S.CONCLUDED, S.CLOSED, to=S.OPENED,    by=lead_chief,    fields=(REASON,)),
}
# fmt: on


CASE = Workflow("case", S, TRANSITIONS, LABELS, final=frozenset({S.CLOSED}))
