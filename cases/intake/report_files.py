"""Files that a source sends with its report (报送附件). They go to the case of the lead with it."""

from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.limits import REPORT_FILES
from agencies.kernel.work import atomic
from cases.casefile.models import Case
from cases.files.actions import attach_stored, name_of, withdraw_file
from cases.files.kinds import ALSO
from cases.files.models import Attachment
from cases.papers.files import read_scan

from .models import Lead, ReportFile
from .receiving import lead_stream


def receive_file(
    lead: Lead, *, actor: Actor, file: "File[Any]", sha256: str, title: str = ""
) -> tuple[ReportFile, bool]:
    """Keeps a file of the report. Returns it, and whether it is new: the same content again changes nothing.

    Raises Invalid for a file that is not accepted, or whose digest is not the announced one; TransitionRefused beyond
    `REPORT_FILES`.
    """
    scan = read_scan(file, actor=actor, also=ALSO)
    if sha256.lower() != scan.sha256:
        detail = _("The file that arrived has the SHA-256 digest %(digest)s. Send it again.")
        raise Invalid.field("sha256", "digest", detail % {"digest": scan.sha256})
    with atomic():
        lead = Lead.objects.select_for_update(no_key=True).get(pk=lead.pk)
        if known := lead.files.filter(sha256=scan.sha256).first():
            return known, False
        if lead.files.count() >= REPORT_FILES:
            detail = _("A report has at most %(most)d files. Send further ones with another report.")
            raise TransitionRefused.because("files", detail % {"most": REPORT_FILES})
        at = times.now()
        kept = ReportFile(lead=lead, title=title.strip() or name_of(file), file=file, received_at=at, **scan.columns)
        kept.save()
        lead.save(update_fields=["updated_at"])  # a system that asks for changes learns of it
        record_event(
            lead_stream(lead.pk),
            actor=actor,
            action=Action("receive_file", "lead", lead.pk, data={"title": kept.title, "sha256": kept.sha256}),
            happened_at=at,
            audience=Audience("own"),
        )
        return kept, True


def carry_files(lead: Lead, case: Case, *, actor: Actor) -> None:
    """Attaches the files that the case does not have yet, for the agency of the actor, which may share them."""
    for kept in lead.files.filter(attachment=None):
        made = Attachment(case=case, title=kept.title, collected_by=lead.source_label, note=lead.reference_words)
        kept.attachment = attach_stored(made, kept, actor=actor)
        kept.save(update_fields=["attachment"])


def withdraw_files(lead: Lead, *, reason: str) -> None:
    """Withdraws from the case what came with the lead."""
    for kept in lead.files.exclude(attachment=None).select_related("attachment"):
        if kept.attachment and kept.attachment.state == Attachment.State.ATTACHED:
            withdraw_file(kept.attachment, actor=SYSTEM, reason=reason)
        kept.attachment = None
        kept.save(update_fields=["attachment"])
