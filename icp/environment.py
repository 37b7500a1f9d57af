"""How settings read the environment: a variable, a secret that may lie in a file, our own address."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()


def secret(name: str, default: str | None = None) -> str:
    """Read a secret from the variable `name`, else from the file that `name`_FILE points at.

    Raises ImproperlyConfigured where neither is set and there is no default.
    """
    path = env(f"{name}_FILE", default="")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    value: str | None = env(name, default=default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name} or {name}_FILE (see docs/operations.md).")
    return value


# The address under which residents, providers and printed forms reach this ICP.
PUBLIC_URL = env("ICP_PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
