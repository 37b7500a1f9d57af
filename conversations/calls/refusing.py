"""Why a call or its recording is not taken: a code for the row and the log, a sentence for people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from conversations.register.audio import SENTENCES as OF_SOUND

SENTENCES: dict[str, Promise] = {
    **OF_SOUND,
    "metadata": _("What was said of the call cannot be read. Correct it and send it again."),
    "unknown_line": _("No line of the office has this number. Add the line, then try again."),
    "unknown_unit": _("No unit of the office has this name. Correct it and send it again."),
    "unknown_notice": _("There is no such version of the notice for calls. Send its number."),
    "no_notice": _(
        "Nothing says which notice the caller heard. Set the exchange to say it, then try again."
    ),
    "future": _("The call is said to begin in the future. Check the clock of the exchange."),
    "expired": _("The call is older than conversations are kept. It is not taken in."),
    "differs": _("The same call was registered with other data. Look at it in the register."),
    "recording_differs": _("The call has another recording already. It is not changed."),
    "digest": _("The recording changed on its way. Send it again."),
    "request_reused": _("The same Idempotency-Key was used for another call."),
    "gone": _("The conversation was deleted for good. Nothing more is taken for it."),
    "no_call": _(
        "Nothing is known of the call that this file belongs to. Check the list of calls."
    ),
    "name": _("The name of the file does not say which call it is. Check the profile."),
    "outside": _("The list of calls names a file outside of the folder. It is not opened."),
    "symlink": _("This is a link to another file. Links are not followed."),
    "unreadable": _("The file cannot be read. Check its rights on the disk."),
    "copy_broken": _("The sealed copy is not whole. The original stays; try again."),
}
# Why a recording is thrown away though its call is registered.
DISCARDED: dict[str, Promise] = {
    "line_off": _("The line did not record at that time, so the recording was thrown away."),
    "unrecorded": _("The caller chose not to be recorded, so the recording was thrown away."),
}


class CallRefused(Exception):
    """`code` is a key of SENTENCES; `member` names what is wrong in the metadata, if one thing is."""

    def __init__(self, code: str, member: str = "") -> None:
        super().__init__(code)
        self.code, self.member = code, member

    @property
    def sentence(self) -> Promise:
        return SENTENCES[self.code]


def words_of(code: str) -> Promise | str:
    """What a person reads for the code that a row keeps."""
    return (SENTENCES | DISCARDED).get(code, code)
