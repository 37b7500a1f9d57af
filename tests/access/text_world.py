"""From a unit's message to a template, a folder and a file of the same unit."""

from io import BytesIO

from messaging.models import Message, MessageAttachment, MessageTemplate, TemplateFolder
from messaging.shelf import templating
from messaging.shelf.templating import Words


def template_of(message: Message) -> MessageTemplate:
    """One template whose name is the message's title."""
    name, by = message.text.title, message.author
    known = MessageTemplate.objects.filter(name=name).first()
    return known or templating.create(name, Words(message.text), by=by)


def folder_of(message: Message) -> TemplateFolder:
    """A folder of the same name; one that was removed is made anew."""
    name, by = message.text.title, message.author
    known = TemplateFolder.objects.filter(name=name, unit=message.unit).first()
    return known or templating.name_folder(None, name, by=by)


def place_of(message: Message) -> int:
    """Where the message's only file stands."""
    known = message.attachments.first()
    if known is None:
        known = MessageAttachment.keep(
            BytesIO(b"%PDF-1.7"),
            media_type="application/pdf",
            message=message,
            place=1,
            name="Plan.pdf",
        )
    return known.place
