"""From the wire to a page that shows what arrived: local stand-ins of the outside world.

They speak the providers' real protocols on loopback, for development, demonstrations and tests. An
ICP that serves residents must not even be able to import them.
"""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

if settings.configured and not getattr(settings, "SANDBOX", False):
    raise ImproperlyConfigured(
        "The sandbox is not part of this ICP: set ICP_SANDBOX=1 for development only."
    )
