import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("casefile", "0001_initial"),
        ("intake", "0001_initial"),
        ("journal", "0001_initial"),
        ("machines", "0001_initial"),
        ("organisations", "0001_initial"),
        ("referrals", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Progress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateTimeField()),
                ("last_change", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "ground",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("false_lead", "False lead"),
                            ("duplicate", "Duplicate"),
                            ("out_of_remit", "Out of remit"),
                            ("insufficient", "Insufficient facts"),
                        ],
                        max_length=12,
                    ),
                ),
                ("counted", models.BooleanField(default=True, help_text="False for what the sender did himself")),
                ("notified_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                (
                    "seen_at",
                    models.DateTimeField(help_text="read in the application, or fetched by the machine", null=True),
                ),
                ("changed_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        help_text="who sent it",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outcomes",
                        to="organisations.agency",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="casefile.case"
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outcomes",
                        to="machines.apiclient",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="outcomes", to="journal.event"
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outcomes",
                        to="intake.lead",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        help_text="who wrote it",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outcomes",
                        to="referrals.referral",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["client", "changed_at", "id"], name="outcome_by_client"),
                    models.Index(fields=["agency", "changed_at", "id"], name="outcome_by_agency"),
                    models.Index(fields=["notified_at"], name="outcome_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lead__isnull", False)), fields=("event", "lead"), name="outcome_of_lead"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("referral__isnull", False)),
                        fields=("event", "referral"),
                        name="outcome_of_referral",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lead", None), ("referral__isnull", False)),
                            models.Q(("lead__isnull", False), ("referral", None)),
                            _connector="OR",
                        ),
                        name="outcome_of_one_thing",
                    ),
                    models.UniqueConstraint(fields=("changed_at",), name="outcome_has_its_place"),
                ],
            },
        ),
    ]
