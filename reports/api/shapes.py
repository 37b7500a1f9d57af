"""The shapes of reports, categories and uploads as apps send and get them."""

from typing import Any

from rest_framework import serializers

from icp.api.cursors import CursorField
from reports.models import ActorKind, EventKind, QuestionType, State, Visibility
from reports.pictures import photos
from reports.steps.submitting import LONGEST

MOST_ANSWERS = 50
TEXT = 4000


class ChoiceSerializer(serializers.Serializer[Any]):
    """`stop`: with this answer nothing is reported here, and these words say what to do instead;
    `call`: the telephone number that they are about."""

    code = serializers.CharField()
    text = serializers.CharField()
    stop = serializers.CharField(allow_blank=True)
    call = serializers.CharField(allow_blank=True)


class QuestionSerializer(serializers.Serializer[Any]):
    """`type` may be one that a client does not know yet: let the person write words then."""

    code = serializers.CharField()
    text = serializers.CharField()
    type = serializers.ChoiceField(QuestionType.choices)
    required = serializers.BooleanField()  # type: ignore[assignment]  # the question's, not the field's
    hint = serializers.CharField(allow_blank=True)
    choices = ChoiceSerializer(many=True)


class CategorySerializer(serializers.Serializer[Any]):
    """What people can report; send its `code`."""

    code = serializers.CharField()
    group = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    keywords = serializers.CharField(allow_blank=True)
    working_days = serializers.IntegerField()
    public_by_default = serializers.BooleanField()
    questions = QuestionSerializer(many=True)


class CategoriesSerializer(serializers.Serializer[Any]):
    """All categories at once; `version` changes with any of them."""

    items = CategorySerializer(many=True)
    cursor = serializers.CharField(allow_null=True)
    version = serializers.CharField()


class FileSerializer(serializers.Serializer[Any]):
    """A photo: JPEG, PNG, WebP or HEIC, at most 12 MiB and 50 million pixels."""

    file = serializers.FileField(allow_empty_file=True)  # its refusal has words of its own


class UploadSerializer(serializers.Serializer[Any]):
    """A photo that waits for its report until `expires_at`."""

    upload_id = serializers.UUIDField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    expires_at = serializers.DateTimeField()


def upload_ids() -> serializers.ListField:
    return serializers.ListField(
        child=serializers.UUIDField(), max_length=photos.PER_STEP, required=False
    )


class NewReportSerializer(serializers.Serializer[Any]):
    """`client_uuid` is drawn once for each report and kept over repetitions. `answers`: code of a
    question → text, number, day (YYYY-MM-DD), code of a choice, or list of codes."""

    client_uuid = serializers.UUIDField()
    category = serializers.CharField(max_length=40)
    answers = serializers.DictField(child=serializers.JSONField(), required=False)
    description = serializers.CharField(max_length=LONGEST, allow_blank=True, required=False)
    lat = serializers.FloatField(min_value=-90, max_value=90)
    lon = serializers.FloatField(min_value=-180, max_value=180)
    accuracy_m = serializers.FloatField(
        min_value=0, max_value=1_000_000, required=False, allow_null=True
    )
    address = serializers.CharField(max_length=200, allow_blank=True, required=False)
    upload_ids = upload_ids()
    captured_at = serializers.DateTimeField(required=False, allow_null=True)
    visibility_wish = serializers.ChoiceField(["public", "private"], required=False)

    def validate_answers(self, value: dict[str, Any]) -> dict[str, Any]:
        if len(value) > MOST_ANSWERS:
            raise serializers.ValidationError("There are too many answers.")
        return value


class PhotoSerializer(serializers.Serializer[Any]):
    """`href` is an address below /api/v1/; `?size=small` gives a small one."""

    id = serializers.UUIDField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    by_office = serializers.BooleanField()
    href = serializers.CharField()


class NamedCategorySerializer(serializers.Serializer[Any]):
    """A category in the language of the device."""

    code = serializers.CharField()
    name = serializers.CharField()
    group = serializers.CharField()


class ReportSerializer(serializers.Serializer[Any]):
    """A report as its reporter or a follower sees it; a follower sees what everybody may see.

    `state`, `visibility`, `role` and `actions` may hold values that a client does not know: show
    `state_label`, offer nothing for an unknown action.
    """

    id = serializers.UUIDField()
    number = serializers.CharField()
    role = serializers.ChoiceField([ActorKind.REPORTER.value, ActorKind.FOLLOWER.value])
    state = serializers.ChoiceField(State.choices)
    state_label = serializers.CharField()
    visibility = serializers.ChoiceField(Visibility.choices)
    category = NamedCategorySerializer()
    client_uuid = serializers.UUIDField(allow_null=True)
    description = serializers.CharField(allow_blank=True)
    answers = serializers.DictField(child=serializers.JSONField())
    lat = serializers.FloatField()
    lon = serializers.FloatField()
    accuracy_m = serializers.IntegerField()
    address = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    captured_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    scheduled_on = serializers.DateField(allow_null=True)
    answer_by = serializers.DateField(allow_null=True)
    forwarded_to = serializers.CharField(allow_blank=True)
    duplicate_of = serializers.CharField(allow_blank=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)
    photos = PhotoSerializer(many=True)
    actions = serializers.ListField(child=serializers.CharField())
    version = serializers.IntegerField()


class ReportsSerializer(serializers.Serializer[Any]):
    """Newest first; `cursor` leads to older ones."""

    items = ReportSerializer(many=True)
    cursor = serializers.CharField(allow_null=True)


class EventSerializer(serializers.Serializer[Any]):
    """What happened; `facts` are codes and days (reason, scheduled_on, back_on, due_on)."""

    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(EventKind.choices)
    actor = serializers.ChoiceField(ActorKind.choices)
    before = serializers.ChoiceField(State.choices, allow_null=True)
    after = serializers.ChoiceField(State.choices)
    text = serializers.CharField(allow_blank=True)
    photos = PhotoSerializer(many=True)
    facts = serializers.DictField(child=serializers.CharField())


class EventsSerializer(serializers.Serializer[Any]):
    """The whole history, oldest first."""

    items = EventSerializer(many=True)
    cursor = serializers.CharField(allow_null=True)


class AskedReportsSerializer(serializers.Serializer[Any]):
    """`role`: only those made, or only those followed."""

    cursor = CursorField()
    limit = serializers.IntegerField(min_value=1, max_value=100, required=False)
    role = serializers.ChoiceField(
        [ActorKind.REPORTER.value, ActorKind.FOLLOWER.value], required=False
    )


class AskedPhotoSerializer(serializers.Serializer[Any]):
    """The longest edge: 2048 or 480 px."""

    size = serializers.ChoiceField(["large", "small"], required=False)


class ReplySerializer(serializers.Serializer[Any]):
    """Words, photos, or both."""

    text = serializers.CharField(max_length=TEXT, allow_blank=True, required=False)
    upload_ids = upload_ids()


class ConfirmSerializer(ReplySerializer):
    """`ok` false says "still broken": the report is disputed then."""

    ok = serializers.BooleanField()
