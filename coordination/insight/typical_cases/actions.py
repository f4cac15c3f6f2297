"""Actions on typical cases: draft from a case, redact by rules, check and publish."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.digests import content_digest
from agencies.journal.models import Event
from agencies.journal.transitions import TIME_OF_ACT, CommonAnswers, TransitionResult, apply_transition
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import TransitionRefused, UnmetCondition
from agencies.kernel.resource import by_verb
from agencies.kernel.work import atomic
from cases.casefile.actions import lock_case_for, locked_case, stream_of
from cases.casefile.models import Case

from .finding import redacted
from .models import PARTS, TEXTS, TypicalCase
from .terms import terms_of
from .workflow import TYPICAL_CASE

S = TypicalCase.State
STANDING = (S.DRAFT, S.CHECK, S.PUBLISHED)


def draft_typical_case(case: Case, *, actor: Actor, **given: Any) -> TypicalCase:
    """Drafts the text from title, summary and outcome of the case, with names left out by the rules. One standing text
    of an agency for each case.
    """
    common = CommonAnswers.pop_from(given)
    with atomic():
        case = lock_case_for(case, "draft_typical_case", actor=actor, version=common.version)
        if TypicalCase.objects.filter(case=case, agency=actor.own_agency, state__in=STANDING).exists():
            detail = _("Your agency has a typical case about this case already.")
            raise TransitionRefused([UnmetCondition("typical_case", detail)])
        made = TypicalCase.objects.create(
            case=case,
            agency_id=actor.own_agency,
            drafter_id=actor.id if actor.kind == "user" else None,
            state_since=common.resolve_time(),
            **_first_texts(case),
        )
        record_event(
            stream_of(case.pk),
            actor=actor,
            action=Action("draft", "typical_case", made.pk, to_state=made.state, data={"paper": common.paper}),
            happened_at=made.state_since,
            audience=Audience(Event.Visibility.OWN),
            involves=[actor.id] if actor.kind == "user" else [],
        )
        return made


def _first_texts(case: Case) -> dict[str, str]:
    """What the case says, in the language in which it says it. It may have two titles."""
    terms, found = terms_of(case), dict.fromkeys(TEXTS, "")
    texts = (("title", case.title_en), ("title", case.title), ("facts", case.summary), ("handling", case.outcome))
    for part, text in texts:
        chinese = any("\u4e00" <= one <= "\u9fff" for one in text)
        words = redacted(text, terms, chinese=chinese)
        found[f"{part}_{'zh' if chinese else 'en'}"] = words[:200] if part == "title" else words
    return found


def move(typical: TypicalCase, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[TypicalCase]:
    with locked_case(typical.case_id):
        return apply_transition(typical, verb, actor=actor, **given)


def redact(typical: TypicalCase, *, actor: Actor, **given: Any) -> TransitionResult[TypicalCase]:
    """Applies the rules to all texts again."""
    terms = terms_of(typical.case)
    texts = {name: redacted(text, terms, chinese=name.endswith("zh")) for name, text in typical.texts.items()}
    texts |= {name: texts[name][:200] for name in ("title_zh", "title_en")}
    return move(typical, "redact", actor=actor, changes=texts, **given)


def submit(typical: TypicalCase, *, actor: Actor, **given: Any) -> TransitionResult[TypicalCase]:
    return move(typical, "submit", actor=actor, changes={"remarks": ""}, **given)


def publish(typical: TypicalCase, *, actor: Actor, **given: Any) -> TransitionResult[TypicalCase]:
    """Freezes the text with its digest. The conditions are checked on the text as it is locked."""
    with locked_case(typical.case_id):
        locked = TypicalCase.objects.select_related("agency").get(pk=typical.pk)
        content = content_of(locked, given.get("happened_at") or times.now())
        changes = {"content": content, "digest": content_digest(content), "published_at": TIME_OF_ACT}
        approver = actor.id if actor.kind == "user" else None
        return move(
            locked,
            "publish",
            actor=actor,
            changes={**changes, "approver_id": approver},
            event_data={"digest": changes["digest"]},
            **given,
        )


def content_of(typical: TypicalCase, at: datetime) -> dict[str, Any]:
    """What is published. It does not name the case."""
    return {
        "agency": typical.agency.code,
        "published_on": timezone.localdate(at).isoformat(),
        **{short: {part: getattr(typical, f"{part}_{short}") for part in PARTS} for short in ("zh", "en")},
    }


ACTIONS = by_verb(move, TYPICAL_CASE, redact=redact, submit=submit, publish=publish)
