"""Taking over to the case what is new in a lead, or setting it aside."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from agencies.journal.actions import Audience
from agencies.journal.transitions import TransitionResult
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.work import touch
from agencies.organisations.models import Agency
from cases.casefile.actions import locked_case, move_case, stream_of
from cases.casefile.correcting import add_identifier, add_leg, change_row, remove_identifier, remove_row
from cases.casefile.models import Case, Identifier
from cases.casefile.rows import LEG, as_answer

from .actions import KINDS, MAKERS, move_lead, raise_handling, suspect_techniques, with_source
from .models import Contribution, Lead
from .news import HEADS, NESTED, OTHER_NAMES, PARTS, RevisionsOnCase, RowPair


def take_over_news(
    lead: Lead, *, actor: Actor, news: Iterable[str], reason: str = "", **common: Any
) -> TransitionResult[Lead]:
    """Takes the chosen news over to the case; the others are set aside, which needs a reason.

    Each changed row is put right by the action for it, with its event and, where something rests on the row, with the
    second person.
    """
    chosen = set(news)
    with locked_case(_case_of(lead)) as case:
        compared = RevisionsOnCase(lead)
        if {one.key for one in compared.news} - chosen and not reason:
            raise Invalid.field("reason", "required", _("Give the reason why the other changes are set aside."))
        because = {"reason": reason or _source_of(lead)}
        applied = _settle(lead, "take_over_news", compared, actor=actor, news=sorted(chosen), **because, **common)
        for pair in compared.pairs:
            _take_over_row(lead, case, pair, chosen, actor=actor, reason=_source_of(lead))
        _take_over_heads(lead, case, compared, chosen, actor=actor)
        return applied


def set_news_aside(lead: Lead, *, actor: Actor, **common: Any) -> TransitionResult[Lead]:
    """Leaves the case as it is, with a reason."""
    with locked_case(_case_of(lead)):
        return _settle(lead, "set_news_aside", RevisionsOnCase(lead), actor=actor, **common)


def ask_news(case: Case, *, actor: Actor, agency: str, **common: Any) -> TransitionResult[Case]:
    """Asks an agency, for the lead agency of the case, to take over what its source sent or to set it aside."""
    with locked_case(case.pk) as current:
        holder = Agency.objects.get(code=agency)
        held = Lead.objects.filter(case=current, agency=holder).with_open_news()
        holder_too = Audience(counterpart_id=holder.pk, notify=[holder.pk])
        applied = move_case(current, "ask_news", actor=actor, agency=agency, audience=holder_too, **common)
        held.update(asked_revision=F("revision"))
        return applied


def _case_of(lead: Lead) -> Any:
    if lead.case_id is None:
        raise Invalid.field("", "state", _("The lead is not on a case."))
    return lead.case_id


def _source_of(lead: Lead) -> str:
    words = {"number": lead.revision, "source": f"{lead.source_label} {lead.source_ref}"}
    return _("Revision %(number)s of the source: %(source)s") % words


def _said() -> str:
    """What agencies read that hold a fact of the case: the source stays unnamed."""
    return _("A later report of the source.")


def _settle(lead: Lead, verb: str, compared: RevisionsOnCase, *, actor: Actor, **given: Any) -> TransitionResult[Lead]:
    """Records the decision. The rows that stay keep their place in the newest revision."""
    data = {"changes": [{"field": one.label, "was": one.before, "now": one.after} for one in compared.news]}
    applied = move_lead(
        lead,
        verb,
        actor=actor,
        also=[stream_of(_case_of(lead))],
        changes={"settled_revision": lead.revision},
        event_data=data,
        **given,
    )
    raise_handling(applied.thing)
    touch("case", _case_of(lead))
    for pair in compared.pairs:
        if pair.contribution is not None and pair.new is not None:
            Contribution.objects.filter(pk=pair.contribution.pk).update(revision=lead.revision, pointer=pair.key)
    return applied


def _take_over_row(lead: Lead, case: Case, pair: RowPair, chosen: set[str], *, actor: Actor, reason: str) -> None:
    kind = PARTS[pair.part]
    if pair.old is None and pair.key in chosen:
        row = MAKERS[pair.part](case, with_source(lead, pair.after))
        given = {"revision": lead.revision, "pointer": pair.key, "row_kind": KINDS[pair.part], "row_id": row.pk}
        Contribution.objects.create(lead=lead, case=case, **given)
    elif pair.row is not None and pair.new is None and pair.key in chosen:
        named = {kind.name: str(pair.row.pk)}
        remove_row(kind, f"remove_{kind.name}", case, actor=actor, reason=reason, said=_said(), **named)
    elif pair.row is not None and pair.new is not None:
        fields = [name for name in pair.fields() if f"{pair.key}/{name}" in chosen]
        columns = {OTHER_NAMES.get(n, n): _answer(pair.after.get(n)) for n in fields if n not in NESTED}
        was = kind.values(pair.row)
        if new := {name: value for name, value in columns.items() if as_answer(value) != (was[name] or "")}:
            named = {kind.name: str(pair.row.pk)}
            change_row(kind, f"change_{kind.name}", case, actor=actor, reason=reason, said=_said(), **named, **new)
        if "identifiers" in fields:
            _take_over_identifiers(case, pair, actor=actor, reason=reason)
        if "legs" in fields:
            _take_over_legs(lead, case, pair, actor=actor, reason=reason)


def _answer(value: Any) -> Any:
    return " ".join(value) if isinstance(value, list) else value or ""


def _take_over_identifiers(case: Case, pair: RowPair, *, actor: Actor, reason: str) -> None:
    before, after = pair.before.get("identifiers", []), pair.after.get("identifiers", [])
    for one in (one for one in after if one not in before):
        if not pair.row.identifiers.filter(scheme=one["scheme"], value=one["value"]).exists():
            add_identifier(case, actor=actor, party=str(pair.row.pk), reason=reason, said=_said(), **one)
    for one in (one for one in before if one not in after):
        for held in Identifier.objects.filter(party=pair.row.pk, scheme=one["scheme"], value=one["value"]):
            remove_identifier(case, actor=actor, identifier=str(held.pk), reason=reason, said=_said())


def _take_over_legs(lead: Lead, case: Case, pair: RowPair, *, actor: Actor, reason: str) -> None:
    """Each leg by its place in its chain. Legs that people added stay."""
    before, after = (_by_place(with_source(lead, content).get("legs", [])) for content in (pair.before, pair.after))
    for place in sorted({*before, *after}):
        was, new = before.get(place), after.get(place)
        chain, position = place
        held = pair.row.legs.filter(chain=chain, position=position).order_by("created_at").first() if was else None
        if held is None and new is not None and new != was:
            add_leg(case, actor=actor, shipment=str(pair.row.pk), position=position, **new)
        elif held is not None and new is None:
            remove_row(LEG, "remove_leg", case, actor=actor, reason=reason, said=_said(), leg=str(held.pk))
        elif held is not None and new != was:
            _change_leg(held, case, new or {}, actor=actor, reason=reason)


def _change_leg(held: Any, case: Case, new: Mapping[str, Any], *, actor: Actor, reason: str) -> None:
    was = LEG.values(held)
    columns = {name: new.get(name, "") for name in LEG.columns if name not in ("chain", "position")}
    changed = {name: value for name, value in columns.items() if as_answer(value) != (was[name] or "")}
    if changed:
        named = {"leg": str(held.pk)}
        change_row(LEG, "change_leg", case, actor=actor, reason=reason, said=_said(), **named, **changed)


def _by_place(legs: Iterable[Mapping[str, Any]]) -> dict[tuple[str, int], dict[str, Any]]:
    """Chain and place in it → leg, with its days as days."""
    places: Counter[str] = Counter()
    found = {}
    for leg in legs:
        places[leg["chain"]] += 1
        days = {name: date.fromisoformat(leg[name]) for name in ("departs_on", "arrives_on") if name in leg}
        found[leg["chain"], places[leg["chain"]]] = {**leg, **days}
    return found


def _take_over_heads(lead: Lead, case: Case, compared: RevisionsOnCase, chosen: set[str], *, actor: Actor) -> None:
    if "/techniques" in chosen:
        suspect_techniques(lead, case, compared.new.get("techniques", []))
    heads = {column: compared.new.get(name, "") for name, column in HEADS.items() if f"/{name}" in chosen}
    heads = {name: value for name, value in heads.items() if value or name == "summary"}
    if heads and compared.led_here:
        current = Case.objects.get(pk=case.pk)
        values = {"title": current.title, "severity": current.severity, "handling": current.handling, **heads}
        move_case(current, "classify", actor=actor, reason=_source_of(lead), **values)


ACTIONS = {"take_over_news": take_over_news, "set_news_aside": set_news_aside}
