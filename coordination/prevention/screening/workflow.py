"""The workflow of a screening match. Matches with an entry of an own list have the same table; their events are for the
agency that keeps the list."""

from functools import partial

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.action_fields import ActionField
from agencies.kernel.workflow import Labels, Visibility, Workflow, automatic, transition

from .access import holder
from .models import Match

S = Match.State
BECAUSE = ActionField(
    *("because", pgettext_lazy("screening", "Because")),
    kind="long",
    stores=True,
    help=_("What shows it: number, address, owner, web site, or the party's answer. It is kept with the verdict."),
)
LABELS = {
    "find": Labels(_("Find"), _("found a match with a list")),
    "same": Labels(pgettext_lazy("screening", "The same"), _("found both sides the same"), "primary"),
    "different": Labels(pgettext_lazy("screening", "Different bodies"), _("found the sides different"), "primary"),
    "reopen": Labels(_("Compare again"), _("has to be compared again: a side changed")),
    "leave": Labels(_("End the match"), _("no longer matches")),
    "return_same": Labels(_("Match again"), _("matches again as before: the same")),
    "return_different": Labels(_("Match again"), _("matches again as before: different")),
}


def _table(name: str, visibility: str) -> Workflow:
    decide = partial(transition, by=holder, fields=(BECAUSE,), visibility=visibility)
    follow = partial(automatic, visibility=visibility)
    # fmt: off
    transitions = {
        "same":             decide(S.OPEN, S.DIFFERENT,         to=S.SAME),
        "different":        decide(S.OPEN, S.SAME,              to=S.DIFFERENT),
        "reopen":           follow(S.SAME, S.DIFFERENT, S.GONE, to=S.OPEN),
        "leave":            follow(S.OPEN, S.SAME, S.DIFFERENT, to=S.GONE),
        "return_same":      follow(S.GONE,                      to=S.SAME),
        "return_different": follow(S.GONE,                      to=S.DIFFERENT),
    }
    # fmt: on
    return Workflow(name, S, transitions, LABELS, final=frozenset({S.GONE}))


MATCH = _table("match", Visibility.CASE)
OWN_MATCH = _table("match with an own list", Visibility.PAIR)


def table_of(match: Match) -> Workflow:
    return OWN_MATCH if match.of_own_list else MATCH
