"""Forms of ePUAP: paths that cannot run away, samples that cannot hurt, saves that cross."""

import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from admin_module.models import AuditEntry, User
from messaging.channels.epuap.xml import BadXml
from recipients.epuap import form_reading
from recipients.epuap.form_reading import BadPath
from recipients.models.epuap_forms import PREFIXES, PROPOSED, EpuapForm
from tests import make

NAMESPACE = "http://zazolcin.example/icp/rejestracja/1-0/"
PATHS = {f"path_{name}": path for name, path in PROPOSED.items()}
SENT = {
    "purpose": "register",
    "version": "1-0",
    "namespace": NAMESPACE,
    "root": "Dokument",
    "active": "on",
    **PATHS,
}
SAMPLE = f"""<?xml version="1.0" encoding="UTF-8"?>
<w:Dokument xmlns:w="{NAMESPACE}" xmlns:oso="{PREFIXES["oso"]}" xmlns:adr="{PREFIXES["adr"]}">
 <w:Tresc><oso:Osoba><oso:IdOsoby><oso:PESEL>48031512349</oso:PESEL></oso:IdOsoby>
  <oso:Imie> Wirgiliusza </oso:Imie><oso:Nazwisko>&lt;b&gt;Próbna</oso:Nazwisko>
  <adr:Kontakt><adr:Email>a@przyklad.example</adr:Email></adr:Kontakt></oso:Osoba>
  <w:Tematy><w:Temat>woda</w:Temat><w:Temat>drogi</w:Temat></w:Tematy></w:Tresc>
</w:Dokument>""".encode()
LAUGHS = (
    b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>"""
)
XXE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>"""


@pytest.fixture
def administrator(client: Client) -> User:
    user = make.staff("administrator")
    client.force_login(user)
    return user


def sample(raw: bytes = SAMPLE, name: str = "wzor.xml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, raw)


@pytest.mark.parametrize(
    "path",
    [
        *PROPOSED.values(),
        "/icp:Dokument/*/oso:Osoba[1]",
        "//oso:Osoba[@rola='rodzic']/oso:Imie/text()",
        "//oso:Osoba/@rola",
        "//adr:Kontakt[adr:Email='a@b.example'][2]",
    ],
)
def test_ordinary_paths_are_followed(path: str) -> None:
    form_reading.check_path(path, PREFIXES | {"icp": NAMESPACE})


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("document('file:///etc/passwd')", "path"),
        ("//x[document('http://evil.example')]", "path"),
        ("//x | //y", "path"),
        ("//x[position() < 5]", "path"),
        ("//ancestor::x", "path"),
        ("//x/..", "path"),
        ("$x", "path"),
        ("//x[", "path"),
        ("//x[1", "path"),
        ("x", "path"),
        ("/", "path"),
        ("//x\n//y", "path"),
        ("//*//*//*//*", "descents"),
        ("//nie:Ma", "prefix"),
        ("/" + "a" * 300, "long"),
        ("//x['a'='a']", "path"),
    ],
)
def test_other_paths_are_refused(path: str, code: str) -> None:
    with pytest.raises(BadPath) as caught:
        form_reading.check_path(path, PREFIXES)
    assert caught.value.code == code


@pytest.mark.parametrize("raw", [LAUGHS, XXE, b"<a>", b"\x00", b"<a>" * 300 + b"</a>" * 300])
def test_hostile_documents_are_not_read(raw: bytes) -> None:
    with pytest.raises(BadXml):
        form_reading.read_document(raw)


def test_a_document_too_deep_or_too_long_is_not_read() -> None:
    with pytest.raises(BadXml, match="deep"):
        form_reading.read_document(b"<a>" * 61 + b"</a>" * 61)
    with pytest.raises(BadXml, match="deep"):
        form_reading.read_document(b"<a>" + b"<b/>" * 20_001 + b"</a>")


def test_the_worst_allowed_path_over_the_largest_document_is_quick() -> None:
    root = form_reading.read_document(b"<a>" + b"<b><c/></b>" * 9_000 + b"</a>")
    start = time.perf_counter()
    form_reading.values(root, {"pesel": "//*//*/*/*", "first_name": "//*//*[c='x'][1]"}, PREFIXES)
    assert time.perf_counter() - start < 5


@pytest.mark.django_db
def test_a_sample_shows_what_each_path_gives_and_saves_nothing(
    client: Client, administrator: User
) -> None:
    response = client.post(reverse("epuap-form-new"), SENT | {"try": "1", "sample": sample()})
    assert response.status_code == 200
    page = response.content.decode()
    for words in ("48031512349", "Wirgiliusza", "&lt;b&gt;Próbna", "woda", "drogi"):
        assert words in page
    assert "<b>Próbna" not in page
    assert not EpuapForm.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("raw", "name", "words"),
    [
        (XXE, "a.xml", "DOCTYPE"),
        (LAUGHS, "a.xml", "DOCTYPE"),
        (b"", "a.xml", "Plik jest pusty"),
        (b"{}", "a.xml", "To nie jest dokument XML"),
        (SAMPLE, "a.pdf", "To nie jest dokument XML"),
        (b"<a>" * 100 + b"</a>" * 100, "a.xml", "za dużo elementów"),
        (b"<x/>", "a.xml", "inną przestrzeń nazw"),
        (b" " * (2 * 2**20 + 1), "a.xml", "Plik jest za duży"),
    ],
)
def test_a_bad_sample_gets_its_sentence(
    client: Client, administrator: User, raw: bytes, name: str, words: str
) -> None:
    sent = SENT | {"try": "1", "sample": sample(raw, name)}
    response = client.post(reverse("epuap-form-new"), sent)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert "root:" not in response.content.decode()


@pytest.mark.django_db
def test_a_form_is_saved_listed_and_audited(client: Client, administrator: User) -> None:
    page = client.post(reverse("epuap-form-new"), SENT, follow=True).content.decode()
    assert NAMESPACE in page
    row = EpuapForm.objects.get()
    assert row.fields == PROPOSED
    entry = AuditEntry.objects.get(action="epuap_form.changed")
    assert "namespace" in entry.detail["fields"]
    assert NAMESPACE not in str(entry.detail)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"path_pesel": ""}, "nie może obejść się bez tego pola"),
        ({"path_first_name": "document('x')"}, "To nie jest ścieżka"),
        ({"path_first_name": "//zzz:Imie"}, "Nieznany prefiks"),
        ({"namespace": "javascript:alert(1)"}, "Przestrzeń nazw zaczyna się"),
        ({"root": "a b"}, "nazwę elementu bez prefiksu"),
        ({"purpose": "hack"}, "hack"),
        ({"version": ""}, "To pole jest wymagane"),
    ],
)
def test_mistakes_are_named_and_nothing_is_saved(
    client: Client, administrator: User, changes: dict[str, str], words: str
) -> None:
    response = client.post(reverse("epuap-form-new"), SENT | changes)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not EpuapForm.objects.exists()


@pytest.mark.django_db
def test_one_form_in_use_per_root_element(client: Client, administrator: User) -> None:
    client.post(reverse("epuap-form-new"), SENT)
    response = client.post(reverse("epuap-form-new"), SENT | {"version": "2-0"})
    assert response.status_code == 422
    idle = {name: value for name, value in SENT.items() if name != "active"}
    assert client.post(reverse("epuap-form-new"), idle | {"version": "2-0"}).status_code == 302


@pytest.mark.django_db
def test_two_administrators_at_once_lose_nothing(client: Client, administrator: User) -> None:
    client.post(reverse("epuap-form-new"), SENT)
    row = EpuapForm.objects.get()
    address = reverse("epuap-form-edit", args=[row.pk])
    mine = SENT | {"revision": "1", "version": "1-1"}
    assert client.post(address, mine).status_code == 302
    crossed = client.post(address, SENT | {"revision": "1", "version": "1-2"})
    assert crossed.status_code == 409
    assert "1-1" in crossed.content.decode()
    assert "1-2" in crossed.content.decode()
    row.refresh_from_db()
    assert (row.version, row.revision) == ("1-1", 2)


@pytest.mark.django_db
def test_nobody_else_may(client: Client) -> None:
    for role in ("editor", "auditor", "recipients_clerk"):
        client.force_login(make.staff(role))
        assert client.get(reverse("epuap-forms")).status_code == 403
        assert client.post(reverse("epuap-form-new"), SENT).status_code == 403
