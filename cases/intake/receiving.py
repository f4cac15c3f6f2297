"""Receives leads without loss or duplicates, from machines and entered by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Q, Subquery
from django.utils.translation import gettext as _

from agencies.idempotency.actions import KEPT
from agencies.journal.actions import (
    Action,
    Audience,
    BatchEvent,
    StreamKey,
    open_streams,
    record_batch,
    record_event,
)
from agencies.journal.digests import content_digest
from agencies.journal.models import Event, Stream
from agencies.journal.transitions import resolve_time
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import ActionError, Forbidden, Invalid, Stale, TransitionRefused, UnmetCondition
from agencies.kernel.work import atomic, touch
from agencies.organisations.actions import take_number
from agencies.organisations.models import Agency, nearest_desk
from cases.casefile.actions import stream_of
from cases.casefile.identifiers import check_identifier, normalize_identifier
from cases.casefile.models import Case
from cases.clocks.actions import start_clocks_of_many
from cases.controls.store import current
from cases.watchlists.hits import note_hits, watches
from cases.watchlists.models import WatchHit

from .access import reports_for
from .doubts import doubts_of
from .models import Content, Lead, LeadMark, Revision
from .verdicts import conduct_day, reported_matter, verdict_of

KEY = ("source_system", "report_type", "source_ref")  # of a lead within its agency
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
class SentReport:
    """A validated report as it was sent: when it says that it occurred, and the order of the source."""

    content: Content
    occurred: tuple[datetime | None, str] = (None, "")
    order: "ReportOrder | None" = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What names its lead within the agency."""
        return self.content["source_system"], self.content["report_type"], self.content["source_ref"]

    @property
    def version(self) -> str:
        return self.order.source_version if self.order else ""

    @property
    def digest(self) -> str:
        return content_digest(self.content)


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
    if not is_transfer:
        refuse_source(content, actor=actor)
    sent = SentReport(content, occurred, sending)
    # The report itself is the paper that proves when it arrived.
    at = resolve_time(happened_at, paper=content["source_ref"] or UNNUMBERED)
    if same := _unchanged([sent], actor, agency):
        return ReceivedReport(same[sent.key], ReportEffect.UNCHANGED)
    # A savepoint only if something here may be refused: the caller's transaction may continue then.
    with atomic(savepoint=sending is not None and sending.states_order):
        [(lead, made)] = _find_or_create([sent], actor, agency, at)
        if made:
            _refuse_seen(sending)
            _begin([(lead, sent)], actor, at)
            return ReceivedReport(lead, ReportEffect.NEW)
        if _is_of_author(lead, actor):
            return _received_again(lead, sent, actor, at)
    raise TransitionRefused([_not_its_author()])  # outside: nothing was written, and the caller may continue


def receive_leads(reports: Sequence[SentReport], *, actor: Actor, agency: Agency) -> list[ReceivedReport | ActionError]:
    """Receives validated reports of a system, each as `receive_lead` would, in one transaction. New ones are written
    together.

    Returns the result of each in order; a report that is refused stops no other. Of several with one reference, the
    later ones follow the first.
    """
    at = times.now()
    first: dict[tuple[str, str, str], SentReport] = {}
    results: dict[int, ReceivedReport | ActionError] = {}
    refused = _refused_sources(reports, actor)
    for n, sent in enumerate(reports):
        if (refusal := refused.get(sent.content["source_system"])) is None:
            first.setdefault(sent.key, sent)
        else:
            results[n] = refusal
    unchanged = _unchanged([sent for n, sent in enumerate(reports) if n not in results], actor, agency)
    for n, sent in enumerate(reports):
        if n not in results and sent.key in unchanged:
            results[n] = ReceivedReport(unchanged[sent.key], ReportEffect.UNCHANGED)
            first.pop(sent.key, None)
    with atomic():
        # In the order of their keys, so that two batches cannot deadlock.
        ordered = [first[key] for key in sorted(first)]
        found = dict(zip(sorted(first), _find_or_create(ordered, actor, agency, at), strict=True))
        _begin([(lead, first[key]) for key, (lead, made) in found.items() if made], actor, at)
        for n, sent in enumerate(reports):
            if n in results:
                continue
            lead, made = found[sent.key]
            if made and sent is first[sent.key]:
                results[n] = ReceivedReport(lead, ReportEffect.NEW)
            else:
                results[n] = _again_in_batch(lead, sent, actor, at)
    return [results[n] for n in range(len(reports))]


def _unchanged(reports: Sequence[SentReport], actor: Actor, agency: Agency) -> dict[tuple[str, str, str], Lead]:
    """The leads, by key, of which all these reports repeat the current revision. A repeat is most of what is sent after
    an outage, so it is answered before the control law is asked and before anything is locked."""
    named = {f"lead__{name}__in": {sent.content[name] for sent in reports} for name in KEY}
    rows = Revision.objects.filter(number=F("lead__revision"), lead__source_agency=agency, **named)
    held = {}
    for revision in rows.select_related("lead__agency", "lead__source_agency").defer("content"):
        lead = revision.lead
        lead.revised_at = revision.received_at
        if _is_of_author(lead, actor):
            held[tuple(getattr(lead, name) for name in KEY)] = (lead, revision.digest)
    changed = {sent.key for sent in reports if not _repeats(sent, *held.get(sent.key, (None, "")))}
    return {key: lead for key, (lead, _digest) in held.items() if key not in changed}


def _repeats(sent: SentReport, lead: Lead | None, digest: str) -> bool:
    """Whether a report says what the lead already says, in content and version, and asks for no revision."""
    if lead is None or (sent.order and sent.order.seen is not None):
        return False
    return sent.version in ("", lead.source_version) and sent.digest == digest


def _again_in_batch(lead: Lead, sent: SentReport, actor: Actor, at: datetime) -> ReceivedReport | ActionError:
    """Receives a report about a known lead, as an earlier one of the batch left it."""
    try:
        with atomic():
            now = Lead.objects.select_related("agency", "source_agency").get(pk=lead.pk)
            if not _is_of_author(now, actor):
                raise TransitionRefused([_not_its_author()])
            return _received_again(now, sent, actor, at)
    except ActionError as refused:
        return refused


def _begin(new: Sequence[tuple[Lead, SentReport]], actor: Actor, at: datetime) -> None:
    """Writes what belongs to new leads: journal, content, marks, hits of watched routes, and the triage period."""
    if not new:
        return
    streams = open_streams(lead_stream(lead.pk) for lead, _sent in new)
    _add_revisions(new, number=1, at=at)
    _watch(new, is_new=True)
    start_clocks_of_many(["INT_TRIAGE"], {lead: lead.agency_id for lead, _sent in new}, at=at)
    events = [
        BatchEvent(lead_stream(lead.pk), "lead", lead.pk, state=lead.state, data={}, is_new=True) for lead, _sent in new
    ]
    audience = Event.Visibility.OWN
    record_batch(events, actor=actor, verb="receive", visibility=audience, happened_at=at, opened=streams)


def _is_of_author(lead: Lead, actor: Actor) -> bool:
    """People revise what was entered by hand, and systems what systems sent."""
    return (lead.client_id is None) != (actor.kind == "machine")


def _received_again(lead: Lead, sent: SentReport, actor: Actor, at: datetime) -> ReceivedReport:
    alike, number = _revisions_like(lead, sent.digest)
    if lead.revision in alike:
        _note_version(lead, sent.version)
        return ReceivedReport(lead, ReportEffect.UNCHANGED)
    if sent.order is not None and _is_late(lead, alike.values(), sent.order):
        if not alike:  # its content is stored already
            _add_revisions([(lead, sent)], number=number, at=at, is_late=True)
        return ReceivedReport(lead, ReportEffect.STALE)
    _revise(lead, sent, actor, at, number)
    return ReceivedReport(lead, ReportEffect.REVISED)


def _not_its_author() -> UnmetCondition:
    detail = _(
        "A report with this reference was sent by a system, or entered by hand, and only its author revises it. "
        "Use another reference, or propose a correction of the lead."
    )
    return UnmetCondition("author", detail)


def refuse_source(content: Content, *, actor: Actor) -> None:
    """Raises Forbidden if the actor does not report for the source. For people the answer is the same whether there is
    a report with the reference or not."""
    source = content["source_system"]
    if reports_for(actor, source):
        return
    if actor.kind == "machine":
        detail = _("This system may not report for “%(source)s”. It reports for: %(own)s.")
        raise Forbidden(detail % {"source": source, "own": ", ".join(sorted(actor.sources)) or "–"})
    detail = _(
        "“%(source)s” is the source of a connected system or of an agency, which alone reports under it. Name a source "
        "of your own, such as “manual”; what a system reported is changed by a correction of the lead."
    )
    raise Forbidden(detail % {"source": source})


def _refused_sources(reports: Iterable[SentReport], actor: Actor) -> dict[str, Forbidden]:
    """The refusals by source; a batch mostly names one source, so each is asked once."""
    found = {}
    for content in {sent.content["source_system"]: sent.content for sent in reports}.values():
        try:
            refuse_source(content, actor=actor)
        except Forbidden as refusal:
            found[content["source_system"]] = refusal
    return found


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
    reports: Sequence[SentReport], actor: Actor, agency: Agency, at: datetime
) -> list[tuple[Lead, bool]]:
    """The lead of each report, locked, and whether it was made. Each key occurs once."""
    desk = nearest_desk(agency)
    fresh = [
        Lead(
            source_agency=agency,
            **dict(zip(KEY, sent.key, strict=True)),
            agency=desk,
            stands_for=None if desk == agency else agency,
            client_id=actor.id if actor.kind == "machine" else None,
            received_at=at,
            source_version=sent.version,
            state_since=at,
            **_head(sent.content, agency, sent.occurred, at),
        )
        for sent in reports
    ]
    Lead.objects.bulk_create(fresh, ignore_conflicts=True)
    named = {f"{name}__in": {getattr(lead, name) for lead in fresh} for name in KEY}
    rows = Lead.objects.select_related("agency", "source_agency").select_for_update(of=("self",))
    found = {
        tuple(getattr(lead, name) for name in KEY): lead
        for lead in rows.filter(source_agency=agency, **named).order_by("source_ref", "pk")
    }
    made = {lead.pk for lead in fresh}
    leads = [found[sent.key] for sent in reports]
    touch("lead", *(lead.pk for lead in leads if lead.pk in made))
    return [(lead, lead.pk in made) for lead in leads]


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


def _revise(lead: Lead, sent: SentReport, actor: Actor, at: datetime, number: int) -> None:
    _add_revisions([(lead, sent)], number=number, at=at)
    changed = _head(sent.content, lead.source_agency, sent.occurred, lead.received_at)
    changed |= {"revision": number, "version": lead.version + 1}
    changed["source_version"] = sent.version or lead.source_version
    changed["handling"] = max(changed["handling"], lead.handling)  # a source never lowers the handling code
    fields = [] if changed["handling"] == lead.handling else ["handling"]
    changed["updated_at"] = times.now()
    Lead.objects.filter(pk=lead.pk).update(**changed)
    for name, value in changed.items():
        setattr(lead, name, value)
    lead.revised_at = at
    touch("lead", lead.pk)
    _watch([(lead, sent)], is_new=False)
    streams = [stream_of(lead.case_id)] if lead.case_id else []
    record_event(
        lead_stream(lead.pk),
        *streams,
        actor=actor,
        action=Action("revise", "lead", lead.pk, lead.state, lead.state, fields=fields, data={"revision": number}),
        happened_at=at,
        audience=Audience(Event.Visibility.OWN, notify=[lead.agency_id]),
    )
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


def _add_revisions(
    sent: Iterable[tuple[Lead, SentReport]], *, number: int, at: datetime, is_late: bool = False
) -> None:
    """Adds this revision of each lead, and the numbers by which it may be found."""
    revisions, marks = [], []
    for lead, one in sent:
        content = one.content
        columns = {"digest": one.digest, "source_version": one.version, "is_late": is_late, "received_at": at}
        revisions.append(Revision(lead=lead, number=number, content=content, flags=find_flags(content), **columns))
        keys = {(scheme.upper(), normalize_identifier(value)) for _pointer, scheme, value in _marks(content)}
        marks += [LeadMark(lead=lead, scheme=scheme, key=key) for scheme, key in sorted(keys)]
    Revision.objects.bulk_create(revisions)
    LeadMark.objects.bulk_create(marks, ignore_conflicts=True)


def _watch(received: Iterable[tuple[Lead, SentReport]], *, is_new: bool) -> None:
    """Places the leads with the desks whose watch on routes they meet."""
    if not watches():
        return
    for lead, sent in received:
        day = conduct_day(lead.occurred_at, lead.received_at).day
        routes = [shipment.get("route") or [] for shipment in sent.content.get("shipments", [])]
        goods = [(item, day) for item in sent.content.get("items", [])]
        traders = reported_matter(sent.content).traders
        if note_hits(WatchHit.Kind.LEAD, lead.pk, routes, goods, traders, is_new=is_new):
            touch("lead", lead.pk)


def find_flags(content: Content) -> list[dict[str, str]]:
    """Values of a report that look wrong. They are kept, and shown to the sender and in triage."""
    numbers = [
        {"pointer": pointer, "code": flag, "detail": value}
        for pointer, scheme, value in _marks(content)
        if (flag := check_identifier(scheme, value))
    ]
    return [*numbers, *doubts_of(content)]


def _marks(content: Content) -> Iterable[tuple[str, str, str]]:
    """Yields (pointer, scheme, value) of every number by which this lead may be found."""
    for p, party in enumerate(content.get("parties", [])):
        for i, identifier in enumerate(party.get("identifiers", [])):
            yield f"/parties/{p}/identifiers/{i}/value", identifier["scheme"], identifier["value"]
    for s, shipment in enumerate(content.get("shipments", [])):
        if shipment.get("declaration_no"):
            yield f"/shipments/{s}/declaration_no", "DECL", shipment["declaration_no"]
        for n, leg in enumerate(shipment.get("legs", [])):
            if leg.get("container"):
                yield f"/shipments/{s}/legs/{n}/container", "CNTR", leg["container"]
