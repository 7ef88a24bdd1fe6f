"""Files of customers and leads and what came of them; they are imported on their own pages."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from crm.admin.base import ReadOnlyAdmin
from customers.models import ContactImport, ContactImportProblem


@admin.register(ContactImport)
class ContactImportAdmin(ReadOnlyAdmin):
    """Each file with its counts; not its content."""

    list_display = ("created_at", "file_name", "kind", "state", "rows_done", "bad_rows")
    list_filter = ("state",)
    exclude = ("content",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ContactImport]:
        return super().get_queryset(request).defer("content")


@admin.register(ContactImportProblem)
class ContactImportProblemAdmin(ReadOnlyAdmin):
    """Rows that could not be used."""

    list_display = ("contact_import", "row", "column", "message")
    list_select_related = ("contact_import",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ContactImportProblem]:
        return super().get_queryset(request).defer("contact_import__content")
