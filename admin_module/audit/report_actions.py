"""From the code of an audit action about reports to words; a part of templatetags.audit_words.ACTIONS."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REPORT_ACTIONS: dict[str, Promise] = {
    "report.answered": _("reporter answered"),
    "report.assigned": _("report given to a person"),
    "report.confirmed": _("repair confirmed by the reporter"),
    "report.exported": _("reports exported"),
    "report.forgotten": _("report erased, its time was over"),
    "report.forwarding_printed": _("forwarding letter printed"),
    "report.listed": _("reports looked at on a list"),
    "report.moved": _("report moved to another state"),
    "report.noted": _("internal note written"),
    "report.opened": _("report opened"),
    "report.photo_redacted": _("parts of a photo covered"),
    "report.photo_restored": _("covering of a photo thrown away"),
    "report.photo_shown": _("photo shown or hidden"),
    "report.purged": _("unconfirmed report thrown away"),
    "report.received": _("report received"),
    "report.reminded": _("reminded of a forwarded report"),
    "report.replied": _("reporter wrote"),
    "report.reporter_seen": _("looked who reported"),
    "report.routed": _("report given to another unit"),
    "report.shown": _("decided who sees a report"),
    "report.sorted": _("category of a report changed"),
    "report.unlinked": _("report parted from an erased person"),
    "report_cluster.decided": _("decided about like reports"),
    "report_cluster.found": _("like reports found near one another"),
    "report_category.changed": _("category of reports changed"),
    "report_category.closed": _("category of reports closed or opened"),
    "report_category.moved": _("category of reports put elsewhere in the list"),
    "report_rule.changed": _("routing of reports changed"),
    "report_rule.removed": _("routing of reports removed"),
    "report_template.changed": _("template of an answer changed"),
    "report_template.closed": _("template of an answer closed or opened"),
    "open311_key.made": _("key for a program made"),
    "open311_key.revoked": _("key for a program revoked"),
    "outside_body.changed": _("outside body changed"),
    "outside_body.closed": _("outside body closed or opened"),
}
REPORT_THINGS: dict[str, Promise] = {
    "open311_key": _("keys for other programs"),
    "outside_body": _("outside bodies"),
    "report": _("reports"),
    "report_category": _("categories of reports"),
    "report_cluster": _("like reports"),
    "report_rule": _("routing of reports"),
    "report_template": _("templates of answers"),
}
REPORT_PAGES = {
    "reports.outsidebody": "outside-body-edit",
    "reports.report": "report",
    "reports.reportcategory": "report-category-edit",
    "reports.routingrule": "routing-rule-edit",
    "reports.answertemplate": "answer-template-edit",
}
