"""What the working calendar adds to timelines."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import Contribution

CALENDAR = Contribution(sentences={("calendar", "import_calendar"): _("imported a holiday schedule")})
