"""Receives leads without loss or duplicates, from machines and entered by hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, Subquery
from django.utils.translation import gettext as _

from agencies.idempotency.actions import KEPT
from agencies.journal.actions import Action, Audience, StreamKey, open_stream, record_event
from agencies.journal.digests import content_digest
from agencies.journal.models import Stream
from agencies.journal.transitions import resolve_time
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Forbidden, Invalid, Stale, TransitionRefused, UnmetCondition
from agencies.kernel.work import atomic, touch
from agencies.organisations.actions import take_number
from agencies.organisations.models import Agency, nearest_desk
from cases.casefile.actions import stream_of
from cases.casefile.identifiers import check_identifier, normalize_identifier
from cases.casefile.models import Case
from cases.clocks.actions import start_clocks
from cases.controls.store import current
from cases.watchlists.hits import note_hits, watches
from cases.watchlists.models import WatchHit

from .access import reports_for
from .models import Content, Lead, LeadMark, Revision
from .verdicts import conduct_day, reported_matter, verdict_of

UNNUMBERED = "–"  # placeholder for the reference until the agency's own number is taken


def lead_stream(lead_id: UUID) -> StreamKey:
    return StreamKey(Stream.Kind.LEAD, lead_id)


class ReportEffect(StrEnum):
    """The effect of a report: a new lead, a new revision, no change, or older than the current revision."""

    NEW = "new"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    STALE = "stale"


class ReceivedReport(NamedTuple):
    lead: Lead
    result: ReportEffect


@dataclass(frozen=True)
class ReportOrder:
    """How a system states the order of its reports.

    `source_version` is a number or a UTC time as `serializers.SourceVersion` writes it, "" if none was given. `seen`
    are the revisions in `If-Match`, None without it.
    """

    source_version: str = ""
    seen: frozenset[int] | None = None

    @property
    def states_order(self) -> bool:
        return bool(self.source_version) or self.seen is not None


def receive_lead(
    content: Content,
    *,
    actor: Actor,
    agency: Agency,
    occurred: tuple[datetime | None, str] = (None, ""),
    happened_at: datetime | None = None,
    sending: ReportOrder | None = None,
    is_transfer: bool = False,
) -> ReceivedReport:
    """Receives one validated report. Raises Forbidden if the actor does not report for the source system.

    `happened_at` is when the report arrived: a paper may be entered days later, and the triage period runs from
    arrival. `sending` is given for reports of other systems, which may repeat them; without it the order of arrival
    counts. `is_transfer`: a lead transfer, whose source is the agency that sent it.

    A report keeps its author: people revise what was entered by hand, and systems what systems sent.

    Content equal to the current revision changes nothing. Other content is a new revision, unless it is late (see
    `_is_late`). Concurrent equal posts create one lead: the unique key decides, and the others wait and read that row.
    """
    if not is_transfer and not reports_for(actor, content["source_system"]):
        _refuse_source(actor, content["source_system"])
    # The report itself is the paper that proves when it arrived.
    digest, at = content_digest(content), resolve_time(happened_at, paper=content["source_ref"] or UNNUMBERED)
    version = sending.source_version if sending else ""
    # A savepoint only if something here may be refused: the caller's transaction may continue then.
    with atomic(savepoint=sending is not None and sending.states_order):
        lead, made = _find_or_create(content, actor, agency, occurred, at, version)
        if made:
            _refuse_seen(sending)
            open_stream(lead_stream(lead.pk))
            _add_revision(lead, content, digest, number=1, at=at, source_version=version)
            _watch(lead, content, is_new=True)
            start_clocks(["INT_TRIAGE"], lead, case_id=None, holder_id=lead.agency_id, at=at, fresh=True)
            _record(lead, "receive", actor, at=at, to_state=lead.state)
            return ReceivedReport(lead, ReportEffect.NEW)
        if (lead.client_id is None) != (actor.kind == "machine"):
            return _received_again(lead, content, digest, actor, occurred, at, version, sending)
    raise TransitionRefused([_not_its_author()])  # outside: nothing was written, and the caller may continue


def _received_again(
    lead: Lead,
    content: Content,
    digest: str,
    actor: Actor,
    occurred: tuple[datetime | None, str],
    at: datetime,
    version: str,
    sending: ReportOrder | None,
) -> ReceivedReport:
    alike, number = _revisions_like(lead, digest)
    if lead.revision in alike:
        _note_version(lead, version)
        return ReceivedReport(lead, ReportEffect.UNCHANGED)
    if sending is not None and _is_late(lead, alike.values(), sending):
        if not alike:  # its content is stored already
            _add_revision(lead, content, digest, number=number, at=at, source_version=version, is_late=True)
        return ReceivedReport(lead, ReportEffect.STALE)
    _revise(lead, content, digest, actor, occurred, at, version, number)
    return ReceivedReport(lead, ReportEffect.REVISED)


def _not_its_author() -> UnmetCondition:
    detail = _(
        "A report with this reference was sent by a system, or entered by hand, and only its author revises it. "
        "Use another reference, or propose a correction of the lead."
    )
    return UnmetCondition("author", detail)


def _refuse_source(actor: Actor, source: str) -> None:
    """For people the answer is the same whether there is a report with the reference or not."""
    if actor.kind == "machine":
        detail = _("This system may not report for “%(source)s”. It reports for: %(own)s.")
        raise Forbidden(detail % {"source": source, "own": ", ".join(sorted(actor.sources)) or "–"})
    detail = _(
        "“%(source)s” is the source of a connected system or of an agency, which alone reports under it. Name a source "
        "of your own, such as “manual”; what a system reported is changed by a correction of the lead."
    )
    raise Forbidden(detail % {"source": source})


def _refuse_seen(sending: ReportOrder | None) -> None:
    if sending and sending.seen is not None:
        detail = _("There is no report with this reference yet. Send it without If-Match.")
        raise Stale.because("version", detail)


def _revisions_like(lead: Lead, digest: str) -> tuple[dict[int, datetime], int]:
    """Returns the times of arrival of revisions with this content, by number, and the number of the next revision."""
    newest = Revision.objects.filter(lead=lead).order_by("-number").values("number")[:1]
    rows = lead.revisions.filter(Q(digest=digest) | Q(number=lead.revision)).annotate(newest=Subquery(newest))
    held = list(rows.values_list("number", "digest", "received_at", "newest"))
    lead.revised_at = next(at for number, _had, at, _newest in held if number == lead.revision)
    return {number: at for number, had, at, _newest in held if had == digest}, held[0][3] + 1


def _is_late(lead: Lead, alike: Iterable[datetime], sending: ReportOrder) -> bool:
    """Whether a report that differs from the current revision is an older one sent again.

    `alike`: times of arrival of revisions with its content.

    Decided by `source_version` if both have one. Otherwise by content: what the source sent within the retry period and
    has replaced since is a repeat, unless `If-Match` names the current revision.

    Raises Stale if `If-Match` names another revision, Invalid for versions of different kinds.
    """
    if sending.seen is not None and lead.revision not in sending.seen:
        detail = _("The report is now at revision %(number)s. Read its receipt before you change it.")
        raise Stale.because("version", detail % {"number": lead.revision}, version=lead.revision)
    order = compare_versions(sending.source_version, lead.source_version)
    if order or sending.seen is not None:
        return order < 0
    return any(at >= times.now() - KEPT for at in alike)


def compare_versions(one: str, other: str) -> int:
    """Negative if `one` is older, positive if it is newer, 0 if unknown. Raises Invalid for versions of different
    kinds.
    """
    if not one or not other:
        return 0
    if ("T" in one) != ("T" in other):
        detail = _("Earlier reports with this reference had another kind of source_version (%(known)s).")
        raise Invalid.field("source_version", "kind", detail % {"known": other})
    if "T" in one:
        moment, known = datetime.fromisoformat(one), datetime.fromisoformat(other)
        return (moment > known) - (moment < known)
    return (int(one) > int(other)) - (int(one) < int(other))


def _note_version(lead: Lead, version: str) -> None:
    if version and (not lead.source_version or compare_versions(version, lead.source_version) > 0):
        Lead.objects.filter(pk=lead.pk).update(source_version=version)


def enter_lead(content: Content, *, actor: Actor, agency: Agency, **when: Any) -> ReceivedReport:
    """Records a report by hand. Without a reference it gets the agency's next number."""
    with atomic():
        if content["source_ref"] == UNNUMBERED:
            content = {**content, "source_ref": _next_reference(content, agency)}
        return receive_lead(content, actor=actor, agency=agency, **when)


def _next_reference(content: Content, agency: Agency) -> str:
    """Skips numbers that were entered as a reference, since reusing one would revise that lead."""
    typed = Lead.objects.filter(
        source_agency=agency, source_system=content["source_system"], report_type=content["report_type"]
    )
    while True:
        number = take_number(agency, "lead", at=times.now())
        if not typed.filter(source_ref=number).exists():
            return number


def _find_or_create(
    content: Content, actor: Actor, agency: Agency, occurred: tuple[datetime | None, str], at: datetime, version: str
) -> tuple[Lead, bool]:
    key = {
        "source_agency": agency,
        "source_system": content["source_system"],
        "report_type": content["report_type"],
        "source_ref": content["source_ref"],
    }
    desk = nearest_desk(agency)
    fresh = Lead(
        **key,
        agency=desk,
        stands_for=None if desk == agency else agency,
        client_id=actor.id if actor.kind == "machine" else None,
        received_at=at,
        source_version=version,
        state_since=at,
        **_head(content, agency, occurred, at),
    )
    Lead.objects.bulk_create([fresh], ignore_conflicts=True)
    lead = Lead.objects.select_related("agency", "source_agency").select_for_update(of=("self",)).get(**key)
    if lead.pk == fresh.pk:
        touch("lead", lead.pk)
    return lead, lead.pk == fresh.pk


def _head(
    content: Content, agency: Agency, occurred: tuple[datetime | None, str], received_at: datetime
) -> dict[str, Any]:
    """The columns for lists. A missing handling code becomes the agency's strictest default."""
    at, precision = occurred
    return {
        "title": content["title"],
        "severity": content.get("severity", "medium"),
        "handling": content.get("handling_code") or agency.default_handling,
        "occurred_at": at,
        "occurred_precision": precision,
        "verdict": verdict_of(content, conduct_day(at, received_at).day),
        "rules_version": current().version,
        "verdict_at": times.now(),
    }


def _revise(
    lead: Lead,
    content: Content,
    digest: str,
    actor: Actor,
    occurred: tuple[datetime | None, str],
    at: datetime,
    version: str,
    number: int,
) -> None:
    _add_revision(lead, content, digest, number=number, at=at, source_version=version)
    changed = _head(content, lead.source_agency, occurred, lead.received_at)
    changed |= {"revision": number, "version": lead.version + 1}
    changed["source_version"] = version or lead.source_version
    changed["handling"] = max(changed["handling"], lead.handling)  # a source never lowers the handling code
    fields = [] if changed["handling"] == lead.handling else ["handling"]
    changed["updated_at"] = times.now()
    Lead.objects.filter(pk=lead.pk).update(**changed)
    for name, value in changed.items():
        setattr(lead, name, value)
    lead.revised_at = at
    touch("lead", lead.pk)
    _watch(lead, content, is_new=False)
    streams = [stream_of(lead.case_id)] if lead.case_id else []
    _record(lead, "revise", actor, at=at, also=streams, data={"revision": number}, fields=fields)
    if lead.case is not None and lead.case.lead_id != lead.agency_id:
        _tell_leader(lead.case, lead.agency_id, at)


def _tell_leader(case: Case, agency_id: int, at: datetime) -> None:
    """Notifies the agency that leads the case that a source of another agency sent something new. What it is, it learns
    only when that agency takes it over.
    """
    record_event(
        stream_of(case.pk),
        actor=SYSTEM,
        action=Action("source_news", "case", case.pk, from_state=case.state, to_state=case.state),
        happened_at=at,
        audience=Audience("pair", counterpart_id=case.lead_id, notify=[case.lead_id]),
    )


def _add_revision(lead: Lead, content: Content, digest: str, *, number: int, at: datetime, **columns: Any) -> None:
    Revision.objects.create(
        lead=lead, number=number, content=content, digest=digest, received_at=at, flags=find_flags(content), **columns
    )
    keys = {(scheme.upper(), normalize_identifier(value)) for _pointer, scheme, value in _marks(content)}
    LeadMark.objects.bulk_create(
        (LeadMark(lead=lead, scheme=scheme, key=key) for scheme, key in sorted(keys)), ignore_conflicts=True
    )


def _watch(lead: Lead, content: Content, *, is_new: bool) -> None:
    """Places the lead with the desks whose watch on routes it meets."""
    if not watches():
        return
    day = conduct_day(lead.occurred_at, lead.received_at).day
    routes = [shipment.get("route") or [] for shipment in content.get("shipments", [])]
    goods = [(item, day) for item in content.get("items", [])]
    traders = reported_matter(content).traders
    if note_hits(WatchHit.Kind.LEAD, lead.pk, routes, goods, traders, is_new=is_new):
        touch("lead", lead.pk)


def find_flags(content: Content) -> list[dict[str, str]]:
    """Numbers of a report that look wrong. They are kept, and shown to the sender and in triage."""
    return [
        {"pointer": pointer, "code": flag, "detail": value}
        for pointer, scheme, value in _marks(content)
        if (flag := check_identifier(scheme, value))
    ]


def _marks(content: Content) -> Iterable[tuple[str, str, str]]:
    """Yields (pointer, scheme, value) of every number by which this lead may be found."""
    for p, party in enumerate(content.get("parties", [])):
        for i, identifier in enumerate(party.get("identifiers", [])):
            yield f"/parties/{p}/identifiers/{i}/value", identifier["scheme"], identifier["value"]
    for s, shipment in enumerate(content.get("shipments", [])):
        if shipment.get("declaration_no"):
            yield f"/shipments/{s}/declaration_no", "DECL", shipment["declaration_no"]


def _record(
    lead: Lead,
    verb: str,
    actor: Actor,
    *,
    at: datetime,
    to_state: str = "",
    also: Iterable[StreamKey] = (),
    data: Any = None,
    fields: Iterable[str] = (),
) -> None:
    record_event(
        lead_stream(lead.pk),
        *also,
        actor=actor,
        action=Action(
            verb,
            "lead",
            lead.pk,
            from_state="" if to_state else lead.state,
            to_state=to_state or lead.state,
            fields=fields,
            data=data,
        ),
        happened_at=at,
        audience=Audience("own", notify=[] if to_state else [lead.agency_id]),
    )
