"""From a shell to the first member of staff, who then invites the others."""

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.models import StaffProfile, Unit, User


class Command(BaseCommand):
    help = "Add an administrator; asks for the e-mail address, the name and the password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--unit", default="Urząd", help="the unit they belong to")
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        answers = (
            input(question)
            for question in (_("E-mail address: "), _("First name: "), _("Last name: "))
        )
        login, first_name, last_name = answers
        password = self._password(from_stdin=options["password_stdin"])
        try:
            validate_email(login)
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if User.objects.by_login(login).exists():
            raise CommandError(_("Somebody signs in with this address already."))
        with transaction.atomic():
            unit, _new = Unit.objects.get_or_create(name=options["unit"])
            profile = StaffProfile(first_name, last_name)
            user = User.objects.create_user(login, password, profile, unit, ["administrator"])
            audit.record("staff.added", user, by=None, detail={"role": "administrator"})
        self.stdout.write(_("Done."))

    def _password(self, *, from_stdin: bool) -> str:
        if from_stdin:
            return sys.stdin.readline().rstrip("\n")
        return getpass.getpass(_("Password: "))
