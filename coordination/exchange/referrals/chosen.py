"""What a referral is about: the parties, acts, goods and files that were chosen from its case.

Choosing parties limits the acts, and choosing acts limits the parties: those that belong only to others are left out.
Goods follow the acts. What no act names is not excluded. Choosing no party and no act means all of the case. Files and
opinions go only one by one: choosing none means that none goes.
"""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext, ngettext

from agencies.kernel.actor import Actor
from cases.casefile.models import Act, Item, Party
from cases.files.models import Attachment
from coordination.exchange.opinions.models import Opinion

from .models import Package, Referral


def parties_of(referral: Referral) -> QuerySet[Party]:
    named, all_parties = _named(referral, "parties"), referral.case.parties.all()
    if named:
        return all_parties.filter(pk__in=named)
    acts = Act.objects.filter(pk__in=_named(referral, "acts"))
    if not acts or acts.filter(parties=None).exists():
        return all_parties
    return all_parties.filter(pk__in=acts.values("parties"))


def acts_of(referral: Referral) -> QuerySet[Act]:
    acts: QuerySet[Act] = referral.case.acts.all()
    if named := _named(referral, "acts"):
        return acts.filter(pk__in=named)
    if parties := _named(referral, "parties"):
        return acts.filter(
            Q(pk__in=Act.parties.through.objects.filter(party__in=parties).values("act")) | Q(parties=None)
        )
    return acts


def items_of(referral: Referral) -> QuerySet[Item]:
    items: QuerySet[Item] = referral.case.items.all()
    if not (_named(referral, "parties") or _named(referral, "acts")):
        return items
    of_acts = Act.items.through.objects.filter(item=OuterRef("pk"))
    return items.filter(Exists(of_acts.filter(act__in=acts_of(referral).values("pk"))) | ~Exists(of_acts))


def files_of(referral: Referral) -> QuerySet[Attachment]:
    """The chosen files, without those that their agency has withdrawn since."""
    chosen = Attachment.objects.attached().filter(referrals=referral)
    return chosen.select_related("agency").order_by("created_at", "pk")


def sendable_files(thing: Any, actor: Actor) -> QuerySet[Attachment]:
    """The files of a case, or of the case of a referral, that the actor's agency may hand on: what it may send anyway,
    and what it received in a package."""
    case = getattr(thing, "case", thing)
    received = Referral.objects.contents_visible_to(actor).filter(case=case, receiver=actor.agency_id)
    handed = {
        row["id"] for one in Package.objects.filter(referral__in=received) for row in one.content.get("files", [])
    }
    sendable = Attachment.objects.sendable_by(actor).filter(case=case)
    return Attachment.objects.filter(Q(pk__in=sendable.values("pk")) | Q(pk__in=list(handed))).order_by(
        "created_at", "pk"
    )


def opinions_of(referral: Referral) -> QuerySet[Opinion]:
    """The chosen opinions, without those that are no longer requested."""
    chosen = Opinion.objects.filter(referrals=referral, state__in=Opinion.SAID)
    return chosen.select_related("agency", "round").order_by("given_at", "pk")


def sendable_opinions(thing: Any, actor: Actor) -> QuerySet[Opinion]:
    """The opinions on a case, or on the case of a referral, that the actor's agency may hand on: its own, and those
    that it asked for."""
    case = getattr(thing, "case", thing)
    own = Q(agency=actor.own_agency) | Q(round__agency=actor.own_agency)
    given = Opinion.objects.visible_to(actor).filter(own, round__case=case, state__in=Opinion.SAID)
    return given.select_related("agency", "round").order_by("given_at", "pk")


def opinions_to_send(thing: Any, actor: Actor) -> list[tuple[str, str]]:
    """The choices of the field."""
    return [
        (str(one.pk), gettext(", ").join((one.agency.name, str(one.get_stance_display()), one.round.title)))
        for one in sendable_opinions(thing, actor)
    ]


def files_to_send(thing: Any, actor: Actor) -> list[tuple[str, str]]:
    """The choices of the field."""
    return [(str(file.pk), _file_words(file)) for file in sendable_files(thing, actor)]


def files_to_add(referral: Any, actor: Actor) -> list[tuple[str, str]]:
    """Those that were not handed over with the referral."""
    gone = {row["id"] for package in referral.packages.all() for row in package.content.get("files", [])}
    return [(pk, words) for pk, words in files_to_send(referral, actor) if pk not in gone]


def _file_words(file: Attachment) -> str:
    pages = ngettext("%(count)d page", "%(count)d pages", file.pages) % {"count": file.pages} if file.pages else ""
    return gettext(", ").join(part for part in (file.title, file.volume, pages) if part)


def _named(referral: Referral, what: str) -> list[UUID]:
    """Also what was removed from the case since: a choice never widens to all."""
    ids: list[UUID] = list(getattr(referral, what).values_list("pk", flat=True))
    return ids
