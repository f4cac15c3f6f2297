from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import migrations


def close(apps: Any, schema_editor: Any) -> None:
    """An administrator has seen a temporary password, so nobody signs in with it any more: the account is enrolled by
    a link and a code. Whether an agency signs in is declared from now on; an agency with any account, also a disabled
    one, begins as one that does, so that disabling them opened nothing."""
    User = apps.get_model("people", "User")
    for person in User.objects.filter(must_change_password=True):
        person.password = make_password(None)
        person.save(update_fields=["password"])
    apps.get_model("organs", "Agency").objects.filter(pk__in=User.objects.values("organ")).update(signs_in=True)


class Migration(migrations.Migration):
    dependencies = [("people", "0005_attempts"), ("organs", "0004_declared_sign_in")]
    operations = [migrations.RunPython(close, migrations.RunPython.noop)]
