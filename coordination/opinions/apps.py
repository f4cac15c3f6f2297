from django.apps import AppConfig


class OpinionsConfig(AppConfig):
    name = "coordination.opinions"
    default_auto_field = "django.db.models.BigAutoField"
