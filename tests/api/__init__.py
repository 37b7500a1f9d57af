"""The residents' API as its clients see it: conventions, description, secrets."""
