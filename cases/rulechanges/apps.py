from django.apps import AppConfig


class RuleChangesConfig(AppConfig):
    name = "cases.rulechanges"
    default_auto_field = "django.db.models.BigAutoField"
