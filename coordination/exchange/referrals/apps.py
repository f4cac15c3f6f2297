from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "coordination.exchange.referrals"
    default_auto_field = "django.db.models.BigAutoField"
