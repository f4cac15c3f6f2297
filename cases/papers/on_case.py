"""Papers on the page of a case."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.case_parts import CasePart, CaseTab

COUNTED = ("paper", "incoming", "file")


class PapersOnCase(CasePart):
    related = ("agency", "to")
    tabs = (CaseTab(key="papers", label=_("Papers"), template="casefile/tabs/papers.html", place=8, counts=COUNTED),)


class IncomingOnCase(CasePart):
    related = ("agency", "keeper")
