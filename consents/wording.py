"""From new words of the consent to a version of its own; forms printed before keep theirs."""

from collections.abc import Mapping
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Count, Max
from django.utils import timezone

from admin_module import audit
from admin_module.models import User

from .models import Consent, ConsentText


class SameVersion(Exception):
    """Somebody saved a version at the same moment."""


def add_text(
    statement: str,
    privacy_notice: str,
    valid_from: date,
    own_words: Mapping[str, str] | None = None,
    *,
    by: User,
) -> ConsentText:
    """Save the next version of the words; raises SameVersion where two were saved at once."""
    own = dict(own_words or {})
    try:
        with transaction.atomic():
            last = ConsentText.objects.aggregate(last=Max("version"))["last"] or 0
            text = ConsentText.objects.create(
                version=last + 1,
                statement=statement,
                privacy_notice=privacy_notice,
                own_words=own,
                valid_from=valid_from,
            )
            audit.record(
                "consent_text.added",
                text,
                by=by,
                detail={"version": text.version, "valid_from": valid_from},
                states=(None, [statement, privacy_notice, own]),
            )
    except IntegrityError as error:
        raise SameVersion from error
    return text


def versions() -> list[tuple[ConsentText, int, bool]]:
    """Every version, the newest first: how many forms were printed with it, and whether it holds."""
    texts = list(ConsentText.objects.annotate(printed=Count("forms")))
    now = ConsentText.objects.valid_on(timezone.localdate()).first()
    return [(text, text.printed, text == now) for text in texts]


def acts_by_version(topic_id: int) -> list[tuple[int, int]]:
    """How often people said yes to a topic in the words of each version: (version, times)."""
    yes = Consent.objects.filter(topic=topic_id, act=Consent.Act.GRANT)
    found = yes.values_list("text__version").annotate(times=Count("pk")).order_by("-text__version")
    return [(version, times) for version, times in found]
