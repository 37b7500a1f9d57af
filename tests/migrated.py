"""From the migrations, run once for a whole round of tests, to copies for whoever needs a database."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
MIGRATED = "ICP_TEST_MIGRATED"  # the address of the database that is copied; without it all migrate


@contextmanager
def made(server: str = "") -> Iterator[dict[str, str]]:
    """Run the migrations in a new database on a server of PostgreSQL, or in a file; nothing of them
    depends on keys. Yields what the environment of the tests has to say about it."""
    with TemporaryDirectory(prefix="icp-migrated-") as folder:
        url = f"sqlite:///{folder}/icp.sqlite3"
        if server:
            url = urlsplit(server)._replace(path="/icp_migrated").geturl()
            with psycopg.connect(server, autocommit=True) as control:
                control.execute("CREATE DATABASE icp_migrated")
        own = {"DATABASE_URL": url, "ICP_DATA_DIR": folder, "ICP_SECRET_KEY": "tests"}
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"]
        subprocess.run(migrate, cwd=ROOT, env=os.environ | own, check=True)
        yield {MIGRATED: url}


def fill(environment: Mapping[str, str]) -> None:
    """Leave the empty database of an installation as its first `migrate` would."""
    url, whole = environment["DATABASE_URL"], os.environ.get(MIGRATED, "")
    if not whole or _server(whole) != _server(url):
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=ROOT, env=dict(environment), check=True)
    elif url.startswith("sqlite"):
        shutil.copyfile(_name(whole), _name(url))
    else:
        maintenance = urlsplit(url)._replace(path="/postgres").geturl()
        with psycopg.connect(maintenance, autocommit=True) as control:
            control.execute(f"DROP DATABASE {_name(url)}")
            control.execute(f"CREATE DATABASE {_name(url)} TEMPLATE {_name(whole)}")


def begin_with(settings: dict[str, Any]) -> None:
    """Let the database of tests begin as the copy; Django then finds nothing left to migrate."""
    whole = os.environ.get(MIGRATED, "")
    if whole.startswith("sqlite"):
        shutil.copyfile(_name(whole), settings["TEST"]["NAME"])
    elif whole:
        settings["TEST"]["TEMPLATE"] = _name(whole)


def _server(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _name(url: str) -> str:
    """The file, or the name on its server."""
    path = urlsplit(url).path
    return path[1:]
