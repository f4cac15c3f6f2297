from django.apps import AppConfig


class OrgansConfig(AppConfig):
    name = "agencies.organs"
    default_auto_field = "django.db.models.BigAutoField"
