"""Customers and what belongs to them, to read; the customer card is where they are edited."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import TabularInline

from crm.admin.base import ReadOnlyAdmin
from customers.models import ContactPoint, Customer, ExternalIdentity, ProfileLink
from customers.selectors.search import search


class ReadOnlyInline(TabularInline):
    """Rows of a customer."""

    extra = 0
    can_delete = False
    show_change_link = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True  # whoever sees the customer's page

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ContactPointInline(ReadOnlyInline):
    """Phones and e-mails."""

    model = ContactPoint
    fields = ("kind", "value", "as_typed", "label", "is_primary", "is_shared", "is_invalid")


class ExternalIdentityInline(ReadOnlyInline):
    """Ids in other systems."""

    model = ExternalIdentity
    fields = ("system", "external_id")


class ProfileLinkInline(ReadOnlyInline):
    """Profiles of apps."""

    model = ProfileLink
    fields = ("provider", "profile_id", "match_method", "match_confidence", "linked_at")


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    """Found by the product's own search; changed on the card."""

    list_display = ("code", "full_name", "record_state", "lifecycle_stage", "origin", "card")
    list_filter = ("record_state", "lifecycle_stage", "origin")
    search_fields = ("code",)
    search_help_text = "Phone, name, e-mail or code"
    inlines = (ContactPointInline, ExternalIdentityInline, ProfileLinkInline)
    exclude = ("name_sort", "tags")

    @admin.display(description="Card")
    def card(self, customer: Customer) -> str:
        """The way to where the customer is edited."""
        url = reverse("customers:card", args=[customer.pk])
        return format_html('<a href="{}">Open</a>', url)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Customer], search_term: str
    ) -> tuple[QuerySet[Customer], bool]:
        if not search_term:
            return queryset, False
        hits = search(actor=self.actor(request), text=search_term, limit=50).hits
        return queryset.filter(pk__in=[hit.id for hit in hits if hit.kind == "customer"]), False


@admin.register(ContactPoint)
class ContactPointAdmin(ReadOnlyAdmin):
    """Every phone and e-mail of the company."""

    list_display = ("value", "kind", "customer", "is_primary", "is_shared", "is_invalid", "is_live")
    list_select_related = ("customer",)
    list_filter = ("kind", "is_shared", "is_invalid")


@admin.register(ExternalIdentity)
class ExternalIdentityAdmin(ReadOnlyAdmin):
    """Who customers are in other systems."""

    list_display = ("system", "external_id", "customer", "created_at")
    list_select_related = ("customer",)


@admin.register(ProfileLink)
class ProfileLinkAdmin(ReadOnlyAdmin):
    """Which customer stands behind a profile of an app."""

    list_display = ("provider", "profile_id", "customer", "match_method", "match_confidence")
    list_select_related = ("customer",)
