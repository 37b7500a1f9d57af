"""The office: staff, roles and units, the audit log, the start page."""
