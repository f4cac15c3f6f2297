"""Help for penalties on the pages of actions: `{% load penalties %}`."""

from typing import Any

from django import template

from cases.proceedings.models import Decision
from cases.proceedings.range_texts import range_rows
from cases.proceedings.ranges import ranges_for

register = template.Library()


@register.inclusion_tag("proceedings/penalty_help.html")
def penalty_help(thing: Any, verb: str) -> dict[str, Any]:
    """The range of the fine from the recorded figures, for an action on a decision that may fine."""
    if not isinstance(thing, Decision) or verb not in ("notify", "decide", "mitigate", "no_penalty"):
        return {}
    return {"line": thing, "rows": range_rows(ranges_for(thing))}
