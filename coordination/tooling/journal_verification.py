"""Verifies chains of the journal, one or all, as background work."""

from typing import Any

from django.db.models import Sum
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies.journal.models import Stream
from agencies.journal.verify import ChainPosition, ChainReading, verify_part
from agencies.kernel.actor import Actor
from agencies.kernel.texts import Text
from agencies.runs.job_types import JobType, StepResult
from agencies.runs.models import Run

KIND = "verify_journal"
ROWS = 500  # in a step
SHOWN = 100  # named broken chains


def _step(run: Run, actor: Actor) -> StepResult:
    """Continues from the cursor: [stream, row, digest]. `broken` holds [name of the stream, row, why]."""
    chains = _chains(run)
    total = chains.aggregate(rows=Sum("head_seq"))["rows"] or 0 if run.total is None else None
    at, place = _place(run)
    broken: list[Any] = list(run.found.get("broken", []))
    read = 0
    while read < ROWS and (stream := chains.filter(pk__gte=at).order_by("pk").first()) is not None:
        if stream.pk != at:
            place = ChainPosition()
        part = verify_part(stream, place, most=ROWS - read)
        read += part.place.seq - place.seq
        broken += _named(stream, part)[: SHOWN - len(broken)]
        at, place = (stream.pk + 1, ChainPosition()) if part.ended else (stream.pk, part.place)
    return StepResult(
        done=read,
        total=total,
        cursor=[at, place.seq, place.digest],
        found={"broken": broken},
        ended=not chains.filter(pk__gte=at).exists(),
    )


def _chains(run: Run) -> Any:
    """Without those of confidential letters, because the number of rows would disclose one. `verify_audit` checks them
    too."""
    chosen, open_to_auditor = run.given.get("stream"), Stream.objects.exclude(kind=Stream.Kind.CONFIDENTIAL)
    if not chosen:
        return open_to_auditor
    kind, subject = chosen.split(":")
    return open_to_auditor.filter(kind=kind, subject=subject)


def _place(run: Run) -> tuple[int, ChainPosition]:
    if run.cursor is None:
        return 0, ChainPosition()
    at, seq, digest = run.cursor
    return at, ChainPosition(seq, digest)


def _named(stream: Stream, part: ChainReading) -> list[list[Any]]:
    return [[stream.name, part.broken.seq, part.broken.why]] if part.broken else []


def _result(run: Run) -> list[Text]:
    broken = run.found.get("broken", [])
    if not broken:
        holds = ngettext(
            "All chains are intact: %(count)d row was read again and matches.",
            "All chains are intact: %(count)d rows were read again and match.",
            run.done,
        )
        return [holds % {"count": run.done}]
    lines = [_break_line(stream, seq, why) for stream, seq, why in broken]
    return [*lines, _("Do not change anything. Inform the security administrator and keep the last backup.")]


def _break_line(stream: str, seq: int, why: str) -> str:
    words = _("The chain %(chain)s is broken at row %(row)d") % {"chain": stream, "row": seq}
    url = reverse("journal_stream", args=stream.split(":"))
    return format_html('<a href="{}">{}</a>: <span lang="en">{}</span>', url, words, why)


def _page(run: Run) -> str:
    chosen = run.given.get("stream")
    return reverse("journal_stream", args=chosen.split(":")) if chosen else reverse("journal")


WORK = JobType(
    label=gettext_lazy("Verify the journal"),
    step=_step,
    result=_result,
    page=_page,
    needs_attention=lambda run: bool(run.found.get("broken")),
)
