from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "cases.files"
    default_auto_field = "django.db.models.BigAutoField"
