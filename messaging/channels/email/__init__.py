"""E-mail: from an envelope to a mail server, by SMTP."""
