"""The workflow of a finding of military end use. The system only asks for another reading; people conclude."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import REASON, ActionField, Choices, OptionalField
from agencies.kernel.actor import Actor
from agencies.kernel.workflow import Labels, SecondPerson, Workflow, automatic, condition, transition
from cases.files.models import Attachment
from coordination.exchange.letters.fields import case_open

from .access import concluder, recorder
from .facts import every_fact
from .models import EndUseFinding, FactAnswer

S, C = EndUseFinding.State, EndUseFinding.Conclusion
LIVE = (S.OPEN, S.CONCLUDED, S.OUTDATED)


@condition("facts", _("No fact is answered with yes or no. Record what is known first."))
def some_fact_is_known(finding: EndUseFinding) -> bool:
    return bool(finding.possible_conclusions)


def _facts(finding: EndUseFinding, actor: Actor) -> Choices:
    return [(one.code, one.statement) for one in every_fact().values()]


def _files(finding: EndUseFinding, actor: Actor) -> Choices:
    """Files that every reader of the case reads, as they read the finding."""
    shared = Attachment.objects.visible_to(actor).attached().filter(case=finding.case_id, audience="case")
    return [(str(one.pk), one.title) for one in shared]


def _conclusions(finding: EndUseFinding | None, actor: Actor) -> Choices:
    possible = list(C) if finding is None else finding.possible_conclusions  # all of them, for the timeline
    return [(one.value, one.label) for one in possible]


def refusal(finding: EndUseFinding, actor: Actor) -> str:
    """Why a conclusion is refused that contradicts the facts, and what to do."""
    held = finding.facts_answered(FactAnswer.Answer.YES)
    proving = [every_fact()[code].statement for code in held if every_fact()[code].proves]
    if proving:
        detail = gettext("This fact is answered with yes and shows military end use: %(fact)s. Correct it first.")
        return detail % {"fact": proving[0]}
    return gettext("No fact is answered with yes. Record a fact that shows military end use first.")


def _with_fact(finding: EndUseFinding, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fact that a link names."""
    return {"facts": [answers["facts"]]} if isinstance(answers.get("facts"), str) else {}


def _rests(finding: EndUseFinding, answers: Mapping[str, Any], actor: Actor) -> list[str]:
    """A second person confirms that military end use is established, and that this is taken back."""
    if C.ESTABLISHED not in (answers.get("conclusion"), finding.conclusion):
        return []
    return [gettext("whether goods may be exported to %(subject)s") % {"subject": finding.subject}]


def _before(finding: EndUseFinding, answers: Mapping[str, Any]) -> dict[str, Any]:
    facts = {code: one.answer for code, one in finding.answered.items()}
    return {"conclusion": finding.conclusion, "facts": facts, "version": finding.version}


FACTS = (
    ActionField("facts", pgettext_lazy("end use", "Facts"), kind="choices", choices=_facts, of_new=True),
    ActionField("answer", pgettext_lazy("end use", "Answer"), choices=FactAnswer.Answer.choices, of_new=True),
    ActionField(
        "source",
        _("Source"),
        max_length=500,
        of_new=True,
        help=_("The paper, register or person that shows it, by number or name. For an unknown fact: who was asked."),
    ),
    OptionalField(
        "file",
        _("File of the case"),
        kind="choice",
        choices=_files,
        of_new=True,
        help=_("Only files that every reader of the case may read."),
    ),
)
CONCLUSION = (
    ActionField(
        "conclusion",
        pgettext_lazy("end use", "Conclusion"),
        choices=_conclusions,
        refusal=refusal,
        stores=True,
        help=_("Only what does not contradict the facts. A second person confirms that it is established."),
    ),
    ActionField("because", _("Reasons"), kind="long", stores=True),
)

recorded = partial(transition, by=recorder, fields=FACTS, fills=_with_fact, needs=(case_open,))

# fmt: off
TRANSITIONS = {
    "record_facts": recorded(S.OPEN, S.OUTDATED),
    "change_facts": recorded(S.CONCLUDED, to=S.OUTDATED),
    "conclude":     transition(*LIVE, to=S.CONCLUDED,  by=concluder, fields=CONCLUSION, needs=(some_fact_is_known,), second=SecondPerson(_rests, _before)),
    "outdate":      automatic(S.CONCLUDED, to=S.OUTDATED),
    "withdraw":     transition(S.OPEN, to=S.WITHDRAWN, by=concluder, fields=(REASON,)),
}
# fmt: on
LABELS = {
    "begin": Labels(_("Examine military end use"), _("began to examine military end use")),
    "record_facts": Labels(_("Record facts"), _("recorded facts about military end use")),
    "change_facts": Labels(_("Change facts"), _("changed facts of military end use, which has to be read again")),
    "conclude": Labels(_("Conclude on military end use"), _("concluded on military end use"), "primary"),
    "outdate": Labels(_("Ask to read again"), _("has to be read again: a fact of the case was put right")),
    "withdraw": Labels(_("Withdraw the finding"), _("withdrew the finding of military end use"), "danger"),
}
END_USE = Workflow("military end use", S, TRANSITIONS, LABELS, final=frozenset({S.CONCLUDED, S.WITHDRAWN}))
