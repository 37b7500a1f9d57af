"""The screens of recipients: finding, registering, changing, agreeing."""
