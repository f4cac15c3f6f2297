from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "coordination.exchange.tasks"
    default_auto_field = "django.db.models.BigAutoField"
