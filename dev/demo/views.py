"""Some saved views as examples: two pinned for an agency, one personal."""

from typing import Any

from django.http import QueryDict

from agencies.people.models import User
from agencies.people.sight import actor_for
from coordination.lists.listing import LISTS
from coordination.lists.saved_view_pages import read
from coordination.lists.saved_views.actions import pin_view, save_view
from coordination.lists.saved_views.models import SavedView

# author, list, names, address, audience
VIEWS = (
    ("customs.lead", "tasks", "待认领的任务", "Unclaimed tasks", "unclaimed=1&agency=GACC&sort=due", "agency"),
    (
        "customs.lead",
        "cases",
        "高风险在办案件",
        "Open cases of critical severity",
        "open=1&severity=critical&sort=due",
        "agency",
    ),
    ("customs.officer", "cases", "已逾期", "Late cases", "overdue=1&sort=due", "private"),
)


def load_views() -> None:
    """Creates the views once; the agency's lead pins theirs."""
    for username, list_name, name, name_en, address, audience in VIEWS:
        person = User.objects.get(username=username)
        if SavedView.objects.filter(owner=person, list=list_name, name=name).exists():
            continue
        actor = actor_for(person)
        query, chosen = read(LISTS[list_name], QueryDict(address), actor)
        given: dict[str, Any] = {"query": query, "chosen": chosen, "audience": audience}
        view = save_view(actor=actor, list_name=list_name, name=name, name_en=name_en, **given)
        if view.is_agencies:
            pin_view(view, actor=actor, pinned=True)
