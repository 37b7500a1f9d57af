"""From `manage.py audit_verify` to a verdict: 0 where the log is whole, 1 with every finding."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
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
                ngettext("%(n)s finding.", "%(n)s findings.", len(findings)) % {"n": len(findings)}
            )
        length = AuditLink.objects.count()
        self.stdout.write(
            ngettext(
                "The log is whole: %(n)s entry in the chain.",
                "The log is whole: %(n)s entries in the chain.",
                length,
            )
            % {"n": length}
        )
