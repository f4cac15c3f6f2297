from django.apps import AppConfig


class ChasingConfig(AppConfig):
    name = "coordination.chasing"
    default_auto_field = "django.db.models.BigAutoField"
