"""Titles of what files belong to, as far as the reader may see it."""

from typing import Any
from uuid import UUID

from agencies.kernel.action_fields import Choices
from agencies.kernel.actor import Actor
from agencies.kernel.resource import RESOURCE_OF_KIND
from cases.casefile.models import Case, Item, Party

from .models import Attachment

About = Attachment.About


def named_files(files: list[Attachment], actor: Actor) -> list[Attachment]:
    """Sets `about_title` on each file, with one query for each kind of part. Parts of a case are named to readers of
    its contents, tasks to readers of the task.
    """
    wanted: dict[str, set[UUID]] = {}
    for file in files:
        if file.about_id:
            wanted.setdefault(file.about_kind, set()).add(file.about_id)
    titles: dict[UUID, str] = {}
    for kind, ids in wanted.items():
        titles |= {one.pk: title for one, title in _parts(kind, ids, actor)}
    for file in files:
        file.about_title = titles.get(file.about_id, "") if file.about_id else ""
    return files


def files_about(thing: Any, actor: Actor) -> list[Attachment]:
    """Returns the visible files of a party, item or task, the newest first."""
    return list(Attachment.objects.visible_to(actor).filter(about_id=thing.pk).select_related("agency", "person"))


def _parts(kind: str, ids: set[UUID], actor: Actor) -> Choices:
    if kind == About.TASK:
        tasks: Any = RESOURCE_OF_KIND["task"].model.objects.visible_to(actor)
        return [(one, one.label) for one in tasks.filter(pk__in=ids)]
    cases = Case.objects.contents_visible_to(actor).values("pk")
    if kind == About.PARTY:
        return [(one, one.name) for one in Party.everything.filter(pk__in=ids, case__in=cases)]
    return [(one, one.description) for one in Item.everything.filter(pk__in=ids, case__in=cases)]
