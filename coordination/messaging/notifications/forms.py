"""Form of the notification settings."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from agencies.people.models import User

from .models import NEVER_OFF, USUAL, Habit, Preference, Topic, When


class NewsForm(forms.Form):
    """When the news of each topic is delivered."""

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        held = dict(Preference.objects.filter(person=person).values_list("topic", "when"))
        habit = Habit.objects.filter(person=person).first() or Habit(person=person)
        super().__init__(*args, **kwargs)
        for topic in Topic:
            choices = [one for one in When.choices if one[0] != When.OFF or topic not in NEVER_OFF]
            self.fields[topic] = forms.ChoiceField(
                label=topic.label, choices=choices, widget=forms.RadioSelect, initial=held.get(topic, USUAL[topic])
            )
        self.fields["digest_hour"] = forms.TypedChoiceField(
            label=_("Time of the digest"),
            choices=[(hour, f"{hour:02}:00") for hour in range(Habit.EARLIEST, Habit.LATEST + 1)],
            coerce=int,
            initial=habit.digest_hour,
            help_text=_("On working days. Deadlines also on days off when you are on duty."),
        )
        if not settings.MAILS:
            return
        self.fields["by_mail"] = forms.BooleanField(
            label=_("Also by mail"),
            required=False,
            initial=habit.by_mail,
            help_text=_("A mail gives only the number of items and of urgent items."),
        )

    @property
    def chosen(self) -> dict[str, str]:
        """The chosen delivery of each topic."""
        return {topic: self.cleaned_data[topic] for topic in Topic}
