"""The resource of referrals."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.facets import CountedList
from agencies.kernel.letters import Letter, LetterRules
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.resource import Api, BriefChange, Contribution, EmptyList, Listing, Notices, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from agencies.kernel.sights import ByColumns
from agencies.machines.models import ApiKey
from agencies.people.naming import handler_phrase
from coordination.exchange.corrections.actions import confirm_correction
from coordination.exchange.tasks.actions import end_steps

from .access import reads_package
from .actions import ACTIONS_BY_KIND, CASE_ACTIONS, after_filing, ends, letters, prosecution
from .actions.transitions import ask_step
from .chosen import files_of, items_of, parties_of
from .corrections import FOLLOWED
from .course import COURSE
from .deciding import DECISION
from .filters import ReferralFilter
from .listed import COLUMNS, rows_of
from .measures import MEASURES
from .models import Referral, ReferralQuerySet
from .on_case import ReferralsOnCase
from .open_items import OpenReferrals
from .page import page_parts
from .presentation import reading, with_sight_of_case
from .reassigning import ReferralReassignment
from .routed import ROUTED
from .shapes import ReferralDetail, ReferralShape
from .starts import STARTS
from .work import WORK
from .workflow import BY_KIND, workflow_of


def _step_back(thing: Any, at: datetime) -> None:
    """Restores the step tasks of the state that is current again after the last transition was annulled.

    The tasks of that transition were asked for until now, so that past days keep them as open.
    """
    if isinstance(thing, Referral):
        end_steps(thing.pk, at=times.now())
        ask_step(thing, at=at)


def _letter(referral: Referral) -> Letter:
    return Letter(
        sender=referral.sender,
        to=[referral.receiver, *referral.also_to.all(), *([referral.copy_to] if referral.copy_to else [])],
        number=referral.number,
        title=referral.title,
        text=referral.report,
        enclosures="\n".join(_goes_with(referral)),
    )


def _goes_with(referral: Referral) -> Iterable[str]:
    """The facts and files of the package, in words. A letter without a package has none."""
    if referral.kind not in Referral.LETTERS:
        rows = ((_("Parties"), parties_of(referral)), (_("Goods"), items_of(referral)))
        for label, found in rows:
            if names := gettext(", ").join(filter(None, map(str, found))):
                yield f"{label}{gettext(': ')}{names}"
        yield from (f"{n}. {file.title}" for n, file in enumerate(files_of(referral), 1))
    if referral.enclosures:
        yield referral.enclosures


SIDES = ("sender", "receiver", "copy_to", "supervised_by", "respondent", "arbiter", "passed_on_by")


def _envelopes(actor: Actor) -> QuerySet[Any]:
    """Referrals that the actor sees as an envelope only."""
    return Referral.objects.visible_to(actor).exclude(pk__in=Referral.objects.contents_visible_to(actor).values("pk"))


def _envelope(referral: Referral) -> Iterable[Phrase]:
    yield Phrase(_("Number"), referral.number, "number")


def _referral(referral: Referral) -> Iterable[Phrase]:
    yield from _envelope(referral)
    yield Phrase(_("Title"), referral.title, "name")
    yield handler_phrase(referral.drafter, referral.sender_id)
    yield handler_phrase(referral.handler, referral.receiver_id)


def _kind_and_number(referral: Referral) -> str:
    """No more than the envelope shows."""
    return f"{referral.get_kind_display()} {referral.number}".strip()


def _with_sides(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    # Rarely set relations are queried only where set: PostgreSQL spends longer on planning many joins than the page
    # takes.
    related = ("suggested", "supervised_by", "route", "copy_to", "handler", "drafter", "approver")
    return with_sight_of_case(rows, actor).select_related(*related)


class ReferralList(Listing):
    filters = ReferralFilter
    sorts = {"updated": "updated_at", "due": "due_order"}
    default = "-updated"
    related = ("case", "sender", "receiver", "respondent", "holder", "offence")
    deferred = (
        *("enclosures", "incomplete_because", "overruled_because", "proposal", "to_revise", "owed_papers", "report"),
        *("answer", "asked_papers", "ending_reason", "internal_remark", "case__summary", "case__outcome"),
    )
    page = "referrals"
    columns = COLUMNS
    empty = EmptyList(
        _("No referral yet"),
        _("Your agency has sent no referral and received none. A referral is drafted on the page of a case."),
        "arrow-left-right",
        "cases",
        _("Go to the cases"),
    )
    facets = ("kind", "state", "sender", "receiver")
    chips_label = _("Sent or received")

    def prepared(self, things: Sequence[Any], actor: Actor) -> Sequence[Any]:
        return rows_of(things, actor)

    def handling(self, thing: Referral, actor: Actor) -> str:
        """An envelope discloses nothing of the case, including its handling mark."""
        return str(thing.case.handling) if reads_package(thing, actor) else ""

    def words(self, thing: Referral, actor: Actor) -> str:
        about = thing.title if reads_package(thing, actor) else thing.get_kind_display()
        return f"{thing.number} {about}".strip()

    def inside(self, thing: Referral, actor: Actor) -> bool:
        return reads_package(thing, actor)

    def chips(self, visible: ReferralQuerySet, actor: Actor) -> Iterable[CountedList]:
        if actor.is_staff:
            # The filters are described here and not run: each would look up the agency again.
            agency = actor.agency_code
            yield _("Waiting for us"), f"waiting_on={agency}", visible.waiting_on(actor.agency_id)
            yield _("Sent to us"), f"receiver={agency}", visible.filter(receiver_id=actor.agency_id)
            yield _("Sent by us"), f"sender={agency}", visible.filter(sender_id=actor.agency_id)
        yield _("Open"), "open=1", visible.open()
        yield _("Late"), "overdue=1", visible.overdue()
        yield _("All"), "", visible


REFERRAL = Resource(
    name="referrals",
    kind="referral",
    model=Referral,
    page="referral",
    read_with=(ApiKey.Scope.REFERRALS_READ,),
    label=_("Referral"),
    plural=_("Referrals"),
    looks={
        "DRAFT_REPORT": ("neutral", "pencil"),
        "REFUSED_INTERNAL": ("stopped", "slash-circle"),
        "DELIVERED": ("wait", "send"),
        "ACCEPTED": ("review", "receipt"),
        "SUPPLEMENT": ("wait", "arrow-return-left"),
        "FILED": ("good", "journal-check"),
        "NOT_FILED": ("stopped", "slash-circle"),
        "NOT_OURS": ("wait", "arrow-right"),
        "OUT_OF_SCOPE": ("stopped", "arrow-return-left"),
        "RECONSIDERATION": ("review", "arrow-up"),
        "UPHELD": ("stopped", "slash-circle"),
        "SUPERVISED": ("review", "eye"),
        "NOT_FILED_FINAL": ("stopped", "x-lg"),
        "SUGGESTED": ("wait", "send"),
        "REASONS_ASKED": ("wait", "question-circle"),
        "EXPLAINED": ("review", "reply"),
        "REASONS_STAND": ("wait", "envelope"),
        "REASONS_TOLD": ("stopped", "slash-circle"),
        "ORDERED": ("wait", "hammer"),
        "ORDER_OBEYED": ("good", "journal-check"),
        "IN_WORK": ("progress", "play-circle"),
        "TAKEN_OVER": ("good", "inbox"),
        "READ": ("good", "envelope-open"),
        "NOT_COMPETENT": ("stopped", "slash-circle"),
        "DESIGNATION": ("wait", "arrow-up"),
        "CENTRE_ASKED": ("wait", "question-circle"),
        "OPINED": ("review", "eye"),
        "AT_OFFICE": ("wait", "bank"),
        "DESIGNATED": ("info", "arrow-right"),
        "RECEIVED": ("good", "journal-check"),
        "KEPT": ("stopped", "arrow-return-left"),
        "RESUMED": ("progress", "search"),
        "REPORTED": ("good", "reply"),
        "CONVERTED": ("good", "journal-check"),
    },
    measures=MEASURES,
    workflows=tuple(BY_KIND.values()),
    choose_workflow=workflow_of,
    actions=lambda referral: ACTIONS_BY_KIND[referral.kind],
    related=("case", "sender", "receiver", "offence"),
    adds={"cases": STARTS},
    contributes={
        "cases": CASE_ACTIONS,
        "proceedings": after_filing.PROCEEDING_ACTIONS | ends.PROCEEDING_ACTIONS | prosecution.PROCEEDING_ACTIONS,
        "suspects": ends.SUSPECT_ACTIONS | prosecution.SUSPECT_ACTIONS,
        "decisions": letters.DECISION_ACTIONS,
        "corrections": {"confirm": partial(confirm_correction, step_back=_step_back)},
    },
    sentences={
        ("referral", "take_package"): _("exported the package"),
        ("referral", FOLLOWED): _("a fact of the package was corrected"),
    },
    listing=ReferralList(),
    page_rows=_with_sides,
    page_parts=page_parts,
    routed=ROUTED,
    work=(WORK,),
    open_items=OpenReferrals(),
    navigation=NavigationPage(
        group=Group.MATTERS, place=22, key="r", counts="referral", waiting="?waiting_on={agency}&sort=due"
    ),
    decision=DECISION,
    reassign=ReferralReassignment(),
    bulk=("assign", "hand_over"),
    on_case=ReferralsOnCase(),
    summary=Summary(
        title="number", sight=ByColumns(own={"sender_id": "", "receiver_id": "delivered_at"}, wall="origin_id")
    ),
    letters=LetterRules(of=_letter, sent_by=frozenset({"send", "deliver", "submit"})),
    reading=reading,
    changes=(
        BriefChange(
            key="new-referrals",
            place=5,
            name=_("New"),
            definition=_("Referrals sent."),
            at="delivered_at",
            agencies=("sender_id", "receiver_id"),
            shown="receiver",
            words=_kind_and_number,
            related=("sender",),
        ),
        BriefChange(
            key="ended-referrals",
            place=6,
            name=_("Ended"),
            definition=_("Referrals completed after they were sent."),
            at="state_since",
            agencies=("sender_id", "receiver_id"),
            shown="receiver",
            words=_kind_and_number,
            related=("sender",),
            cut=lambda rows: rows.filter(delivered_at__isnull=False, state__in=Referral.ENDED),
        ),
    ),
    notices=Notices(
        in_hand=("drafter", "handler", "team"),
        asked=("drafter",),
        decides=(Referral.State.HEAD_DECISION,),
        answers=("return_proposal",),
    ),
    search=Search(
        kinds=(
            SearchKind(
                name="referral",
                resource="referrals",
                model=Referral,
                says=_referral,
                read_by=seen(Referral, "contents_visible_to"),
                page="referral",
                related=("drafter", "handler"),
                agencies=SIDES,
            ),
            SearchKind(
                name="envelope",
                resource="referrals",
                model=Referral,
                says=_envelope,
                read_by=_envelopes,
                page="referral",
                agencies=SIDES,
            ),
        ),
    ),
    api=Api(
        row=(
            *("kind", "number", "sender", "receiver", "holder", "offence", "title", "delivered_at", "due_at"),
            *("breach_at", "updated_at"),
        ),
        detail=ReferralDetail,
        shape=ReferralShape,
    ),
)

COURSE_OF_CASES = Contribution(kind="case", measures=COURSE)
