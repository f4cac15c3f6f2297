from django.apps import AppConfig


class ConfirmationsConfig(AppConfig):
    name = "agencies.confirmations"
    label = "confirmations"
