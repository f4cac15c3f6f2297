from typing import Any

from django.db import migrations


def involve(apps: Any, schema_editor: Any) -> None:
    """Who is on the team of a report today; the first event of the referral stands for how they came to it."""
    Event, Involvement = apps.get_model("journal", "Event"), apps.get_model("journal", "Involvement")
    Referral = apps.get_model("referrals", "Referral")
    for row in Referral.objects.prefetch_related("team").iterator(chunk_size=500):
        people = {one.pk for one in row.team.all()} | ({row.drafter_id} - {None})
        event = Event.objects.filter(object_kind="referral", object_id=row.pk).order_by("pk").first()
        if event is not None:
            Involvement.objects.bulk_create(
                [
                    Involvement(event=event, object_kind="referral", object_id=row.pk, person_id=person)
                    for person in people
                ],
                ignore_conflicts=True,
            )


class Migration(migrations.Migration):
    dependencies = [("referrals", "0013_by_breach"), ("journal", "0009_involved_by_the_journal")]
    operations = [migrations.RunPython(involve, migrations.RunPython.noop)]
