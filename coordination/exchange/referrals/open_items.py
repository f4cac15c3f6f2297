"""Referrals in the workspace."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import decision_button, named_button, next_button
from agencies.kernel.lines import Offer, line_of, no_button
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.texts import Text
from agencies.organisations.models import Agency
from coordination.exchange.letters.returns import returned_by, returned_for_revision

from .access import OFFICE, reads_package
from .models import Referral, ReferralQuerySet

K, R = Referral.Kind, Referral.State
WHY: dict[str, Text] = {
    R.DRAFT_REPORT: _("Your agency's report is not submitted yet."),
    R.HEAD_DECISION: _("The responsible person of your agency decides."),
    R.APPROVED: _("Approved: it must now be transferred."),
    R.DELIVERED: _("Delivered to your agency: the receipt is not signed yet."),
    R.ACCEPTED: _("Your agency signed the receipt and must decide whether to file."),
    R.SUPPLEMENT: _("The receiving agency requested missing papers."),
    R.NOT_OURS: _("Your agency found that it is not competent: forward or return the matter."),
    R.NOT_FILED: _("Not filed: your agency may request reconsideration or supervision, or drop the objection."),
    R.RECONSIDERATION: _("The sender requests reconsideration of the non-filing by your agency."),
    R.UPHELD: _("Non-filing upheld: your agency may turn to the procuratorate, or drop the objection."),
    R.SUGGESTED: _("An agency requests supervision of the filing: your agency examines it."),
    R.REASONS_ASKED: _("The procuratorate asks your agency for the reasons for not filing."),
    R.EXPLAINED: _("The police explained: your agency decides whether to uphold their reasons."),
    R.REASONS_STAND: _("Your agency upheld the reasons: the agency must be notified."),
    R.ORDERED: _("The procuratorate ordered your agency to file."),
    R.DRAFT: _("Your agency's draft is not sent yet."),
    R.SENT: _("Your agency must accept, return or decline it."),
    R.IN_WORK: _("Your agency accepted the request and must answer it."),
    R.RETURNED: _("It was returned to your agency for completion."),
    R.NOT_COMPETENT: _("The other agency declined competence."),
    R.DESIGNATION: _("Your agency must designate who is competent."),
    R.CENTRE_ASKED: _("The two agencies ask for an opinion."),
    R.OPINED: _("By the centre's opinion your agency is competent."),
    R.AT_OFFICE: _("The Coordination Mechanism Office decides."),
    R.DESIGNATED: _("Your agency was designated and must take it over."),
    R.RESUMED: _("Your agency has resumed it and must report the result."),
}
# Where a kind asks something else in a state that others have too.
WHY_OF_KIND: dict[tuple[str, str], Text] = {
    (K.ADMINISTRATIVE, R.SENT): _("Your agency must state whether it is competent."),
    (K.REVERSE, R.SENT): _("Sent back to your agency: the receipt is not signed yet."),
    (K.OPINION, R.SENT): _("Sent back to your agency: the receipt is not signed yet."),
    (K.DEMAND, R.SENT): _("The procuratorate demands a transfer: your agency transfers it or gives its reasons."),
    (K.DEMAND, R.EXPLAINED): _("The agency gave its reasons for not transferring: your agency examines them."),
    (K.NOTICE, R.SENT): _("A letter to your agency: confirm that it was read."),
    (K.COPY, R.SENT): _("A letter to your agency: confirm that it was read."),
    (K.PROSECUTION, R.SENT): _("A case was sent to your agency for prosecution: accept its file."),
    (K.PROSECUTION, R.IN_WORK): _("Your agency reviews the case for prosecution."),
}
AWAITED: dict[str, Text] = {
    R.DRAFT_REPORT: _("the report of %(agency)s"),
    R.HEAD_DECISION: _("the decision of the responsible person of %(agency)s"),
    R.APPROVED: _("the hand-over by %(agency)s"),
    R.DELIVERED: _("the receipt of %(agency)s"),
    R.ACCEPTED: _("the decision on filing by %(agency)s"),
    R.SUPPLEMENT: _("the missing papers from %(agency)s"),
    R.NOT_FILED: _("the next step of %(agency)s after the refusal to file"),
    R.RECONSIDERATION: _("the decision on reconsideration by %(agency)s"),
    R.SUGGESTED: _("the examination by %(agency)s"),
    R.REASONS_ASKED: _("the reasons of %(agency)s"),
    R.EXPLAINED: _("the examination by %(agency)s"),
    R.ORDERED: _("the filing by %(agency)s"),
    R.DRAFT: _("the draft of %(agency)s"),
    R.SENT: _("the acceptance by %(agency)s"),
    R.IN_WORK: _("the answer of %(agency)s"),
    R.RETURNED: _("the completion by %(agency)s"),
    R.CENTRE_ASKED: _("the opinion of %(agency)s"),
    R.RESUMED: _("the report of the result by %(agency)s"),
}
WATCHED = _("Your agency issued a notice: record when it was received.")
BY_RESPONSIBLE = (R.ACCEPTED, R.RECONSIDERATION, R.ORDERED)


def decided_by(actor: Actor) -> tuple[str, ...]:
    """States in which the next step is this person's own decision, according to the tables."""
    if actor.offices:
        return (R.HEAD_DECISION, *BY_RESPONSIBLE)
    return BY_RESPONSIBLE if actor.deputy_of else ()


def _offer(referral: Referral, *, decides: bool) -> Offer:
    if referral.state == R.RETURNED:
        return partial(named_button, verb="change" if referral.to_revise else "send")
    if referral.to_revise:
        return no_button  # revised on its page before it is submitted again
    # Without a proposal the office decides on the page of the referral.
    submitted = referral.state == R.HEAD_DECISION or referral.decider_id is not None
    return partial(decision_button, waits=submitted) if decides else next_button


def _why(referral: Referral) -> Text:
    if referral.state == R.RETURNED and referral.to_revise:
        return returned_by(referral.receiver, referral.to_revise)
    if referral.to_revise:  # only its own agency sees the draft
        return returned_for_revision(referral.to_revise)
    return WHY_OF_KIND.get((referral.kind, referral.state)) or WHY.get(referral.state, "")


def _other_side(referral: Referral, actor: Actor) -> Agency | None:
    """Before the hand-over no other agency waits: the receiver does not know of it."""
    if referral.delivered_at is None:
        return None
    return referral.sender if referral.receiver_id == actor.agency_id else referral.receiver


class OpenReferrals(OpenItems):
    shows_case = True
    related = ("case", "sender", "receiver", "holder", "respondent", "offence")
    people = ("handler", "drafter")
    case = "case"
    settled_by_office = BY_RESPONSIBLE
    awaited = AWAITED
    has_periods = True
    weight = 3  # months of work; a task or lead is days
    tab = 4

    def line(self, thing: Referral, actor: Actor, now: datetime) -> WorklistLine:
        opened = reads_package(thing, actor)
        line = line_of(
            thing,
            actor,
            what=thing.title if opened else thing.get_kind_display(),
            note=" · ".join(filter(None, (thing.number, str(thing.get_kind_display()) if opened else ""))),
            waits=_other_side(thing, actor),
            why=_why(thing),
            offer=_offer(thing, decides=thing.state in decided_by(actor)),
        )
        if thing.holder_id == actor.agency_id:
            return line
        if thing.notice_pending and thing.notice_from.pk == actor.agency_id:
            service = partial(named_button, "referrals", actor, thing, "record_service")
            return replace(line, why=WATCHED, offer=service)
        return line.elsewhere(thing.holder, str(thing.get_state_display()))

    def fetched(self, rows: QuerySet[Referral]) -> QuerySet[Referral]:
        return OFFICE.with_barred_holders(rows)

    def on_board(self, visible: ReferralQuerySet, actor: Actor, lately: Q) -> QuerySet[Referral]:
        ended = Q(state__in=Referral.ENDED) & (Q(sender_id=actor.agency_id) | Q(receiver_id=actor.agency_id))
        return visible.filter(Q(pk__in=visible.waiting_on(actor.agency_id).values("pk")) | ended & lately)
