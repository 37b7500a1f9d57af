"""Names in braces: found, refused with a suggestion, filled in once."""

import pytest

from icp import braces

pytestmark = pytest.mark.dry


def test_names_are_found_where_they_stand_and_nothing_else_is_one() -> None:
    assert braces.names_in("Pani {imie}, {} i {ul. Długa}") == {"imie", "", "ul. Długa"}
    assert braces.names_in("{imie\n} {" + "x" * 61 + "} {{") == set()


def test_an_unknown_name_is_refused_with_the_list_and_the_nearest() -> None:
    braces.check("Pani {imie}", ["imie", "dom"])
    with pytest.raises(braces.UnknownPlaceholder, match=r"\{Imię\}.*\{imie\}, \{dom\}.*\{imie\}"):
        braces.check("Pani {Imię}", ["imie", "dom"])
    with pytest.raises(braces.UnknownPlaceholder, match="–"):
        braces.check("Pani {imie}", [])


def test_what_is_filled_in_is_not_filled_in_again() -> None:
    values = {"imie": "{dom}", "dom": "7"}
    assert braces.fill("{imie}, {dom}, {inne}", values) == "{dom}, 7, {inne}"
