from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="WorkItem",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=12)),
                ("object_id", models.UUIDField()),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("does", "Does"),
                            ("awaits", "Awaits"),
                            ("party", "Party"),
                            ("period", "Period"),
                            ("decides", "Decides"),
                            ("hidden", "Hidden"),
                        ],
                        max_length=7,
                    ),
                ),
                ("agency_id", models.BigIntegerField()),
                ("person_id", models.UUIDField(null=True)),
                ("unit_id", models.BigIntegerField(null=True)),
                ("case_id", models.UUIDField(null=True)),
                ("state", models.CharField(max_length=16)),
                ("free", models.BooleanField(help_text="no person of the agency handles it")),
                ("returned", models.BooleanField()),
                ("first", models.BooleanField(help_text="the row by which the agency counts it")),
                (
                    "decides",
                    models.CharField(
                        blank=True, choices=[("", "None"), ("lead", "Lead"), ("head", "Head")], max_length=4
                    ),
                ),
                ("priority", models.PositiveSmallIntegerField(default=1)),
                ("led", models.BooleanField(help_text="the agency leads the case")),
                ("restricted", models.BooleanField()),
                ("due_at", models.DateTimeField(help_text="the year 9999 for none")),
                ("breach_at", models.DateTimeField(help_text="the year 9999 for none")),
                ("since", models.DateTimeField(null=True)),
                ("other_id", models.BigIntegerField(null=True)),
                ("wall_id", models.UUIDField(null=True)),
                ("matter_id", models.UUIDField(null=True)),
                ("came_at", models.DateTimeField(null=True)),
                ("acted_at", models.DateTimeField(null=True)),
                ("acted_by", models.CharField(blank=True, max_length=40)),
                ("acted_before", models.DateTimeField(null=True)),
                ("until", models.DateField(help_text="the last day on which the agency sees the object", null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["agency_id", "side", "kind", "due_at", "object_id"], name="work_by_due"),
                    models.Index(fields=["agency_id", "side", "breach_at"], name="work_by_breach"),
                    models.Index(fields=["agency_id", "side", "due_at", "object_id"], name="work_in_order"),
                    models.Index(fields=["agency_id", "person_id", "due_at"], name="work_by_person"),
                    models.Index(fields=["agency_id", "side", "acted_at"], name="work_by_act"),
                    models.Index(fields=["case_id"], name="work_by_case"),
                    models.Index(fields=["object_id"], name="work_by_object"),
                    models.Index(
                        condition=models.Q(("free", True)), fields=["agency_id", "side", "due_at"], name="work_free"
                    ),
                    models.Index(
                        condition=models.Q(("returned", True)),
                        fields=["agency_id", "side", "due_at"],
                        name="work_returned",
                    ),
                    models.Index(
                        condition=models.Q(("led", True)), fields=["agency_id", "side", "due_at"], name="work_led"
                    ),
                    models.Index(
                        condition=models.Q(("unit_id__isnull", False)),
                        fields=["agency_id", "unit_id", "due_at"],
                        name="work_by_unit",
                    ),
                    models.Index(
                        condition=models.Q(("decides", ""), _negated=True),
                        fields=["agency_id", "kind"],
                        name="work_to_decide",
                    ),
                    models.Index(
                        condition=models.Q(("matter_id__isnull", False)), fields=["matter_id"], name="work_by_matter"
                    ),
                    models.Index(
                        condition=models.Q(("first", True), ("side", "does")),
                        fields=["object_id", "agency_id"],
                        include=("kind", "state", "returned", "free"),
                        name="work_step",
                    ),
                    models.Index(
                        condition=models.Q(("kind", "reminder"), ("restricted", False)),
                        fields=["object_id"],
                        name="work_for_centre",
                    ),
                ],
            },
        ),
    ]
