"""Inside an anti-smuggling bureau, handlers of one side do not read notes of the other."""

import pytest

from cases.casefile.models import Case
from coordination.exchange.notes.models import Note
from tests import stories


@pytest.mark.parametrize("audience", ["agency", "case"])
def test_handlers_of_the_administrative_side_do_not_read_notes_of_the_criminal_one(cast, audience):
    criminal = stories.criminal(cast)
    criminal.team.set([cast["antismuggling.officer"].id])
    other = stories.bureau_proceeding(cast)
    other.team.set([cast["antismuggling.lead"].id])
    type(other).objects.filter(pk=other.pk).update(case=criminal.case, handler=cast["antismuggling.lead"].id)
    note = stories.note(
        cast,
        audience,
        Case.objects.get(pk=criminal.case_id),
        by="antismuggling.officer",
        about=f"proceeding:{criminal.pk}",
    )
    general = stories.note(cast, "agency", note.case, by="antismuggling.officer", text="He will be searched on Monday")
    assert not Note.objects.visible_to(cast["antismuggling.lead"]).filter(pk__in=[note.pk, general.pk]).exists()
    assert Note.objects.visible_to(cast["antismuggling.head"]).filter(pk__in=[note.pk, general.pk]).count() == 2
