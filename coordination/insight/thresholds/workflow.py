"""Workflow of a threshold: crossed once, quiet after it is acknowledged, and watched again when the figure is back.

The system ends one that can no longer be asked."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import system_only
from agencies.kernel.workflow import Labels, Visibility, Workflow, transition

from .access import owns
from .models import Threshold

S = Threshold.State

# fmt: off
TRANSITIONS = {
    # verb          from                              to               who
    "cross":       transition(S.WATCHING,                  to=S.CROSSED,  by=system_only, system=True, visibility=Visibility.OWN),
    "fall_back":   transition(S.CROSSED, S.SEEN,           to=S.WATCHING, by=system_only, system=True, visibility=Visibility.OWN),
    "acknowledge": transition(S.CROSSED,                   to=S.SEEN,     by=owns, visibility=Visibility.OWN, undo=lambda threshold: ("show_again", {})),
    "show_again":  transition(S.SEEN,                      to=S.CROSSED,  by=owns, visibility=Visibility.OWN, undo=lambda threshold: ("acknowledge", {})),
    "cease":       transition(S.WATCHING, S.CROSSED, S.SEEN, to=S.ENDED,  by=system_only, system=True, visibility=Visibility.OWN),
    "end":         transition(S.WATCHING, S.CROSSED, S.SEEN, to=S.ENDED,  by=owns, visibility=Visibility.OWN),
}
# fmt: on

LABELS = {
    "watch": Labels(_("Notify me"), _("watches a figure")),
    "cross": Labels(_("Cross"), _("found that the figure crossed the threshold")),
    "fall_back": Labels(_("Fall back"), _("found that the figure is back")),
    "acknowledge": Labels(_("Acknowledge"), _("acknowledged the crossing of a threshold"), "primary"),
    "show_again": Labels(_("Show again"), _("shows the crossing of a threshold again")),
    "cease": Labels(_("End automatically"), _("ended a watched figure that can no longer be asked")),
    "end": Labels(_("Stop watching"), _("no longer watches a figure"), "danger"),
}

THRESHOLD = Workflow("threshold", S, TRANSITIONS, LABELS, final=frozenset({S.ENDED}))
