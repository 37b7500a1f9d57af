"""From an ASGI server to ICP: the chat, whose answers stay open (docs/operations.md)."""

import os
from concurrent.futures import ThreadPoolExecutor

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icp.settings")
# A stream lasts an hour and needs no database: a connection kept for it would be one for each open window.
os.environ["ICP_CONN_MAX_AGE"] = "0"

from django.core.asgi import get_asgi_application

application = get_asgi_application()

from icp.encryption.startup import refuse_wrong_keyring  # noqa: E402 - models need the registry

# uvicorn with several processes imports this inside of its event loop, where the ORM may not be asked.
with ThreadPoolExecutor(1) as thread:
    thread.submit(refuse_wrong_keyring).result()
