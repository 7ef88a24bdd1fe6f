"""Ticket accounts and the orders of theirs that could not be read."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminPasswordWidget

from crm.admin.base import ReadOnlyAdmin, SettingsAdmin
from crm.errors import InvalidInput, NotFound
from crm.inbox.display import shown_json
from scoring.models import PulledPlatform, TicketAccount, UnreadOrder
from scoring.services.ticket_accounts import (
    AccountValues,
    ask_pull,
    check_token,
    check_values,
    create_account,
    edit_account,
)

DECIDED = ("name", "organisation_id", "base_url", "is_active")
STATE = ("shown_state", "last_pulled_at", "due_at", "failures", "last_error", "shown_checkpoint")


class AccountForm(forms.ModelForm):
    """What an admin decides; the token is written and never shown."""

    token = forms.CharField(
        required=False,
        strip=True,
        max_length=500,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text="From the platform's settings for developers. Empty: as it is.",
    )

    class Meta:
        model = TicketAccount
        fields: tuple[str, ...] = DECIDED

    def clean(self) -> dict[str, Any]:
        """The rules of the service, each at its field."""
        values: dict[str, Any] = super().clean() or {}
        platform = values.get("platform", self.instance.platform)
        decided = AccountValues(
            name=values.get("name", ""),
            organisation_id=values.get("organisation_id", ""),
            base_url=values.get("base_url", ""),
        )
        token = values.get("token", "")
        self._check("name", lambda: check_values(platform, decided))
        if token:
            self._check("token", lambda: check_token(token))
        elif self.instance.token_sealed is None:
            self.add_error("token", "Enter the token that the platform gave you.")
        return values

    def _check(self, field: str, check: Any) -> None:
        try:
            check()
        except InvalidInput as error:
            for name, message in error.fields.items():
                # A field with an error already has told its own.
                if name not in self.errors:
                    self.add_error(name if name in self.fields else field, message)


class NewAccountForm(AccountForm):
    """The same, with the platform, which is chosen once."""

    platform = forms.ChoiceField(choices=PulledPlatform.choices)

    class Meta(AccountForm.Meta):
        fields = ("platform", *DECIDED)


@admin.register(TicketAccount)
class TicketAccountAdmin(SettingsAdmin):
    """Accounts at ticket platforms."""

    list_display = ("name", "platform", "is_active", "last_pulled_at", "failures", "last_error")
    list_filter = ("platform", "is_active")
    ordering = ("platform", "name", "id")
    change_form_outer_after_template = "scoring/admin/account_actions.html"

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        kwargs["form"] = NewAccountForm if obj is None else AccountForm
        return super().get_form(request, obj, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ("platform", *DECIDED, "token")
        return ("platform", *DECIDED, "token", *STATE)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("platform", *STATE)

    @admin.display(description="State")
    def shown_state(self, account: TicketAccount) -> str:
        """In words."""
        if account.pulling_until is not None:
            return "Being pulled"
        if account.last_error:
            return "Failed; it will be tried again"
        return "Waiting for its next pull" if account.is_active else "Inactive"

    @admin.display(description="Read up to")
    def shown_checkpoint(self, account: TicketAccount) -> str:
        """The checkpoint as it is stored."""
        return format_html("<pre>{}</pre>", shown_json(account.checkpoint)[:5000])

    def save_model(self, request: HttpRequest, obj: TicketAccount, form: Any, change: bool) -> None:
        actor, given = self.actor(request), form.cleaned_data
        values = AccountValues(**{name: given[name] for name in DECIDED})
        if change:
            edit_account(actor=actor, account=obj, values=values, token=given["token"])
            return
        created = create_account(
            actor=actor, platform=given["platform"], values=values, token=given["token"]
        )
        obj.pk = created.pk

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.pull))
        own = [path("<uuid:pk>/pull/", view, name="scoring_ticketaccount_pull")]
        return own + super().get_urls()

    def pull(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Pull now; with `from_beginning` everything again."""
        account = TicketAccount.objects.filter(pk=pk).first()
        if account is None:
            raise NotFound
        ask_pull(
            actor=self.actor(request),
            account=account,
            from_beginning="from_beginning" in request.POST,
        )
        messages.success(request, "The pull begins now. Look here again in a minute.")
        return HttpResponseRedirect(reverse("admin:scoring_ticketaccount_change", args=[pk]))


@admin.register(UnreadOrder)
class UnreadOrderAdmin(ReadOnlyAdmin):
    """Pulled orders that could not be stored; each pull tries them again."""

    list_display = ("external_id", "account", "field", "message", "last_seen_at")
    list_filter = ("account",)
    list_select_related = ("account",)
    fields = (
        *("account", "external_id", "field", "message", "first_seen_at", "last_seen_at"),
        "shown_raw",
    )

    @admin.display(description="As it came")
    def shown_raw(self, unread: UnreadOrder) -> str:
        """The order as JSON."""
        return format_html("<pre>{}</pre>", shown_json(unread.raw)[:64_000])
