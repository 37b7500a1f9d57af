"""From an ASGI server to ICP."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icp.settings")
application = get_asgi_application()

from icp.encryption.startup import refuse_wrong_keyring  # noqa: E402 - models need the registry

refuse_wrong_keyring()
