"""From a request about messages to one step and a page."""
