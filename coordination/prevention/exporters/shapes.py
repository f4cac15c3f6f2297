"""Exporters over JSON."""

from rest_framework.serializers import CharField

from agencies.kernel.strict import Strict


class ExporterInput(Strict):
    """The entry of an exporter. `district` is the four-digit code of its customs district."""

    name = CharField(max_length=200)
    name_en = CharField(max_length=200, required=False)
    uscc = CharField(max_length=40, required=False)
    customs_code = CharField(max_length=20, required=False)
    district = CharField(max_length=4, required=False)
    address = CharField(max_length=300, required=False)
    contact = CharField(max_length=200, required=False)
    remark = CharField(max_length=4000, required=False)
