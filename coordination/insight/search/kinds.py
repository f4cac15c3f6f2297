"""What can be found: each kind of object, its texts, and who may read them.

An object of which some readers know only the outside has two kinds with disjoint readers. Nobody finds it twice, or by
texts they may not read.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from cases.casefile.identifiers import scheme_label
from cases.casefile.models import Case, Item, Party, Shipment
from cases.custody.models import GoodsLot
from cases.intake.models import Lead
from cases.papers.models import IncomingPaper, Paper
from cases.proceedings.models import Decision, Proceeding
from cases.watchlists.models import Listing
from coordination.exchange.instructions.models import Instruction
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.models import Task

from .words import Text

Rows = models.QuerySet[Any]
EVERY = models.Q()


@dataclass(frozen=True)
class Kind:
    """`noun` is the heading of its hits; `subject` the column of its case or lead.

    `related` is prefetched for hits, `at` is the start of the object. Of a `narrow` kind most readers see only a few
    rows.
    """

    name: str
    resource: str
    model: type[models.Model]
    says: Callable[[Any], Iterable[Text]]
    read_by: Callable[[Actor], Rows]
    page: str = "case"
    subject: str = "case_id"
    at: str = "created_at"
    related: tuple[str, ...] = ()
    prefetch: tuple[Any, ...] = ()
    only: models.Q = EVERY
    narrow: bool = False

    def rows(self) -> Rows:
        return self.fetched(self.model._default_manager.filter(self.only))

    def fetched(self, rows: Rows) -> Rows:
        return rows.select_related(*self.related).prefetch_related(*self.prefetch)

    def texts(self, thing: Any) -> list[Text]:
        """Non-empty texts of the object."""
        return [text for text in self.says(thing) if text.value]

    def url(self, thing: Any) -> str:
        pk: UUID = getattr(thing, self.subject) if self.page == "case" else thing.pk
        return reverse(self.page, args=[pk])


RESOURCES: dict[str, str | Promise] = {
    "cases": _("Cases"),
    "leads": _("Leads"),
    "parties": _("Parties"),
    "items": _("Items"),
    "shipments": _("Shipments"),
    "proceedings": _("Proceedings"),
    "decisions": _("Decisions"),
    "referrals": _("Referrals"),
    "tasks": _("Tasks"),
    "instructions": _("Instructions"),
    "papers": _("Papers"),
    "incoming": _("Incoming papers"),
    "lots": _("Goods in custody"),
    "listings": _("Watch lists"),
}


def _all_of(model: type[Any], question: str = "visible_to") -> Callable[[Actor], Rows]:
    def read_by(actor: Actor) -> Rows:
        found: Rows = getattr(model.objects, question)(actor)
        return found

    return read_by


def _envelopes(actor: Actor) -> Rows:
    """Referrals whose existence, but not content, the actor knows."""
    return Referral.objects.visible_to(actor).exclude(pk__in=Referral.objects.contents_visible_to(actor).values("pk"))


def _of_contents(model: type[Any]) -> Callable[[Actor], Rows]:
    """Rows of cases whose contents the actor reads."""

    def read_by(actor: Actor) -> Rows:
        found: Rows = model.objects.filter(case__in=Case.objects.contents_visible_to(actor).values("pk"))
        return found

    return read_by


# Texts by kind -------------------------------------------------------------------------------------------------------
def _case_outside(case: Case) -> Iterable[Text]:
    yield Text(_("Case no."), case.number, "number")
    yield Text(_("Subject"), case.title)


def _case(case: Case) -> Iterable[Text]:
    yield from _case_outside(case)
    yield Text(_("Summary"), case.summary)
    yield Text(_("Outcome"), case.outcome)


def _party(party: Party) -> Iterable[Text]:
    yield Text(_("Name"), party.name, "name")
    for identifier in party.identifiers.all():
        yield Text(identifier.scheme_label, identifier.value, "number")


def _item(item: Item) -> Iterable[Text]:
    yield Text(_("Description"), item.description)
    yield Text(_("Declared as"), item.declared_as)
    yield Text(_("HS code"), item.hs_code, "number")
    yield Text(_("Control code"), item.control_code, "number")


def _shipment(shipment: Shipment) -> Iterable[Text]:
    yield Text(_("Declaration number"), shipment.declaration_no, "number")
    yield Text(_("Port"), shipment.port)
    if shipment.district:
        yield Text(_("Customs district"), f"{shipment.district.name_zh} {shipment.district.name_en}")


def _lead(lead: Lead) -> Iterable[Text]:
    yield Text(_("Title"), lead.title)
    yield Text(_("Reference of the source"), lead.source_ref, "number")
    # Present contents only: texts of earlier revisions are not searchable.
    yield from _report(lead.current.content)


def _report(content: dict[str, Any]) -> Iterable[Text]:
    yield Text(_("Narrative"), content.get("narrative") or "")
    for party in content.get("parties", []):
        yield Text(_("Party"), party.get("name") or "", "name")
        for told in party.get("identifiers", []):
            yield Text(_("Identifier"), told["value"], "number")
    for item in content.get("items", []):
        yield Text(_("Item"), item.get("description") or "")
        yield Text(_("Declared as"), item.get("declared_as") or "")
        yield Text(_("HS code"), item.get("hs_code") or "", "number")
    for shipment in content.get("shipments", []):
        yield Text(_("Declaration number"), shipment.get("declaration_no") or "", "number")
        yield Text(_("Port"), shipment.get("port") or "")


def _proceeding(proceeding: Proceeding) -> Iterable[Text]:
    yield Text(_("Case number of the agency"), proceeding.external_number, "number")


def _decision(decision: Decision) -> Iterable[Text]:
    yield Text(_("Decision number"), decision.decision_number, "number")
    yield Text(_("Party"), decision.party.name, "name")


def _envelope(referral: Referral) -> Iterable[Text]:
    yield Text(_("Number"), referral.number, "number")


def _referral(referral: Referral) -> Iterable[Text]:
    yield from _envelope(referral)
    yield Text(_("Title"), referral.title)


def _task(task: Task) -> Iterable[Text]:
    yield Text(_("Title"), task.title)
    yield Text(_("Details"), task.body)


def _instruction(instruction: Instruction) -> Iterable[Text]:
    yield Text(_("Number"), instruction.number, "number")
    yield Text(_("Title"), instruction.title)


def _paper(paper: Paper) -> Iterable[Text]:
    yield Text(_("Number"), paper.number, "number")
    yield Text(_("Title"), paper.title)
    yield Text(_("Addressee"), paper.addressee, "name")


def _incoming(paper: IncomingPaper) -> Iterable[Text]:
    yield Text(_("Number"), paper.number, "number")
    yield Text(_("Title"), paper.title)


def _lot(lot: GoodsLot) -> Iterable[Text]:
    yield Text(_("Description"), lot.description)
    yield Text(_("Seal number"), lot.seal, "number")


def _listing(listing: Listing) -> Iterable[Text]:
    for name in listing.names:
        yield Text(_("Name"), name, "name")
    for scheme, value in listing.identifiers:
        yield Text(scheme_label(scheme), value, "number")
    yield Text(_("Entry"), listing.code, "number")


KINDS = {
    kind.name: kind
    for kind in (
        Kind("case", "cases", Case, _case, _all_of(Case, "contents_visible_to"), subject="pk", at="opened_at"),
        Kind(
            *("case_outside", "cases", Case, _case_outside, _all_of(Case, "status_visible_to")),
            subject="pk",
            at="opened_at",
            narrow=True,
        ),
        Kind(
            *("lead", "leads", Lead, _lead, _all_of(Lead)),
            page="lead",
            subject="pk",
            at="received_at",
            prefetch=("revisions",),
        ),
        Kind("party", "parties", Party, _party, _of_contents(Party), prefetch=("identifiers",)),
        Kind("item", "items", Item, _item, _of_contents(Item)),
        Kind("shipment", "shipments", Shipment, _shipment, _of_contents(Shipment), related=("district",)),
        Kind("proceeding", "proceedings", Proceeding, _proceeding, _all_of(Proceeding), page="proceeding"),
        Kind(
            *("decision", "decisions", Decision, _decision, _all_of(Decision)),
            page="decision",
            subject="proceeding__case_id",
            related=("party", "proceeding"),
        ),
        Kind("referral", "referrals", Referral, _referral, _all_of(Referral, "contents_visible_to"), page="referral"),
        Kind("envelope", "referrals", Referral, _envelope, _envelopes, page="referral"),
        # Steps of referrals have the same titles everywhere; users search for the referral.
        Kind("task", "tasks", Task, _task, _all_of(Task), page="task", only=models.Q(step="")),
        Kind("instruction", "instructions", Instruction, _instruction, _all_of(Instruction), page="instruction"),
        Kind("paper", "papers", Paper, _paper, _all_of(Paper), page="paper"),
        Kind("incoming", "incoming", IncomingPaper, _incoming, _all_of(IncomingPaper), page="incoming"),
        Kind(
            *("listing", "listings", Listing, _listing, _all_of(Listing)),
            page="listing",
            subject="pk",
            only=~models.Q(state=Listing.State.REPLACED),
        ),
        Kind("lot", "lots", GoodsLot, _lot, _all_of(GoodsLot), page="lot"),
    )
}
