"""A few saved views, so that the lists show what one looks like: two pinned for an organ, one of a person's own."""

from django.http import QueryDict

from agencies.people.models import User
from agencies.people.sight import actor_for
from coordination.lists import LISTS
from coordination.saved.actions import pin_view, save_view
from coordination.saved.models import SavedView
from coordination.saved_views import read

# who, list, name, address, audience
VIEWS = (
    ("customs.lead", "tasks", "待认领的任务", "unclaimed=1&organ=GACC&sort=due", "organ"),
    ("customs.lead", "cases", "高风险在办案件", "open=1&severity=critical&sort=due", "organ"),
    ("customs.officer", "cases", "已逾期", "overdue=1&sort=due", "private"),
)


def load_views() -> None:
    """Once; the organ's are pinned by its lead."""
    for username, list_name, name, address, audience in VIEWS:
        person = User.objects.get(username=username)
        if SavedView.objects.filter(owner=person, list=list_name, name=name).exists():
            continue
        actor = actor_for(person)
        query, chosen = read(LISTS[list_name], QueryDict(address), actor)
        view = save_view(actor=actor, list_name=list_name, name=name, query=query, chosen=chosen, audience=audience)
        if view.is_organs:
            pin_view(view, actor=actor, pinned=True)
