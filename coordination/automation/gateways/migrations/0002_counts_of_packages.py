from django.db import migrations, models


def count_results(apps, schema_editor):
    """The numbers that the pages counted from the results so far."""
    packages = apps.get_model("gateways", "GatewayPackage").objects.using(schema_editor.connection.alias)
    for package in packages.iterator(chunk_size=10):
        for one in package.results:
            result = "refused" if one["status"] >= 400 else one.get("effect", "file")
            package.counts[result] = package.counts.get(result, 0) + 1
        package.save(update_fields=["counts"])


class Migration(migrations.Migration):
    dependencies = [("gateways", "0001_initial")]

    operations = [
        migrations.AddField(model_name="gatewaypackage", name="counts", field=models.JSONField(default=dict)),
        migrations.RunPython(count_results, migrations.RunPython.noop),
    ]
