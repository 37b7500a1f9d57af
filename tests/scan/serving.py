"""From the panel to the one that is scanned: whatever ends the scanner's own session is not called.

wapiti 3.0.4 cannot leave addresses out (its --exclude fails under Python 3.11), so it is done here.
"""

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from icp.wsgi import application as icp

ANSWERED = Path(os.environ["SCAN_ANSWERED"])  # which addresses gave a page: that it got inside
ENDING = re.compile(r"^/(wyloguj|konto/sesje|pracownicy/\d+/(wyloguj|zablokuj|drugi-skladnik))")


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The WSGI application; 405 for POST to what signs somebody out."""
    if environ["REQUEST_METHOD"] == "POST" and ENDING.match(environ["PATH_INFO"]):
        start_response("405 Method Not Allowed", [("Content-Length", "0")])
        return [b""]

    def noted(status: str, *rest: Any) -> Any:
        with ANSWERED.open("a", encoding="utf-8") as lines:
            lines.write(f"{status[:3]} {environ['PATH_INFO']!r}\n")
        return start_response(status, *rest)

    return icp(environ, noted)
