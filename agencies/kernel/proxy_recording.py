"""Steps of an agency that does not sign in, recorded from its paper by the side that holds the paper (代录)."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from .action_fields import ActionField
from .actor import Actor

Rule = Callable[[Actor, Any], bool]
# Recorded with the paper of a superior agency that decides instead: the person who decided there.
DECIDED_BY = ActionField(
    "decided_by", _("Decided by (superior agency)"), max_length=120, help=_("Name and office, as in the paper.")
)


@dataclass(frozen=True)
class ProxyRecording:
    """Whose step it is, and who may record it while that agency does not sign in.

    `agency(thing)` returns a row with `pk` and `signs_in`. `paper` is the field for the paper of that agency.
    `of_chief`: the step belongs to a lead or office holder, so one of them requests it and a second person confirms.
    `instead(thing)`: whether a superior agency decides because no person here may; that agency may sign in. `fields`
    are further fields. `barred` are people who may not confirm.
    """

    agency: Callable[[Any], Any]
    by: Rule
    paper: ActionField
    of_chief: bool = False
    instead: Callable[[Any], bool] | None = None
    fields: tuple[ActionField, ...] = ()
    barred: Callable[[Any], Collection[UUID]] | None = None

    def open_to(self, actor: Actor, thing: Any) -> bool:
        """Whether the actor may record the step. An agency that signs in records its own steps."""
        if self.instead is None and self.agency(thing).signs_in:  # checked first: pages have the agency loaded
            return False
        if not self.by(actor, thing) or (self.of_chief and not actor.leads(actor.agency_id)):
            return False
        return self.instead is None or self.instead(thing)


def recorded_for(
    agency: Callable[[Any], Any],
    *,
    by: Rule,
    paper: ActionField,
    of_chief: bool = False,
    instead: Callable[[Any], bool] | None = None,
    fields: tuple[ActionField, ...] = (),
    barred: Callable[[Any], Collection[UUID]] | None = None,
) -> Callable[[Rule], Rule]:
    """Marks a rule: `by` may record its steps if the agency does not sign in, or if `instead` holds.

    A rule may have several marks; at most one of them applies.
    """

    def mark(rule: Rule) -> Rule:
        mine = ProxyRecording(agency, by, paper, of_chief, instead, fields, barred)
        rule.proxy_recordings = (*proxy_recordings_of(rule), mine)  # type: ignore[attr-defined]  # a mark on a function
        return rule

    return mark


def proxy_recordings_of(rule: Rule) -> tuple[ProxyRecording, ...]:
    return getattr(rule, "proxy_recordings", ())
