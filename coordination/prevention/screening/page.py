"""What the page of a match shows: the two sides beside each other, with what agrees."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor
from agencies.kernel.resource import RESOURCES
from agencies.kernel.texts import Text
from cases.casefile.identifiers import normalize_identifier, scheme_label
from cases.controls.countries import country_name
from cases.controls.names import agreement, fold, fold_address
from cases.watchlists.models import Listing

from .models import Match
from .subjects import SUBJECTS, ComparedSide
from .words import way_words


@dataclass(frozen=True)
class ComparedValue:
    """A value of one side; `agrees`: the other side says the same or something similar."""

    text: str
    agrees: bool = False
    is_code: bool = False


@dataclass(frozen=True)
class ComparedRow:
    """What both sides say of one thing."""

    label: Text
    ours: list[ComparedValue]
    theirs: list[ComparedValue]


def page_parts(match: Match, actor: Actor, params: QueryDict) -> dict[str, Any]:
    resource, side = RESOURCES["matches"], _side_now(match)
    buttons = resource.buttons(actor, match)
    newest = Listing.objects.visible_to(actor).current_versions().filter(code=match.code).first() or match.listing
    return {
        "rows": list(_rows(side, newest)) if side else [],
        "listing": newest,
        "reasons": [(reason, way_words(reason)) for reason in match.reasons],
        "buttons": buttons,
        "form": resource.form(actor, match, buttons[0].verb, initial={"version": match.version}) if buttons else None,
        "sees_lead": RESOURCES["leads"].model.objects.visible_to(actor).filter(pk=match.lead_id).exists(),
        "others": _others(match, actor),
        "events": timeline(actor, match),
    }


def _side_now(match: Match) -> ComparedSide | None:
    """What the matter says now; None if it no longer names the subject."""
    kind = SUBJECTS[match.subject_kind]
    named = kind.subjects([getattr(match, kind.column)])
    return next((one.side for one in named if (one.subject, one.part) == (match.subject, match.part)), None)


def _rows(side: ComparedSide, listing: Listing) -> Iterator[ComparedRow]:
    yield ComparedRow(_("Names"), *_values(side.names, listing.names, _alike))
    numbers = {normalize_identifier(value): f"{scheme_label(scheme)} {value}" for scheme, value in listing.identifiers}
    yield ComparedRow(
        _("Identifiers"),
        [ComparedValue(key, key in numbers, is_code=True) for key in side.numbers],
        [ComparedValue(text, key in side.numbers, is_code=True) for key, text in numbers.items()],
    )
    same = bool(side.country) and side.country == listing.country
    yield ComparedRow(
        _("Country or region"),
        [ComparedValue(country_name(side.country), same)] if side.country else [],
        [ComparedValue(listing.country_label, same)] if listing.country else [],
    )
    yield ComparedRow(
        _("Addresses"),
        *_values(side.addresses, listing.addresses, lambda one, other: fold_address(one) == fold_address(other)),
    )


def _alike(one: str, other: str) -> bool:
    return agreement(fold(one), fold(other)) is not None


def _values(
    ours: Iterable[str], theirs: Iterable[str], agree: Callable[[str, str], bool]
) -> tuple[list[ComparedValue], list[ComparedValue]]:
    left, right = list(ours), list(theirs)
    return (
        [ComparedValue(one, any(agree(one, other) for other in right)) for one in left],
        [ComparedValue(other, any(agree(one, other) for one in left)) for other in right],
    )


def _others(match: Match, actor: Actor) -> list[Match]:
    """Verdicts on the same entry elsewhere that the reader sees, the newest first."""
    rows = Match.objects.visible_to(actor).filter(code=match.code).exclude(verdict="").exclude(pk=match.pk)
    return list(rows.select_related("listing", "case", "decided_by").order_by("-decided_at")[:5])
