"""Mails as servers of all kinds send them back, written for these tests; `{ref}` is our reference."""

REPORT = """\
Return-Path: <>
Delivered-To: icp-zwroty+{{ref}}@zazolcin.example
From: {sender}
To: icp-zwroty+{{ref}}@zazolcin.example
Subject: {subject}
{headers}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=utf-8

{text}
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

{fields}

--B
Content-Type: {original}

Message-ID: <{{ref}}@zazolcin.example>
Subject: =?utf-8?q?Awaria?=

--B--
"""


def report(
    fields: str,
    *,
    sender: str = "MAILER-DAEMON@mx.example (Mail Delivery System)",
    subject: str = "Undelivered Mail Returned to Sender",
    headers: str = "Auto-Submitted: auto-replied\n",
    text: str = "This is the mail system.",
    original: str = "text/rfc822-headers",
) -> str:
    return REPORT.format(
        fields=fields, sender=sender, subject=subject, headers=headers, text=text, original=original
    )


POSTFIX = report(
    "Final-Recipient: rfc822; kto@nigdzie.example\n"
    "Original-Recipient: rfc822;kto@nigdzie.example\nAction: failed\nStatus: 5.1.1\n"
    "Remote-MTA: dns; mx.nigdzie.example\n"
    "Diagnostic-Code: smtp; 550 5.1.1 <kto@nigdzie.example>: Recipient address\n"
    "    rejected: User unknown in virtual mailbox table"
)
POSTFIX_DELAYED = report(
    "Final-Recipient: rfc822; kto@nigdzie.example\nAction: delayed\nStatus: 4.4.1\n"
    "Diagnostic-Code: X-Postfix; connect to mx.nigdzie.example[192.0.2.1]:25: Connection timed out\n"
    "Will-Retry-Until: Sat, 21 Nov 2026 10:00:00 +0100",
    subject="Delayed Mail (still being retried)",
)
POSTFIX_EXPIRED = report(
    "Final-Recipient: rfc822; kto@nigdzie.example\nAction: failed\nStatus: 4.4.1\n"
    "Diagnostic-Code: X-Postfix; connect to mx.nigdzie.example[192.0.2.1]:25: Connection timed out"
)
EXCHANGE = report(
    "Final-Recipient: RFC822;kto@firma.example\nAction: failed\nStatus: 5.1.10\n"
    "Remote-MTA: DNS;mail.firma.example\n"
    "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP",
    sender="postmaster@firma.example",
    subject="Nie mozna dostarczyc: Awaria",
    headers="Auto-Submitted: auto-replied\nX-MS-Exchange-Message-Is-Ndr:\n",
    original="message/rfc822",
)
GMAIL_FULL = report(
    "Final-Recipient: rfc822; kto@gmail.example\nAction: failed\nStatus: 4.2.2\n"
    "Diagnostic-Code: smtp; 452-4.2.2 The recipient's inbox is out of storage space.",
    sender='"Mail Delivery Subsystem" <mailer-daemon@googlemail.example>',
    subject="Delivery Status Notification (Failure)",
    original="message/rfc822",
)
GENERAL_STATUS = report(
    "Final-Recipient: rfc822; kto@wp.example\nAction: failed\nStatus: 5.0.0\n"
    "Diagnostic-Code: smtp; 550 Brak takiego uzytkownika / no such user"
)
SPAM_REFUSED = report(
    "Final-Recipient: rfc822; kto@onet.example\nAction: failed\nStatus: 5.7.1\n"
    "Diagnostic-Code: smtp; 554 5.7.1 Message rejected as spam"
)
DELIVERED = report(
    "Final-Recipient: rfc822; kto@nigdzie.example\nAction: delivered\nStatus: 2.0.0",
    subject="Successful Mail Delivery Report",
)
EXIM = """\
Return-Path: <>
Envelope-To: icp-zwroty+{ref}@zazolcin.example
X-Failed-Recipients: kto@nigdzie.example
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.example>
To: icp-zwroty+{ref}@zazolcin.example
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  kto@nigdzie.example
    SMTP error from remote mail server after RCPT TO:<kto@nigdzie.example>:
    550 Unknown user
"""
QMAIL = """\
Return-Path: <>
Delivered-To: icp-zwroty+{ref}@zazolcin.example
From: MAILER-DAEMON@poczta.o2.example
To: icp-zwroty+{ref}@zazolcin.example
Subject: failure notice

Hi. This is the qmail-send program at poczta.o2.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<kto@o2.example>:
Mailbox full (quota exceeded). Skrzynka odbiorcy jest przepełniona.

--- Below this line is a copy of the message.

Message-ID: <{ref}@zazolcin.example>
"""
VACATION = """\
Return-Path: <>
Delivered-To: icp-zwroty+{ref}@zazolcin.example
From: Jan Nieobecny <kto@firma.example>
To: icp-zwroty+{ref}@zazolcin.example
Subject: Automatyczna odpowiedz: urlop
Auto-Submitted: auto-replied (vacation)

Jestem na urlopie do 30 listopada. 550 spraw czeka, no such user.
"""
COMPLAINT = """\
From: staff@hotmail.example
To: icp-zwroty+{ref}@zazolcin.example
Subject: complaint about message from 192.0.2.1
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="B"

--B
Content-Type: text/plain

This is an email abuse report.
--B
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Hotmail FBL
Version: 1

--B
Content-Type: message/rfc822

Message-ID: <{ref}@zazolcin.example>
From: ICP <icp@zazolcin.example>

Tresc
--B--
"""
LETTER = """\
From: Janina Czytelniczka <kto@firma.example>
To: icp-zwroty@zazolcin.example
Subject: Re: Awaria

Czy woda juz jest? U mnie nie ma od 5.30.
"""
