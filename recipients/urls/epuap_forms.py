"""From the addresses under /ustawienia/epuap/formularze/ to the pages of ePUAP forms."""

from django.urls import path

from recipients.views import epuap_forms

urlpatterns = [
    path("", epuap_forms.epuap_form_list, name="epuap-forms"),
    path("proponowane/", epuap_forms.epuap_forms_propose, name="epuap-forms-propose"),
    path("nowy/", epuap_forms.epuap_form_edit, name="epuap-form-new"),
    path("<int:pk>/", epuap_forms.epuap_form_edit, name="epuap-form-edit"),
]
