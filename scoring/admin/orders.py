"""Orders, to read and to decide about; the order page is where they are linked."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.views import ChangeList

from crm.admin.base import ReadOnlyAdmin
from crm.errors import CrmError
from scoring.models import Order, OrderVersion
from scoring.orders.words import amount_words, reason_words, status_words
from scoring.services.order_review import confirm_order, remove_order, restore_order, unlink_order

REMOVAL_REASON = "Taken out in the admin"


class OrderList(ChangeList):
    """The list leaves in the database what it does not show."""

    def get_queryset(self, *args: object, **kwargs: object) -> QuerySet[Order]:
        found: QuerySet[Order] = super().get_queryset(*args, **kwargs)
        return found.defer("raw")


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """What was bought."""

    list_display = (
        "ordered_at",
        "platform",
        "reference",
        "event_name",
        "customer",
        "amount",
        "state",
        "reasons",
        "page",
    )
    list_select_related = ("customer",)
    list_filter = (
        "platform",
        "status",
        "review",
        ("customer", admin.EmptyFieldListFilter),
        ("scored_net", admin.EmptyFieldListFilter),
        ("removed_at", admin.EmptyFieldListFilter),
    )
    ordering = ("-ordered_at", "-id")
    actions = ("confirm_selected", "unlink_selected", "remove_selected", "restore_selected")

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[ChangeList]:
        return OrderList

    @admin.display(description="Net")
    def amount(self, order: Order) -> str:
        """Net, and gross where it differs."""
        return amount_words(order)

    @admin.display(description="Status")
    def state(self, order: Order) -> str:
        """The status in words."""
        return status_words(order)

    @admin.display(description="Doubts")
    def reasons(self, order: Order) -> str:
        """What somebody must look at."""
        return ", ".join(reason_words(order))

    @admin.display(description="Order page")
    def page(self, order: Order) -> str:
        """The way to where the order is linked."""
        return format_html('<a href="{}">Open</a>', reverse("orders:order", args=[order.pk]))

    @admin.action(description="Confirm: the figures are right")
    def confirm_selected(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        """They count from now on."""
        self._each(request, orders, lambda order: confirm_order(**self._asked(request, order)))

    @admin.action(description="Unlink from the customer")
    def unlink_selected(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        """They belong to nobody."""
        self._each(request, orders, lambda order: unlink_order(**self._asked(request, order)))

    @admin.action(description="Take out: a test, or there twice")
    def remove_selected(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        """They count no more."""
        self._each(
            request,
            orders,
            lambda order: remove_order(reason=REMOVAL_REASON, **self._asked(request, order)),
        )

    @admin.action(description="Bring back")
    def restore_selected(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        """They count again."""
        self._each(request, orders, lambda order: restore_order(**self._asked(request, order)))

    def _asked(self, request: HttpRequest, order: Order) -> dict[str, Any]:
        return {"actor": self.actor(request), "order_id": order.pk}

    def _each(
        self, request: HttpRequest, orders: QuerySet[Order], decide: Callable[[Order], object]
    ) -> None:
        done = 0
        # By id, as every writer takes them (docs/locking.md); no more than a page is ever chosen.
        for order in Order.objects.filter(pk__in=orders.values("pk")).order_by("customer", "pk"):
            try:
                decide(order)
            except CrmError as error:
                messages.error(request, f"{order}: {error.message}")
            else:
                done += 1
        if done:
            messages.success(request, f"Done for {done}.")


@admin.register(OrderVersion)
class OrderVersionAdmin(ReadOnlyAdmin):
    """What imports changed."""

    list_display = ("created_at", "order", "order_import", "after_changed_at")
    list_select_related = ("order", "order_import")
