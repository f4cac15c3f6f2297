from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "coordination.automation.routing"
    default_auto_field = "django.db.models.BigAutoField"
