"""From an address under /rozmowy/polaczenia/ to a page about calls that are entered by hand."""

from django.urls import path

from .views import entering

urlpatterns = [path("nowe/", entering.call_new, name="call-new")]
