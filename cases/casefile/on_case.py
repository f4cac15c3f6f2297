"""The page of a case: the tabs of the case itself."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.case_parts import CasePart, CaseTab


class CaseOnItsPage(CasePart):
    is_named = False
    tabs = (
        CaseTab(key="overview", label=_("Facts"), template="casefile/tabs/overview.html", place=1),
        CaseTab(key="timeline", label=_("Timeline"), template="casefile/tabs/timeline.html", place=3),
        CaseTab(key="access", label=_("Access"), template="casefile/tabs/access.html", place=9),
    )
