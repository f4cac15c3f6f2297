from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "coordination.messaging.channels"
    default_auto_field = "django.db.models.BigAutoField"
