"""From an ASGI server to ICP: the chat, whose answers stay open (docs/operations.md)."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icp.settings")
# A stream lasts an hour and needs no database: a connection kept for it would be one for each open window.
os.environ["ICP_CONN_MAX_AGE"] = "0"

from django.core.asgi import get_asgi_application  # noqa: E402 - the line above comes first

application = get_asgi_application()

from icp.encryption.startup import refuse_wrong_keyring  # noqa: E402 - models need the registry

refuse_wrong_keyring()
