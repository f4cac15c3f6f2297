"""Which campaigns a case belongs to: a label of all its facts, which follows the rules and the case. Letters, reviews,
inspections and stops bring the label of the campaign that they name themselves."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Value
from django.db.models.functions import Greatest

from agencies.kernel.filtering import start_of
from agencies.kernel.measures import Label, MeasuredMatter, Measures, day_of
from cases.casefile.models import Case
from coordination.insight.metrics.models import StoredMatter

from .models import Belonging, Campaign, Pick

LABEL = "campaign"
RULES = {"materials": "mineral", "techniques": "technique", "countries": "country"}  # column → dimension


def draws_in(campaign: Campaign, labels: Collection[Label], opened: date) -> bool:
    """Whether the rules draw in a case: of each kind of term any one, and the day of opening. No terms, no cases."""
    named = {column: getattr(campaign, column) for column in RULES}
    return (
        any(named.values())
        and all(not terms or any((RULES[one], term) in labels for term in terms) for one, terms in named.items())
        and (campaign.opened_from is None or opened >= campaign.opened_from)
        and (campaign.opened_until is None or opened <= campaign.opened_until)
    )


def _labelled(matters: Mapping[UUID, MeasuredMatter]) -> Mapping[UUID, frozenset[Label]]:
    """Running campaigns by their rules and picks; closed ones by the cases that they had. None of a cancelled one."""
    found = defaultdict[UUID, set[Label]](set)
    kept = Belonging.objects.current().filter(case__in=matters, campaign__state=Campaign.State.CLOSED)
    for case_id, number in kept.values_list("case", "campaign__number"):
        found[case_id].add((LABEL, number))
    running = list(Campaign.objects.running())
    if running:
        picks = _picks(matters)
        for case_id, opened_at in Case.objects.filter(pk__in=matters).values_list("pk", "opened_at"):
            for one in running:
                picked = picks.get((one.pk, case_id))
                if draws_in(one, matters[case_id].labels, day_of(opened_at)) if picked is None else picked:
                    found[case_id].add((LABEL, one.number))
    return {case_id: frozenset(labels) for case_id, labels in found.items() if case_id in matters}


def _picks(cases: Collection[UUID]) -> dict[tuple[UUID, UUID], bool]:
    picks = Pick.objects.filter(case__in=cases, campaign__state=Campaign.State.RUNNING)
    return {
        (campaign, case): takes_in for campaign, case, takes_in in picks.values_list("campaign", "case", "takes_in")
    }


def _keep(matters: Mapping[UUID, MeasuredMatter], days: Mapping[UUID, date]) -> None:
    """Opens and ends the times in which these cases belong to campaigns, on the days on which that was recorded."""
    labelled = {(pk, value) for pk, matter in matters.items() for name, value in matter.labels if name == LABEL}
    cases = set(Case.objects.filter(pk__in={pk for pk, _number in labelled}).values_list("pk", flat=True))
    now = {(pk, number) for pk, number in labelled if pk in cases}  # a letter that names a campaign is no case of it
    rows = Belonging.objects.current().filter(case__in=matters)
    stored = {(case_id, number): pk for pk, case_id, number in rows.values_list("pk", "case", "campaign__number")}
    for (case_id, number), pk in stored.items():
        if (case_id, number) not in now:
            Belonging.objects.filter(pk=pk).update(until=Greatest("since", Value(days[case_id])))
    if begun := sorted(now - set(stored)):
        numbers = {number for _pk, number in begun}
        campaigns = {one.number: one for one in Campaign.objects.filter(number__in=numbers)}
        picks = _picks([pk for pk, _number in begun])
        Belonging.objects.bulk_create(
            Belonging(
                campaign=campaigns[number],
                case_id=pk,
                since=_since(campaigns[number], days[pk]),
                by_hand=picks.get((campaigns[number].pk, pk), False),
            )
            for pk, number in begun
        )


def _since(campaign: Campaign, day: date) -> date:
    """A case recorded before the start belongs to the campaign from the start on."""
    return max(day, day_of(campaign.started_at)) if campaign.started_at else day


def _related(matters: Collection[UUID]) -> Iterable[UUID]:
    """Of campaigns: their cases, picked cases, and counted cases that the rules may draw in."""
    for campaign in Campaign.objects.filter(pk__in=matters):
        yield from campaign.belongings.current().values_list("case", flat=True)
        if campaign.state == Campaign.State.RUNNING:
            yield from campaign.picks.values_list("case", flat=True)
            if campaign.has_rules:
                yield from _candidates(campaign)


def _candidates(campaign: Campaign) -> Iterable[UUID]:
    rows = Case.objects.all()
    if campaign.opened_from:
        rows = rows.filter(opened_at__gte=start_of(campaign.opened_from))
    if campaign.opened_until:
        rows = rows.filter(opened_at__lt=start_of(campaign.opened_until + timedelta(days=1)))
    for column, name in RULES.items():
        if terms := getattr(campaign, column):
            having = StoredMatter.objects.filter(label_set__labels__dimension=name, label_set__labels__value__in=terms)
            rows = rows.filter(pk__in=having.values("matter"))
    return rows.values_list("pk", flat=True)


MEASURES = Measures(related=_related, labelled=_labelled, keep=_keep)
