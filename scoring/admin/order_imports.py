"""Imports of orders, to read; they are started, stopped and undone on their own pages."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from crm.admin.base import ReadOnlyAdmin
from scoring.models import OrderImport, OrderImportProblem


@admin.register(OrderImport)
class OrderImportAdmin(ReadOnlyAdmin):
    """Files of orders and what came of them."""

    list_display = ("created_at", "file_name", "layout", "state", "rows_done", "bad_rows")
    list_filter = ("state",)
    exclude = ("content",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderImport]:
        return super().get_queryset(request).defer("content")


@admin.register(OrderImportProblem)
class OrderImportProblemAdmin(ReadOnlyAdmin):
    """Rows that could not be used."""

    list_display = ("order_import", "row", "column", "message")
    list_select_related = ("order_import",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderImportProblem]:
        return super().get_queryset(request).defer("order_import__content")
