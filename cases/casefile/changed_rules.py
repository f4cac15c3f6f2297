"""What later versions of the control law change about the determinations on open cases.

A change of the rules rewrites no determination. It is shown beside the item, and is work of the lead agency until a
person determines anew or keeps the determination with a reason.
"""

from agencies.journal.actions import Action, record_event
from agencies.kernel.actor import SYSTEM
from agencies.kernel.work import touch
from cases.controls.comparing import VerdictDifference
from cases.controls.rulebook import Rulebook, shipped
from cases.controls.store import current, read_version

from .actions import locked_case, stream_of
from .conduct import changes_of
from .facts import matter_of_case
from .models import Case, Determination, Item

BATCH = 100


def compare_determinations() -> int:
    """Compares determinations on open cases with the rules in use, after another version came into use."""
    book = current()
    waiting = Determination.objects.in_force().filter(case__in=Case.objects.open(), compared_with__lt=book.version)
    found = list(waiting.order_by("pk").values_list("pk", "case_id")[:BATCH])
    books = dict[int, Rulebook]()
    for pk, case_id in found:
        with locked_case(case_id) as case:
            for one in waiting.filter(pk=pk).select_related("item"):  # unless it was determined anew meanwhile
                _compare(one, case, book, books)
    return len(found)


def _compare(one: Determination, case: Case, book: Rulebook, books: dict[int, Rulebook]) -> None:
    if one.kept_with not in books:
        books[one.kept_with] = read_version(one.kept_with) if one.kept_with else shipped()
    changes = _changes(one.item, case, books[one.kept_with], book)
    was_open, one.compared_with = one.changed_in is not None, book.version
    one.changed_in, one.changes = (book.version if changes else None), [change.as_json() for change in changes]
    one.save(update_fields=["compared_with", "changed_in", "changes"])
    touch("case", case.pk)
    if changes and not was_open:
        data = {"item": one.item.description, "version": book.version, "was_version": one.kept_with}
        record_event(stream_of(case.pk), actor=SYSTEM, action=Action("rules_changed", "case", case.pk, data=data))


def _changes(item: Item, case: Case, old: Rulebook, new: Rulebook) -> list[VerdictDifference]:
    return changes_of(item, case.acts.prefetch_related("items"), matter_of_case(case), old, new)
