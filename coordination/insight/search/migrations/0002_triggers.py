from django.db import migrations

import coordination.insight.search.fulltext


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [
        migrations.RunPython(
            coordination.insight.search.fulltext.install, coordination.insight.search.fulltext.uninstall
        )
    ]
