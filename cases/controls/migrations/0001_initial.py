import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Country",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=200)),
                ("name_en", models.CharField(max_length=200)),
                ("alpha3", models.CharField(max_length=3, unique=True)),
                ("alpha2", models.CharField(max_length=2)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="District",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=200)),
                ("name_en", models.CharField(max_length=200)),
                ("code", models.CharField(max_length=4, unique=True)),
                ("province", models.CharField(max_length=2)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Instrument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True)),
                ("row", models.JSONField(help_text="the reference row as published, all columns")),
            ],
        ),
        migrations.CreateModel(
            name="Offence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=200)),
                ("name_en", models.CharField(max_length=200)),
                ("code", models.CharField(max_length=30, unique=True)),
                ("article", models.CharField(max_length=60)),
                (
                    "track",
                    models.CharField(choices=[("general", "General"), ("economic", "Economic crime")], max_length=10),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PartyRole",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=200)),
                ("name_en", models.CharField(max_length=200)),
                ("code", models.CharField(max_length=40, unique=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PenaltyRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, unique=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("legal_basis", models.CharField(max_length=100)),
                ("conduct_zh", models.CharField(max_length=200)),
                ("conduct_en", models.CharField(max_length=300)),
                ("other_sanctions", models.CharField(blank=True, max_length=300)),
                ("other_sanctions_zh", models.CharField(blank=True, max_length=300)),
                ("authority", models.CharField(max_length=60)),
                ("confidence", models.CharField(max_length=20)),
                (
                    "base",
                    models.CharField(
                        choices=[
                            ("turnover", "Illegal turnover"),
                            ("gains", "Illegal gains"),
                            ("goods_value", "Value of the goods"),
                            ("none", "No base"),
                        ],
                        max_length=12,
                    ),
                ),
                ("threshold_cny", models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ("times_min", models.DecimalField(decimal_places=2, max_digits=6, null=True)),
                ("times_max", models.DecimalField(decimal_places=2, max_digits=6, null=True)),
                ("fixed_min", models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ("fixed_max", models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ("share_min", models.DecimalField(decimal_places=2, help_text="percent", max_digits=6, null=True)),
                ("share_max", models.DecimalField(decimal_places=2, help_text="percent", max_digits=6, null=True)),
                ("serious_times_min", models.DecimalField(decimal_places=2, max_digits=6, null=True)),
                ("serious_times_max", models.DecimalField(decimal_places=2, max_digits=6, null=True)),
                ("serious_fixed_min", models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ("serious_fixed_max", models.DecimalField(decimal_places=2, max_digits=18, null=True)),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="RulebookVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True)),
                ("tables", models.JSONField()),
                ("imported", models.JSONField(default=dict)),
                (
                    "shipped_digest",
                    models.CharField(help_text="of the rows of the release that it rests on", max_length=80),
                ),
                ("grounds", models.CharField(blank=True, max_length=500)),
                ("published_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Technique",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=200)),
                ("name_en", models.CharField(max_length=200)),
                ("code", models.CharField(max_length=20, unique=True)),
                ("description_zh", models.TextField(blank=True)),
                ("description_en", models.TextField(blank=True)),
                ("red_flags", models.TextField(blank=True)),
                ("weight", models.CharField(blank=True, max_length=1)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ViolationType",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=200)),
                ("name_en", models.CharField(max_length=200)),
                ("code", models.CharField(max_length=40, unique=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OffenceRoute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True)),
                (
                    "desk",
                    models.CharField(
                        choices=[
                            ("antismuggling", "anti-smuggling bureau"),
                            ("ecid", "economic-crime police"),
                            ("security", "state security"),
                            ("supervision", "supervisory agency"),
                        ],
                        max_length=14,
                    ),
                ),
                ("reason_zh", models.CharField(max_length=300)),
                ("reason_en", models.CharField(max_length=300)),
                ("legal_basis", models.CharField(max_length=200)),
                ("confidence", models.CharField(max_length=4)),
                ("effective_from", models.DateField()),
                ("effective_to", models.DateField(null=True)),
                (
                    "offence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="routes", to="controls.offence"
                    ),
                ),
            ],
        ),
    ]
