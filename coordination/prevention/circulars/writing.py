"""The background job that writes the letters of a circular, one in a step, with the permissions of who decided it."""

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agencies.kernel.actor import Actor
from agencies.kernel.texts import Text
from agencies.runs.job_types import JobType, StepResult, step_by_row
from agencies.runs.models import Run, RunRow

from .actions import complete, write_letter
from .models import Addressee, Circular

WRITTEN = "written"


def _rows(run: Run, actor: Actor) -> Iterator[UUID]:
    left = Addressee.objects.without_letter().filter(circular=run.given["circular"])
    return left.values_list("exporter", flat=True).iterator()


def _write(run: Run, exporter: UUID, actor: Actor) -> str:
    """One result for a letter that was sent and for one that waits, so that no number says how many wait."""
    write_letter(run.given["circular"], exporter, actor=actor)
    return WRITTEN


_write_next = step_by_row(_rows, _write)


def _step(run: Run, actor: Actor) -> StepResult:
    result = _write_next(run, actor)
    if result.ended:
        complete(run.given["circular"])
    return result


def _result(run: Run) -> list[Text]:
    done = run.found.get(WRITTEN, 0)
    lines: list[Text] = [ngettext("%(count)s letter written.", "%(count)s letters written.", done) % {"count": done}]
    if run.refused:
        text = ngettext("%(count)s letter not written.", "%(count)s letters not written.", run.refused)
        lines.append(text % {"count": run.refused})
    return lines


def _named(run: Run, actor: Actor, ids: list[UUID]) -> dict[UUID, tuple[str, str]]:
    """The addressees that the reader may see, with their letters."""
    rows = Addressee.objects.filter(
        circular__in=Circular.objects.visible_to(actor), circular=run.given["circular"], exporter__in=ids
    ).select_related("exporter")
    return {one.exporter_id: (one.exporter.name, _address(one)) for one in rows}


def _address(addressee: Addressee) -> str:
    """Of the letter, or of the exporter who has none yet."""
    if addressee.letter_id:
        return reverse("exporter_letter", args=[addressee.letter_id])
    return reverse("exporter", args=[addressee.exporter_id])


WORK = JobType(
    label=_("Letters of a circular"),
    step=_step,
    result=_result,
    page=lambda run: reverse("circular", args=[run.given["circular"]]),
    needs_attention=lambda run: run.refused > 0,
    outcomes={WRITTEN: _("Written"), RunRow.REFUSED: _("Refused")},
    row_labels=_named,
)
