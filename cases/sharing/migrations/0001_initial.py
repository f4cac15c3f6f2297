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
            name="Share",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "profile",
                    models.CharField(
                        choices=[
                            ("lead", "leads the case"),
                            ("full", "sees the whole case"),
                            ("status", "sees the status only"),
                        ],
                        max_length=6,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("granted_at", models.DateTimeField()),
                ("until", models.DateField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shares", to="organisations.agency"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shares", to="casefile.case"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["agency", "case"],
                        include=("profile", "until"),
                        name="share_live_by_agency",
                    ),
                    models.Index(
                        condition=models.Q(("ended_at", None), ("profile", "status")),
                        fields=["agency", "case"],
                        name="share_status_by_agency",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "agency"), name="share_one_per_agency"),
                    models.UniqueConstraint(
                        condition=models.Q(("profile", "lead")), fields=("case",), name="share_one_lead"
                    ),
                ],
            },
        ),
    ]
