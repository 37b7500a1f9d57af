"""Who sits at the desk, and a program's key: what many tests of reports begin with."""

import pytest
from django.test import Client

from admin_module.models import User
from reports.open311 import keys
from tests import make

from . import desk_things


@pytest.fixture
def user() -> User:
    return desk_things.handler()


@pytest.fixture
def desk(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


@pytest.fixture
def clerk() -> User:
    return make.staff("reports_handler")


@pytest.fixture
def key() -> str:
    return keys.make("Aplikacja Zażółcin", 200, by=make.staff("administrator"))[1]
