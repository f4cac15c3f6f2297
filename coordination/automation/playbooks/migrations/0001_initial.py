import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("controls", "0001_initial"),
        ("proceedings", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Bookmark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Playbook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField()),
                (
                    "source",
                    models.CharField(
                        choices=[("product", "delivered with the system"), ("centre", "published by the centre")],
                        max_length=8,
                    ),
                ),
                ("published_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("because", models.TextField(blank=True)),
                ("digest", models.CharField(max_length=64)),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "violation_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="playbooks",
                        to="controls.violationtype",
                    ),
                ),
            ],
            options={
                "ordering": ["violation_type__position", "-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("violation_type", "version"), name="playbook_version_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="PlaybookStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=200)),
                ("name_en", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("commerce", "Administrative (commerce)"),
                            ("customs", "Administrative (customs)"),
                            ("criminal", "Criminal"),
                        ],
                        max_length=10,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=30)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("VERIFY", "Verification"),
                            ("WARN", "Warned"),
                            ("REJECTED", "Not filed"),
                            ("FILED_ADM", "Filed"),
                            ("INVESTIGATE", "Investigation"),
                            ("DECIDED", "Decided"),
                            ("NO_CASE", "Case dropped"),
                            ("TRANSFERRED", "Transferred"),
                            ("HANDED_ON", "Handed to other police"),
                            ("CRIMINAL_CASE", "Criminal investigation"),
                            ("TRANSFER_PROS", "Review for prosecution"),
                            ("SUPPLEMENTARY", "Supplementary investigation"),
                            ("PROSECUTED", "Prosecuted"),
                            ("NOT_PROSECUTED", "Not prosecuted"),
                            ("JUDGED", "Judged in first instance"),
                            ("APPEAL", "On appeal"),
                            ("FINAL", "Judgment final"),
                            ("WITHDRAWN", "Criminal case withdrawn"),
                            ("CLOSED", "Closed"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("start", "Getting started"),
                            ("data", "Declarations and data"),
                            ("goods", "Goods and control status"),
                            ("licence", "Licences and end use"),
                            ("people", "Persons and companies"),
                            ("devices", "Devices and electronic data"),
                            ("money", "Money and contracts"),
                            ("abroad", "Abroad"),
                            ("law", "Assessment and law"),
                            ("result", "Result and follow-up"),
                        ],
                        max_length=10,
                    ),
                ),
                ("guide_zh", models.CharField(max_length=800)),
                ("guide_en", models.CharField(max_length=800)),
                (
                    "owner",
                    models.CharField(
                        choices=[
                            ("own", "the agency of the proceeding"),
                            ("commerce", "commerce"),
                            ("customs", "customs"),
                            ("antismuggling", "anti-smuggling bureau"),
                            ("police", "public security"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        blank=True, help_text="code of a unit, where the agency has that unit", max_length=20
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "day_unit",
                    models.CharField(
                        blank=True,
                        choices=[("working_day", "working days"), ("calendar_day", "calendar days")],
                        max_length=14,
                    ),
                ),
                (
                    "follows",
                    models.CharField(
                        blank=True, help_text="the rule whose clock on the proceeding it follows", max_length=30
                    ),
                ),
                ("mandatory", models.BooleanField(default=True)),
                ("depends_on", models.JSONField(blank=True, default=list)),
                ("papers", models.JSONField(blank=True, default=list)),
                ("facts", models.JSONField(blank=True, default=list)),
                ("basis", models.CharField(blank=True, max_length=200)),
                (
                    "playbook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="playbooks.playbook"
                    ),
                ),
            ],
            options={
                "ordering": ["kind", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("playbook", "kind", "code"), name="step_once_per_kind"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("day_unit", ""), ("days", None)),
                            models.Q(
                                ("days__isnull", False), ("follows", ""), models.Q(("day_unit", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="step_one_kind_of_due",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlaybookUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("applied_at", models.DateTimeField()),
                ("added", models.JSONField(default=list)),
                (
                    "playbook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="playbooks.playbook"
                    ),
                ),
                (
                    "proceeding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="playbook_uses",
                        to="proceedings.proceeding",
                    ),
                ),
                (
                    "violation_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="controls.violationtype"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("proceeding", "violation_type"), name="playbook_used_once")
                ],
            },
        ),
    ]
