"""Papers on the page of a case."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel.case_parts import CasePart, CaseTab

from .models import IncomingPaper, Paper


def _papers(page: Any) -> list[Paper]:
    visible = Paper.objects.visible_to(page.actor).filter(case=page.case)
    return list(visible.select_related("agency", "to"))


def _incoming(page: Any) -> list[IncomingPaper]:
    visible = IncomingPaper.objects.visible_to(page.actor).filter(case=page.case)
    return list(visible.select_related("agency", "keeper"))


COUNTED = ("paper", "incoming", "file")
TAB = CaseTab(key="papers", label=_("Papers"), template="casefile/tabs/papers.html", place=8, counts=COUNTED)
PAPERS = CasePart(rows=_papers, title=str, tabs=(TAB,))
INCOMING = CasePart(rows=_incoming, title=str)
