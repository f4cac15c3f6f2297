"""What the pages of changes of the control law show."""

from typing import Any

from django.http import QueryDict

from agencies.confirmations.models import Confirmation
from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from cases.controls.store import tables_of
from cases.controls.tables import differences

from . import effect
from .access import imports_rules
from .models import RuleChange
from .workflow import still_matches


def page_parts(change: RuleChange, actor: Actor, params: QueryDict) -> dict[str, Any]:
    """The difference and the effect, as the person who imports and the second person see it."""
    is_draft = change.state == RuleChange.State.DRAFT
    events = Event.objects.filter(object_kind="rule_change", object_id=change.pk)
    return {
        # against the version that the change was compared with
        "changes": differences(change.tables, tables_of(change.base)),
        "effect": effect.shown_to(actor, change.effect),
        "asked": Confirmation.objects.visible_to(actor).open().filter(object_id=change.pk).first(),
        "stale": still_matches(change, actor) if is_draft else None,
        "adds": is_draft and imports_rules(actor),
        "events": events.select_related("note").order_by("-id"),
    }
