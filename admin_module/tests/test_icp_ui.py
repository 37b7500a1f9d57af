"""From values to small pieces of a page, without a browser."""

import pytest
from django.conf import settings

from admin_module.templatetags import icp_ui
from admin_module.views.styl import SampleForm

pytestmark = pytest.mark.dry


def test_a_number_has_thousands_that_never_break_apart() -> None:
    assert icp_ui.number(1234567) == "1\u00a0234\u00a0567"
    assert icp_ui.number(7) == "7"
    assert icp_ui.number(None) == "–"


def test_a_share_is_a_hundred_only_when_all_is_done() -> None:
    assert icp_ui.percent(999, 1000) == "99%"
    assert icp_ui.percent(1000, 1000) == "100%"
    assert icp_ui.percent(0, 0) == "0%"


def test_an_icon_is_inlined_and_hidden_from_screen_readers() -> None:
    html = icp_ui.icon("send")
    assert 'aria-hidden="true"' in html
    assert "<path" in html
    assert "<!--" not in html


def test_an_icon_with_a_label_is_an_image_with_a_name() -> None:
    html = icp_ui.icon("send", label='"Sent"')
    assert 'role="img"' in html
    assert "&quot;Sent&quot;" in html


@pytest.mark.parametrize("name", ["no-such-icon", "../icons/send", ""])
def test_an_unknown_icon_is_an_error_of_the_developer(name: str) -> None:
    with pytest.raises(ValueError, match="icon"):
        icp_ui.icon(name)


def test_every_state_and_channel_has_its_icon() -> None:
    names = [name for _tone, name in icp_ui.STATES.values()]
    names += [name for name, _label in icp_ui.CHANNELS.values()]
    missing = [
        name for name in names if not (settings.BASE_DIR / f"static/icons/{name}.svg").exists()
    ]
    assert missing == []


def test_a_state_gives_its_pill_a_tone_and_escapes_the_words() -> None:
    html = icp_ui.state_pill("failed", "<b>")
    assert "pill-danger" in html
    assert "&lt;b&gt;" in html


def test_parts_of_a_bar_stand_one_after_another_and_fill_it() -> None:
    bar = icp_ui.stacked_bar([("ok", "delivered", 3), ("danger", "failed", 1)], label="All")
    assert 'x="75.000%" y="0" width="25.000%"' in str(bar["rects"])
    assert bar["said"] == "All: delivered 3; failed 1"


def test_a_bar_of_nothing_is_empty_and_an_overfull_one_is_full() -> None:
    assert "<rect" not in icp_ui.svg_bar(0, 0)
    assert 'width="100.000%"' in icp_ui.svg_bar(9, 4)


def test_a_bar_has_no_inline_style_that_the_csp_would_refuse() -> None:
    assert "style" not in icp_ui.svg_bar(1, 4, "sms")


def test_errors_link_to_the_field_or_to_the_first_choice_of_a_group() -> None:
    form = SampleForm({})
    form.add_error(None, "Whole form")
    targets = {words: target for target, words in icp_ui.form_errors(form)}
    assert targets["Whole form"] == ""
    assert {"id_title", "id_klass_0", "id_channels_0"} <= set(targets.values())
