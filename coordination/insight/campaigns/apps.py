from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "coordination.insight.campaigns"
    default_auto_field = "django.db.models.BigAutoField"
