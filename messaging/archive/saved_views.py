"""From the filters in somebody's address bar to a view of their own, and to its end."""

from django.db import transaction
from django.http import QueryDict

from admin_module.models import User
from messaging.models import SavedView, ViewWords

MOST = 20
# What of an address belongs to a view; a page's place does not.
KEPT = (
    "status", "text", "klass", "channel", "topic", "unit", "author", "since", "until", "drills",
)  # fmt: skip


class TooMany(Exception):
    """Nobody finds anything among more."""


def of(user: User) -> list[SavedView]:
    return list(SavedView.objects.filter(owner=user).order_by("pk"))


def kept(query: str) -> str:
    """The part of an address that a view keeps, in one order, so that equal ones are equal."""
    given, view = QueryDict(query), QueryDict(mutable=True)
    for name in KEPT:
        if given.get(name):
            view[name] = given[name]
    return view.urlencode()


@transaction.atomic
def save(user: User, name: str, query: str) -> SavedView:
    """A view of the same name is replaced; raises TooMany."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two windows at once
    words = ViewWords(name.strip(), kept(query))
    mine = of(user)
    same = next((view for view in mine if view.words.name == words.name), None)
    if same is not None:
        same.words = words
        same.save(update_fields=["words"])
        return same
    if len(mine) >= MOST:
        raise TooMany
    view = SavedView(owner=user, words=words)
    view.save(force_insert=True)
    return view


def forget(user: User, pk: int) -> bool:
    gone, _each = SavedView.objects.filter(owner=user, pk=pk).delete()
    return bool(gone)
