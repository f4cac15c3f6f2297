"""Units in which goods are counted (计量单位). Weights are always in kilograms."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.TextChoices):
    KG = "kg", _("kg")
    LITRE = "litre", _("litres")
    PIECE = "piece", _("pieces")
    BOX = "box", _("boxes")
    BAG = "bag", _("bags")
    DRUM = "drum", _("drums")
    PALLET = "pallet", _("pallets")
    CONTAINER = "container", _("containers")
    VEHICLE = "vehicle", _("vehicles")
    VOLUME = "volume", _("volumes of papers")
