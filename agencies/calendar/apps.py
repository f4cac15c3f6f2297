from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "agencies.calendar"
    default_auto_field = "django.db.models.BigAutoField"
