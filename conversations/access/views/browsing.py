"""From an address of a request to its page."""

from django.http import HttpResponse

from admin_module.http import StaffRequest, staff_may


@staff_may("conversations.view_accessrequest")
def access_list(request: StaffRequest) -> HttpResponse:
    return HttpResponse()


@staff_may("conversations.view_accessrequest")
def access_request(request: StaffRequest, pk: int) -> HttpResponse:
    return HttpResponse()
