import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("casefile", "0001_initial"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Campaign",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("number", models.CharField(max_length=20, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Draft"),
                            ("RUNNING", "Running"),
                            ("CLOSED", "Closed"),
                            ("CANCELLED", "Cancelled"),
                        ],
                        default="DRAFT",
                        max_length=9,
                    ),
                ),
                ("title_zh", models.CharField(max_length=200)),
                ("title_en", models.CharField(blank=True, max_length=200)),
                ("purpose", models.TextField()),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("materials", models.JSONField(blank=True, default=list)),
                ("techniques", models.JSONField(blank=True, default=list)),
                ("countries", models.JSONField(blank=True, default=list)),
                ("opened_from", models.DateField(blank=True, null=True)),
                ("opened_until", models.DateField(blank=True, null=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("met", "Goals met"), ("partly", "Goals partly met"), ("missed", "Goals not met")],
                        max_length=6,
                    ),
                ),
                ("report", models.TextField(blank=True)),
                (
                    "agency",
                    models.ForeignKey(
                        help_text="the centre, which leads",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
                ("members", models.ManyToManyField(blank=True, related_name="+", to="organisations.agency")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="campaign_period"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "CLOSED"), _negated=True),
                            models.Q(models.Q(("outcome", ""), _negated=True), models.Q(("report", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="campaign_closed_with_report",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["RUNNING", "CLOSED"]), _negated=True),
                            ("started_at__isnull", False),
                            _connector="OR",
                        ),
                        name="campaign_running_was_started",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Belonging",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("by_hand", models.BooleanField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="casefile.case"
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="belongings", to="campaigns.campaign"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("until", None)), fields=["case"], name="campaign_of_case")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)), fields=("campaign", "case"), name="campaign_has_case_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Goal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("metric", models.CharField(max_length=40)),
                ("filters", models.JSONField(blank=True, default=dict)),
                ("direction", models.CharField(choices=[("least", "at least"), ("most", "at most")], max_length=5)),
                ("target", models.DecimalField(decimal_places=4, help_text="of a share in percent", max_digits=18)),
                ("due_on", models.DateField()),
                ("final_value", models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                ("final_of", models.CharField(blank=True, help_text="of a share: n and d", max_length=60)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="goals", to="campaigns.campaign"
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Pick",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("takes_in", models.BooleanField()),
                ("reason", models.TextField()),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="picks", to="campaigns.campaign"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="casefile.case"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("campaign", "case"), name="campaign_pick_once")],
            },
        ),
        migrations.CreateModel(
            name="CampaignStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200)),
                ("due_on", models.DateField()),
                ("done_on", models.DateField(blank=True, null=True)),
                ("result", models.TextField(blank=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.agency"
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="campaigns.campaign"
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "id"],
            },
        ),
    ]
