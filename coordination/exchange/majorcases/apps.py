from django.apps import AppConfig


class MajorCasesConfig(AppConfig):
    name = "coordination.exchange.majorcases"
    default_auto_field = "django.db.models.BigAutoField"
