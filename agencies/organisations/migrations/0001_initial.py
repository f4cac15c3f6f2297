import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Agency",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=200)),
                ("name_en", models.CharField(max_length=200)),
                ("code", models.CharField(max_length=20, unique=True)),
                ("is_agency", models.BooleanField(default=False)),
                (
                    "line",
                    models.CharField(
                        choices=[
                            ("commerce", "Commerce"),
                            ("customs", "Customs"),
                            ("police", "Public security"),
                            ("procuratorate", "Procuratorate"),
                            ("court", "Court"),
                            ("security", "State security"),
                            ("centre", "Coordination centre"),
                            ("other", "Other agency"),
                        ],
                        default="other",
                        max_length=14,
                    ),
                ),
                ("level", models.CharField(max_length=12)),
                ("role", models.CharField(blank=True, max_length=300)),
                ("province", models.CharField(blank=True, max_length=2)),
                ("district", models.CharField(blank=True, max_length=4)),
                (
                    "default_handling",
                    models.CharField(
                        choices=[
                            ("H0", "H0 open"),
                            ("H1", "H1 internal"),
                            ("H2", "H2 work secret"),
                            ("H3", "H3 restricted"),
                        ],
                        default="H2",
                        max_length=2,
                    ),
                ),
                (
                    "doc_word",
                    models.CharField(blank=True, help_text="机关代字, before the year in its numbers", max_length=20),
                ),
                (
                    "doc_word_confidence",
                    models.CharField(blank=True, help_text="U: invented, to be verified", max_length=10),
                ),
                ("confidence", models.CharField(blank=True, max_length=40)),
                (
                    "signs_in",
                    models.BooleanField(
                        default=False, help_text="declared by two persons, never derived from its accounts"
                    ),
                ),
                (
                    "absent_since",
                    models.DateTimeField(
                        blank=True,
                        help_text="when it last ceased to sign in; what was recorded before stays closed to others",
                        null=True,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        help_text="itself for an agency",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units",
                        to="organisations.agency",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="organisations.agency",
                    ),
                ),
                (
                    "second_parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
                (
                    "signs_as",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("default_handling", "H0"), _negated=True), name="agency_default_never_open"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("year", models.PositiveSmallIntegerField()),
                ("last", models.PositiveIntegerField(default=0)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ledgers", to="organisations.agency"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("agency", "kind", "year"), name="ledger_one_per_year")],
            },
        ),
        migrations.CreateModel(
            name="AssignedBodies",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("procuratorate", models.CharField(blank=True, max_length=100)),
                ("reconsideration", models.CharField(blank=True, max_length=100)),
                ("court", models.CharField(blank=True, max_length=100)),
                ("paper", models.CharField(max_length=200)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "agency",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="organisations.agency"
                    ),
                ),
            ],
        ),
    ]
