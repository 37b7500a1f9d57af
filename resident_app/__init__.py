"""The installable web app for residents: a client of the REST API, nothing more."""
