"""The workflows of incoming and issued papers."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.journal.models import EventNote
from agencies.kernel.action_fields import NOTE, REASON, ActionField, Choices, OptionalField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Visibility, Workflow, condition, transition

from .access import author, editor_of_editions, holder_of_copy, keeper, keeper_chief, signer
from .models import IncomingPaper, Paper
from .texts import blanks

I = IncomingPaper.State  # noqa: E741 - one letter keeps the table's columns aligned


@condition("relied_on", _("A step was recorded from this paper. Correct or annul that step first."))
def no_step_relies_on_it(paper: IncomingPaper) -> bool:
    """A step recorded from this paper must be corrected or annulled before the paper is withdrawn."""
    return not EventNote.objects.filter(event__stream__subject=paper.case_id, data__incoming=str(paper.pk)).exists()


# fmt: off
INCOMING_TRANSITIONS = {
    "share":    transition(I.KEPT,           to=I.SHARED,    by=keeper,       fields=(NOTE,), visibility=Visibility.CASE),
    "unshare":  transition(I.SHARED,         to=I.KEPT,      by=keeper,       fields=(REASON,), visibility=Visibility.OWN),
    "withdraw": transition(I.KEPT, I.SHARED, to=I.WITHDRAWN, by=keeper_chief, fields=(REASON,), needs=(no_step_relies_on_it,), visibility=Visibility.OWN),
}
# fmt: on

INCOMING_LABELS = {
    "add_paper": Labels(_("Record an incoming paper"), _("recorded an incoming paper")),
    "share": Labels(_("Share it on the case"), _("shared a paper on the case"), "primary"),
    "unshare": Labels(_("Withdraw into the agency"), _("withdrew a paper into the agency")),
    "withdraw": Labels(_("Withdraw, recorded in error"), _("withdrew a paper recorded in error"), "danger"),
}

INCOMING = Workflow("incoming paper", I, INCOMING_TRANSITIONS, INCOMING_LABELS, final=frozenset({I.WITHDRAWN}))

P = Paper.State


def nothing_blank(paper: Paper, actor: Actor) -> UnmetCondition | None:
    left = blanks(*paper.to_be_filled)
    detail = gettext("Still to be filled in: %(names)s. Edit the draft first.") % {"names": "、".join(left)}
    return UnmetCondition("blanks", detail) if left else None


@condition("addressee", _("No addressee is entered. Edit the draft first."))
def addressed(paper: Paper) -> bool:
    return bool(paper.addressee.strip())


@condition("number", _("Its number is assigned when the matter is approved, sent or decided. Record that first."))
def has_its_number(paper: Paper) -> bool:
    return not paper.waits_for_number


def number_free(paper: Paper, actor: Actor) -> UnmetCondition | None:
    """Only one edition is in force under a number, except the one that this draft replaces."""
    others = Paper.objects.filter(agency_id=paper.agency_id, form=paper.form, state=P.ISSUED, number=paper.number)
    if not paper.number or not others.exclude(pk__in=[one for one in (paper.pk, paper.replaces_id) if one]).exists():
        return None
    detail = gettext("%(number)s is already issued. Withdraw it, or issue it again from its page.")
    return UnmetCondition("issued", detail % {"number": paper.number})


@condition("newer", _("A newer edition of this paper exists."))
def no_newer_edition(paper: Paper) -> bool:
    return not Paper.objects.filter(replaces=paper).exists()


ADDRESSEE = ActionField("addressee", _("To"), max_length=300, stores=True)
PAPER_TITLE = ActionField("title", _("Title"), max_length=300, stores=True)
BODY = ActionField("body", _("Text"), kind="long", stores=True, help=_("Fill in the parts in 【】."))
ANNEXES = OptionalField("annexes", _("Annexes, one per line"), kind="long", stores=True)
COPIES = OptionalField("copies", _("Copy to"), max_length=300, stores=True)


def secrecy_levels(paper: Any, actor: Actor) -> Choices:
    """None where the installation may not hold state secrets: such a paper is drawn up elsewhere."""
    return list(Paper.Secrecy.choices) if settings.STATE_SECRETS else []


HEAD = (
    OptionalField(
        "urgency",
        _("Degree of urgency"),
        choices=Paper.Urgency.choices,
        stores=True,
    ),
    OptionalField("secrecy", _("Level of secrecy"), choices=secrecy_levels, stores=True),
    OptionalField("secret_for", _("Secret for"), max_length=20, stores=True, help=_("Such as 10年.")),
    OptionalField(
        "copy_number",
        _("Copy number"),
        max_length=6,
        stores=True,
        help=_("Six digits, only of papers with a level of secrecy (GB/T 9704)."),
    ),
)
SCAN = ActionField("file", _("Scan of the signed sheet"), kind="file", help=_("PDF, PNG or JPEG."))
TOKEN = OptionalField(
    "token",
    _("Code of the sheet"),
    max_length=64,
    help=_("The code that a scanner or telephone reads from the QR code. It prevents filing the wrong sheet."),
)

# fmt: off
PAPER_TRANSITIONS = {
    "edit":      transition(P.DRAFT,               by=author,         fields=(ADDRESSEE, PAPER_TITLE, BODY, ANNEXES, COPIES, *HEAD), visibility=Visibility.OWN),
    "refill":    transition(P.DRAFT,               by=author,         visibility=Visibility.OWN),
    "discard":   transition(P.DRAFT,               by=author,         to=P.WITHDRAWN, fields=(NOTE,), visibility=Visibility.OWN),
    "issue":     transition(P.DRAFT,               by=signer,         to=P.ISSUED, fields=(NOTE,), needs=(addressed, nothing_blank, has_its_number, number_free), visibility=Visibility.PAIR),
    "file_scan": transition(P.ISSUED,              by=holder_of_copy, fields=(SCAN, TOKEN), visibility=Visibility.PAIR),
    "withdraw":  transition(P.ISSUED,              by=signer,         to=P.WITHDRAWN, fields=(REASON,), visibility=Visibility.PAIR),
    "reissue":   transition(P.ISSUED, P.WITHDRAWN, by=editor_of_editions, fields=(REASON,), needs=(no_newer_edition,), visibility=Visibility.OWN),
}
# fmt: on

PAPER_LABELS = {
    "draft_paper": Labels(_("Draft a paper"), _("drafted a paper")),
    "edit": Labels(_("Edit the draft"), _("edited a draft paper")),
    "refill": Labels(_("Refill from the case"), _("refilled a draft from the case")),
    "discard": Labels(_("Discard the draft"), _("discarded a draft paper"), "danger"),
    "issue": Labels(_("Sign and issue"), _("issued a paper"), "primary"),
    "file_scan": Labels(_("File the signed sheet"), _("filed the signed sheet of a paper"), "primary"),
    "withdraw": Labels(_("Withdraw the paper"), _("withdrew a paper"), "danger"),
    "reissue": Labels(_("Issue again"), _("started a new edition of a paper")),
}

PAPER = Workflow("paper", P, PAPER_TRANSITIONS, PAPER_LABELS, final=frozenset({P.WITHDRAWN}))
