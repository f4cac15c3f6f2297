"""The playbooks delivered with the product: a library of steps, and for each playbook its steps in order."""

from pathlib import Path

from agencies.kernel.reference import read_csv
from agencies.kernel.work import atomic
from cases.controls.models import ViolationType
from cases.proceedings.models import Proceeding
from cases.proceedings.workflow import CLOCK_BY_KIND

from .models import Playbook, PlaybookStep
from .reading import StepRow, digest_of, steps_of

DATA = Path(__file__).parent / "data"


def load() -> dict[str, int]:
    """Loads the delivered playbooks. A changed file becomes a new version; earlier versions stay.

    A playbook published by the centre is not replaced; the centre may adopt the delivered text on its page.
    """
    for code, rows in delivered().items():
        _deliver(code, rows)
    return {"playbooks": Playbook.objects.count()}


def delivered() -> dict[str, list[StepRow]]:
    """Steps by violation code, from the product's files."""
    library = {row["step"]: row for row in read_csv(DATA / "steps.csv")}
    rows: dict[str, list[dict[str, str]]] = {}
    for row in read_csv(DATA / "playbooks.csv"):
        rows.setdefault(row["playbook"], []).append(_whole(row, library[row["step"]]))
    return {code: steps_of(dict(enumerate(of_code, start=2))) for code, of_code in rows.items()}


def _whole(row: dict[str, str], step: dict[str, str]) -> dict[str, str]:
    """A complete table row. The library gives one rule for all kinds of proceeding if it differs by kind."""
    rule = step["due"].removeprefix("clock:")
    due = f"clock:{CLOCK_BY_KIND[rule][Proceeding.Kind(row['kind'])]}" if rule in CLOCK_BY_KIND else step["due"]
    return {**step, **row, "due": due}


def _deliver(code: str, rows: list[StepRow]) -> None:
    digest = digest_of(rows)
    versions = Playbook.objects.filter(violation_type__code=code)
    newest = versions.order_by("-version").first()
    if versions.filter(digest=digest).exists() or (newest and newest.source == Playbook.Source.CENTRE):
        return
    create_version(ViolationType.objects.get(code=code), rows, after=newest, source=Playbook.Source.PRODUCT)


def create_version(
    violation: ViolationType, rows: list[StepRow], *, after: Playbook | None, source: str, **columns: object
) -> Playbook:
    """Creates the version after `after`. A concurrent creation violates the constraint on versions."""
    with atomic():
        made = Playbook.objects.create(
            violation_type=violation,
            version=after.version + 1 if after else 1,
            source=source,
            digest=digest_of(rows),
            **columns,
        )
        PlaybookStep.objects.bulk_create(
            PlaybookStep(playbook=made, position=n, **row) for n, row in enumerate(rows, start=1)
        )
        return made
