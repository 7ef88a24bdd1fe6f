"""The zip of everything that is held about one customer."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_POST

from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.downloads import Download
from customers.services.person_export import export_person


@staff_page(Action.EXPORT_PERSON)
@require_POST
def download(request: HttpRequest, customer_id: UUID) -> HttpResponseBase:
    """Sent while it is made."""
    customer, parts = export_person(actor=acting(request), customer_id=customer_id)
    return Download(parts, file_name=f"{customer.code}-everything.zip")
