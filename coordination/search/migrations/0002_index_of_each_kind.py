from django.db import migrations

import coordination.search.fulltext


class Migration(migrations.Migration):
    """On PostgreSQL an index of words for each kind, in place of one for all; some seconds for a million entries."""

    dependencies = [("search", "0001_search_index")]

    operations = [migrations.RunPython(coordination.search.fulltext.install, migrations.RunPython.noop)]
