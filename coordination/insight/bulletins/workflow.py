"""Workflow of a bulletin: drafted, reviewed by a second person, issued and from then on unchanged."""

from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField
from agencies.kernel.actor import Actor, system_only
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Visibility, Workflow, transition
from coordination.insight.typical_cases.models import TypicalCase

from .access import editor, issuer, took_part
from .figures import contents
from .models import Bulletin
from .placeholders import figures_in
from .publication import agrees_with_published, only_fixed_tables

S = Bulletin.State
MOST_CASES = 20  # offered for a bulletin
OWN, CASE = Visibility.OWN, Visibility.CASE


def not_its_author(bulletin: Bulletin, actor: Actor) -> UnmetCondition | None:
    if not took_part(actor, bulletin):
        return None
    detail = gettext("You drafted, edited or submitted this bulletin: another person of the centre issues it.")
    return UnmetCondition("own_draft", detail)


def period_is_over(bulletin: Bulletin, actor: Actor) -> UnmetCondition | None:
    """What is not over is not complete."""
    if bulletin.is_over:
        return None
    return UnmetCondition("period", gettext("The period of the bulletin has not ended yet."))


def same_figures(bulletin: Bulletin, actor: Actor) -> UnmetCondition | None:
    """Both languages show the same figures."""
    zh, en = (set(figures_in(text)) for text in (bulletin.text_zh, bulletin.text_en))
    if zh == en:
        return None
    detail = gettext("The texts show different figures: %(keys)s are in one language only.")
    return UnmetCondition("languages", detail % {"keys": ", ".join(sorted(one.key for one in zh ^ en))})


def may_be_published(bulletin: Bulletin, actor: Actor) -> UnmetCondition | None:
    if bulletin.distribution == Bulletin.Distribution.INTERNAL:
        return None
    return only_fixed_tables(bulletin) or agrees_with_published(
        bulletin, lambda: bulletin.content or contents(bulletin)
    )


def no_newer_edition(bulletin: Bulletin, actor: Actor) -> UnmetCondition | None:
    newer = bulletin.followed_by.exclude(state=S.DISCARDED).exists()
    return UnmetCondition("newer", gettext("There is a newer edition already.")) if newer else None


def _published(bulletin: Any, actor: Actor) -> list[tuple[str, Any]]:
    """The newest published typical cases, and those that were chosen before."""
    rows = TypicalCase.objects.filter(state=TypicalCase.State.PUBLISHED).order_by("-published_at", "pk")
    chosen = rows.filter(pk__in=bulletin.cases)
    return [(str(one.pk), one.title) for one in dict.fromkeys([*chosen, *rows[:MOST_CASES]])]


HELP = _(
    "Figures are placeholders such as {cases_opened}, {cases_opened:change} or {seized_kg:top 5 mineral}. For publication "
    "only those of the template are possible."
)
TEXTS = (
    ActionField("title_zh", _("Title in Chinese"), max_length=200, stores=True),
    ActionField("title_en", _("Title in English"), max_length=200, stores=True),
    ActionField("text_zh", _("Text in Chinese"), kind="long", stores=True, help=HELP),
    ActionField("text_en", _("Text in English"), kind="long", stores=True, help=HELP),
    ActionField("distribution", _("Distribution"), choices=Bulletin.Distribution.choices, stores=True),
    ActionField("cases", _("Typical cases"), kind="choices", required=False, choices=_published, stores=True),
)
REMARKS = ActionField("remarks", _("Remarks"), kind="long", stores=True)
WHY = ActionField("ending_reason", _("Reason"), kind="long", stores=True)

# fmt: off
TRANSITIONS = {
    # verb         from                       to              who             fields / conditions
    "edit":     transition(S.DRAFT,                 to=None,        by=editor,      fields=TEXTS, visibility=OWN, writes=True),
    "submit":   transition(S.DRAFT,                 to=S.REVIEW,    by=editor,      fields=(NOTE,), needs=(period_is_over, same_figures, may_be_published), visibility=OWN, writes=True),
    "discard":  transition(S.DRAFT,                 to=S.DISCARDED, by=editor,      fields=(WHY,), visibility=OWN),
    "return":   transition(S.REVIEW,                to=S.DRAFT,     by=editor,      fields=(REMARKS,), visibility=OWN),
    "issue":    transition(S.REVIEW,                to=S.ISSUED,    by=issuer,      fields=(NOTE,), needs=(not_its_author, may_be_published), visibility=CASE),
    "replace":  transition(S.ISSUED, S.WITHDRAWN,   to=None,        by=editor,      fields=(REASON,), needs=(no_newer_edition,), visibility=OWN),
    "withdraw": transition(S.ISSUED,                to=S.WITHDRAWN, by=issuer,      fields=(WHY,), visibility=CASE),
    "supersede": transition(S.ISSUED,               to=S.REPLACED,  by=system_only, system=True),
}
# fmt: on

LABELS = {
    "draft": Labels(_("Draft a bulletin"), _("drafted a bulletin")),
    "edit": Labels(_("Edit the draft"), _("edited the draft of a bulletin")),
    "submit": Labels(_("Submit for review"), _("submitted a bulletin for review"), "primary"),
    "discard": Labels(_("Discard the draft"), _("discarded the draft of a bulletin"), "danger"),
    "return": Labels(_("Return for revision"), _("returned a bulletin for revision")),
    "issue": Labels(_("Issue the bulletin"), _("issued a bulletin"), "primary"),
    "replace": Labels(_("Draft a new edition"), _("started a new edition of a bulletin")),
    "withdraw": Labels(_("Withdraw the bulletin"), _("withdrew a bulletin"), "danger"),
    "supersede": Labels(pgettext_lazy("bulletin", "Replace"), _("the bulletin was replaced by a new edition")),
}

BULLETIN = Workflow("bulletin", S, TRANSITIONS, LABELS, final=frozenset({S.REPLACED, S.DISCARDED}))
