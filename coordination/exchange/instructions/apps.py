from django.apps import AppConfig


class InstructionsConfig(AppConfig):
    name = "coordination.exchange.instructions"
    default_auto_field = "django.db.models.BigAutoField"
