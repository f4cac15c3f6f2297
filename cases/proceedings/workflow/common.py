"""What the tables of proceedings share."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import Ask
from agencies.kernel.moves import Words
from agencies.kernel.refusals import Missing

from ..models import Proceeding, lines_of


def every_line_has_fate(proceeding: Proceeding, actor: Actor) -> Missing | None:
    """A proceeding closes when each of its lines has ended; twenty-seven defendants end in twenty-seven ways."""
    left = lines_of(proceeding).without_fate().count()
    detail = gettext("%(count)s party or suspect lines have no fate yet.") % {"count": left}
    return Missing("lines", detail) if left else None


def parties(proceeding: Any, actor: Actor) -> list[tuple[str, str]]:
    return [(str(p.pk), p.name) for p in proceeding.case.parties.all()]


def acts(proceeding: Any, actor: Actor) -> list[tuple[str, str]]:
    return [(str(act.pk), act.title) for act in proceeding.case.acts.all()]


PARTY = Ask("party", _("Party"), kind="choice", choices=parties)
ACT = Ask("act", _("Act"), kind="choice", required=False, choices=acts, help=_("Leave empty for all that is known."))
OUTCOME_REASON = Ask("outcome_reason", _("Reasons of the outcome"), kind="long", stores=True)

WORDS = {
    "open_proceeding": Words(_("Open a proceeding"), _("opened a proceeding")),
    "add_line": Words(_("Add a person or party"), _("added a person or party to the proceeding")),
    "close": Words(_("Close the proceeding"), _("closed its proceeding"), "primary"),
    "reopen": Words(_("Reopen the proceeding"), _("reopened its proceeding"), "danger"),
}
