from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    name = "coordination.insight.bulletins"
    default_auto_field = "django.db.models.BigAutoField"
