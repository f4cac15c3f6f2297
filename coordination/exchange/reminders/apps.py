from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "coordination.exchange.reminders"
    default_auto_field = "django.db.models.BigAutoField"
