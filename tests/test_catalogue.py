"""Everything a person reads is Polish."""

import polib

from tests import catalogue


def test_every_text_has_a_finished_polish_translation() -> None:
    assert catalogue.missing() == []


def test_the_compiled_catalogue_is_the_written_one() -> None:
    written = polib.pofile(str(catalogue.CATALOGUE))
    compiled = polib.mofile(str(catalogue.CATALOGUE.with_suffix(".mo")))
    assert {(e.msgctxt, e.msgid, e.msgstr, str(e.msgstr_plural)) for e in written} == {
        (e.msgctxt, e.msgid, e.msgstr, str(e.msgstr_plural)) for e in compiled
    }


def test_gathering_sees_python_and_templates() -> None:
    python = 'x = _("Save")\ny = ngettext("%(n)s person", "%(n)s people", n)\n'
    assert set(catalogue.texts_of_python(python)) == {
        (None, "Save", None),
        (None, "%(n)s person", "%(n)s people"),
    }
    template = (
        '{% translate "Send" %}{% blocktranslate count n=n trimmed %}\n one {{ n }}\n'
        "{% plural %} many {{ n }} {% endblocktranslate %}"
    )
    assert set(catalogue.texts_of_template(template)) == {
        (None, "Send", None),
        (None, "one %(n)s", "many %(n)s"),
    }
