"""From a template in two languages to a draft with a file, and to what a reader of it opens."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from consents.tests.papers import pdf
from messaging.models import Message, MessageTemplate
from messaging.tests.flow import sent
from messaging.texts import attachments
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [
    pytest.mark.browser, pytest.mark.django_db(transaction=True),
]  # fmt: skip


def test_a_template_becomes_a_message_with_a_file(
    page: Page, live_server: LiveServer, sign_in: SignIn, browser: Browser, tmp_path: Path
) -> None:
    about = make.topic("Woda")
    make.recipient(topics=(about,))
    sign_in(make.staff("editor"))
    page.goto(f"{live_server.url}/wiadomosci/szablony/")
    expect(page.locator(".empty")).to_be_visible()
    check_page(page, "templates-empty")
    page.locator("main a[href$='/katalogi/nowy/']").click()
    page.locator("#id_name").fill("Woda i ciepło")
    check_page(page, "templates-folder")
    page.locator("main button[type=submit]").click()
    page.locator("main a[href$='/szablony/nowy/']").first.click()
    write(page)
    check_page(page, "templates-edit")
    page.locator(".card-foot button[value=save]").click()
    expect(page).to_have_url(re.compile(r"/szablony/\d+/$"))
    page.locator("a[href$='/edycja/']").click()
    page.locator("#id_short").fill("Dziś od 8 do 12 nie będzie wody.")
    page.locator(".card-foot button[value=save]").click()
    expect(page.locator(".words-changed ins").first).to_be_visible()
    check_page(page, "templates-card")
    page.goto(f"{live_server.url}/wiadomosci/szablony/")
    check_page(page, "templates-list")
    page.locator("main td form button").click()
    expect(page).to_have_url(re.compile(r"/wiadomosci/\d+/edycja/"))
    attach(page, tmp_path)
    message = Message.objects.get(template_version__template=MessageTemplate.objects.get())
    assert [row.name for row in message.attachments.all()] == ["Plan.pdf"]
    read(browser, live_server, message)
    copy(page, live_server, message)


def copy(page: Page, live_server: LiveServer, message: Message) -> None:
    """The file goes along, and one that is gone is named."""
    message.attachments.get().path.unlink()
    whole = SimpleUploadedFile("Nowy plan.pdf", pdf())
    Message.objects.filter(pk=message.pk).update(status="draft")
    attachments.attach(message, whole, by=message.author)
    page.goto(f"{live_server.url}/wiadomosci/{message.pk}/edycja/")
    page.locator("form[action$='/kopia/'] button").click()
    expect(page.locator("main")).to_contain_text("Pliki przeniesione do szkicu: Nowy plan.pdf")
    expect(page.locator("main")).to_contain_text("nie może ich otworzyć: Plan.pdf")
    check_page(page, "templates-copy")


def write(page: Page) -> None:
    """Fill the form in with the toolbar, by mouse and by keys; what is typed can be undone."""
    page.locator("#id_name").fill("Przerwa w dostawie wody")
    page.locator("#id_title").fill("Przerwa w dostawie wody")
    page.locator("#id_short").fill("Jutro od 8 do 12 nie będzie wody.")
    long = page.locator("#id_long")
    long.fill("Nie będzie wody\nOd 8 do 12")
    long.press("Control+a")
    page.locator("[data-lead='- '][data-into=id_long]").click()
    expect(long).to_have_value("- Nie będzie wody\n- Od 8 do 12")
    long.press("Control+z")
    expect(long).to_have_value("Nie będzie wody\nOd 8 do 12")
    long.press("Control+Home")
    long.press("Shift+ArrowRight")
    long.press("Control+b")
    expect(long).to_have_value("**N**ie będzie wody\nOd 8 do 12")
    long.press("Control+b")
    expect(long).to_have_value("Nie będzie wody\nOd 8 do 12")
    page.locator("[data-wrap='**'][data-into=id_long]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-wrap='*'][data-into=id_long]")).to_be_focused()
    page.locator("label[for=language-uk]").click()
    page.locator("[data-copy-to=uk]").click()
    expect(page.locator("#id_uk_short")).to_have_value("Jutro od 8 do 12 nie będzie wody.")
    page.locator("#id_uk_short").fill("Завтра з 8 не буде води.")
    look(page)


def look(page: Page) -> None:
    """What readers get follows the typing: each language, each channel, the price of the SMS."""
    expect(page.locator("#preview-sms")).to_contain_text("Завтра з 8 не буде води.")
    page.locator("label[for=language-pl]").click()
    expect(page.locator("#preview-sms")).to_contain_text("Jutro od 8 do 12 nie będzie wody.")
    page.locator("#id_short").fill("{imie}, jutro nie będzie wody <b>od 8</b>.")
    expect(page.locator("#preview-sms")).to_contain_text("Anna, jutro nie będzie wody <b>od 8</b>.")
    expect(page.locator("#sms-meter strong")).to_be_visible()
    page.locator("label[for=tab-email]").click()
    page.locator("#id_long").fill("Nie będzie **wody**.\n\n- od 8\n- do 12")
    expect(page.locator("#preview-email .prose li")).to_have_count(2)
    expect(page.locator("#preview-email .prose strong")).to_have_text("wody")
    expect(page.locator("button[value=preview]")).to_be_hidden()  # nobody has to press it
    page.locator("#id_short").fill("Jutro od 8 do 12 nie będzie wody.")


def attach(page: Page, folder: Path) -> None:
    """The tab of the language says what it costs and lacks; the file goes along."""
    page.locator("label[for=language-uk]").click()
    notes = page.locator("#variant-notes-uk")
    expect(notes).to_contain_text("12")
    page.locator("#id_uk_short").fill("Завтра з 8 до 12 не буде води.")
    expect(notes.locator(".notice")).to_have_count(0)
    expect(page.locator("#preview-sms")).to_contain_text("не буде води")
    check_page(page, "templates-message")
    page.locator("button[value=attachments]").click()
    check_page(page, "attachments-empty")
    file = folder / "Plan.pdf"
    file.write_bytes(pdf())
    page.locator("#id_file").set_input_files(file)
    page.locator("main .card-foot button").click()
    expect(page.locator(".parted")).to_contain_text("Plan.pdf")
    check_page(page, "attachments")


def read(browser: Browser, live_server: LiveServer, message: Message) -> None:
    """As a stranger with the address."""
    message.topic, message.audience = make.topic("Woda"), make.message().audience
    message.save()
    sent(message)
    stranger = browser.new_page(locale="pl-PL", reduced_motion="reduce")
    stranger.goto(f"{live_server.url}/z/{message.attachment_link.token}/")
    expect(stranger.locator("main")).to_contain_text("Plan.pdf")
    check_page(stranger, "attachments-public")
    with stranger.expect_download() as got:
        stranger.locator("main a.button").click()
    assert got.value.suggested_filename == "Plan.pdf"
    stranger.goto(f"{live_server.url}/z/{'x' * 22}/")
    check_page(stranger, "attachments-ended")
    stranger.close()
