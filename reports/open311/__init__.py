"""Open311 GeoReport v2: what other programs read of reports, and how they bring some."""
