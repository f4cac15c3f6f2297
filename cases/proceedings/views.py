"""The page of the penalty calculator (处罚裁量参考)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agencies.kernel.permissions import CASE_READER, page

from .forms import PenaltyForm
from .powers import ground_label
from .range_texts import format_cny, range_rows
from .serializers import calculate


@page(CASE_READER)
def penalty_calculator(request: HttpRequest) -> HttpResponse:
    """处罚裁量参考: reads all input from the URL and records nothing."""
    form = PenaltyForm(request.GET if "rules" in request.GET else None)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        ranges, chosen, span, judged = calculate(list(data["rules"]), form.figures, data["ground"], data["fine"])
        context |= {
            "rows": range_rows(ranges),
            "chosen": chosen,
            "ground": ground_label(data["ground"]) if data["ground"] else "",
            "span": tuple(format_cny(end) if end is not None else "" for end in span),
            "fine": data["fine"],
            "judged": judged,
        }
    return render(request, "proceedings/penalties.html", context)
