"""Indexes that served single statements of the former pages."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("work", "0002_until")]

    operations = [
        migrations.RemoveIndex("workitem", "work_between"),
        migrations.RemoveIndex("workitem", "work_further"),
        migrations.RemoveIndex("workitem", "work_raised"),
    ]
