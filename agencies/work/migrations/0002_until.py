"""Work items hold until when their agency sees the object, instead of what it must see of the case."""

from datetime import date
from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

FOR_GOOD = date(9999, 12, 31)


def fill(apps: Any, _schema_editor: Any) -> None:
    """Rows of which the shares of their case decide get the last day of the share. Reminders about several cases stay
    hidden until `rebuild_projections --kind reminder` derives them."""
    items = apps.get_model("work", "WorkItem").objects
    items.filter(sees="").update(until=FOR_GOOD)
    shares = apps.get_model("sharing", "Share").objects.filter(
        case=OuterRef("case_id"), agency=OuterRef("agency_id"), ended_at=None
    )
    for sees, some in (("case", shares), ("contents", shares.filter(~Q(profile="status")))):
        day = Coalesce("until", Value(FOR_GOOD), output_field=models.DateField())
        items.filter(sees=sees).update(until=Subquery(some.annotate(day=day).values("day")[:1]))


class Migration(migrations.Migration):
    dependencies = [("work", "0001_initial"), ("sharing", "0001_initial")]

    operations = [
        # Nullable and without a default: on SQLite the table is not made anew, which would drop its triggers.
        migrations.AddField(
            "workitem",
            "until",
            models.DateField(null=True, help_text="the last day on which the agency sees the object"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveIndex("workitem", "work_asked"),
        migrations.RemoveField("workitem", "sees"),
    ]
