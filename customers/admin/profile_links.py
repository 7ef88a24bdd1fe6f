"""Profiles of apps and whose they are: every link, and every profile without one."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from crm.admin.base import ReadOnlyAdmin
from crm.errors import CrmError, InvalidInput
from customers.models import Customer, ProfileLink
from customers.services.profile_links import release_profile, relink_profile, unlink_profile


class HasCustomer(admin.SimpleListFilter):
    """With and without a customer."""

    title, parameter_name = "customer", "linked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Linked"), ("no", "Without a customer")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[ProfileLink]
    ) -> QuerySet[ProfileLink]:
        if self.value() in ("yes", "no"):
            return queryset.filter(customer__isnull=self.value() == "no")
        return queryset


@admin.register(ProfileLink)
class ProfileLinkAdmin(ReadOnlyAdmin):
    """Which customer stands behind a profile of an app."""

    list_display = (
        *("provider", "profile_id", "customer", "how", "match_confidence", "decided_by_human"),
    )
    list_select_related = ("customer",)
    list_filter = (HasCustomer, "decided_by_human")
    change_form_outer_after_template = "customers/admin/profile_actions.html"

    @admin.display(description="How")
    def how(self, link: ProfileLink) -> str:
        """In words."""
        return link.how

    def get_urls(self) -> list[URLPattern]:
        def post(view: Callable[..., HttpResponse]) -> Any:
            return self.admin_site.admin_view(require_POST(view))

        own = [
            path("<uuid:pk>/link/", post(self.link), name="customers_profilelink_link"),
            path("<uuid:pk>/unlink/", post(self.unlink), name="customers_profilelink_unlink"),
            path("<uuid:pk>/release/", post(self.release), name="customers_profilelink_release"),
        ]
        return own + super().get_urls()

    def link(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """To the customer whose code was typed, whoever had the profile before."""
        code = request.POST.get("code", "").replace("\x00", "").strip().upper()

        def do() -> None:
            customer = Customer.objects.filter(code=code).first() if code else None
            if customer is None:
                raise InvalidInput("There is no customer with this code.")
            relink_profile(
                actor=self.actor(request),
                link_id=pk,
                customer_id=customer.pk,
                reason=request.POST.get("reason", ""),
            )

        return self._act(request, pk, do, "The profile is linked.")

    def unlink(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Take it off its customer; only a person links it again."""

        def do() -> None:
            reason = request.POST.get("reason", "")
            unlink_profile(actor=self.actor(request), link_id=pk, reason=reason)

        return self._act(request, pk, do, "The profile is unlinked.")

    def release(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Let it be matched by itself again."""

        def do() -> None:
            release_profile(actor=self.actor(request), link_id=pk)

        return self._act(request, pk, do, "The profile may be matched by itself again.")

    def _act(
        self, request: HttpRequest, pk: UUID, do: Callable[[], None], said: str
    ) -> HttpResponse:
        try:
            do()
        except CrmError as error:
            if error.status == 404:
                raise
            messages.error(request, error.message)
        else:
            messages.success(request, said)
        return HttpResponseRedirect(reverse("admin:customers_profilelink_change", args=[pk]))
