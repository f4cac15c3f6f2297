"""Page components: `{% load civic %}`. Usage is in docs/look.md."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from django import forms, template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator, slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agencies.kernel.action_fields import ActionForm
from agencies.kernel.counting import format_count
from agencies.kernel.facets import FacetChoice
from agencies.kernel.named_fields import NamedField, Offer
from coordination.site.choosing import MANY, Chooser, chosen_from, found_by
from coordination.workspace import deadlines
from coordination.workspace.form_drafts.kept import NOT_KEPT

register = template.Library()

SPRITE = "vendor/icons.svg"
TONES = {"neutral", "info", "progress", "wait", "review", "good", "stopped"}
LEVELS = {
    "critical": "exclamation-triangle-fill",
    "high": "exclamation-triangle",
    "medium": "dash-circle",
    "low": "circle",
}
DEADLINE_ICONS = {"overdue": "exclamation-circle-fill", "soon": "clock", "past": "exclamation-circle"}


@cache
def known_icons() -> frozenset[str]:
    path = Path(__file__).resolve().parents[1] / "static" / SPRITE
    return frozenset(re.findall(r'<symbol id="([^"]+)"', path.read_text(encoding="utf-8")))


@register.simple_tag
def sheet() -> SafeString:
    """Id of this empty form, for detecting repeated submission: see agencies.idempotency."""
    return format_html('<input type="hidden" name="sheet" value="{}">', uuid4().hex)


@register.simple_tag
def drafted() -> SafeString:
    """Within a form: enables draft saving (`drafts.js`), with the message if it fails.

    `{% formfields %}` includes it.
    """
    lost = _("Your input cannot be saved now: there is no connection, or you are signed out. Do not close this page.")
    return format_html('<span hidden data-draft="{}"></span>', lost)


def takes_words(form: Any, route: str) -> bool:
    """Whether the form has longer text fields and its drafts may be kept."""
    if not getattr(form, "is_kept", True) or route in NOT_KEPT:
        return False
    return isinstance(form, ActionForm) or any(isinstance(one.widget, forms.Textarea) for one in form.fields.values())


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon; give a label only if it stands alone."""
    if name not in known_icons():
        raise ValueError(f"no icon {name!r} in the sprite; see docs/look.md on how to add one")
    href = f"{_sprite()}#{name}"
    if label:
        return format_html('<svg role="img" aria-label="{}"><use href="{}"></use></svg>', label, href)
    return _picture(href)


@cache
def _sprite() -> str:
    return static(SPRITE)


@cache
def _picture(href: str) -> SafeString:
    """Cached, because a list has a hundred of them."""
    return format_html('<svg aria-hidden="true"><use href="{}"/></svg>', href)


@register.simple_tag
def badge(label: str, tone: str = "neutral", icon_name: str = "") -> SafeString:
    """A state: outlined, with icon and label."""
    if tone not in TONES:
        raise ValueError(f"no tone {tone!r}")
    return _badge(str(label), tone, icon_name)


# Typed cache: safe strings must not be confused with equal unsafe strings.
@lru_cache(maxsize=2_000, typed=True)
def _badge(label: str, tone: str, icon_name: str) -> SafeString:
    """Cached like `_picture`: there are about a hundred states, one in each row of a list."""
    picture = icon(icon_name) if icon_name else ""
    return format_html('<span class="cv-badge-{}">{}{}</span>', tone, picture, label)


# Detects the language. A single Latin word, a code or a number has none.
HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
LATIN = re.compile("[A-Za-z]{3,}.*[A-Za-z]{3,}", re.DOTALL)


@register.filter
def lang(words: Any) -> SafeString:
    """` lang="…"` for text in another language than the page: `<h1{{ case.title|lang }}>`; otherwise nothing.

    Screen readers and hyphenation use it (WCAG 3.1.2). A single Latin word, a code or a number has no language.
    """
    text, page = str(words or ""), get_language() or "zh-hans"
    if HAN.search(text):
        return mark_safe("") if page.startswith("zh") else mark_safe(' lang="zh-Hans"')
    return mark_safe(' lang="en"') if page.startswith("zh") and LATIN.search(text) else mark_safe("")


@register.filter
def with_lang(words: Any) -> SafeString:
    """Text written by a person, with its language marked if different: `{{ party.name|with_lang }}`."""
    mark = lang(words)
    return format_html("<span{}>{}</span>", mark, words) if mark else conditional_escape(words)


CLAMPED = 400  # characters of a text that are shown at once


@register.filter
def clamped(words: Any) -> SafeString:
    """A text written by a person in paragraphs; a long one is opened by "more": `{{ case.summary|clamped }}`."""
    text = str(words or "")
    paragraphs = mark_safe(linebreaks(text, autoescape=True))  # noqa: S308 - escaped just here
    whole = format_html("<div{}>{}</div>", lang(text), paragraphs)
    if len(text) <= CLAMPED + CLAMPED // 4:
        return whole
    start = Truncator(text).chars(CLAMPED)
    opened = format_html(
        '<span class="cv-clamp-start"{}>{}</span> <span class="cv-link">{}</span>', lang(text), start, _("more")
    )
    return format_html('<details class="cv-clamp"><summary>{}</summary>{}</details>', opened, whole)


@register.filter
def span_until(start: datetime, end: datetime) -> str:
    """A duration in words: “2 d 3 h”."""
    return deadlines.span(end - start)


@register.filter
def counted(count: int) -> str:
    """A limited count (`agencies.kernel.counting`): “1,000+”."""
    return format_count(count)


@register.simple_tag
def severity(level: str, label: str) -> SafeString:
    return _level(level, str(label))


@lru_cache(maxsize=100, typed=True)
def _level(level: str, label: str) -> SafeString:
    return format_html('<span class="cv-level-{}">{}{}</span>', level, icon(LEVELS[level]), label)


@register.simple_tag
def agency(shown_agency: Any) -> SafeString:
    """The agency's name with the colour of its line of authority."""
    return _agency("antismuggling" if shown_agency.is_antismuggling else shown_agency.line, str(shown_agency.name))


@lru_cache(maxsize=1_000, typed=True)
def _agency(colour: str, name: str) -> SafeString:
    return format_html('<span class="cv-agency-{}">{}</span>', colour, name)


@register.simple_tag
def when(moment: datetime | None, precision: str = "minute") -> SafeString:
    """A time in Shanghai, with the known precision: minute | day | unknown."""
    if moment is None or precision == "unknown":
        return format_html('<span class="cv-muted">{}</span>', _("time unknown"))
    return _written(moment, "%Y-%m-%d" if precision == "day" else "%Y-%m-%d %H:%M")


@lru_cache(maxsize=10_000)
def _written(moment: datetime, form: str) -> SafeString:
    return format_html("<time>{}</time>", timezone.localtime(moment).strftime(form))


# Built here instead of in a template: a list has one in each row, and they dominate its size and time.
@register.simple_tag
def deadline(
    due_at: datetime | None,
    kind: str = "duty",
    breach_at: datetime | None = None,
    started_at: datetime | None = None,
    provisional: bool = False,
    now: datetime | None = None,
) -> SafeString:
    """Time left or overdue, elapsed share if the start is known, and the date; both dates if two readings of the law
    differ."""
    if due_at is None:
        return format_html('<span class="cv-muted">{}</span>', "–")
    words = deadlines.describe(due_at, kind, breach_at=breach_at, started_at=started_at, now=now)
    picture = icon(DEADLINE_ICONS[words.tone]) if words.tone in DEADLINE_ICONS else ""
    meter = "" if words.elapsed is None else _meter(words.elapsed, _("Elapsed share of the period"))
    lenient = format_html(" / {}", when(breach_at)) if breach_at and breach_at != due_at else ""
    moves = _provisional() if provisional else ""
    dates = format_html("<small>{}{}{}</small>", when(due_at), lenient, moves) if lenient or moves else when(due_at)
    return format_html(
        '<span class="cv-deadline-{}"><span>{}{}</span>{}{}</span>', words.tone, picture, words.text, meter, dates
    )


@lru_cache(maxsize=1_000, typed=True)
def _meter(elapsed: int, label: str) -> SafeString:
    return format_html('<progress class="cv-meter" max="100" value="{}" aria-label="{}"></progress>', elapsed, label)


def _provisional() -> SafeString:
    why = _("The working days of that year are not published yet; the date may move.")
    return format_html(' <abbr title="{}">{}</abbr>', why, _("provisional"))


@register.simple_tag
def clock(running: Any, now: datetime | None = None) -> SafeString:
    """Deadline of a running `cases.clocks.models.Clock`; says so if it is suspended."""
    if running.due_at is None and running.is_paused:
        return badge(_("Paused"), "wait", "pause-circle")
    return deadline(
        running.due_at,
        running.rule.kind,
        breach_at=running.breach_at,
        started_at=running.started_at,
        provisional=running.provisional,
        now=now,
    )


@register.simple_tag
def deadline_words(running: Any) -> SafeString:
    """The time left of a `cases.clocks.models.Clock` in words alone, where the date stands beside it."""
    words = deadlines.describe(running.due_at, running.rule.kind, breach_at=running.breach_at)
    picture = icon(DEADLINE_ICONS[words.tone]) if words.tone in DEADLINE_ICONS else ""
    return format_html('<span class="cv-left-{}">{} {}</span>', words.tone, picture, words.text)


@register.inclusion_tag("components/empty_state.html")
def empty_state(
    title: str, text: str = "", action_url: str = "", action_label: str = "", icon_name: str = "inbox"
) -> dict[str, Any]:
    """Explains an empty list (nothing yet, no match, no permission) and offers one step."""
    return {
        "title": title,
        "text": text,
        "action_url": action_url,
        "action_label": action_label,
        "icon_name": icon_name,
    }


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: template.Context, page: Any) -> dict[str, Any]:
    """Previous and next links of a keyset page (`agencies.kernel.paging.Page`), keeping all filters."""
    return {"page": page, "request": context["request"]}


@register.simple_tag
def headings(*labels: str, numbers: int = 0) -> SafeString:
    """The head of a table that is not sorted. The last `numbers` columns hold figures."""
    words = labels[: len(labels) - numbers]
    return format_html(
        "<thead><tr>{}{}</tr></thead>",
        format_html_join("", '<th scope="col">{}</th>', ((label,) for label in words)),
        format_html_join("", '<th scope="col" class="cv-num">{}</th>', ((label,) for label in labels[len(words) :])),
    )


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(context: template.Context, label: str, key: str, sort: str, number: bool = False) -> dict[str, Any]:
    """A sortable column heading. `sort` is the present sort, such as "-due_at"."""
    direction = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
    return {
        "request": context["request"],
        "label": label,
        "direction": direction,
        "icon_name": {"ascending": "arrow-up", "descending": "arrow-down"}.get(direction, "chevron-expand"),
        "next_sort": f"-{key}" if direction == "ascending" else key,
        "number": number,
    }


@register.inclusion_tag("components/field.html")
def field(bound: forms.BoundField) -> dict[str, Any]:
    """A form field: label, control, help, errors. Django writes aria-describedby and aria-invalid.

    Among many things, a person chooses by typing (`choose.js`).
    """
    # A list that several fields of a page share is on the page once, and the field names it.
    offers = bound.field.offers if type(bound.field) is NamedField and "list" not in bound.field.widget.attrs else []
    if offers:
        bound.field.widget.attrs["list"] = f"{bound.auto_id}-offers"
    widget = chosen_from(bound)
    filtered = bound.auto_id if getattr(widget, "words", None) and not isinstance(widget, Chooser) else ""
    return {
        "field": bound,
        "is_check": isinstance(widget, forms.CheckboxInput),
        "is_empty": isinstance(bound.field, forms.MultipleChoiceField) and not bound.field.choices,
        "offers": offers,
        "offers_id": widget.attrs.get("list", ""),
        "filtered": filtered,
    }


@register.inclusion_tag("components/offers.html")
def offers(name: str, options: Sequence[Offer]) -> dict[str, Any]:
    """The list of a text field, by its id: `{% offers "countries" options %}`."""
    return {"name": name, "options": options}


FOLDED = ("happened_at", "paper")  # asked only about acts that happened earlier


@register.inclusion_tag("components/formfields.html", takes_context=True)
def formfields(context: template.Context, form: forms.BaseForm) -> dict[str, Any]:
    """A form without <form> and buttons: error summary, hidden fields, fields. The optional time of an earlier act and
    its paper are folded.

    Drafts are saved, unless the form or its route opts out (`unsent.NOT_KEPT`).
    """
    route = getattr(context.get("request"), "resolver_match", None)
    is_kept = takes_words(form, route.url_name if route else "")
    shown = form.visible_fields()
    folded = [bound for bound in shown if bound.name in FOLDED and not bound.field.required]
    return {
        "form": form,
        "is_kept": is_kept,
        "only_asks": getattr(context.get("request"), "method", "") == "GET",
        "wrong": [bound for bound in shown if bound.errors],
        "fields": [bound for bound in shown if bound not in folded],
        "folded": folded,
        "opened": any(bound.errors or bound.value() for bound in folded),
    }


@register.inclusion_tag("components/verbs.html")
def verbs(buttons: Sequence[Any]) -> dict[str, Any]:
    """Actions open to the reader (`agencies.kernel.resource.Button`), each linking to its page."""
    return {"buttons": buttons}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Sequence[Mapping[str, Any]], label: str = "") -> dict[str, Any]:
    return {"items": items, "label": label or _("Parts of this page")}


@register.inclusion_tag("components/chips.html")
def chips(items: Sequence[Mapping[str, Any]], label: str = "") -> dict[str, Any]:
    return {"items": items, "label": label or _("By state")}


@register.inclusion_tag("components/facet.html")
def facet(title: str, items: Sequence[FacetChoice]) -> dict[str, Any]:
    """A filter of a rail, as links. `choose.js` shows the first of many and finds the others by typing."""
    if len(items) <= MANY:
        return {"title": title, "choices": [(one, "") for one in items]}
    words = found_by([(one.value, one.label) for one in items])
    choices = [(one, words.get(one.value, "")) for one in items]
    return {"title": title, "choices": choices, "typed": f"facet-{slugify(title, allow_unicode=True)}", "shown": MANY}


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Sequence[Any]) -> dict[str, Any]:
    return {"entries": entries}


@register.inclusion_tag("components/path.html")
def path(steps: Sequence[Any], label: str = "") -> dict[str, Any]:
    """Who had it: agency, state and start, from left to right."""
    return {"steps": steps, "label": label or _("Handling agency")}


@register.simple_block_tag
def panel(content: SafeString, title: str = "", key: str = "", flush: bool = False, kind: str = "") -> SafeString:
    """A framed part of the page. `key` makes its heading linkable, `flush` removes padding for tables."""
    body = "cv-panel-flush" if flush else "cv-panel-body"
    frame = "cv-panel cv-panel-next" if kind == "next" else "cv-panel"
    if not title:
        return format_html('<section class="{}"><div class="{}">{}</div></section>', frame, body, content)
    heading = format_html(' id="{}"', key) if key else ""
    return format_html(
        '<section class="{}"{}><div class="cv-panel-head"><h2>{}</h2></div><div class="{}">{}</div></section>',
        frame,
        heading,
        with_lang(title),
        body,
        content,
    )


@register.simple_block_tag
def rail(content: SafeString, title: str, clear_url: str = "") -> SafeString:
    """The left rail, a drawer below 1000 px. For the block `aside`."""
    clear = format_html('<a href="{}">{}</a>', clear_url, _("Clear")) if clear_url else ""
    return format_html(
        '<details class="cv-rail"><summary>{}{}</summary>'
        '<div class="cv-rail-head"><h2>{}</h2>{}</div><div class="cv-rail-body">{}</div></details>',
        icon("funnel"),
        title,
        title,
        clear,
        content,
    )
