"""The desk of signed forms in a real browser: a reader that types, a camera, scans that tell their number."""

import base64
import io
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from consents import archive, form_pdf, granting, wording
from consents.models import Consent, ConsentForm, Scan
from icp import uploads
from recipients.models import Recipient
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# A camera that sees one picture: headless browsers have none of their own.
CAMERA = """
bytes => {
  navigator.mediaDevices.getUserMedia = async () => {
    const raw = Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([raw], { type: "image/png" }));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [picture.width, picture.height];
    const draw = () => canvas.getContext("2d").drawImage(picture, 0, 0);
    setInterval(draw, 50);
    draw();
    return canvas.captureStream(10);
  };
}
"""


@pytest.fixture
def desk(page: Page, live_server: LiveServer, sign_in: SignIn) -> Page:
    make.consent_text()
    make.topic("Przerwy w dostawach")
    sign_in(make.staff("recipients_clerk", "data_protection_officer"))
    page.set_default_timeout(30_000)
    return page


def paper() -> ConsentForm:
    return make.form(make.recipient(active=False))


def scan_of(form: ConsentForm) -> bytes:
    """The first page as a scanner gives it."""
    row = ConsentForm.objects.select_related("recipient", "text", "printed_by").get(pk=form.pk)
    return form_pdf.render_pictures([row], ppi=110)[0]


def test_a_reader_types_a_number_wherever_the_focus_is_and_the_next_follows(
    desk: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    first, second = paper(), paper()
    scans = {form.number: tmp_path / f"{form.number}.png" for form in (first, second)}
    for form in (first, second):
        scans[form.number].write_bytes(scan_of(form))
    desk.goto(f"{live_server.url}/zgody/podpisane/")
    expect(desk.locator("#number")).to_be_focused()
    check_page(desk, "form-desk")
    desk.get_by_role("link", name="Drukuj formularze").focus()
    desk.keyboard.type(first.number)
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_contain_text(first.number)
    desk.set_input_files("#id_scan", scans[second.number])
    expect(desk.locator("[data-scan-other]")).to_contain_text(second.number)
    desk.set_input_files("#id_scan", scans[first.number])
    expect(desk.locator("[data-scan-same]")).to_be_visible()
    expect(desk.locator("[data-scan-other]")).to_be_hidden()
    check_page(desk, "form-receive")
    desk.locator("main form .button-primary").click()
    expect(desk).to_have_url(f"{live_server.url}/zgody/podpisane/")
    expect(desk.locator("#number")).to_be_focused()
    assert Recipient.objects.get(pk=first.recipient_id).state == Recipient.State.ACTIVE
    scan = Scan.objects.get()
    assert Image.open(io.BytesIO(scan.read())).format == "JPEG"
    desk.goto(f"{live_server.url}/zgody/skan/{scan.pk}/")
    picture = desk.locator("img.sheet-picture")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 500
    check_page(desk, "scan-page")
    desk.goto(f"{live_server.url}/zgody/skan/{scan.pk}/wymiana/")
    check_page(desk, "scan-replace")


def test_the_camera_reads_the_code_and_opens_the_form(desk: Page, live_server: LiveServer) -> None:
    form = paper()
    desk.goto(f"{live_server.url}/zgody/podpisane/")
    desk.evaluate(CAMERA, base64.b64encode(scan_of(form)).decode())
    desk.get_by_role("button", name="Użyj kamery").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text(form.number)


def test_a_wrong_number_and_a_refused_camera_get_a_sentence(
    desk: Page, live_server: LiveServer
) -> None:
    desk.goto(f"{live_server.url}/zgody/podpisane/")
    desk.evaluate("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(); }")
    desk.get_by_role("button", name="Użyj kamery").click()
    expect(desk.locator("[data-camera-refused]")).to_be_visible()


def test_the_register_its_numbers_and_the_lists_are_accessible(
    desk: Page, live_server: LiveServer
) -> None:
    person = make.recipient(topics=(make.topic("Przerwy w dostawach"), make.topic("Kultura")))
    clerk = make.clerk()
    granting.withdraw_all(person, "sms", how="phone", by=clerk)
    form = ConsentForm.objects.get(recipient=person)
    archive.keep(form, uploads.Sheet(b"%PDF-1.7", uploads.PDF), by=clerk)
    late, unscanned = paper(), ConsentForm.objects.get(recipient=make.recipient())
    ConsentForm.objects.filter(pk=late.pk).update(printed_at="2026-01-02T10:00Z")
    act = Consent.objects.latest("pk")
    for address, name in (
        ("", "consent-register"),
        (f"dowod/{act.pk}/", "consent-act"),
        ("statystyka/", "consent-statistics"),
        (f"wycofanie/{person.pk}/", "consent-withdraw"),
        (f"podpisane/{form.number}/", "form-received"),
        (f"podpisane/{unscanned.number}/skan/", "scan-add"),
        (f"skan/{Scan.objects.get().pk}/", "scan-pdf"),
        ("podpisane/drukowanie/", "form-batch"),
        ("podpisane/niezwrocone/", "form-late"),
    ):
        desk.goto(f"{live_server.url}/zgody/{address}")
        check_page(desk, name)


def test_words_and_their_versions_are_accessible(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    administrator = make.staff("administrator")
    old = make.consent_text()
    topic = make.topic("Odpady")
    words = old.statement.replace("Wyrażam", "Udzielam")
    own = {f"topic:{topic.pk}": "Zgadzam się na zdjęcia."}
    new = wording.add_text(words, old.privacy_notice, date(2030, 1, 1), own, by=administrator)
    sign_in(administrator)
    for address, name in (
        ("nowa/", "consent-text-new"),
        (f"{new.version}/", "consent-text"),
        (f"{new.version}/roznice/", "consent-text-compare"),
    ):
        page.goto(f"{live_server.url}/tematy/tresc-zgody/{address}")
        check_page(page, name)
