"""The media type of API responses."""

from typing import Any

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.utils.mediatypes import media_type_matches

from .problems import MEDIA_TYPE


class Negotiation(DefaultContentNegotiation):
    """Answers JSON if the caller accepts JSON, the type of problem responses, or a file type of the view.

    A view lists its file types in `files` and sends the files itself; its error responses are JSON.
    """

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> tuple[Any, str]:
        try:
            chosen: tuple[Any, str] = super().select_renderer(request, renderers, format_suffix)
            return chosen
        except NotAcceptable:
            answers = (MEDIA_TYPE, *getattr(request.parser_context["view"], "files", ()))
            accepted = self.get_accept_list(request)
            if any(media_type_matches(wanted, one) for wanted in accepted for one in answers):
                return renderers[0], renderers[0].media_type
            raise
