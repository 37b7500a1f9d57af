"""From a view that shows a map to an answer whose pictures may come from the server of the map's tiles."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .configuration import TownMap, read

View = Callable[..., HttpResponseBase]


def shows_map(view: View) -> View:
    """Let the page of `view` load the tiles; stands inside of `staff_may`, next to the function."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        source = read(TownMap).source
        if source:
            response._csp_update = {"img-src": [source]}  # type: ignore[attr-defined]
        return response

    return shown
