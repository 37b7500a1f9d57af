"""From photos chosen at the desk to photos that wait for their report, kept also when the form comes back."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from icp.uploads import UploadRefused
from reports.pictures import photos

ACCEPTED = ".jpg,.jpeg,.png,.webp,.heic,.heif"


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class PhotoField(forms.FileField):
    """Several photos at once; each is drawn anew and sealed while the form is checked."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Photos"),
            required=False,
            widget=ManyFiles(attrs={"accept": ACCEPTED}),
            help_text=_("At most 5, up to 12 MB each: JPEG, PNG, WebP or HEIC."),
        )

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(PhotoField, self).clean(file, initial) for file in files if file]


class KeptField(forms.CharField):
    """uids of photos that an earlier sending of the form has kept."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput, max_length=400)

    def clean(self, value: Any) -> list[UUID]:
        try:
            return [UUID(one) for one in super().clean(value).split(",") if one]
        except ValueError:
            return []


class PhotoForm(forms.Form):
    """A form with photos; `uids` of those that wait after it was checked."""

    photos = PhotoField()
    kept = KeptField()

    def __init__(self, *args: Any, by: User | None, **options: Any) -> None:
        self.by = by  # None: anybody, who knows nothing of a photo but its random uid
        super().__init__(*args, **options)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        uids = self._still_waiting(data.get("kept") or [])
        for file in data.get("photos") or []:
            if len(uids) >= photos.PER_STEP:
                self.add_error("photos", _("Add at most 5 photos."))
                break
            try:
                uids.append(photos.keep(file, user=self.by).uid)
            except UploadRefused as refusal:
                self.add_error("photos", ValidationError(f"{file.name}: {refusal}"))
        data["uids"] = tuple(uids)
        self._remember(uids)
        return data

    @property
    def number_kept(self) -> int:
        return len(self.cleaned_data.get("uids", ())) if self.is_bound else 0

    def _still_waiting(self, uids: list[UUID]) -> list[UUID]:
        try:
            return [photo.uid for photo in photos.waiting(uids, user=self.by)]
        except photos.UnknownPhotos:
            return []

    def _remember(self, uids: list[UUID]) -> None:
        """The form's page carries them on: a browser sends no file twice by itself."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("kept")] = ",".join(str(uid) for uid in uids)
        self.data = data
