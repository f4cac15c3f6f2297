"""Import of a table of licences. Licences are versioned, never edited or deleted."""

from collections.abc import Iterable
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, TransitionRefused
from agencies.kernel.resource import ActionTable
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import Agency
from coordination.exchange.letters.acting import person_of

from .access import keeps_licences
from .models import Licence, LicenceFile
from .spreadsheet import LicenceRow, changes, changes_digest

FILES = UUID("5a0c6c1e-0d4c-4a1c-9d55-0f2f6f4b9c31")  # namespace of the files in the journal


def import_licences(rows: Iterable[LicenceRow], *, actor: Actor, seen: str) -> LicenceFile:
    """Imports a table in one transaction. `seen` is the digest of the changes that the person has seen.

    A table without changes is recorded too: it says that the licences are the same as of this time. Licences that the
    table does not contain are kept.
    """
    if not keeps_licences(actor):
        detail = _("Licences are imported by the unit leads and the responsible person of the commerce bureau.")
        raise Forbidden(detail)
    listed = list(rows)
    with atomic():
        bureau = Agency.objects.select_for_update(no_key=True).get(pk=actor.own_agency)
        found = changes(listed)
        if changes_digest(found) != seen:
            detail = _("The licences changed after you viewed the differences. View them again.")
            raise TransitionRefused.because("seen", detail)
        file = LicenceFile.objects.create(
            imported_at=times.now(),
            agency=bureau,
            person=person_of(actor),
            rows=len(listed),
            changed=len(found),
            digest=seen,
        )
        before = Licence.objects.current_versions().filter(number__in=[one.number for one in found])
        editions = dict(before.values_list("number", "edition"))
        before.update(is_latest=False)
        Licence.objects.bulk_create(
            Licence(
                **{name: getattr(one.new, name) for name in one.new.__dataclass_fields__},
                edition=editions.get(one.number, 0) + 1,
                file=file,
                state_since=file.imported_at,
            )
            for one in found
        )
        record_event(
            agency_stream(bureau),
            actor=actor,
            action=Action(
                "import",
                "licence",
                uuid5(FILES, str(file.pk)),
                data={"rows": file.rows, "changed": file.changed, "digest": seen},
            ),
            audience=Audience("own"),
        )
        return file


ACTIONS: ActionTable = {}
