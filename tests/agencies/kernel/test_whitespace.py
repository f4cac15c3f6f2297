"""Templates lose indentation and lines with only a tag, but never the space between words."""

import re
from pathlib import Path

from agencies.kernel.whitespace import lean


def test_indentation_and_lines_that_hold_only_a_tag_are_gone():
    source = "<ul>\n  {% for one in many %}\n  <li>\n    {{ one }}</li>\n\n  {% endfor %}\n</ul>\n"
    assert lean(source) == "<ul>\n{% for one in many %}<li>\n{{ one }}</li>\n{% endfor %}</ul>\n"


def test_words_on_two_lines_remain_two_words():
    assert lean("one\n{% if x %}\ntwo\n{% endif %}\nthree") == "one\n{% if x %}two\n{% endif %}three"
    assert lean("{% if x %}one{% else %}two{% endif %}\nthree") == "{% if x %}one{% else %}two{% endif %}\nthree"
    assert lean("{% endif %}{% if x %}\nthree") == "{% endif %}{% if x %}three"
    assert lean('{% icon "x" %}\nword') == '{% icon "x" %}\nword'


def test_no_page_loses_significant_spaces():
    root = Path(__file__).parents[3]
    # Only the project's own templates, not those installed under `.venv`.
    folders = ("templates", *(f"{package}/**/templates" for package in ("agencies", "cases", "coordination")))
    pages = [page for folder in folders for page in root.glob(f"{folder}/**/*.html")]
    assert len(pages) > 50
    changed = []
    for page in pages:
        source = page.read_text(encoding="utf-8")
        kept = [found[0] for found in re.finditer(r"<(pre|textarea)\b.*?</\1>", source, re.DOTALL)]
        assert len(kept) == len(re.findall(r"<(?:pre|textarea)\b", source)), f"{page.name}: close it where it is opened"
        changed += [page.name for text in kept if text not in lean(source)]
    assert changed == []
