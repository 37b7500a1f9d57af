"""What everybody sees: words looked at, photos let out, parts of them covered for good."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from admin_module.models import AuditEntry, User
from reports.models import Report, ReportPhoto, Visibility
from reports.pictures import photos
from reports.steps import publishing

from . import desk_things

pytestmark = pytest.mark.django_db


def at(report: Report, more: str = "widocznosc/") -> str:
    return f"/zgloszenia/{report.pk}/{more}"


def test_the_queue_leads_from_one_to_the_next(desk: Client, user: User) -> None:
    assert "Nic nie czeka" in desk.get("/zgloszenia/moderacja/").content.decode()
    one, two = desk_things.report(by=user), desk_things.report(by=user)
    page = desk.get("/zgloszenia/moderacja/").content.decode()
    assert page.count("?queue=1") == 4  # two links each
    data = {"version": one.version, "text": "Dziura przed szkołą.", "show": "1"}
    assert desk.post(at(one) + "?queue=1", data)["Location"] == at(two) + "?queue=1"
    data = {"version": two.version, "text": "", "private": "1"}
    assert desk.post(at(two) + "?queue=1", data)["Location"] == "/zgloszenia/moderacja/"
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.visibility, two.visibility) == (Visibility.PUBLIC, Visibility.PRIVATE)


def test_the_public_words_change_and_the_reporters_stay(desk: Client, user: User) -> None:
    report = desk_things.report(
        by=user, description="Pan Nowak, tel. 600 700 800, zastawia chodnik"
    )
    page = desk.get(at(report)).content.decode()
    assert "Te słowa wyglądają" in page
    data = {"version": report.version, "text": "Samochód zastawia chodnik", "show": "1"}
    assert desk.post(at(report), data).status_code == 302
    report.refresh_from_db()
    assert report.public_text == "Samochód zastawia chodnik"
    assert report.details.description.startswith("Pan Nowak")
    data = {"version": report.version, "text": "x", "hide": "1"}
    assert desk.post(at(report), data).status_code == 302
    assert not Report.objects.public().exists()


def test_a_decision_over_somebody_elses_is_a_conflict(desk: Client, user: User) -> None:
    report = desk_things.report(by=user)
    seen = report.version
    publishing.hide(report, by=desk_things.handler(last_name="Druga"), version=seen)
    answer = desk.post(at(report), {"version": seen, "text": "Moje słowa", "show": "1"})
    assert answer.status_code == 409
    assert "Moje słowa" in answer.content.decode()
    report.refresh_from_db()
    assert report.visibility == Visibility.HIDDEN


def drawn(colour: str) -> SimpleUploadedFile:
    """A photo whose middle has this colour, all else alike."""
    picture = Image.new("RGB", (320, 240), "#8a9")
    picture.paste(Image.new("RGB", (32, 32), colour), (144, 96))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return SimpleUploadedFile("zdjecie.png", out.getvalue())


def test_a_covered_copy_holds_nothing_of_what_was_under_the_box(desk: Client, user: User) -> None:
    """Two photos that differ under the box only have the very same copy."""
    box = {"box-0-left": "120", "box-0-top": "72", "box-0-width": "80", "box-0-height": "80"}
    copies = []
    for colour in ("red", "blue"):
        photo = photos.keep(drawn(colour), user=user)
        report = desk_things.report(by=user, photos=(photo.uid,))
        page = at(report, f"zdjecia/{photo.uid}/zaslon/")
        before = photos.content(photo)
        assert desk.get(page).status_code == 200
        assert desk.post(page, box).status_code == 302
        photo.refresh_from_db()
        assert photos.content(photo) == before
        copies.append(photos.content(photo.redacted) + photos.content(photo.redacted, small=True))
    assert before not in copies
    assert copies[0] == copies[1]
    # Covered anew, the copy before it is gone; the photo stays hidden until somebody lets it out.
    more = box | {"box-1-left": "0", "box-1-top": "0", "box-1-width": "5", "box-1-height": "5"}
    assert desk.post(page, more).status_code == 302
    assert ReportPhoto.objects.filter(redacts=photo).count() == 1
    assert photo.visibility == ReportPhoto.Visibility.PRIVATE
    entry = AuditEntry.objects.filter(action="report.photo_redacted").latest("pk")
    assert entry.detail == {"photo": photo.pk, "boxes": 2}


@pytest.mark.parametrize(
    "box",
    [
        {},
        {"box-0-left": "a", "box-0-top": "1", "box-0-width": "1", "box-0-height": "1"},
        {"box-0-left": "5"},
        {"box-0-left": "1e999", "box-0-top": "1", "box-0-width": "1", "box-0-height": "1"},
        {"box-0-left": "99999", "box-0-top": "1", "box-0-width": "1", "box-0-height": "1"},
        {"box-0-left": "5", "box-0-top": "5", "box-0-width": "-3", "box-0-height": "4"},
    ],
)
def test_boxes_that_cover_nothing_are_refused(
    desk: Client, user: User, box: dict[str, str]
) -> None:
    report = desk_things.report(by=user, photos=(desk_things.photo(user),))
    [photo] = ReportPhoto.objects.all()
    assert desk.post(at(report, f"zdjecia/{photo.uid}/zaslon/"), box).status_code == 422
    assert ReportPhoto.objects.count() == 1


def test_a_photo_is_let_out_and_taken_back(desk: Client, user: User, client: Client) -> None:
    report = desk_things.report(by=user, photos=(desk_things.photo(user),))
    [photo] = ReportPhoto.objects.all()
    publishing.show(report, by=user, version=report.version, text="Dziura")
    outside = Client()
    public = f"/zgloszenia/publiczne/zdjecia/{photo.uid}/"
    assert outside.get(public).status_code == 404
    box = {"box-0-left": "0", "box-0-top": "0", "box-0-width": "9", "box-0-height": "9"}
    desk.post(at(report, f"zdjecia/{photo.uid}/zaslon/"), box)
    desk.post(at(report, f"zdjecia/{photo.uid}/"))
    photo.refresh_from_db()
    assert outside.get(public).content == photos.content(photo.redacted)
    # Without its covering it is nobody's to see any more.
    desk.post(at(report, f"zdjecia/{photo.uid}/odslon/"))
    assert outside.get(public).status_code == 404
    desk.post(at(report, f"zdjecia/{photo.uid}/"))
    desk.post(at(report, f"zdjecia/{photo.uid}/"), {"hide": "1"})
    assert outside.get(public).status_code == 404


def test_photos_of_another_report_are_not_there(desk: Client, user: User) -> None:
    report = desk_things.report(by=user, photos=(desk_things.photo(user),))
    other = desk_things.report(by=user)
    [photo] = ReportPhoto.objects.all()
    for more in ("", "zaslon/", "odslon/"):
        assert desk.post(at(other, f"zdjecia/{photo.uid}/{more}")).status_code == 404
    assert desk.get(at(report, f"zdjecia/{photo.uid}/zaslon/")).status_code == 200
