"""From the addresses of rights, requests and codes under /odbiorcy/ to their pages."""

from django.urls import path

from recipients.views import codes, devices, requests, rights

urlpatterns = [
    path("wnioski/", requests.request_list, name="request-list"),
    path("wnioski/<int:pk>/", requests.request_detail, name="request-detail"),
    path("wnioski/<int:pk>/przedluz/", requests.request_extend, name="request-extend"),
    path("wnioski/<int:pk>/zakoncz/", requests.request_close, name="request-close"),
    path("wnioski/<int:pk>/pismo/", requests.request_print, name="request-print"),
    path("<int:pk>/wniosek/", requests.request_new, name="request-new"),
    path("<int:pk>/usun/", rights.recipient_erase, name="recipient-erase"),
    path("<int:pk>/usun/pismo/", rights.erasure_print, name="erasure-print"),
    path("<int:pk>/urzadzenia/<int:device>/usun/", devices.device_remove, name="device-remove"),
    path("<int:pk>/kod/<str:kind>/", codes.code_send, name="code-send"),
    path("<int:pk>/kod-listem/", codes.code_print, name="code-print"),
]
