"""From a hint to a browser's push service (RFC 8030), encrypted for that browser (RFC 8291)."""

from messaging.channels.push.endpoints import BadEndpoint, allowed

__all__ = ["BadEndpoint", "allowed"]
