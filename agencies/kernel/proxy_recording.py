"""Steps of an agency that does not sign in, recorded for it from its paper by the side that holds the paper (代录)."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from .action_fields import ActionField
from .actor import Actor

Rule = Callable[[Actor, Any], bool]
# Beside the paper of an agency above that decides in place of one's own: who decided there.
DECIDED_BY = ActionField(
    "decided_by", _("Decided by (superior agency)"), max_length=120, help=_("Name and office, as in the paper.")
)


@dataclass(frozen=True)
class ProxyRecording:
    """Whose step it is, and who may record it for that agency while nobody of it signs in.

    `agency(thing)` is a row that knows its `pk` and whether it `signs_in`; `paper` asks for the paper by which it told.
    `of_chief`: the step is a chief's. A chief asks for it to be recorded, and a second person confirms.
    `instead`: the decision of an agency above, in place of one that nobody here may take; it may well sign in. The
    rule says of a thing whether that is so. `asks` are further questions of the recorder, `barred` are persons who may
    not confirm it.
    """

    agency: Callable[[Any], Any]
    by: Rule
    paper: ActionField
    of_chief: bool = False
    instead: Callable[[Any], bool] | None = None
    fields: tuple[ActionField, ...] = ()
    barred: Callable[[Any], Collection[UUID]] | None = None

    def open_to(self, actor: Actor, thing: Any) -> bool:
        """An agency that signs in records its own steps: nobody does it for it."""
        if self.instead is None and self.agency(thing).signs_in:  # asked first: pages have it in hand
            return False
        if not self.by(actor, thing) or (self.of_chief and not actor.leads(actor.agency_id)):
            return False
        return self.instead is None or self.instead(thing)


def recorded_for(
    agency: Callable[[Any], Any], *, by: Rule, paper: ActionField, of_chief: bool = False,
    instead: Callable[[Any], bool] | None = None, fields: tuple[ActionField, ...] = (),
    barred: Callable[[Any], Collection[UUID]] | None = None,
) -> Callable[[Rule], Rule]:  # fmt: skip
    """Marks a rule: whatever step it opens to its agency is recorded by `by` where that agency does not sign in, or
    where `instead` holds. A rule may have several marks, of which one at most is open."""

    def mark(rule: Rule) -> Rule:
        mine = ProxyRecording(agency, by, paper, of_chief, instead, fields, barred)
        rule.proxy_recordings = (*proxy_recordings_of(rule), mine)  # type: ignore[attr-defined]  # a mark on a function
        return rule

    return mark


def proxy_recordings_of(rule: Rule) -> tuple[ProxyRecording, ...]:
    return getattr(rule, "proxy_recordings", ())
