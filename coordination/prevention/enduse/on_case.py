"""Findings of military end use on the page of their case."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.case_parts import CasePart, CaseTab


class EndUseOnCase(CasePart):
    related = ("agency", "case")
    order = ("created_at", "pk")
    open_first = True
    tabs = (
        CaseTab(
            key="end-use",
            label=_("Military end use"),
            template="enduse/on_case.html",
            place=9,
            counts=("end_use",),
        ),
    )
