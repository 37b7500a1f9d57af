"""Pages about reports, for staff and for everybody."""
