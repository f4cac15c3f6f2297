from django.db import migrations

import coordination.insight.lateness.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("late", "0001_initial"),
        ("casefile", "0001_initial"),
        ("clocks", "0001_initial"),
        ("intake", "0001_initial"),
        ("metrics", "0001_initial"),
        ("proceedings", "0001_initial"),
        ("referrals", "0001_initial"),
        ("sharing", "0001_initial"),
        ("tasks", "0001_initial"),
        ("work", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(coordination.insight.lateness.triggers.migrate_install, migrations.RunPython.noop)
    ]
