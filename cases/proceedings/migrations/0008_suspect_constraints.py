from django.db import migrations, models


class Migration(migrations.Migration):
    """What may only hold once the lines of before have been carried over."""

    dependencies = [("proceedings", "0007_carry_suspects")]

    operations = [
        migrations.AddConstraint(
            model_name="suspect",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "NOT_PROSECUTED"), _negated=True),
                    models.Q(("nonprosecution", ""), _negated=True),
                    _connector="OR",
                ),
                name="suspect_not_prosecuted_has_ground",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspect",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["JUDGED", "APPEAL", "FINAL"]), _negated=True),
                    models.Q(("verdict", ""), _negated=True),
                    _connector="OR",
                ),
                name="suspect_judged_has_verdict",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspect",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verdict", "guilty"),
                    models.Q(
                        ("fine_cny", None), ("sentence", ""), ("sentence_months", None), ("suspended_months", None)
                    ),
                    _connector="OR",
                ),
                name="suspect_punished_is_guilty",
            ),
        ),
    ]
