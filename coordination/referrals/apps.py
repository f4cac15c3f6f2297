from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "coordination.referrals"
    default_auto_field = "django.db.models.BigAutoField"
