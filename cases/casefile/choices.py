"""What a person may choose in the asks of a case: always from rows, never a free id."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.organisations.models import Agency, subordinate_ids
from agencies.people.models import User
from cases.controls.models import Country, District, Offence, ViolationType

from .models import Case
from .routing import suggest_receiver


def other_agencies(case: Any, actor: Actor) -> list[tuple[str, str]]:
    return [(a.code, a.name) for a in Agency.objects.agencies().exclude(pk=actor.own_agency).order_by("id")]


def any_agency(case: Any, actor: Actor) -> list[tuple[str, str]]:
    return [(a.code, a.name) for a in Agency.objects.agencies().order_by("id")]


def police_agencies(case: Any, actor: Actor) -> list[tuple[str, str]]:
    """Agencies of public security other than the actor's own."""
    return _others_of(actor, Q(line=Agency.Line.POLICE))


def investigating_agencies(case: Any, actor: Actor) -> list[tuple[str, str]]:
    """Public security and the anti-smuggling bureaux."""
    bureaux = Q(code="GACC_ASB") | Q(code__startswith="ASB_")
    return _others_of(actor, Q(line=Agency.Line.POLICE) | bureaux)


def supervised_agencies(case: Any, actor: Actor) -> list[tuple[str, str]]:
    """Who gets copies of letters in a matter that may be a crime: procuratorate and public security."""
    return _others_of(actor, Q(line__in=[Agency.Line.PROCURATORATE, Agency.Line.POLICE]) | Q(code="GACC_ASB"))


def agencies_with_people(case: Any, actor: Actor) -> list[tuple[str, str]]:
    """Agencies whose people sign in, and can therefore confirm that they have read something."""
    return _others_of(actor, Q(pk__in=User.objects.filter(is_active=True).values("agency")))


def supervised_with_people(case: Any, actor: Actor) -> list[tuple[str, str]]:
    known = dict(agencies_with_people(case, actor))
    return [(code, name) for code, name in supervised_agencies(case, actor) if code in known]


def _others_of(actor: Actor, which: Q) -> list[tuple[str, str]]:
    return [
        (a.code, a.name) for a in Agency.objects.agencies().filter(which).exclude(pk=actor.own_agency).order_by("id")
    ]


class LetterKind(models.TextChoices):
    """Letters between a superior and an agency below it (上下级往来)."""

    ASSIGN_DOWN = "assign_down", _("Assignment to a subordinate agency")
    INSTRUCT = "instruct", _("Instruction with a deadline")
    DESIGNATE = "designate", _("Designation of jurisdiction")
    TAKE_UP = "take_up", _("Taking up by the superior agency")
    ASK_UP = "ask_up", _("Request to the superior agency")


LETTER_SHARES = (("full", _("the whole case")), ("status", _("only where it stands")))


def kinds_from_above(case: Any, actor: Actor) -> list[tuple[str, Any]]:
    return [(value, label) for value, label in LetterKind.choices if value != LetterKind.ASK_UP]


class Ground(models.TextChoices):
    """Why a matter goes back to administrative handling (D310 arts. 10, 13; MPSP art. 186)."""

    NO_CRIME = "no_crime", _("no crime")
    MINOR = "minor", _("obviously minor")
    NO_PENALTY = "no_penalty", _("no criminal penalty due")
    NOT_PROSECUTED = "not_prosecuted", _("not prosecuted")


class ConversionSide(models.TextChoices):
    """Which way a conversion within an anti-smuggling bureau goes (行转刑, 刑转行)."""

    TO_CRIMINAL = "to_criminal", _("administrative to criminal")
    TO_ADMINISTRATIVE = "to_administrative", _("criminal to administrative")


def return_grounds(case: Any, actor: Actor) -> list[tuple[str, Any]]:
    return list(Ground.choices)


def conversion_sides(case: Any, actor: Actor) -> list[tuple[str, Any]]:
    return list(ConversionSide.choices)


def administrative_agencies(case: Any, actor: Actor) -> list[tuple[str, str]]:
    """Agencies that conduct administrative proceedings here."""
    return _others_of(actor, Q(line__in=list(KINDS_BY_LINE)))


def papers_of_absent_investigators(case: Case, actor: Actor) -> list[tuple[str, str]]:
    """Papers that the actor's agency recorded, of police or procuratorates that do not sign in."""
    lines = Q(agency__line__in=[Agency.Line.POLICE, Agency.Line.PROCURATORATE]) | Q(agency__code__startswith="ASB_")
    papers = case.incoming_papers.exclude(state="WITHDRAWN").filter(
        lines, keeper=actor.agency_id, agency__signs_in=False
    )
    return [(str(one.pk), f"{one.agency.name} {one.number}") for one in papers.select_related("agency")]


def own_proceedings(case: Case, actor: Actor) -> list[tuple[str, str]]:
    """The actor's own proceedings that still run."""
    return _proceedings(case, Q(agency_id=actor.agency_id) & ~Q(state="CLOSED"))


def own_administrative(case: Case, actor: Actor) -> list[tuple[str, str]]:
    return _proceedings(case, Q(agency_id=actor.agency_id) & ~Q(kind="criminal") & ~Q(state="CLOSED"))


def own_criminal(case: Case, actor: Actor) -> list[tuple[str, str]]:
    return _proceedings(case, Q(agency_id=actor.agency_id, kind="criminal"))


def case_criminal(case: Case, actor: Actor) -> list[tuple[str, str]]:
    return _proceedings(case, Q(kind="criminal"))


def _proceedings(case: Any, which: Q) -> list[tuple[str, str]]:
    """Proceedings stand above this noun, so they are reached through the case."""
    found = case.proceedings.filter(which).order_by("opened_at", "pk")
    return [(str(one.pk), f"{one.get_kind_display()} {one.external_number}".strip()) for one in found]


def agencies_below(case: Any, actor: Actor) -> list[tuple[str, str]]:
    """Agencies under the actor's own on any level, by either parent; those that share the case come first."""
    sharing = set(case.shares.filter(ended_at=None).values_list("agency", flat=True))
    found = Agency.objects.filter(pk__in=subordinate_ids(actor.own_agency)).order_by("id")
    return [(a.code, a.name) for a in sorted(found, key=lambda a: a.pk not in sharing)]


def agencies_above(case: Any, actor: Actor) -> list[tuple[str, str]]:
    """The nearest first. The centre coordinates, so it is nobody's superior."""
    over = Agency.objects.get(pk=actor.own_agency).above
    return [(a.code, a.name) for a in over if a.line != Agency.Line.CENTRE]


def proceedings_below(case: Case, actor: Actor) -> list[tuple[str, str]]:
    """What agencies under the actor's own conduct on the case and have not ended."""
    found = (
        case.proceedings.filter(agency__in=subordinate_ids(actor.own_agency))
        .exclude(state="CLOSED")
        .select_related("agency")
    )
    return [
        (str(one.pk), f"{one.agency.name} · {one.get_kind_display()} {one.external_number}".strip())
        for one in found.order_by("opened_at", "pk")
    ]


def shares_of_lead(case: Case, actor: Actor) -> list[tuple[str, Any]]:
    """Only the lead agency opens the case with a letter; anybody else's letter says all that its reader gets."""
    return list(LETTER_SHARES) if actor.agency_id == case.lead_id else []


def requests_up(case: Case, actor: Actor) -> list[tuple[str, str]]:
    """What agencies below asked of the actor's own about this case; letters stand above this noun too."""
    asked = case.instructions.filter(kind="ask_up", receiver=actor.agency_id, sent_at__isnull=False)
    return [(str(one.pk), f"{one.number} {one.title}") for one in asked.order_by("sent_at", "pk")]


def papers_of_absent_superiors(case: Case, actor: Actor) -> list[tuple[str, str]]:
    """Papers that the actor's agency recorded, of agencies over it that do not sign in."""
    over = [one.pk for one in Agency.objects.get(pk=actor.own_agency).above if not one.signs_in]
    papers = case.incoming_papers.exclude(state="WITHDRAWN").filter(agency__in=over, keeper=actor.agency_id)
    return [(str(one.pk), f"{one.agency.name} {one.number}") for one in papers.select_related("agency")]


def sharing_agencies(case: Case, actor: Actor) -> list[tuple[str, str]]:
    agencies = Agency.objects.filter(shares__case=case, shares__ended_at=None).exclude(pk=case.lead_id)
    return [(a.code, a.name) for a in agencies.order_by("id")]


def violation_types(case: Any, actor: Actor) -> list[tuple[str, str]]:
    return [(v.code, v.name) for v in ViolationType.objects.order_by("position", "code")]


def countries(case: Any, actor: Actor) -> list[tuple[str, str]]:
    return [(c.alpha3, f"{c.alpha3} {c.name}") for c in Country.objects.order_by("alpha3")]


def districts(case: Any, actor: Actor) -> list[tuple[str, str]]:
    return [(d.code, f"{d.code} {d.name}") for d in District.objects.order_by("code")]


def handling_codes(case: Any, actor: Actor) -> list[tuple[str, Any]]:
    return list(Agency.Handling.choices)


def agencies_on_case(case: Case, actor: Actor) -> list[tuple[str, str]]:
    """Agencies that share the case, each followed by its units: a task may go straight to a unit's desk."""
    nodes = Agency.objects.filter(agency__shares__case=case, agency__shares__ended_at=None).order_by("agency_id", "id")
    return [(a.code, a.name) for a in nodes]


def agencies_to_consult(case: Case, actor: Actor) -> list[tuple[str, str]]:
    """Agencies that read the case's contents: nobody judges what he may not read."""
    read = Agency.objects.filter(shares__in=case.shares.live().exclude(profile="status"))
    return [(a.code, a.name) for a in read.exclude(pk=actor.own_agency).order_by("id")]


def desks_to_invite(case: Case, actor: Actor) -> list[tuple[str, str]]:
    """Agencies whose people sign in, with their units, and the others on the case; to be invited gives nobody sight."""
    sharing = Q(agency__in=case.shares.live().values("agency"))
    nodes = Agency.objects.filter(Q(agency__signs_in=True) | sharing).exclude(agency=actor.own_agency)
    return [(a.code, a.name) for a in nodes.order_by("agency_id", "-is_agency", "id")]


def people_to_invite(case: Any, actor: Actor) -> list[tuple[str, str]]:
    """Colleagues, and whoever handles a proceeding that the actor sees on the case."""
    handlers = case.proceedings.visible_to(actor).filter(handler__isnull=False).values("handler")
    known = User.objects.filter(Q(agency=actor.agency_id) | Q(pk__in=handlers), is_active=True).exclude(pk=actor.id)
    return [
        (str(one.pk), f"{one.name} · {one.agency.name}") for one in known.select_related("agency").order_by("username")
    ]


def own_subjects(case: Any, actor: Actor) -> list[tuple[str, str]]:
    """What the actor's own agency conducts or writes on the case; whoever asks about it tells that it exists."""
    proceedings = [
        (f"proceeding:{one.pk}", f"{one.get_kind_display()} {one.external_number}".strip())
        for one in case.proceedings.filter(agency=actor.agency_id).exclude(state="CLOSED")
    ]
    referrals = case.referrals.filter(sender=actor.agency_id).open()
    return [
        *proceedings,
        *((f"referral:{one.pk}", f"{one.get_kind_display()} {one.number}".strip()) for one in referrals),
    ]


def open_tasks(case: Any, actor: Actor) -> list[tuple[str, str]]:
    """Tasks stand above this noun too."""
    return [(str(one.pk), one.label) for one in case.tasks.visible_to(actor).open().order_by("created_at", "pk")]


def note_audiences(case: Any, actor: Actor) -> list[tuple[str, Any]]:
    """The narrowest first, and none chosen beforehand: who reads a note is decided by who writes it."""
    units = Agency.objects.filter(pk__in=actor.units, is_agency=False).order_by("id")
    own_units = [(f"unit:{one.code}", f"{gettext('own unit')} · {one.name}") for one in units]
    return [*own_units, ("agency", _("own agency")), ("case", _("all who read the case"))]


def note_subjects(case: Any, actor: Actor) -> list[tuple[str, str]]:
    """What runs on the case, as far as the actor sees it; it stands above this noun and is reached through the case."""
    proceedings = [
        (f"proceeding:{one.pk}", f"{one.get_kind_display()} {one.external_number}".strip())
        for one in case.proceedings.visible_to(actor)
    ]
    referrals = [
        (f"referral:{one.pk}", f"{one.get_kind_display()} {one.number}".strip())
        for one in case.referrals.visible_to(actor)
    ]
    return [*proceedings, *referrals, *((f"task:{one.pk}", one.label) for one in case.tasks.visible_to(actor))]


def offences(case: Any, actor: Actor) -> list[tuple[str, str]]:
    return [(o.code, f"{o.name} · {o.cited}") for o in Offence.objects.order_by("position", "code")]


def routed_offences(thing: Any, actor: Actor) -> list[tuple[str, str]]:
    """Offences, each with the agency to which it goes, for a case or something that hangs on one."""
    case, sender = getattr(thing, "case", thing), Agency.objects.get(pk=actor.own_agency)
    day, offered = times.today(), []
    for offence in Offence.objects.prefetch_related("routes").order_by("position", "code"):
        found = suggest_receiver(case, offence, sender=sender, day=day)
        to = f" → {found.agency.name if found.agency else found.route.get_desk_display()}" if found else ""
        offered.append((offence.code, f"{offence.name} · {offence.cited}{to}"))
    return offered


def colleagues(case: Any, actor: Actor) -> list[tuple[str, str]]:
    return [
        (str(u.pk), u.name) for u in User.objects.filter(agency=actor.agency_id, is_active=True).order_by("username")
    ]


KINDS_BY_LINE = {
    Agency.Line.COMMERCE: ("commerce", _("Administrative (commerce)")),
    Agency.Line.CUSTOMS: ("customs", _("Administrative (customs)")),
}


def proceeding_kinds(case: Any, actor: Actor) -> list[tuple[str, Any]]:
    """What the actor's agency conducts; the anti-smuggling bureau, of the customs line, conducts customs cases too."""
    return [KINDS_BY_LINE[Agency.Line(actor.line)]] if actor.line in KINDS_BY_LINE else []


def items(case: Case, actor: Actor) -> list[tuple[str, str]]:
    return [(str(item.pk), item.description) for item in case.items.all()]


def parties(case: Case, actor: Actor) -> list[tuple[str, str]]:
    return [(str(party.pk), party.name) for party in case.parties.all()]


def acts(case: Case, actor: Actor) -> list[tuple[str, str]]:
    return [(str(act.pk), act.title) for act in case.acts.all()]
