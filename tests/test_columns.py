"""Every column of every model is declared public here, or is sealed: personal data cannot slip in.

Before a name is added below, ask what a stolen database would tell by it (docs/encryption.md).
"""

from django.apps import apps
from django.db import models

from icp.encryption.fields import BlindIndexField, SealedField

# Django's own, and what the encryption layer keeps: keys, pages and proofs are sealed in themselves.
FRAMEWORK = {
    "auth.group": "id name",
    "auth.permission": "id name content_type codename",
    "contenttypes.contenttype": "id app_label model",
    "sessions.session": "session_key session_data expire_date",
    # Tokens stand in the place of addresses, and nothing in that of the rest (admin_module.locking).
    "axes.accessattempt": (
        "id user_agent ip_address username http_accept path_info attempt_time get_data post_data "
        "failures_since_start"
    ),
    "axes.accessattemptexpiration": "access_attempt expires_at",
    "axes.accessfailurelog": (
        "id user_agent ip_address username http_accept path_info attempt_time locked_out"
    ),
    "axes.accesslog": (
        "id user_agent ip_address username http_accept path_info attempt_time logout_time "
        "session_hash"
    ),
    "encryption.datakey": "uid wrapped",
    "encryption.keycanary": "id section key_id proof",
    "encryption.page": "id kind number nonce blob",
    "encryption.pagenote": "id kind slot covers record",
    "encryption.pagedirty": "id kind slot stamp",
}
OFFICE = {
    "admin_module.auditentry": (
        "id uid at actor roles action subject detail reason before after request_id mac"
    ),
    "admin_module.auditlink": "position entry digest",
    "admin_module.configurationversion": "id uid section version by at",
    "admin_module.gatewaycheck": "id channel at ok code",
    "admin_module.heartbeat": "name at",
    "admin_module.logo": "name picture width height",
    "admin_module.seededpermission": "id role permission",
    "admin_module.authenticator": (
        "id uid user confirmed last_step created_at last_used_at throttling_failure_timestamp "
        "throttling_failure_count"
    ),
    "admin_module.invitation": (
        "id user kind digest invited_by created_at expires_at used_at revoked_at"
    ),
    "admin_module.passkey": "id uid user confirmed sign_count created_at last_used_at",
    "admin_module.recoverycode": "id sheet digest used_at",
    "admin_module.recoverysheet": (
        "id user confirmed created_at last_used_at throttling_failure_timestamp "
        "throttling_failure_count"
    ),
    "admin_module.staffsession": "id user digest browser machine started_at seen_at",
    "admin_module.accessreview": "id at by unit people",
    "admin_module.unit": ("id kind name parent sender_name reply_to sms_budget closed_at revision"),
    "admin_module.user": "id password last_login is_superuser uid unit is_active date_joined revision",
}
PEOPLE = {
    "recipients.addresspoint": (
        "id street district number letter postal_code latitude longitude gone_since"
    ),
    "recipients.contactpoint": "id uid recipient kind verified_at since",
    "recipients.suppressedaddress": (
        "id uid kind held reason code since until soft_count last_at lifted_at lifted_by asked_at"
    ),
    # A device belongs to somebody by a random id; where it is hinted at and where it is at home is sealed.
    "recipients.device": (
        "id uid platform client_version locale digest previous_digest previous_until recipient "
        "paired_at topics areas report_pushes quiet_from quiet_to push_kind push_seen_at created_at "
        "last_used_at revoked_at"
    ),
    "recipients.change": "id recipient device kind uid deleted revision changed_at",
    "recipients.keptanswer": (
        "id uid device recipient method path key_digest body_digest run begun_at status"
    ),
    "recipients.changestream": "id uid last",
    "recipients.district": "id name",
    "recipients.recipient": (
        "id uid identifier state state_until state_before consents origin registered_at "
        "registered_by unit wish_how revision form_key people_import merged_into"
    ),
    "recipients.peopleimport": (
        "id uid state file head_digest file_digest arrive send_codes counts created_at created_by job "
        "imported_at revision"
    ),
    "recipients.importproposal": (
        "id uid people_import recipient row reason fields state decided_at decided_by"
    ),
    "recipients.job": (
        "id kind turn detail state problem created_at created_by started_at alive_at finished_at "
        "runs done total counts result form_key"
    ),
    "recipients.epuapdocument": (
        "id uid arrived_by arrived_at trial state reasons purpose signed_at recipient due_at tries "
        "ended_at decided_by forgotten_at"
    ),
    "recipients.export": "id uid job whom layout columns people number stale",
    "recipients.officefile": ("id uid media_type size created_at expires_at purpose created_by"),
    "recipients.personfile": (
        "id uid media_type size created_at expires_at recipient purpose created_by"
    ),
    "recipients.epuapform": (
        "id purpose version namespace root active fields revision changed_at changed_by"
    ),
    "recipients.recipientgroup": "id name unit kind for_tests revision form_key",
    "recipients.groupfilter": "id uid group",
    # Codes say in what two random ids are alike, as equal tokens do; not what they say.
    "recipients.duplicatepair": (
        "id first second reasons strength found_at different_at different_by"
    ),
    "recipients.street": "id teryt prefix name folded gone_since",
    "recipients.rightsrequest": (
        "id uid recipient kind how received_at due_on opened_by extended_at closed_at closed_by "
        "outcome"
    ),
    "recipients.validationcode": (
        "id contact_point recipient created_at digest posted_at expires_at used_at attempts"
    ),
    "consents.consent": "id recipient topic channel act how text form at by",
    "consents.consentform": (
        "id number recipient text wanted printed_at printed_by received_at received_by without_scan"
    ),
    "consents.consenttext": "id version statement privacy_notice own_words valid_from",
    "consents.scan": (
        "id uid media_type size created_at expires_at recipient form kept_by replaced_at "
        "replaced_by"
    ),
    "consents.formseries": "year last",
    "consents.topic": (
        "id name description bit place mandatory commercial legal_basis channels closed_at "
        "revision unit"
    ),
}
MESSAGES = {
    "messaging.attempt": "id delivery at outcome code provider_id provider",
    "messaging.channelpause": "id channel code since",
    "messaging.counter": "id message channel state shard number",
    "messaging.delivery": (
        "id message letter recipient channel salt lane state reason code provider_id due_at "
        "tries lease_owner lease_until changed_at same_as"
    ),
    "messaging.approvalstep": "id uid message kind by at revision digest",
    "messaging.sentalone": (
        "id uid message by at due_on reminded_on verdict reviewed_by reviewed_at"
    ),
    "messaging.districtfigure": (
        "id message channel district handed_over delivered failed unknown waiting spared left_out "
        "sms_parts"
    ),
    "messaging.drillplan": "id pattern enabled day clock ran_on changed_by changed_at revision",
    "messaging.drilltime": "id message channel people half most last",
    "messaging.evidencefile": "id uid media_type size created_at expires_at message layout digest made_by",
    "messaging.messageaccount": "id message counted_at part_price",
    # Whoever has the short address may read the message: it is in the SMS itself.
    "messaging.messagecode": "id message code made_at",
    "messaging.savedview": "id uid owner made_at",
    "messaging.summaryreader": "id user added_by added_at",
    "messaging.summaryround": "id month posted_at letters",
    "messaging.devicehint": "id device about thing paired_at due_at tries",
    "messaging.hintround": "id message cursor last told lost began_at finished_at",
    "messaging.epuapbox": ("id address due_at claimed_until answered_at taken_at failures problem"),
    "messaging.epuapkey": "id uid kind fingerprint valid_until added_at added_by removed_at",
    "messaging.letter": "id uid recipient staff code invitation created_at expires_at form_key",
    "messaging.message": (
        "id uid klass status topic channels author unit approved_by created_at sent_at due_at "
        "finished_at expires_at people_count expected_count sms_parts sms_planned sms_limit escalation escalates_at cursor problem "
        "approved_digest "
        "follows follow_kind with_unknown drill begun_at halted_at handed_at_halt "
        "public published_at withdrawn_at areas binned_at revision form_key template_version"
    ),
    "messaging.attachmentlink": "id uid message",
    "messaging.messageattachment": (
        "id uid media_type size created_at expires_at message place downloads"
    ),
    "messaging.messagetemplate": "id name folder unit archived_at revision form_key",
    "messaging.templatefolder": "id name unit revision",
    "messaging.templateversion": (
        "id uid template number klass topic channels escalation made_at made_by restores"
    ),
    "messaging.handedover": "id message channel provider number",
    "messaging.providerpulse": "id channel provider at answers seconds slowest",
    "messaging.providerstate": (
        "id channel provider state code since until rests worked_at balance balance_unit balance_at"
    ),
    "messaging.rateslot": "id channel provider free_at",
    "messaging.returnbox": "id due_at claimed_until answered_at failures problem",
    "messaging.returnedmail": "id digest kind code at",
    "messaging.inboundword": "id provider event_id word topic people acts at",
    "messaging.receiptnews": (
        "id channel event_id reference provider_id news code at received_at applied_at outcome"
    ),
    "messaging.sendingepoch": "id number",
    "messaging.unsavedwork": "id uid author message form_key revision saved_at",
    "messaging.upp": "id uid number document arrived_at",
}
# Points on maps are rounded to about 50 m; what was written, the exact place and who wrote are sealed.
REPORTS = {
    "reports.answertemplate": "id name state category unit text closed_at revision",
    "reports.follower": "id report recipient device since",
    "reports.open311key": (
        "id label public digest a_day created_at created_by last_used_at revoked_at revoked_by"
    ),
    "reports.open311receipt": "id report key received_at",
    "reports.outsidebody": "id uid name reply_days closed_at revision",
    "reports.report": (
        "id uid number state visibility category unit district assigned_to reporter device lat lon "
        "client_uuid origin created_at captured_at accepted_at answered_at closed_at closed_by due_on "
        "deadline days_left back_on scheduled_on outside reason lead confirmed_at disputes cluster "
        "moderated_at moderated_by token_digest token_until version forgotten_at"
    ),
    "reports.reportcategory": (
        "id code group name description keywords questions translations unit working_days "
        "publishing retention_months cluster_reports cluster_metres place closed_at revision"
    ),
    "reports.reportcluster": (
        "id category lat lon found_at last_at state message told_at decided_by decided_at"
    ),
    "reports.reportevent": "id uid report seq at kind actor by before after template facts",
    "reports.reportphoto": (
        "id uid media_type size created_at expires_at report event device user redacts visibility "
        "width height small_from"
    ),
    "reports.reportseries": "year last",
    "reports.routingrule": "id category group district unit assignee accepts revision",
}
CONVERSATIONS = {
    "conversations.accessdecision": "id uid request verdict form segments with_notes ground legal_basis by acting_as at",
    "conversations.accessrequest": (
        "id uid number step basis channel requested_form identity identity_by identity_at "
        "unit received_at due_on extended_to step_since missed_appointments closed_at "
        "registered_by reference form_key revision"
    ),
    "conversations.accessseries": "year last",
    "conversations.acknowledgement": "id user notice at",
    "conversations.allowedorigin": "id origin added_by added_at",
    "conversations.appointment": "id uid request place begins_at ends_at status by",
    "conversations.attendance": (
        "id uid request appointment role user document checked_in_at checked_out_at checked_by"
    ),
    "conversations.call": "id conversation line linked_id extension answered_at disposition choice",
    "conversations.cannedresponse": "id inbox shortcut language text revision",
    "conversations.chatblock": "id device until reason by at",
    "conversations.chatday": "id inbox day begun taken abandoned offline waits stars",
    "conversations.chatevent": "id uid conversation seq type author user code internal client_id at",
    "conversations.chatinbox": "id code name unit hours queue_limit closed_at revision",
    "conversations.chatrating": "id uid conversation stars at",
    "conversations.chatseat": "id user available capacity seen_at",
    "conversations.chatsession": (
        "id conversation inbox language last_seq queued_at taken_at visitor_seen_at "
        "visitor_spoke_at visitor_typed_at agent_typed_at agent_read_seq warned_at token_round closed_by"
    ),
    "conversations.conversation": (
        "id uid kind direction source external_id state unit agent caller_id case_number "
        "originated_at ended_at created_at expires_at purge_state revision"
    ),
    "conversations.designation": "id user scope begins_on ends_on by at revoked_at",
    "conversations.destructionprotocol": (
        "id uid media_type size created_at expires_at run month purged digest"
    ),
    "conversations.earlypurge": (
        "id conversation reason case_number proposed_by proposed_at approved_by approved_at "
        "coapproved_by coapproved_at refused_by refused_at done_at"
    ),
    "conversations.exchangekey": "id name prefix digest networks expires_at made_by made_at revoked_at used_at",
    "conversations.holdproposal": (
        "id uid conversation reason case_number review_on proposed_by proposed_at decided_by "
        "decided_at hold"
    ),
    "conversations.identitycode": "id request digest sent_at expires_at attempts used_at by",
    "conversations.ingestjob": "id uid source external_id exchange request_key state error conversation at finished_at",
    "conversations.legalbasis": (
        "id name basis purpose dpia_reference opinion opinion_text opinion_by opinion_at "
        "approved_by approved_at proposed_by proposed_at justification withdrawn_at withdrawn_by "
        "revision"
    ),
    "conversations.line": "id number name unit recording_mode legal_basis closed_at revision",
    "conversations.listeningprotocol": "id uid request appointment began_at ended_at interruptions paused_at device letter",
    "conversations.noticedelivery": "id conversation version at outcome evidence by",
    "conversations.noticeversion": "id channel part language text sha256 valid_from author",
    "conversations.numberreveal": "id uid conversation user at emergency reviewed_by reviewed_at",
    "conversations.opinion": (
        "id uid request giver asked_at due_on reminded_at escalated_at verdict by as_deputy "
        "given_at superseded_at"
    ),
    "conversations.playbackevent": "id session recording action begin end at",
    "conversations.playbacksession": (
        "id uid conversation appointment user purpose case_number session_digest player "
        "player_seen_at began_at expires_at ended_at reviewed_by reviewed_at"
    ),
    "conversations.purgerun": "id uid began_at ended_at by purged",
    "conversations.recording": (
        "id uid media_type size created_at expires_at conversation role codec channels "
        "duration_ms playable cipher_sha256"
    ),
    "conversations.requestevent": "id uid request action code step_from step_to by at",
    "conversations.requestitem": "id request conversation",
    "conversations.requestletter": (
        "id uid media_type size created_at expires_at request kind by opinion signed_for sent_by "
        "sent_at delivered_at"
    ),
    "conversations.retentionhold": (
        "id uid conversation reason case_number request placed_by placed_at review_on reviewed_at "
        "reviewed_by reminded_at release_on released_at released_by"
    ),
    "conversations.retentioncheck": "id at problems told_at",
    "conversations.retentionpolicy": (
        "id kind line inbox months legal_basis valid_from by reached moved applied_at"
    ),
    "conversations.sourcedisposal": "id recording conversation source remote_id due_at tries error done_at",
    "conversations.tombstone": (
        "id conversation kind originated_at policy digests size run key_destroyed_at purged_at"
    ),
    "conversations.sourcecheck": "id at seen left taken_up foreign error",
    "conversations.voicecall": "id conversation uid call_sid state mode notice phone error look_at",
    "conversations.voiceline": "id line active ring_seconds opens_at closes_at revision",
    "conversations.voicephone": "id uid voice_line name user",
    "conversations.voicerecording": "id call sid state seconds recording error tries due_at at",
    "conversations.voicestep": "id call name decision at",
}
PUBLIC = FRAMEWORK | OFFICE | PEOPLE | MESSAGES | REPORTS | CONVERSATIONS


def plain_columns(model: type[models.Model]) -> set[str]:
    sealed = (SealedField, BlindIndexField)
    return {f.name for f in model._meta.concrete_fields if not isinstance(f, sealed)}


def test_every_column_is_declared_public_or_sealed() -> None:
    found = {model._meta.label_lower: plain_columns(model) for model in apps.get_models()}
    declared = {label: set(names.split()) for label, names in PUBLIC.items()}
    undeclared = {
        label: sorted(names - declared.get(label, set())) for label, names in found.items()
    }
    assert {label: names for label, names in undeclared.items() if names} == {}
    gone = {label: sorted(names - found.get(label, set())) for label, names in declared.items()}
    assert {label: names for label, names in gone.items() if names} == {}


def test_tables_between_models_hold_ids_only() -> None:
    between = set(apps.get_models(include_auto_created=True)) - set(apps.get_models())
    for model in between:
        for field in model._meta.concrete_fields:
            assert field.primary_key or field.is_relation, f"{model._meta.label}.{field.name}"
