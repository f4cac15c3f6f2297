from django.apps import AppConfig


class OpinionsConfig(AppConfig):
    name = "coordination.exchange.opinions"
    default_auto_field = "django.db.models.BigAutoField"
