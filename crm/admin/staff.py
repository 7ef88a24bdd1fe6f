"""Staff members and their logins."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminEmailInputWidget

from crm.admin.base import SettingsAdmin
from crm.models import StaffMember
from crm.roles import Role
from crm.services.staff import add_staff_member, edit_staff_member


class NewStaffForm(forms.ModelForm):
    """A new person, with the e-mail they will sign in with."""

    email = forms.EmailField(
        required=False,
        widget=UnfoldAdminEmailInputWidget,
        help_text="They sign in with it. Relationship managers and team leads can do without.",
    )

    class Meta:
        model = StaffMember
        fields = ("display_name", "role", "branch", "manager")


@admin.register(StaffMember)
class StaffAdmin(SettingsAdmin):
    """Who works here, as what, and where."""

    list_display = ("display_name", "role", "branch", "email", "is_active")
    list_select_related = ("branch", "user")
    list_filter = ("role", "is_active")
    search_fields = ("display_name", "user__email")
    ordering = ("display_name", "id")

    @admin.display(description="Signs in as")
    def email(self, member: StaffMember) -> str:
        """The login, or a dash."""
        return member.user.email if member.user else "–"

    def get_fields(self, request: HttpRequest, obj: StaffMember | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("display_name", "email", "role", "branch", "manager")
        return ("display_name", "role", "branch", "manager", "is_active")

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewStaffForm
        return super().get_form(request, obj, **kwargs)

    def save_model(self, request: HttpRequest, obj: StaffMember, form: Any, change: bool) -> None:
        values = form.cleaned_data
        shared = {
            "actor": self.actor(request),
            "display_name": values["display_name"],
            "role": Role(values["role"]),
            "branch": values["branch"],
            "manager": values["manager"],
        }
        if change:
            edit_staff_member(member=obj, is_active=values["is_active"], **shared)
            return
        member, password = add_staff_member(email=values["email"], **shared)
        obj.pk = member.pk
        if password:
            messages.warning(
                request, f"First password, shown only now: {password} – ask them to change it."
            )
