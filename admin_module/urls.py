"""From the office's addresses to its pages."""

from django.urls import include, path

from . import session
from .views import auditing, consent_texts, signing_in, start, styl, topics

urlpatterns = [
    path("", start.dashboard, name="dashboard"),
    path("pierwsze-kroki/", start.steps_hide, name="steps-hide"),
    path("zaloguj/", signing_in.sign_in, name="sign-in"),
    path("wyloguj/", signing_in.sign_out, name="sign-out"),
    path("dziennik/", auditing.audit_list, name="audit-list"),
    path("dziennik/eksport/", auditing.audit_export, name="audit-export"),
    path("dziennik/lancuch/", auditing.audit_chain, name="audit-chain"),
    path("dziennik/sprawdz/", auditing.audit_verify, name="audit-verify"),
    path("sesja/", session.session_extend, name="session-extend"),
    path("tematy/", topics.topic_list, name="topic-list"),
    path("tematy/nowy/", topics.topic_new, name="topic-new"),
    path("tematy/<int:pk>/", topics.topic_edit, name="topic-edit"),
    path("tematy/<int:pk>/zamkniecie/", topics.topic_close, name="topic-close"),
    path("tematy/<int:pk>/otwarcie/", topics.topic_reopen, name="topic-reopen"),
    path("tematy/<int:pk>/miejsce/", topics.topic_move, name="topic-move"),
    path("tematy/tresc-zgody/", consent_texts.consent_text_list, name="consent-text-list"),
    path("tematy/tresc-zgody/nowa/", consent_texts.consent_text_new, name="consent-text-new"),
    path("tematy/tresc-zgody/<int:version>/", consent_texts.consent_text, name="consent-text"),
    path(
        "tematy/tresc-zgody/<int:version>/roznice/",
        consent_texts.consent_text_compare,
        name="consent-text-compare",
    ),
    path(
        "tematy/tresc-zgody/<int:version>/wzor.pdf",
        consent_texts.consent_text_preview,
        name="consent-text-preview",
    ),
    path("styl/", styl.styl, name="styl"),
    path("", include("admin_module.access_urls")),
    path("", include("admin_module.document_urls")),
    path("", include("admin_module.settings_urls")),
    path("", include("admin_module.staff_urls")),
]
