"""What the page of a case shows. Template tags fetch what is in higher layers, such as proceedings and clocks."""

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.http import Http404, QueryDict

from agencies.kernel.actor import Actor
from agencies.kernel.case_parts import CaseTab
from agencies.kernel.resource import RESOURCES

from .access import reads_contents
from .facts import facts_of
from .models import Case, Hold
from .rows import was_removed_from


def page_rows(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    # Many predicates of the workflow read the shares; prefetching them costs one query.
    # Leads are in a higher layer; most cases have no news, and then the page does not read them.
    news = Q(leads__revision__gt=F("leads__settled_revision"))
    with_marks: QuerySet[Any] = rows.select_related("lead_offered_to").annotate(
        news=Count("leads", filter=news, distinct=True),
        removed=was_removed_from(),
        is_held=Exists(Hold.objects.standing().filter(case=OuterRef("pk"))),
    )
    return with_marks.prefetch_related("shares")


def page_parts(case: Case, actor: Actor, params: QueryDict) -> dict[str, Any]:
    contents = reads_contents(actor, case)
    tabs = _tabs(contents=contents)
    tab = tabs.get(params.get("tab", next(iter(tabs))))
    if tab is None:
        raise Http404
    facts = facts_of(case) if tab.key == "overview" else None
    return {"contents": contents, "tabs": list(tabs.values()), "tab": tab, "facts": facts}


def _tabs(*, contents: bool) -> dict[str, CaseTab]:
    """The tabs that the nouns declare, in order. A share of profile `status` shows the state, one's own tasks and
    letters to one's agency."""
    declared = [tab for one in RESOURCES.values() if one.on_case for tab in one.on_case.tabs]
    shown = sorted((tab for tab in declared if contents or tab.for_status), key=lambda tab: tab.place)
    return {tab.key: tab for tab in shown}
