"""The page of the penalty help (处罚裁量参考)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agencies.kernel.permissions import CASE_READER, page

from ..forms import PenaltyForm
from ..penalties import Ground
from ..range_texts import format_cny, range_rows
from ..serializers import calculate


@page(CASE_READER)
def penalty_calculator(request: HttpRequest) -> HttpResponse:
    """处罚裁量参考: reads everything from the URL and records nothing."""
    form = PenaltyForm(request.GET if "rules" in request.GET else None)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        ranges, chosen, span, judged = calculate(
            list(told["rules"]), form.figures, told["ground"], told["fine"]
        )  # fmt: skip
        context |= {
            "rows": range_rows(ranges),
            "chosen": chosen,
            "ground": dict(Ground.choices).get(told["ground"], ""),
            "span": tuple(format_cny(end) if end is not None else "" for end in span),
            "fine": told["fine"],
            "judged": judged,
        }
    return render(request, "proceedings/penalties.html", context)
