"""Customers and what belongs to them, to read; the customer card is where they are edited."""

from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import TabularInline

from crm.admin.base import ReadOnlyAdmin
from crm.errors import Forbidden
from crm.roles import Action
from customers.models import ContactPoint, Customer, ExternalIdentity, ProfileLink
from customers.selectors.search import search

MOST_AT_ONCE = 50  # as the service merges


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
    actions = ("merge_selected",)

    @admin.display(description="Card")
    def card(self, customer: Customer) -> str:
        """The way to where the customer is edited."""
        url = reverse("customers:card", args=[customer.pk])
        return format_html('<a href="{}">Open</a>', url)

    @admin.action(description="Merge selected…")
    def merge_selected(
        self, request: HttpRequest, queryset: QuerySet[Customer]
    ) -> HttpResponseRedirect | None:
        """Compare the chosen ones side by side; that page merges."""
        if not self._may(request, Action.MERGE_CUSTOMERS):
            raise Forbidden("Your role cannot merge customers.")
        chosen = list(queryset.order_by("code").values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
        if not 2 <= len(chosen) <= MOST_AT_ONCE:
            messages.warning(request, f"Choose 2 to {MOST_AT_ONCE} customers to merge.")
            return None
        query = urlencode({"customer": chosen}, doseq=True)
        return HttpResponseRedirect(f"{reverse('admin:customers_merge_add')}?{query}")

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
