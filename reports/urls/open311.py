"""From an address under /open311/v2/ to GeoReport v2; the ending names the format."""

from django.urls import path, register_converter

from reports.views import open311


class FormConverter:
    """`.xml` or `.json`."""

    regex = "xml|json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(FormConverter, "form")

urlpatterns = [
    path("discovery.<form:form>", open311.open311_discovery, name="open311-discovery"),
    path("services.<form:form>", open311.open311_services, name="open311-services"),
    path("services/<str:code>.<form:form>", open311.open311_service, name="open311-service"),
    path("requests.<form:form>", open311.open311_requests, name="open311-requests"),
    path("requests/<str:number>.<form:form>", open311.open311_request, name="open311-request"),
    path("tokens/<str:token>.<form:form>", open311.open311_token, name="open311-token"),
    path("<path:rest>.<form:form>", open311.open311_nothing, name="open311-nothing"),
    path("<path:rest>", open311.open311_nothing, name="open311-nothing-else"),
]
