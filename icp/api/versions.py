"""From the version a client says it has to "update the app", and from an endpoint that goes to a date.

A client may introduce itself: `ICP-Client: web/1.2.0`. Below the least version of the office's settings it gets 426.
Endpoints that will go say since when (RFC 9745, Deprecation) and until when (RFC 8594, Sunset).
"""

import re
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.http import http_date

from admin_module import configuration

from .problems import Problem

HEADER = "ICP-Client"
API_VERSION = "1.0.0"
_CLIENT = re.compile(r"([a-z]{2,16})/(\d{1,5}(?:\.\d{1,5}){0,2})")
Numbers = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Retiring:
    """When an endpoint was called old, when it stops answering, and the page about what to use instead."""

    since: datetime
    until: datetime | None = None
    link: str = ""

    def headers(self) -> dict[str, str]:
        said = {"Deprecation": f"@{int(self.since.timestamp())}"}
        if self.until is not None:
            said["Sunset"] = http_date(self.until.timestamp())
        if self.link:
            said["Link"] = f'<{self.link}>; rel="deprecation"; type="text/html"'
        return said


def check(request: HttpRequest) -> None:
    """Raise Problem client-too-old below the least version of its platform; unknown platforms pass."""
    said = request.headers.get(HEADER)
    if said is None:
        return
    found = _CLIENT.fullmatch(said)
    if found is None:
        raise Problem("client-header")
    least = least_versions().get(found[1], "")
    if least and numbers(found[2]) < numbers(least):
        raise Problem("client-too-old", more={"min_client_version": least})


def least_versions() -> dict[str, str]:
    """By platform; platforms that the office set nothing for are left out."""
    section = configuration.read(configuration.ResidentApps)
    least = {"web": section.least_web, "android": section.least_android, "ios": section.least_ios}
    return {platform: version for platform, version in least.items() if version}


def numbers(version: str) -> Numbers:
    """1.2 and 1.2.0 are the same version: three numbers, missing ones are 0."""
    parts = [int(part) for part in version.split(".")]
    return tuple(parts + [0] * (3 - len(parts)))
