from django.db import migrations

from agencies.journal.triggers import migrate_drop, migrate_install


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunPython(migrate_install, migrate_drop)]
