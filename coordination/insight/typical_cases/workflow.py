"""Workflow of a typical case: drafted, redacted, checked by a second person and published."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Visibility, Workflow, transition
from agencies.organisations.models import Agency
from cases.casefile.consent import consent, originators, to_be_asked
from cases.casefile.models import Handling

from . import starts
from .access import checker, editor, took_part
from .finding import findings
from .models import TypicalCase
from .terms import names_sealed_matter, terms_of

S = TypicalCase.State
OWN = Visibility.OWN


def not_its_author(typical: TypicalCase, actor: Actor) -> UnmetCondition | None:
    if not took_part(actor, typical):
        return None
    detail = gettext("You wrote, edited or submitted this text: another person of your agency checks and publishes it.")
    return UnmetCondition("own_text", detail)


def is_complete(typical: TypicalCase, actor: Actor) -> UnmetCondition | None:
    if all(text.strip() for text in typical.texts.values()):
        return None
    return UnmetCondition("texts", gettext("Title, facts, handling and significance are needed in both languages."))


def is_over(typical: TypicalCase, actor: Actor) -> UnmetCondition | None:
    if typical.case.state in ("CONCLUDED", "CLOSED"):
        return None
    return UnmetCondition("case", gettext("The case is not concluded any more."))


def not_restricted(typical: TypicalCase, actor: Actor) -> UnmetCondition | None:
    return starts.not_restricted(typical.case, actor)


def names_nothing(typical: TypicalCase, actor: Actor) -> UnmetCondition | None:
    """No name, identifier or address of the case, and nothing that is sealed about it."""
    terms = terms_of(typical.case)
    texts = list(typical.texts.values())
    words = [text[one.start : one.end] for text in texts for one in findings(text, terms) if one.blocks]
    if words:
        detail = gettext("Names or identifiers still appear: %(words)s. Return the text for revision.")
        return UnmetCondition("names", detail % {"words": ", ".join(dict.fromkeys(words))})
    if names_sealed_matter(typical.case, *texts):
        detail = gettext("The text names what may not be published. Return it for revision.")
        return UnmetCondition("names", detail)
    return None


def for_publishing(typical: TypicalCase, answers: Mapping[str, Any], actor: Actor) -> list[Agency]:
    """The originating agencies of a case with the code H2 consent, as to sharing it."""
    if typical.case.handling < Handling.H2:
        return []
    return to_be_asked(originators(typical.case, Handling.H1), actor)


def _before(typical: Any, answers: Mapping[str, Any]) -> dict[str, Any]:
    return {"text": typical.version, "handling": typical.case.handling}


def _text(name: str, label: Any, kind: str = "long") -> ActionField:
    return ActionField(name, label, kind=kind, required=False, stores=True, clears=True)


FIELDS = (
    _text("title_zh", _("Title in Chinese"), "text"),
    _text("title_en", _("Title in English"), "text"),
    _text("facts_zh", _("Facts in Chinese")),
    _text("facts_en", _("Facts in English")),
    _text("handling_zh", _("Handling in Chinese")),
    _text("handling_en", _("Handling in English")),
    _text("significance_zh", _("Significance in Chinese")),
    _text("significance_en", _("Significance in English")),
)
REMARKS = ActionField("remarks", _("Remarks"), kind="long", stores=True)
WHY = ActionField("ending_reason", _("Reason"), kind="long", stores=True)
CHECKED = ActionField(
    "checked", _("I have read the text and judged every highlighted place, number and date"), kind="bool"
)

# fmt: off
TRANSITIONS = {
    # verb         from            to              who           fields / conditions
    "edit":     transition(S.DRAFT,     to=None,        by=editor,    fields=FIELDS, visibility=OWN, writes=True),
    "redact":   transition(S.DRAFT,     to=None,        by=editor,    visibility=OWN, writes=True),
    "submit":   transition(S.DRAFT,     to=S.CHECK,     by=editor,    needs=(is_complete,), visibility=OWN, writes=True),
    "discard":  transition(S.DRAFT,     to=S.DISCARDED, by=editor,    fields=(WHY,), visibility=OWN),
    "return":   transition(S.CHECK,     to=S.DRAFT,     by=checker,   fields=(REMARKS,), visibility=OWN),
    "publish":  transition(S.CHECK,     to=S.PUBLISHED, by=checker,   fields=(CHECKED,), needs=(not_its_author, is_over, not_restricted, names_nothing), visibility=Visibility.STATUS, second=consent(for_publishing, _before)),
    "withdraw": transition(S.PUBLISHED, to=S.WITHDRAWN, by=checker,   fields=(WHY,), visibility=Visibility.STATUS),
}
# fmt: on

LABELS = {
    "draft": Labels(_("Draft a typical case"), _("drafted a typical case")),
    "edit": Labels(_("Edit the text"), _("edited the text of a typical case")),
    "redact": Labels(_("Apply the rules of redaction"), _("applied the rules of redaction")),
    "submit": Labels(_("Submit for checking"), _("submitted a typical case for checking"), "primary"),
    "discard": Labels(_("Discard the draft"), _("discarded the draft of a typical case"), "danger"),
    "return": Labels(_("Return for revision"), _("returned a typical case for revision")),
    "publish": Labels(_("Publish the typical case"), _("published a typical case"), "primary"),
    "withdraw": Labels(
        _("Withdraw the typical case"), pgettext_lazy("typical case", "withdrew a typical case"), "danger"
    ),
}

TYPICAL_CASE = Workflow("typical case", S, TRANSITIONS, LABELS, final=frozenset({S.WITHDRAWN, S.DISCARDED}))
