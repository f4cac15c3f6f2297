"""The transitions of letters and tasks, by who sees their events on the timeline of the case."""

from functools import partial

from agencies.kernel.workflow import Visibility, transition
from cases.casefile.workflow import LIVE

internal = partial(transition, visibility=Visibility.OWN)
bilateral = partial(transition, visibility=Visibility.PAIR)
announced = partial(transition, visibility=Visibility.STATUS)
# How a letter begins: an action of a case that is not closed, and does not change its state.
begun = partial(transition, *LIVE, to=None)
