"""What the endpoints of reports refuse with; from what the steps raise to problems."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext_lazy as _

from icp.api.problems import PROBLEMS, Kind, Problem
from icp.uploads import UploadRefused
from reports.intake.questions import BadAnswers, Stopped
from reports.models import ReportCategory
from reports.pictures.photos import UnknownPhotos
from reports.steps.guards import NotAllowed
from reports.steps.recording import Stale
from reports.steps.submitting import Refused

PROBLEMS |= {
    "not-a-report": Kind(
        422,
        _("This is not reported here"),
        _(
            "Show the person the words of this answer; where they name a number, it is to be called."
        ),
    ),
    "move-not-allowed": Kind(
        409,
        _("This is not possible with the report any more"),
        _("Fetch the report again: its list of actions says what is possible."),
    ),
}
REFUSES = ("invalid", "move-not-allowed", "not-found", "precondition-failed")
# Where the fields of a new report stand in the body of a request.
POINTERS = {"photos": "upload_ids", "place": "lat"}
STATUS_OF_UPLOADS = {"too_large": "too-large", "not_a_photo": "media-type"}
AN_HOUR = "3600"


@contextmanager
def as_problems(category: ReportCategory | None = None, language: str = "pl") -> Iterator[None]:
    """Steps raise; apps read problems."""
    try:
        yield
    except Stopped as stopped:
        raise _stopped(stopped, category, language) from None
    except BadAnswers as bad:
        raise Problem(
            "invalid", errors=[_at(f"answers/{c}", w) for c, w in bad.errors.items()]
        ) from None
    except Refused as refused:
        raise _refused(refused) from None
    except UnknownPhotos:
        words = _("These photos are not here (any more). Send them again.")
        raise Problem("invalid", errors=[_at("upload_ids", words, "unknown")]) from None
    except NotAllowed as not_allowed:
        raise Problem("move-not-allowed", detail=str(not_allowed)) from None
    except Stale:
        raise Problem("precondition-failed") from None


def _stopped(stopped: Stopped, category: ReportCategory | None, language: str) -> Problem:
    choice = stopped.choice
    words = category.said(choice.stop, language) if category else choice.stop
    error = _at(f"answers/{stopped.question.code}", words, "stop")
    return Problem("not-a-report", detail=words, errors=[error], more={"call": choice.call})


def _refused(refused: Refused) -> Problem:
    if refused.code == "too_many_today":
        return Problem("too-many-requests", detail=str(refused), headers={"Retry-After": AN_HOUR})
    pointer = POINTERS.get(refused.field, refused.field)
    return Problem("invalid", errors=[_at(pointer, str(refused), refused.code)])


def of_upload(refused: UploadRefused) -> Problem:
    """413 where the file is too large, 415 where it is no photo, else 422."""
    slug = STATUS_OF_UPLOADS.get(str(refused.code), "invalid")
    return Problem(slug, detail=str(refused), errors=[_at("file", str(refused), str(refused.code))])


def _at(pointer: str, words: Any, code: str = "invalid") -> dict[str, Any]:
    return {"pointer": f"#/{pointer}" if pointer else "#", "detail": words, "code": code}
