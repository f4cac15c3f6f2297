"""Workflow of confirmations: requested, confirmed by a second person, then in effect."""

from dataclasses import replace
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import TransitionRefused, UnmetCondition
from agencies.kernel.workflow import Labels, Visibility, Workflow, alone, automatic, condition, transition
from agencies.machines.models import ApiKey
from agencies.people.models import User

from .access import (
    disabled_a_holder,
    is_account_owner,
    is_deputy_beside_holder,
    is_requester,
    may_confirm,
    may_name_signer,
    may_sign,
    rights_route,
    settled_from,
    shares_power,
)
from .models import Confirmation

S = Confirmation.State
step = partial(transition, visibility=Visibility.OWN)
# The form of the second person does not start with the reason of the request.
OWN_NOTE, OWN_REASON = replace(NOTE, of_new=True), replace(REASON, of_new=True)


def _officers(confirmation: Confirmation, actor: Actor) -> list[tuple[str, Any]]:
    """The people of the agency except the officer who is named. Whether one may sign it, is checked when named."""
    people = User.objects.able_to_sign_in().filter(agency=confirmation.confirmer_agency_id).order_by("username")
    return [(str(one.pk), one.name) for one in people if one.pk != confirmation.confirmer_id]


TO = ActionField("to", _("To be signed by"), kind="choice", choices=_officers)


@condition("expired", _("This request has expired. Request it again if it is still needed."))
def not_expired(confirmation: Confirmation) -> bool:
    return not confirmation.has_expired


@condition(
    "key", _("The system that prepared this has no valid key any more. Refuse it, and perform the act yourself.")
)
def has_valid_key(confirmation: Confirmation) -> bool:
    """What was prepared with a stolen key is not signed after the key was revoked."""
    keys = confirmation.client.keys.live() if confirmation.client else None
    return keys is not None and keys.exists()


def settled_right(confirmation: Confirmation, actor: Actor) -> UnmetCondition | None:
    """No new right confirms rights, passwords or keys."""
    if confirmation.kind not in (*Confirmation.OF_PERSONS, *Confirmation.ACCOUNT):
        return None
    since = settled_from(confirmation, actor)
    if since is None:
        return None
    detail = gettext("Your own right is younger than 72 hours. You may confirm this from %(time)s on.")
    return UnmetCondition("settled", detail % {"time": date_format(timezone.localtime(since), "DATETIME_FORMAT")})


def holder_is_absent(confirmation: Confirmation, actor: Actor) -> UnmetCondition | None:
    if confirmation.kind != Confirmation.Kind.RIGHTS or not is_deputy_beside_holder(confirmation, actor):
        return None
    detail = gettext("The main responsible person confirms this. A deputy confirms during their absence.")
    return UnmetCondition("deputy", detail)


def other_administrator(confirmation: Confirmation, actor: Actor) -> UnmetCondition | None:
    if confirmation.kind != Confirmation.Kind.VACANCY or not shares_power(confirmation, actor):
        return None
    return UnmetCondition("same_power", gettext("An administrator of another kind confirms this."))


def disabled_no_holder(confirmation: Confirmation, actor: Actor) -> UnmetCondition | None:
    """Disabling an account makes no other person responsible for those who did it."""
    people = (actor.id, str(confirmation.requester_id))
    if confirmation.kind not in Confirmation.RIGHTS_KINDS or not disabled_a_holder(confirmation, people):
        return None
    detail = gettext(
        "The account of the responsible person was disabled by the person who asked, or by you. Others have to decide."
    )
    return UnmetCondition("disabled_holder", detail)


def still_its_place(confirmation: Confirmation, actor: Actor) -> UnmetCondition | None:
    """Rights are confirmed by those who are responsible now."""
    if confirmation.kind not in Confirmation.RIGHTS_KINDS or confirmation.person is None:
        return None
    try:
        kind, place = rights_route(confirmation.person, confirmation.requester_id, of_office=confirmation.is_of_office)
    except TransitionRefused as none_left:
        return none_left.missing[0]
    if kind == confirmation.kind and (kind == Confirmation.Kind.VACANCY or place == confirmation.confirmer_agency):
        return None
    detail = gettext("Another person is responsible for confirming this by now. Request it again.")
    return UnmetCondition("place", detail)


RIGHTS = (settled_right, holder_is_absent, other_administrator, disabled_no_holder, still_its_place)

# fmt: off
TRANSITIONS = {
    "confirm":  step(S.REQUESTED,                   to=S.CONFIRMED, by=may_confirm,      fields=(OWN_NOTE,), needs=(not_expired, *RIGHTS)),
    "refuse":   step(S.REQUESTED,                   to=S.REFUSED,   by=may_confirm,      fields=(OWN_REASON,)),
    "sign":     step(S.REQUESTED,                   to=S.CONFIRMED, by=may_sign,         fields=(OWN_NOTE,), needs=(not_expired, has_valid_key)),
    "decline":  step(S.REQUESTED,                   to=S.REFUSED,   by=may_sign,         fields=(OWN_REASON,)),
    "hand_over":step(S.REQUESTED,                   to=None,        by=may_name_signer,  fields=(TO, OWN_REASON), needs=(not_expired,)),
    "withdraw": step(S.REQUESTED, S.CONFIRMED,      to=S.WITHDRAWN, by=is_requester,     fields=(OWN_NOTE,), machine=alone(ApiKey.Scope.REFERRALS_ANSWER)),
    "complete": step(S.CONFIRMED,                   to=S.COMPLETED, by=is_account_owner, needs=(not_expired,), system=True),
    "expire":   automatic(S.REQUESTED, S.CONFIRMED, to=S.EXPIRED,                        visibility=Visibility.OWN),
}
# fmt: on

LABELS = {
    "request": Labels(_("Request confirmation"), _("asked a second person for confirmation")),
    "confirm": Labels(_("Confirm as the second person"), _("confirmed as the second person"), "primary"),
    "refuse": Labels(_("Refuse as the second person"), _("refused as the second person"), "danger"),
    "sign": Labels(_("Sign"), _("signed what the system prepared"), "primary"),
    "decline": Labels(_("Refuse to sign"), _("refused to sign what the system prepared"), "danger"),
    "hand_over": Labels(_("Name another officer"), _("named another officer to sign what the system prepared")),
    "prepare": Labels(_("Prepare"), _("prepared an act for signature")),
    "withdraw": Labels(_("Withdraw the request"), _("withdrew the request for confirmation")),
    "draw_code": Labels(_("Show the code"), _("retrieved the code")),
    "fail": Labels(_("Wrong code"), _("a wrong code was entered")),
    "complete": Labels(_("Take effect"), _("the confirmed request took effect")),
    "expire": Labels(_("Expire"), _("the request for confirmation expired")),
}

CONFIRMATION = Workflow("confirmation", S, TRANSITIONS, LABELS, final=frozenset(Confirmation.ENDED))
