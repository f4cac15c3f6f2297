from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("confirmations", "0001_confirmations"),
    ]

    operations = [
        migrations.AlterField(
            model_name="confirmation",
            name="kind",
            field=models.CharField(
                choices=[
                    ("join", "The agency signs in"),
                    ("leave", "The agency no longer signs in"),
                    ("enrol", "First sign-in of an account"),
                    ("reset", "Password reset for an account"),
                    ("identity", "The account is in its owner's hands again"),
                    ("behalf", "Step of a chief, recorded from the paper of another agency"),
                ],
                max_length=8,
            ),
        ),
    ]
