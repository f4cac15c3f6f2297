from django.db import migrations

# state of before → (state of now, the measure it told of)
BEFORE = {
    "DETAINED": ("INVESTIGATED", "detention"),
    "ARREST_REVIEW": ("ARREST_REVIEW", "detention"),
    "ARRESTED": ("INVESTIGATED", "arrest"),
    "BAIL": ("INVESTIGATED", "bail"),
    "SURVEILLED": ("INVESTIGATED", "surveillance"),
    "RELEASED": ("INVESTIGATED", ""),
    "INVESTIGATED": ("INVESTIGATED", ""),
    "CONVICTED": ("JUDGED", ""),
    "ACQUITTED": ("JUDGED", ""),
}
VERDICTS = {"CONVICTED": "guilty", "ACQUITTED": "acquitted"}
STAGES = {
    "TRANSFER_PROS": "UNDER_REVIEW",
    "SUPPLEMENTARY": "SUPPLEMENT",
    **dict.fromkeys(("PROSECUTED", "JUDGED", "APPEAL"), "PROSECUTED"),
}
OF_MEASURES = (
    *("CRM_CUSTODY", "CRM_FAMILY", "CRM_QUESTION", "CRM_ARREST_REQ", "CRM_ARREST_DECIDE", "CRM_INVEST"),
    *("CRM_BAIL", "CRM_RESSURV"),
)


def carry(apps, schema_editor):
    """A suspect's state told of his measure; now the measure is a row of its own, with the clocks that run about it."""
    Suspect = apps.get_model("proceedings", "Suspect")
    for line in Suspect.objects.select_related("proceeding"):
        was, stage = line.state, line.proceeding.state
        line.state, kind = BEFORE.get(was, (was, ""))
        line.verdict = VERDICTS.get(was, "")
        if line.state == "JUDGED" and stage in ("FINAL", "CLOSED"):
            line.state = "FINAL"
        if line.state == "INVESTIGATED":
            line.state = STAGES.get(stage, line.state)
        if line.state == "NOT_PROSECUTED":
            line.nonprosecution = "unknown"
        if line.verdict != "guilty":
            line.sentence_months = line.fine_cny = None
        line.save(update_fields=["state", "verdict", "nonprosecution", "sentence_months", "fine_cny"])
        if kind:
            _measure(apps, line, kind)


def _measure(apps, line, kind):
    Measure, Clock = apps.get_model("proceedings", "Measure"), apps.get_model("clocks", "Clock")
    since = line.state_since or line.created_at
    clocks = Clock.objects.filter(
        subject_kind="suspect", subject_id=line.pk, stopped_at=None, rule__code__in=OF_MEASURES
    )
    if first := clocks.order_by("started_at").first():
        since = min(since, first.started_at)
    measure = Measure.objects.create(suspect=line, kind=kind, paper="–", since=since, state_since=since)
    clocks.update(subject_kind="measure", subject_id=measure.pk)


class Migration(migrations.Migration):
    dependencies = [("proceedings", "0006_suspects_and_measures"), ("clocks", "0001_initial")]

    operations = [migrations.RunPython(carry, migrations.RunPython.noop)]
