import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RuleChange",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("state_since", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                ("grounds", models.CharField(max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[("DRAFT", "Draft"), ("PUBLISHED", "Published"), ("WITHDRAWN", "Withdrawn")],
                        default="DRAFT",
                        max_length=9,
                    ),
                ),
                ("base", models.PositiveIntegerField()),
                ("tables", models.JSONField(default=dict)),
                ("effect", models.JSONField(default=dict)),
                ("published_as", models.PositiveIntegerField(blank=True, null=True, unique=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_as__isnull", False), ("state", "PUBLISHED")),
                            models.Q(models.Q(("state", "PUBLISHED"), _negated=True), ("published_as__isnull", True)),
                            _connector="OR",
                        ),
                        name="rule_change_published_as",
                    )
                ],
            },
        ),
    ]
