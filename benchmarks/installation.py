"""From nothing to throw-away servers, keys and databases that a bench may fill and forget."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from icp.encryption.keyring import write_keyring
from tests import servers

SERVER = "BENCH_POSTGRESQL"


@contextmanager
def running() -> Iterator[None]:
    """PostgreSQL, Redis and a keyring of our own, named by the environment of this process."""
    with (
        tempfile.TemporaryDirectory(prefix="icp-bench-") as folder,
        servers.postgres() as database_url,
        servers.redis() as broker_url,
    ):
        write_keyring(Path(folder) / "keyring.json")
        os.environ.update(
            {
                SERVER: database_url,
                "DATABASE_URL": database_url,
                "ICP_BROKER_URL": broker_url,
                "ICP_DATA_DIR": folder,
                "ICP_KEYRING_FILE": str(Path(folder) / "keyring.json"),
                "ICP_SECRET_KEY": secrets.token_hex(),
                "ICP_SANDBOX": "1",
                "ICP_LOG_LEVEL": "ERROR",
                "ICP_STATEMENT_TIMEOUT": "600",
                "DJANGO_SETTINGS_MODULE": "icp.settings",
            }
        )
        yield


def database(name: str, template: str = "template1") -> str:
    """Make a database afresh, as a copy of another one; returns its URL."""
    server = os.environ[SERVER]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def server_version() -> str:
    with psycopg.connect(os.environ[SERVER]) as connection:
        return f"PostgreSQL {connection.info.server_version // 10_000}"


def own_folder(name: str) -> str:
    """A data directory of one bench: its database has its own restore guard."""
    folder = Path(os.environ["ICP_DATA_DIR"]) / name
    folder.mkdir(exist_ok=True)
    return str(folder)
