"""What the page of a person's notices asks."""

from typing import Any

from django import forms

from agencies.people.models import User

from .models import NEVER_OFF, USUAL, Preference, Topic, When


class NewsForm(forms.Form):
    """For each topic when its news come; what stands now is chosen already."""

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        held = dict(Preference.objects.filter(person=person).values_list("topic", "when"))
        super().__init__(*args, **kwargs)
        for topic in Topic:
            choices = [one for one in When.choices if one[0] != When.OFF or topic not in NEVER_OFF]
            self.fields[topic] = forms.ChoiceField(
                label=topic.label, choices=choices, widget=forms.RadioSelect, initial=held.get(topic, USUAL[topic])
            )
