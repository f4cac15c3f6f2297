"""What the pages of a letter to an exporter and of a release show beside it."""

from collections.abc import Iterator
from typing import Any

from django.http import QueryDict

from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor
from agencies.kernel.resource import RESOURCES
from cases.casefile.models import Case
from coordination.prevention.campaigns import campaign_of
from coordination.prevention.exporters.models import Exporter
from coordination.prevention.exporters.page import ExporterMatter

from .concerned import MATTERS
from .models import ExporterLetter, Release


def letter_parts(letter: ExporterLetter, actor: Actor, params: QueryDict) -> dict[str, Any]:
    about = [] if letter.about_case_id is None else [letter.about_case_id]
    return {
        "inside": actor.agency_id == letter.agency_id,
        "case": Case.objects.visible_to(actor).filter(pk__in=about).first(),
        "circular": RESOURCES["circulars"].model.objects.visible_to(actor).filter(addressees__letter=letter).first(),
        "sees_exporter": Exporter.objects.visible_to(actor).filter(pk=letter.exporter_id).exists(),
        "campaign": campaign_of(letter, actor),
        "events": timeline(actor, letter),
    }


def release_parts(release: Release, actor: Actor, params: QueryDict) -> dict[str, Any]:
    return {"matters": list(matters_of(release, actor)), "events": timeline(actor, release)}


def matters_of(release: Release, actor: Actor) -> Iterator[ExporterMatter]:
    """The matters because of which the agency is asked and their cases, as far as the reader sees them."""
    about = {name: set(getattr(release, name).values_list("pk", flat=True)) for name in MATTERS}
    for name in ("proceedings", "referrals"):
        about["cases"] |= set(getattr(release, name).values_list("case", flat=True))
    for name in reversed(MATTERS):
        noun = RESOURCES[name]
        for thing in noun.loaded(actor).filter(pk__in=about[name]).order_by("created_at", "pk"):
            yield ExporterMatter(noun, thing)
