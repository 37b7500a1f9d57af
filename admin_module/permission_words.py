"""From the code of a permission to what it allows, in words, under the part of ICP it belongs to."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# In the order of the matrix. Every permission that a role holds or a view asks for has words here;
# tests/access/test_permission_words.py compares.
SECTIONS: dict[str | Promise, dict[str, Promise]] = {
    _("Work in ICP"): {
        "admin_module.open_dashboard": _("sign in and open the start page"),
    },
    _("Recipients"): {
        "recipients.view_recipient": _("look people up and open their cards"),
        "recipients.view_contactpoint": _("see addresses and telephone numbers"),
        "recipients.register_recipient": _("register a person"),
        "recipients.import_recipient": _("import people from a file"),
        "recipients.change_recipient": _("correct data, suspend and resume accounts"),
        "recipients.review_epuap": _("decide about documents from ePUAP"),
        "recipients.restrict_recipient": _("restrict an account and lift the restriction"),
        "recipients.view_rightsrequest": _("see the requests of persons"),
        "recipients.add_rightsrequest": _("take down what a person asks for"),
        "recipients.change_rightsrequest": _("answer requests and put their deadline off"),
        "recipients.erase_recipient": _("erase a person for good"),
        "recipients.print_code": _("send validation codes anew and print them"),
        "recipients.remove_device": _("remove a person’s device with the app"),
        "recipients.view_recipientgroup": _("see groups"),
        "recipients.add_recipientgroup": _("make groups"),
        "recipients.change_recipientgroup": _("change groups"),
        "recipients.delete_recipientgroup": _("remove groups"),
        "recipients.join_recipients": _("look for duplicates and merge two cards of one person"),
        "recipients.copy_recipient": _("make the copy of a person’s data"),
        "recipients.trace_recipient": _("see what was sent to a person and who looked at them"),
        "recipients.view_export": _("see one’s own exports"),
        "recipients.export_recipient": _("export people to a file"),
        "recipients.list_unreached": _("list people whom a message cannot reach"),
        "recipients.manage_exports": _("see and delete everybody’s exports"),
        "recipients.import_addresses": _("import the address register"),
        "recipients.view_suppressedaddress": _(
            "see the list of addresses that messages come back from"
        ),
        "recipients.lift_suppression": _("let messages go to such an address again"),
        "recipients.view_coverage": _("see how many people are registered where"),
        "recipients.print_labels": _("print envelopes and address labels"),
    },
    _("Consents"): {
        "consents.view_consent": _("see consents"),
        "consents.add_consent": _("take down a yes or a no"),
        "consents.export_consent": _("export the register of consents, without names"),
        "consents.view_scan": _("open scans of signed forms"),
        "consents.view_consentform": _("open and print consent forms"),
        "consents.add_consentform": _("make consent forms"),
        "consents.change_consentform": _("register signed consent forms"),
        "consents.view_topic": _("see topics"),
        "consents.add_topic": _("add topics"),
        "consents.change_topic": _("change and close topics"),
        "consents.view_consenttext": _("see the words of the consent"),
        "consents.add_consenttext": _("write new words of the consent"),
    },
    _("Messages"): {
        "messaging.view_message": _("see messages and their progress"),
        "messaging.view_delivery": _("see what became of a message for each person"),
        "messaging.view_attempt": _("see single attempts to deliver"),
        "messaging.add_message": _("write messages"),
        "messaging.change_message": _("change drafts"),
        "messaging.delete_message": _("throw drafts away"),
        "messaging.manage_templates": _("write and change templates"),
        "messaging.send_message": _("give the order to send, pause and cancel"),
        "messaging.approve_message": _("approve what somebody else wrote"),
        "messaging.send_alarm": _("send alarms, also to people without a consent"),
        "messaging.make_evidence": _("make evidence packs of messages"),
        "messaging.export_message": _("export the list and the figures of messages"),
        "messaging.export_delivery": _("export what became of a message for each person"),
        "messaging.choose_readers": _("choose who gets the monthly summary of messages"),
        "admin_module.reopen_channel": _("resume a channel that was stopped"),
        "messaging.manage_epuap": _("keep the certificates and forms of ePUAP"),
    },
    _("Reports"): {
        "reports.view_report": _("see reports of residents"),
        "reports.handle_report": _("handle reports: answer, move on, close"),
        "reports.assign_report": _("give reports to people and units"),
        "reports.moderate_report": _("decide what of a report everybody sees"),
        "reports.see_reporter": _("see who sent a report"),
        "reports.export_report": _("export reports to a file"),
        "reports.manage_open311": _("make and revoke keys of programs that bring reports"),
        "reports.manage_reports": _(
            "keep categories, routing, outside bodies and templates of reports"
        ),
    },
    _("Conversations"): {
        "conversations.view_conversation": _("see the register of conversations, numbers masked"),
        "conversations.view_own_conversation": _("see one’s own conversations"),
        "conversations.unmask_number": _("see a caller’s number, with a written reason"),
        "conversations.listen_conversation": _("hear or read conversations, with a written reason"),
        "conversations.break_glass": _(
            "hear or read a conversation in an emergency; the Director is told at once"
        ),
        "conversations.export_conversation": _("make a copy or transcript after a decision"),
        "conversations.handle_chat": _("talk with visitors of the chat"),
        "conversations.register_call": _("register calls and the notice that was said"),
        "conversations.manage_chat": _("manage the chat and the pages that show it"),
        "conversations.manage_exchange": _("connect telephone exchanges"),
        "conversations.supervise_conversation": _("see the reports of supervision"),
        "conversations.view_line": _("see lines, notices and legal bases of recording"),
        "conversations.manage_line": _("manage lines and notices"),
        "conversations.propose_legalbasis": _("propose a legal basis of recording"),
        "conversations.opine_legalbasis": _("give the officer’s opinion on a legal basis"),
        "conversations.approve_legalbasis": _("approve a legal basis and switch recording on"),
        "conversations.designate_staff": _("designate staff for recordings and listenings"),
        "conversations.view_retention": _("see retention, holds and protocols of destruction"),
        "conversations.manage_retention": _("set how long conversations are kept"),
        "conversations.propose_hold": _("propose to hold a conversation"),
        "conversations.place_hold": _("hold a conversation past its time"),
        "conversations.release_hold": _("release a hold"),
        "conversations.propose_purge": _("propose to delete a conversation early"),
        "conversations.approve_purge": _("order an early deletion, together with the officer"),
        "conversations.coapprove_purge": _("agree to an early deletion as officer"),
        "conversations.view_accessrequest": _("see requests for access to conversations"),
        "conversations.register_accessrequest": _("register and check requests for access"),
        "conversations.opine_as_officer": _("give the data protection officer’s opinion"),
        "conversations.opine_as_unit": _("give the opinion of the unit concerned"),
        "conversations.decide_accessrequest": _("decide about requests for access"),
        "conversations.run_listening": _("run a supervised listening, if designated"),
    },
    _("Staff and units"): {
        "admin_module.view_user": _("see the list of staff"),
        "admin_module.add_user": _("invite staff"),
        "admin_module.change_user": _("change and block accounts, give roles"),
        "admin_module.view_unit": _("see units"),
        "admin_module.add_unit": _("add units"),
        "admin_module.change_unit": _("change, move and close units"),
        "auth.view_group": _("see roles and permissions"),
        "auth.change_group": _("change roles and permissions"),
        "admin_module.view_accessreview": _("see the review of access"),
        "admin_module.add_accessreview": _("confirm the review of access"),
    },
    _("Settings"): {
        "admin_module.view_configurationversion": _("see settings"),
        "admin_module.change_configurationversion": _("change settings"),
    },
    _("Documents"): {
        "admin_module.view_document": _("read the documents on data protection"),
        "admin_module.complete_document": _("complete the impact assessment"),
    },
    _("Audit log"): {
        "admin_module.view_auditentry": _("read the audit log"),
        "admin_module.verify_audit": _("verify the audit log"),
        "admin_module.export_audit": _("export the audit log"),
    },
}
WORDS: dict[str, Promise] = {
    code: words for section in SECTIONS.values() for code, words in section.items()
}


def words_of(code: str) -> str:
    """What a permission allows; one without words is shown by its code."""
    return str(WORDS.get(code, code))
