"""From people who are to sign to one PDF with a form for each, made at once or by a worker."""

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from admin_module import audit
from admin_module.configuration import Retention, read
from admin_module.models import User
from recipients import jobs
from recipients.models import Job, OfficeFile, Recipient, living

from . import form_pdf, numbering
from .models import ConsentForm

AT_ONCE = 50  # so many are made while the clerk waits: about two seconds
MOST = 500  # so many make one file; the next ones another
CHUNK = 50
PDF = "application/pdf"
State = Recipient.State


@dataclass(frozen=True, slots=True)
class Printed:
    """The file, the numbers of the forms in it, and how many had a letter that cannot be printed."""

    pdf: bytes
    forms: Sequence[ConsentForm]
    left_out: int = 0


def without_form(by: User) -> Iterable[int]:
    """Who waits for a signature and was never given a form to sign, the longest waiting first."""
    given = ConsentForm.objects.filter(recipient=OuterRef("pk"))
    people = living(by).filter(~Exists(given), state=State.PENDING)
    return people.order_by("pk").values_list("pk", flat=True)


def unsigned(by: User) -> Iterable[int]:
    """Everybody who waits for a signature, the longest waiting first."""
    return living(by).filter(state=State.PENDING).order_by("pk").values_list("pk", flat=True)


def among(by: User, people: Collection[int], *, unsigned_only: bool) -> list[int]:
    """Those of `people` that are this member of staff's to print for, in the order of their ids."""
    found = living(by).filter(pk__in=people).order_by("pk")
    if unsigned_only:
        found = found.filter(state=State.PENDING)
    return list(found.values_list("pk", flat=True))


def order(people: Sequence[int], *, reminding: bool, by: User, form_key: uuid.UUID) -> Job:
    """Leave the work to a worker; of more than MOST people the first ones."""
    first = people[:MOST]
    detail: dict[str, int | str] = {
        "people": ",".join(map(str, first)),
        "reminding": int(reminding),
    }
    return jobs.order(FORMS.name, detail, by=by, form_key=form_key, total=len(first))


def at_once(people: Sequence[int], *, reminding: bool, by: User) -> Printed:
    """The file for a few people; raises CannotPrint where nothing at all can be printed."""
    return _typeset(list(prepared(people, reminding=reminding, by=by)), reminding=reminding)


def prepared(people: Sequence[int], *, reminding: bool, by: User) -> Iterator[ConsentForm]:
    """The form of each person that waits for a signature, a new one where there is none.

    Each is recorded as opened for printing, in parts of CHUNK people.
    """
    for start in range(0, len(people), CHUNK):
        part = list(people[start : start + CHUNK])
        with transaction.atomic():
            forms = [
                _form_of(person, by) for person in living(by).filter(pk__in=part).order_by("pk")
            ]
            for form in forms:
                detail: dict[str, object] = {"form": form.number, "reminding": int(reminding)}
                audit.record("consent.form_printed", form.recipient, by=by, detail=detail)
        yield from forms


def _form_of(person: Recipient, by: User) -> ConsentForm:
    waiting = person.consent_forms.filter(received_at=None).order_by("-pk").first()
    return waiting or numbering.form_for(person, person.consents, by=by)


def _fresh(forms: Sequence[ConsentForm]) -> list[ConsentForm]:
    """The same rows with all that stands on them, in a handful of queries."""
    rows = ConsentForm.objects.filter(pk__in=[form.pk for form in forms]).order_by("pk")
    return list(
        rows.select_related("recipient", "text", "printed_by").prefetch_related(
            "recipient__contact_points"
        )
    )


def _typeset(forms: Sequence[ConsentForm], *, reminding: bool) -> Printed:
    rows = _fresh(forms)
    try:
        return Printed(form_pdf.render(rows, reminding=reminding), rows)
    except form_pdf.CannotPrint:
        good = [row for row in rows if form_pdf.can_print(row)]
        if not good:
            raise
        return Printed(form_pdf.render(good, reminding=reminding), good, len(rows) - len(good))


def _do(work: jobs.Work) -> OfficeFile:
    """Number the forms, then set them in type; the second step is one long call of the typesetter."""
    job = work.job
    people = [int(pk) for pk in str(job.detail["people"]).split(",")]
    reminding = bool(job.detail["reminding"])
    if job.created_by is None:
        raise jobs.Failed("nobody")
    forms: list[ConsentForm] = []
    for form in prepared(people, reminding=reminding, by=job.created_by):
        forms.append(form)
        if len(forms) % CHUNK == 0:
            work.step(len(forms) // 2)  # the other half of the time is the typesetter's
    if not forms:
        raise jobs.Failed("nobody")
    printed = _while_alive(work, forms, reminding=reminding)
    job.counts = {"forms": len(printed.forms), "left_out": printed.left_out}
    job.done = len(people)
    return OfficeFile.keep(
        BytesIO(printed.pdf),
        media_type=PDF,
        purpose=OfficeFile.Purpose.FORMS,
        created_by=job.created_by,
        expires_at=timezone.now() + timedelta(days=read(Retention).export_days),
    )


def _while_alive(work: jobs.Work, forms: Sequence[ConsentForm], *, reminding: bool) -> Printed:
    """Set in type in a thread, which needs no database, and say every second that we are alive."""

    def alive() -> None:
        work.step(len(forms) // 2)

    rows = _fresh(forms)
    with ThreadPoolExecutor(max_workers=1) as pool:
        try:
            return Printed(_made(pool, rows, alive, reminding=reminding), rows)
        except form_pdf.CannotPrint:
            good = []
            for row in rows:
                alive()
                good += [row] if form_pdf.can_print(row) else []
        if not good:
            raise jobs.Failed("glyphs")
        return Printed(_made(pool, good, alive, reminding=reminding), good, len(rows) - len(good))


def _made(
    pool: Executor, rows: Sequence[ConsentForm], alive: Callable[[], None], *, reminding: bool
) -> bytes:
    making = pool.submit(form_pdf.typeset_apart, form_pdf.sheets_of(rows, reminding=reminding))
    while True:
        try:
            return making.result(timeout=1)
        except NotYet:
            alive()


def forget_person(person: Recipient) -> None:
    """The person is being erased: a file with their form ends, and one that is being made is stopped."""
    live = Job.objects.filter(Q(state__in=Job.OPEN) | Q(result__isnull=False), kind=FORMS.name)
    for job in live.select_for_update(of=("self",)).order_by("pk"):
        if str(person.pk) not in str(job.detail["people"]).split(","):
            continue
        if job.is_open:
            job.state, job.finished_at = Job.State.CANCELLED, timezone.now()
            job.save(update_fields=["state", "finished_at"])
        elif job.result is not None:
            job.result.forget()
        audit.record("job.ended_by_erasure", job, by=None, detail={"kind": job.kind})


FORMS = jobs.Kind(
    name="form_print",
    label=_("printing of consent forms"),
    permission="consents.add_consentform",
    do=_do,
    own=True,
    things=pgettext_lazy("so many of all", "forms"),
    counts={
        "forms": _("Forms in the file"),
        "left_out": _("Left out: a character without a glyph"),
    },
    warnings=("left_out",),
    problems={
        "nobody": _("Nobody is left to print a form for."),
        "glyphs": _("No form can be printed: names hold characters without a glyph."),
    },
    result=_("Download the forms to print"),
    stays=_("Forms that were numbered stay; they can be printed again."),
    page="form-batch",
)
