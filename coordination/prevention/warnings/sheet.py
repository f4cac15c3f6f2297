"""What a letter to an exporter says on paper: its text in the form of its kind, and nothing of the agency's remark."""

from typing import Any

from django.utils import translation

from agencies.kernel.actor import Actor
from cases.papers.actions import PaperData, issue_with_subject
from cases.papers.models import Paper
from cases.papers.texts import FORMS, PaperForm
from cases.papers.wording import address, contact, day, known, minute

from .models import ExporterLetter

K = ExporterLetter.Kind
FORM_OF_KIND: dict[str, PaperForm] = {
    K.GUIDANCE: FORMS["EXP_GUIDE"],
    K.CONSULTATION: FORMS["EXP_REPLY"],
    K.TALK: FORMS["EXP_TALK"],
    K.WARNING: FORMS["EXP_WARN"],
    K.SUSPENSION: FORMS["EXP_SUSPEND"],
}


def paper_data(letter: ExporterLetter) -> PaperData:
    """The fields of the sheet, in Chinese."""
    form = FORM_OF_KIND[letter.kind]
    is_talk = letter.kind == K.TALK
    with translation.override("zh-hans"):
        own = {
            "自称": address("我", letter.agency),
            "正文": letter.text,
            "咨询事项": letter.question,
            "咨询日期": day(letter.asked_on),
            "谈话地点": letter.venue,
            "谈话时间": minute(letter.due_at) if is_talk else "",
            "答复期限": "" if is_talk else day(letter.due_at),
            **contact("承办人", "联系电话", letter.handler),
        }
        return PaperData(
            fields=known(own),
            title=_titled(letter.title, form.name_zh),
            addressee=letter.exporter.name,
            number=letter.number,
        )


def _titled(subject: str, name: str) -> str:
    """关于……的函, also where the subject has this form already."""
    about = subject.strip().removeprefix("关于").removesuffix(name).removesuffix("的")
    return f"关于{about}的{name}" if about else name


def planned_paper(letter: ExporterLetter) -> Paper:
    """The paper as it would be issued now; it is not stored."""
    form, data = FORM_OF_KIND[letter.kind], paper_data(letter)
    return Paper(**paper_columns(letter), form=form.code, drafter=letter.handler, **data.columns(form))


def issue_paper(letter: ExporterLetter, *, actor: Actor, at: Any) -> Paper:
    """Issues the paper of the letter that was sent. Raises what `issue_with_subject` raises."""
    return issue_with_subject(
        FORM_OF_KIND[letter.kind], paper_data(letter), actor=actor, at=at, **paper_columns(letter)
    )


def paper_columns(letter: ExporterLetter) -> dict[str, Any]:
    return {"case": letter.about_case, "agency": letter.agency, "subject_kind": "letter", "subject_id": letter.pk}
