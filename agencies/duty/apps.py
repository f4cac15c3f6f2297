from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "agencies.duty"
    label = "duty"
