"""From `manage.py audit_verify` to a verdict: 0 where the log is whole, 1 with every finding."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from admin_module import audit
from admin_module.models import AuditLink


class Command(BaseCommand):
    help = "Verify the audit log: every entry, every link of the chain, every checkpoint."

    def handle(self, *args: Any, **options: Any) -> None:
        while audit.link_entries(reach=None):
            continue
        findings = audit.verify()
        for finding in findings:
            self.stderr.write(finding)
        if findings:
            raise CommandError(
                ngettext("%(n)d finding.", "%(n)d findings.", len(findings)) % {"n": len(findings)}
            )
        self.stdout.write(
            _("The log is whole: %(n)d entries in the chain.") % {"n": AuditLink.objects.count()}
        )
