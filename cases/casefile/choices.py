"""Choices of the action fields of a case. They are always rows, never free ids."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.calendar.workdays import load_calendar
from agencies.kernel import times
from agencies.kernel.action_fields import Choices
from agencies.kernel.actor import Actor, Role
from agencies.kernel.bilingual import pick
from agencies.kernel.named_fields import Offer, translated_offers
from agencies.organisations.beside import procuratorate_beside
from agencies.organisations.models import Agency, subordinate_ids
from agencies.people.models import Membership, OfficeHolder, User
from cases.controls.countries import country_offers
from cases.controls.models import Country, District, Offence, PartyRole, Technique, ViolationType
from cases.controls.store import current

from .identifiers import SCHEME_LABELS
from .models import Case, Identifier
from .routing import suggest_receiver
from .rows import LEG, RowKind, removed_identifiers
from .source_news import to_be_asked
from .threshold import compare_with_threshold

END_OF_OFFICE = time(17, 30)
PROHIBITED_GOODS = "SMUG_PROHIBITED"


def _named(rows: Iterable[Any]) -> list[tuple[str, str]]:
    """Rows with a code, by their names."""
    return [(one.code, one.name) for one in rows]


def _addressees(rows: Iterable[Agency]) -> list[tuple[str, str]]:
    """Agencies that may be written to, with a mark where nothing can be delivered by the system."""
    absent = set(Agency.objects.agencies().filter(signs_in=False).values_list("pk", flat=True))
    on_paper = gettext("%(agency)s (on paper, does not work in this system)")
    return [(one.code, on_paper % {"agency": one.name} if one.agency_id in absent else one.name) for one in rows]


def _by_id(rows: Iterable[Any], words: Callable[[Any], str] = str) -> list[tuple[str, str]]:
    return [(str(one.pk), words(one)) for one in rows]


def _of_kinds(words: Callable[[Any], str], **rows: Iterable[Any]) -> list[tuple[str, str]]:
    """Rows of several kinds, each as "kind:id"."""
    return [(f"{kind}:{one.pk}", words(one)) for kind, found in rows.items() for one in found]


def _kind_and_number(row: Any) -> str:
    """The name of a proceeding or referral in a list of choices."""
    number = row.external_number if hasattr(row, "external_number") else row.number
    return f"{row.get_kind_display()} {number}".strip()


def other_agencies(case: Any, actor: Actor) -> Choices:
    """All agencies except the actor's own."""
    return _others_of(actor, Q())


def agencies_with_news(case: Case, actor: Actor) -> Choices:
    """Agencies whose sources sent something new for the case, for which the lead agency has not asked."""
    return _named(Agency.objects.filter(pk__in=to_be_asked(case)).order_by("id"))


def any_agency(case: Any, actor: Actor) -> Choices:
    """All agencies."""
    return _named(Agency.objects.agencies().order_by("id"))


def police_agencies(case: Any, actor: Actor) -> Choices:
    """Agencies of public security other than the actor's own."""
    return _others_of(actor, Q(line=Agency.Line.POLICE))


def procuratorates(case: Any, actor: Actor) -> Choices:
    """Procuratorates other than the actor's own."""
    return _others_of(actor, Q(line=Agency.Line.PROCURATORATE))


def own_procuratorate(case: Any, actor: Actor) -> str:
    """The code of the procuratorate of the same level; "" if it is not known."""
    found = procuratorate_beside(Agency.objects.get(pk=actor.own_agency))
    return found.code if found else ""


def investigating_agencies(case: Any, actor: Actor) -> Choices:
    """Public security and the anti-smuggling bureaux."""
    bureaux = Q(code="GACC_ASB") | Q(code__startswith="ASB_")
    return _others_of(actor, Q(line=Agency.Line.POLICE) | bureaux)


def supervised_agencies(case: Any, actor: Actor) -> Choices:
    """Agencies that get copies of letters in a matter that may be a crime: procuratorate and public security."""
    return _others_of(actor, Q(line__in=[Agency.Line.PROCURATORATE, Agency.Line.POLICE]) | Q(code="GACC_ASB"))


def agencies_with_people(case: Any, actor: Actor) -> Choices:
    """Agencies with active users, who can confirm that they read something."""
    return _others_of(actor, Q(pk__in=User.objects.filter(is_active=True).values("agency")))


def supervised_with_people(case: Any, actor: Actor) -> Choices:
    """Those of `supervised_agencies` that have active users."""
    known = dict(agencies_with_people(case, actor))
    return [(code, name) for code, name in supervised_agencies(case, actor) if code in known]


def _others_of(actor: Actor, which: Q) -> list[tuple[str, str]]:
    return _addressees(Agency.objects.agencies().filter(which).exclude(pk=actor.own_agency).order_by("id"))


class LetterKind(models.TextChoices):
    """Letters between a superior and an agency below it (上下级往来)."""

    ASSIGN_DOWN = "assign_down", _("Assignment to a subordinate agency")
    INSTRUCT = "instruct", _("Instruction with a deadline")
    DESIGNATE = "designate", _("Designation of jurisdiction")
    TAKE_UP = "take_up", _("Take-over by the superior agency")
    ASK_UP = "ask_up", _("Request to the superior agency")


LETTER_SHARES = (("full", _("the whole case")), ("status", _("status only")))


KINDS_FROM_ABOVE = [one for one in LetterKind.choices if one[0] != LetterKind.ASK_UP]


class Ground(models.TextChoices):
    """Why a matter goes back to administrative handling (D310 arts. 10, 13; MPSP art. 186)."""

    NO_CRIME = "no_crime", _("no crime")
    MINOR = "minor", _("obviously minor")
    NO_PENALTY = "no_penalty", _("no criminal liability")
    NOT_PROSECUTED = "not_prosecuted", _("not prosecuted")


class ConversionSide(models.TextChoices):
    """Direction of a conversion within an anti-smuggling bureau (行转刑, 刑转行)."""

    TO_CRIMINAL = "to_criminal", _("administrative to criminal")
    TO_ADMINISTRATIVE = "to_administrative", _("criminal to administrative")


class OpinionAsks(models.TextChoices):
    """What an opinion of the procuratorate asks of an agency (CPL art. 177; SPPR art. 557(3))."""

    MEASURE = "measure", _("an administrative measure")
    TRANSFER = "transfer", _("the transfer of a suspected crime")


def administrative_agencies(case: Any, actor: Actor) -> Choices:
    """Other agencies that conduct administrative proceedings."""
    return _others_of(actor, Q(line__in=list(KINDS_BY_LINE)))


def papers_of_absent_investigators(case: Case, actor: Actor) -> Choices:
    """Papers recorded by the actor's agency, from police or procuratorates that do not sign in."""
    lines = Q(agency__line__in=[Agency.Line.POLICE, Agency.Line.PROCURATORATE]) | Q(agency__code__startswith="ASB_")
    papers = case.incoming_papers.exclude(state="WITHDRAWN").filter(
        lines, keeper=actor.agency_id, agency__signs_in=False
    )
    return _by_id(papers.select_related("agency"), lambda one: f"{one.agency.name} {one.number}")


def own_proceedings(case: Case, actor: Actor) -> Choices:
    """Proceedings of the actor's agency that are not closed."""
    return _proceedings(case, Q(agency_id=actor.agency_id) & ~Q(state="CLOSED"))


def own_administrative(case: Case, actor: Actor) -> Choices:
    return _proceedings(case, Q(agency_id=actor.agency_id) & ~Q(kind="criminal") & ~Q(state="CLOSED"))


def own_criminal(case: Case, actor: Actor) -> Choices:
    return _proceedings(case, Q(agency_id=actor.agency_id, kind="criminal"))


def case_criminal(case: Case, actor: Actor) -> Choices:
    return _proceedings(case, Q(kind="criminal"))


def _proceedings(case: Any, which: Q) -> list[tuple[str, str]]:
    """Reached through the case, because proceedings are in a higher layer."""
    found = case.proceedings.filter(which).order_by("opened_at", "pk")
    return _by_id(found, _kind_and_number)


def agencies_below(case: Any, actor: Actor) -> Choices:
    """Agencies below the actor's own on any level, by either parent. Those that share the case come first."""
    sharing = set(case.shares.filter(ended_at=None).values_list("agency", flat=True))
    found = Agency.objects.filter(pk__in=subordinate_ids(actor.own_agency)).order_by("id")
    return _named(sorted(found, key=lambda a: a.pk not in sharing))


def agencies_above(case: Any, actor: Actor) -> Choices:
    """Superior agencies, the nearest first. The centre coordinates and is not a superior agency."""
    over = Agency.objects.get(pk=actor.own_agency).above
    return _named(one for one in over if one.line != Agency.Line.CENTRE)


def proceedings_below(case: Case, actor: Actor) -> Choices:
    """Proceedings on the case that agencies below the actor's own conduct and have not closed."""
    found = (
        case.proceedings.filter(agency__in=subordinate_ids(actor.own_agency))
        .exclude(state="CLOSED")
        .select_related("agency")
    )
    return _by_id(found.order_by("opened_at", "pk"), lambda one: f"{one.agency.name} · {_kind_and_number(one)}")


def shares_of_lead(case: Case, actor: Actor) -> Choices:
    """Profiles with which a letter may share the case. Only the lead agency shares a case."""
    return list(LETTER_SHARES) if actor.agency_id == case.lead_id else []


def requests_up(case: Case, actor: Actor) -> Choices:
    """Requests about this case that agencies below sent to the actor's agency."""
    requests = case.instructions.filter(kind="ask_up", receiver=actor.agency_id, sent_at__isnull=False)
    return _by_id(requests.order_by("sent_at", "pk"), lambda one: f"{one.number} {one.title}")


def papers_of_absent_superiors(case: Case, actor: Actor) -> Choices:
    """Papers recorded by the actor's agency, from superior agencies that do not sign in."""
    over = [one.pk for one in Agency.objects.get(pk=actor.own_agency).above if not one.signs_in]
    papers = case.incoming_papers.exclude(state="WITHDRAWN").filter(agency__in=over, keeper=actor.agency_id)
    return _by_id(papers.select_related("agency"), lambda one: f"{one.agency.name} {one.number}")


def sharing_agencies(case: Case, actor: Actor) -> Choices:
    agencies = Agency.objects.filter(shares__case=case, shares__ended_at=None).exclude(pk=case.lead_id)
    return _named(agencies.order_by("id"))


def violation_types(case: Any, actor: Actor) -> Choices:
    return _named(ViolationType.objects.order_by("position", "code"))


def countries(case: Any, actor: Actor) -> Choices:
    return [(c.alpha3, f"{c.alpha3} {c.name}") for c in Country.objects.order_by("alpha3")]


def stops(case: Any, actor: Actor) -> Sequence[Offer]:
    """Countries as the stops of a route."""
    return country_offers()


def roles(case: Any, actor: Actor) -> list[Offer]:
    """Known roles of a party."""
    return [Offer.of(role) for role in PartyRole.objects.order_by("id")]


def schemes(case: Any, actor: Actor) -> list[Offer]:
    """Known schemes of identifiers."""
    return translated_offers(SCHEME_LABELS)


def control_codes(case: Any, actor: Actor) -> list[Offer]:
    """Codes of controlled goods with the goods that bear them, in the version in force."""
    named: dict[str, list[str]] = {}
    for goods in current().goods.values():
        for code in goods.codes:
            named.setdefault(code, []).append(goods.name)
    return [
        Offer(code, code, tuple(names), f"{code} {' · '.join(dict.fromkeys(names))}")
        for code, names in sorted(named.items())
    ]


def districts(case: Any, actor: Actor) -> Choices:
    return [(d.code, f"{d.code} {d.name}") for d in District.objects.order_by("code")]


def agencies_on_case(case: Case, actor: Actor) -> Choices:
    """Agencies that share the case, each followed by its units, since a task may be assigned to a unit."""
    nodes = Agency.objects.filter(agency__shares__case=case, agency__shares__ended_at=None).order_by("agency_id", "id")
    return _addressees(nodes)


def likely_doer(case: Any, actor: Actor) -> str:
    """The agency or unit that the actor's agency asked last on this case, else the lead agency, else another one that
    shares the case. `case` is a case or has one."""
    case = getattr(case, "case", case)
    return likely_doer_among([code for code, _name in agencies_on_case(case, actor)], case, actor)


def likely_doer_among(offered: list[str], case: Any, actor: Actor) -> str:
    asked = case.tasks.filter(asked_by=actor.own_agency, asker__isnull=False).order_by("-created_at")
    last = asked.values_list("unit__code", "agency__code").first() or ()
    others = [code for code in (*last, case.lead.code, *offered) if code and code != actor.agency_code]
    return next((code for code in others if code in offered), "")


def in_workdays(count: int) -> datetime:
    """The end of office hours on that working day from now."""
    today = times.today()
    return datetime.combine(load_calendar().add_workdays(today, count), END_OF_OFFICE, ZoneInfo("Asia/Shanghai"))


def usual_steps(case: Any, actor: Actor) -> list[Offer]:
    """Names of the steps that the playbooks of the case's violations ask of other agencies."""
    case = getattr(case, "case", case)
    steps = case.violation_types.filter(playbooks__steps__owner__in=("commerce", "customs", "antismuggling", "police"))
    names = steps.values_list(pick("playbooks__steps__name_zh", "playbooks__steps__name_en"), flat=True)
    return [Offer(name, name) for name in dict.fromkeys(names.order_by("playbooks__steps__position")) if name][:30]


def agencies_to_consult(case: Case, actor: Actor) -> Choices:
    """Agencies that read the contents of the case. Others cannot give an opinion on it."""
    read = Agency.objects.filter(shares__in=case.shares.live().exclude(profile="status"))
    return _addressees(read.exclude(pk=actor.own_agency).order_by("id"))


def desks_to_invite(case: Case, actor: Actor) -> Choices:
    """Agencies with users and their units, and the other agencies on the case. An invitation grants no access."""
    sharing = Q(agency__in=case.shares.live().values("agency"))
    nodes = Agency.objects.filter(Q(agency__signs_in=True) | sharing).exclude(agency=actor.own_agency)
    return _named(nodes.order_by("agency_id", "-is_agency", "id"))


def people_to_invite(case: Any, actor: Actor) -> Choices:
    """Colleagues of the actor, and handlers of the proceedings that the actor sees on the case."""
    handlers = case.proceedings.visible_to(actor).filter(handler__isnull=False).values("handler")
    known = User.objects.filter(Q(agency=actor.agency_id) | Q(pk__in=handlers), is_active=True).exclude(pk=actor.id)
    return _by_id(known.select_related("agency").order_by("username"), lambda one: f"{one.name} · {one.agency.name}")


def own_subjects(case: Any, actor: Actor) -> list[tuple[str, str]]:
    """Open proceedings and referrals of the actor's agency. Asking about one discloses that it exists."""
    return _of_kinds(
        _kind_and_number,
        proceeding=case.proceedings.filter(agency=actor.agency_id).exclude(state="CLOSED"),
        referral=case.referrals.filter(sender=actor.agency_id).open(),
    )


def open_tasks(case: Any, actor: Actor) -> Choices:
    """Open tasks that the actor sees on the case."""
    return _by_id(case.tasks.visible_to(actor).open().order_by("created_at", "pk"))


def note_audiences(case: Any, actor: Actor) -> Choices:
    """Audiences of a note, the narrowest first. None is preselected: the author decides."""
    units = Agency.objects.filter(pk__in=actor.units, is_agency=False).order_by("id")
    own_units = [(f"unit:{one.code}", f"{gettext('unit of the writer')} · {one.name}") for one in units]
    return [*own_units, ("agency", _("agency of the writer")), ("case", _("all agencies that read the case"))]


def note_subjects(case: Any, actor: Actor) -> Choices:
    """Proceedings, referrals and tasks on the case that the actor sees."""
    proceedings, referrals = case.proceedings.visible_to(actor), case.referrals.visible_to(actor)
    return [
        *_of_kinds(_kind_and_number, proceeding=proceedings, referral=referrals),
        *_of_kinds(str, task=case.tasks.visible_to(actor)),
    ]


def file_subjects(case: Any, actor: Actor) -> Choices:
    """Parties, items and tasks of the case."""
    tasks = case.tasks.visible_to(actor)
    return _of_kinds(str, party=case.parties.all(), item=case.items.all(), task=tasks)


def offences(case: Any, actor: Actor) -> Choices:
    return [(o.code, f"{o.name} · {o.cited}") for o in Offence.objects.order_by("position", "code")]


def routed_offences(thing: Any, actor: Actor) -> Choices:
    """Offences, each with the agency that investigates it. `thing` is a case or has a `case`."""
    case, sender = getattr(thing, "case", thing), Agency.objects.get(pk=actor.own_agency)
    day, offered = times.today(), []
    for offence in Offence.objects.prefetch_related("routes").order_by("position", "code"):
        found = suggest_receiver(case, offence, sender=sender, day=day)
        to = f" → {found.agency.name if found.agency else found.route.get_desk_display()}" if found else ""
        offered.append((offence.code, f"{offence.name} · {offence.cited}{to}"))
    return offered


def likely_offence(thing: Any, actor: Actor) -> str:
    """Smuggling of prohibited goods, if the known goods are above its threshold."""
    case = getattr(thing, "case", thing)
    above = compare_with_threshold(case.items.all()).verdict == "above"
    return PROHIBITED_GOODS if above else ""


def own_team(case: Case, actor: Actor) -> list[str]:
    """The actor and those who handle the proceedings of their agency on the case."""
    own = case.proceedings.filter(agency=actor.own_agency).exclude(state="CLOSED")
    known = {pk for row in own.values_list("handler", "team") for pk in row if pk}
    return [str(pk) for pk in sorted(known | {UUID(actor.id)})] if actor.kind == "user" else []


def colleagues(case: Any, actor: Actor) -> Choices:
    """The people of the actor's agency who work on cases, holders of an office last."""
    offices = OfficeHolder.objects.responsible().filter(user=OuterRef("pk"))
    roles = Membership.objects.current().filter(user=OuterRef("pk"), role__in=(Role.OFFICER, Role.LEAD))
    people = User.objects.filter(agency=actor.agency_id, is_active=True).annotate(decides=Exists(offices))
    return _by_id(people.filter(Exists(roles) | Q(decides=True)).order_by("decides", "username"), lambda one: one.name)


KINDS_BY_LINE = {
    Agency.Line.COMMERCE: ("commerce", _("Administrative (commerce)")),
    Agency.Line.CUSTOMS: ("customs", _("Administrative (customs)")),
}


def proceeding_kinds(case: Any, actor: Actor) -> Choices:
    """Kinds of administrative proceeding that the actor's agency conducts. An anti-smuggling bureau, of the customs
    line, conducts customs cases.
    """
    return [KINDS_BY_LINE[Agency.Line(actor.line)]] if actor.line in KINDS_BY_LINE else []


def items(case: Case, actor: Actor) -> Choices:
    return _by_id(case.items.all())


def items_with_changed_rules(case: Case, actor: Actor) -> Choices:
    found = case.determinations.with_changed_rules().select_related("item")
    return [(str(one.item_id), one.item.description) for one in found]


def parties(case: Case, actor: Actor) -> Choices:
    return _by_id(case.parties.all())


def acts(case: Case, actor: Actor) -> Choices:
    return _by_id(case.acts.all())


def shipments(case: Case, actor: Actor) -> Choices:
    return _by_id(case.shipments.all())


def legs(case: Case, actor: Actor) -> Choices:
    return _by_id(LEG.rows(case))


def removed(kind: RowKind) -> Callable[[Case, Actor], list[tuple[str, str]]]:
    return lambda case, actor: _by_id(kind.rows(case))


def identifiers_removed(case: Case, actor: Actor) -> Choices:
    return _by_id(removed_identifiers(case), lambda one: f"{one.party.name} · {one}")


def identifiers(case: Case, actor: Actor) -> Choices:
    found = Identifier.objects.filter(party__in=case.parties.all()).select_related("party").order_by("pk")
    return _by_id(found, lambda one: f"{one.party.name} · {one}")


def techniques(case: Any, actor: Actor) -> Choices:
    return _named(Technique.objects.order_by("code"))
