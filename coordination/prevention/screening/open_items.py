"""Screening matches in the workspace."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.lines import line_of, no_button
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.texts import Text

from .models import GradeOfMatch, Match
from .words import way_words

WHY: dict[str, Text] = {
    GradeOfMatch.EXACT: _("A party has the name or number of a list entry: compare them and decide."),
    GradeOfMatch.PROBABLE: _("A party is probably on a list: compare the two and decide."),
    GradeOfMatch.POSSIBLE: _("A party may be on a list: compare the two and decide."),
}


class OpenMatches(OpenItems):
    related = ("case", "lead", "listing__owner")
    case = "case"
    shows_case = True
    awaited = {Match.State.OPEN: _("the comparison by %(agency)s")}

    def line(self, thing: Match, actor: Actor, now: datetime) -> WorklistLine:
        return line_of(
            thing,
            actor,
            what=str(thing),
            note=f"{thing.listing.get_watch_list_display()} · {way_words(thing.reasons[0])}",
            why=WHY[thing.grade],
            offer=no_button,
        )
