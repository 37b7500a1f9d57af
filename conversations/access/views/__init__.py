"""From an address of the procedure to its page."""

from .browsing import access_list, access_request

__all__ = ["access_list", "access_request"]
