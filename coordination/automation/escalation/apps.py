from django.apps import AppConfig


class EscalationConfig(AppConfig):
    name = "coordination.automation.escalation"
    default_auto_field = "django.db.models.BigAutoField"
