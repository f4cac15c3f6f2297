"""Each system is bound to the source systems that it has used: of leads that it sent first, and of those it revised."""

from collections import defaultdict

from django.db import migrations


def bind(apps, schema_editor):
    ApiClient = apps.get_model("machines", "ApiClient")
    Lead, Event = apps.get_model("intake", "Lead"), apps.get_model("journal", "Event")
    used = defaultdict(set)
    for client, source in Lead.objects.exclude(client=None).values_list("client", "source_system").distinct():
        used[str(client)].add(source)
    revised = Event.objects.filter(object_kind="lead", verb="revise", actor_kind="machine")
    pairs = list(revised.values_list("actor_id", "object_id").distinct())
    for start in range(0, len(pairs), 1_000):
        some = pairs[start : start + 1_000]
        sources = dict(Lead.objects.filter(pk__in=[lead for _, lead in some]).values_list("pk", "source_system"))
        for client, lead in some:
            if lead in sources:
                used[client].add(sources[lead])
    for client in ApiClient.objects.all():
        client.sources = sorted(used[str(client.pk)]) or [client.name]
        client.save(update_fields=["sources"])


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0004_source_versions"),
        ("machines", "0002_sources"),
        ("journal", "0006_streams_of_sealed_letters"),
    ]

    operations = [migrations.RunPython(bind, migrations.RunPython.noop)]
