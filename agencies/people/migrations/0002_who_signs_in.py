from typing import Any

from django.db import migrations


def mark_who_signs_in(apps: Any, schema_editor: Any) -> None:
    """Accounts keep it from now on; here it is taken over from those that exist."""
    active = apps.get_model("people", "User").objects.filter(is_active=True).values("organ")
    apps.get_model("organs", "Agency").objects.filter(pk__in=active).update(signs_in=True)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("organs", "0002_signs_in")]
    operations = [migrations.RunPython(mark_who_signs_in, migrations.RunPython.noop)]
