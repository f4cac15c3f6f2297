"""How a state looks: `{% load states %}{% state case %}`. One table for every noun, so that a tone means one thing."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from .civic import badge

register = template.Library()

# model → state → (tone, icon); the tones are explained in docs/look.md.
LOOKS: dict[str, dict[str, tuple[str, str]]] = {
    "case": {
        "OPENED": ("info", "folder-plus"),
        "HANDLING": ("progress", "folder2-open"),
        "CONCLUDED": ("review", "folder-check"),
        "CLOSED": ("good", "check-lg"),
    },
    "lead": {
        "RECEIVED": ("neutral", "inbox"),
        "TAKEN_UP": ("info", "funnel"),
        "PROMOTED": ("good", "folder-plus"),
        "ATTACHED": ("good", "paperclip"),
        "CLOSED": ("stopped", "x-lg"),
    },
    "proceeding": {
        "VERIFY": ("info", "question-circle"),
        "WARN": ("review", "exclamation-triangle"),
        "REJECTED": ("stopped", "slash-circle"),
        "FILED_ADM": ("info", "journal-check"),
        "INVESTIGATE": ("progress", "search"),
        "DECIDED": ("review", "hammer"),
        "NO_CASE": ("stopped", "slash-circle"),
        "TRANSFERRED": ("stopped", "arrow-right"),
        "HANDED_ON": ("stopped", "arrow-right"),
        "CRIMINAL_CASE": ("progress", "search"),
        "TRANSFER_PROS": ("review", "eye"),
        "SUPPLEMENTARY": ("progress", "arrow-return-left"),
        "PROSECUTED": ("wait", "bank"),
        "NOT_PROSECUTED": ("stopped", "slash-circle"),
        "JUDGED": ("review", "hammer"),
        "APPEAL": ("wait", "arrow-up"),
        "FINAL": ("good", "file-earmark-check"),
        "WITHDRAWN": ("stopped", "x-lg"),
        "CLOSED": ("good", "check-lg"),
    },
    "correction": {
        "PROPOSED": ("wait", "pencil"),
        "CONFIRMED": ("good", "check-lg"),
        "REFUSED": ("stopped", "slash-circle"),
        "WITHDRAWN": ("stopped", "x-lg"),
    },
    "behalfstep": {
        "RECORDED": ("wait", "pencil"),
        "CONFIRMED": ("good", "check-lg"),
        "DISPUTED": ("review", "exclamation-triangle"),
    },
    "propertymeasure": {
        "IN_FORCE": ("progress", "lock"),
        "UNRELATED": ("wait", "arrow-return-left"),
        "RELEASED": ("good", "unlock"),
        "HANDED_OVER": ("good", "arrow-left-right"),
        "SETTLED": ("good", "hammer"),
        "LAPSED": ("stopped", "hourglass-split"),
    },
    "goodslot": {
        "HELD": ("progress", "lock"),
        "OFFERED": ("wait", "arrow-left-right"),
        "SPLIT": ("neutral", "diagram-3"),
        "RELEASED": ("good", "unlock"),
        "DISPOSED": ("stopped", "hammer"),
        "LOST": ("stopped", "x-lg"),
    },
    "clock": {
        "RUNNING": ("progress", "play-circle"),
        "PAUSED": ("wait", "pause-circle"),
        "STOPPED": ("neutral", "check-lg"),
    },
    "incomingpaper": {
        "KEPT": ("info", "inbox"),
        "SHARED": ("good", "share"),
        "WITHDRAWN": ("stopped", "x-lg"),
    },
    "paper": {
        "DRAFT": ("neutral", "pencil"),
        "ISSUED": ("good", "file-earmark-check"),
        "WITHDRAWN": ("stopped", "x-lg"),
    },
    "decision": {
        "OPEN": ("progress", "search"),
        "PRENOTICE": ("wait", "envelope"),
        "HEARING": ("review", "people"),
        "REVIEW": ("review", "eye"),
        "DECIDED": ("review", "hammer"),
        "SERVED": ("wait", "send-check"),
        "REMEDY": ("wait", "arrow-up"),
        "ENFORCE": ("progress", "bell"),
        "PERFORMED": ("good", "check-lg"),
        "DROPPED": ("stopped", "slash-circle"),
        "TRANSFERRED": ("stopped", "arrow-right"),
    },
    "suspect": {
        "INVESTIGATED": ("progress", "search"),
        "ARREST_REVIEW": ("review", "eye"),
        "ARREST_APPROVED": ("info", "check-circle"),
        "ARREST_RECON": ("wait", "arrow-up"),
        "UNDER_REVIEW": ("review", "eye"),
        "SUPPLEMENT": ("progress", "arrow-return-left"),
        "NONPROS_RECON": ("wait", "arrow-up"),
        "PROSECUTED": ("wait", "bank"),
        "JUDGED": ("review", "hammer"),
        "APPEAL": ("wait", "arrow-up"),
        "DROPPED": ("stopped", "slash-circle"),
        "MOVED": ("stopped", "arrow-right"),
        "NOT_PROSECUTED": ("stopped", "slash-circle"),
        "FINAL": ("good", "file-earmark-check"),
    },
    "measure": {
        "RUNNING": ("progress", "person-lock"),
        "OVER": ("wait", "exclamation-triangle"),
        "ENDED": ("neutral", "unlock"),
    },
    "referral": {
        "DRAFT_REPORT": ("neutral", "pencil"),
        "HEAD_DECISION": ("wait", "hourglass-split"),
        "REFUSED_INTERNAL": ("stopped", "slash-circle"),
        "APPROVED": ("info", "check-circle"),
        "DELIVERED": ("wait", "send"),
        "ACCEPTED": ("review", "receipt"),
        "SUPPLEMENT": ("wait", "arrow-return-left"),
        "FILED": ("good", "journal-check"),
        "NOT_FILED": ("stopped", "slash-circle"),
        "NOT_OURS": ("wait", "arrow-right"),
        "OUT_OF_SCOPE": ("stopped", "arrow-return-left"),
        "RECONSIDERATION": ("review", "arrow-up"),
        "UPHELD": ("stopped", "slash-circle"),
        "SUPERVISED": ("review", "eye"),
        "NOT_FILED_FINAL": ("stopped", "x-lg"),
        "SUGGESTED": ("wait", "send"),
        "REASONS_ASKED": ("wait", "question-circle"),
        "EXPLAINED": ("review", "reply"),
        "REASONS_STAND": ("wait", "envelope"),
        "REASONS_TOLD": ("stopped", "slash-circle"),
        "ORDERED": ("wait", "hammer"),
        "ORDER_OBEYED": ("good", "journal-check"),
        "WITHDRAWN": ("stopped", "x-lg"),
        "DRAFT": ("neutral", "pencil"),
        "SENT": ("wait", "send"),
        "IN_WORK": ("progress", "play-circle"),
        "RETURNED": ("wait", "arrow-return-left"),
        "ANSWERED": ("good", "reply"),
        "TAKEN_OVER": ("good", "inbox"),
        "DECLINED": ("stopped", "slash-circle"),
        "READ": ("good", "envelope-open"),
    },
    "task": {
        "OPEN": ("neutral", "circle"),
        "CLAIMED": ("progress", "person-check"),
        "DONE": ("good", "check-lg"),
        "DECLINED": ("stopped", "slash-circle"),
        "CANCELLED": ("stopped", "x-lg"),
    },
}


@register.simple_tag
def state(thing: Any) -> SafeString:
    """The badge of the state a thing is in."""
    return badge(thing.get_state_display(), *LOOKS[thing._meta.model_name][thing.state])
