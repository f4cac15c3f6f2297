from typing import Any

from django.db import migrations


def involve(apps: Any, schema_editor: Any) -> None:
    """Who is on a team or handles a matter today; the first event of the matter stands for how they came to it."""
    Event, Involvement = apps.get_model("journal", "Event"), apps.get_model("journal", "Involvement")
    Proceeding = apps.get_model("proceedings", "Proceeding")
    for row in Proceeding.objects.prefetch_related("team").iterator(chunk_size=500):
        people = {one.pk for one in row.team.all()} | ({row.handler_id} - {None})
        event = Event.objects.filter(object_kind="proceeding", object_id=row.pk).order_by("pk").first()
        if event is not None:
            Involvement.objects.bulk_create(
                [
                    Involvement(event=event, object_kind="proceeding", object_id=row.pk, person_id=person)
                    for person in people
                ],
                ignore_conflicts=True,
            )


class Migration(migrations.Migration):
    dependencies = [("proceedings", "0016_decision_in_review"), ("journal", "0009_involved_by_the_journal")]
    operations = [migrations.RunPython(involve, migrations.RunPython.noop)]
