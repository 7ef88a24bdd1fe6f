"""What every page of the admin has in common: roles, bounded lists, our own audit trail."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin

from crm.actors import Actor
from crm.errors import CrmError
from crm.roles import Action
from crm.services.settings_records import save_settings_record


class BoundedPaginator(Paginator):
    """Counts at most so many rows; nobody leafs further, and no list is counted in full."""

    most_rows = 5000

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return rows[: self.most_rows].count() if isinstance(rows, QuerySet) else len(rows)


class ReadOnlyAdmin(ModelAdmin):
    """Records that the admin shows and other doors change."""

    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    ordering: tuple[str, ...] = ("-id",)
    sortable_by: tuple[str, ...] = ()
    actions_on_top = True

    def actor(self, request: HttpRequest) -> Actor:
        """The admin at work."""
        return request.actor  # type: ignore[attr-defined]

    def _may(self, request: HttpRequest, action: Action) -> bool:
        actor = getattr(request, "actor", None)
        return actor is not None and actor.may(action)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, Action.USE_ADMIN)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # nothing is ever hard deleted

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Our own trail instead of Django's."""
        trail = reverse("admin:crm_auditevent_changelist")
        label = self.model._meta.label_lower
        return HttpResponseRedirect(f"{trail}?subject_type={label}&subject_id={object_id}")

    # Django's log would keep names of people outside row-level security.
    def log_addition(self, *args: Any) -> None:
        """Nothing: services write the audit trail."""

    def log_change(self, *args: Any) -> None:
        """Nothing: services write the audit trail."""

    def log_deletions(self, *args: Any) -> None:
        """Nothing: services write the audit trail."""


class SettingsAdmin(ReadOnlyAdmin):
    """Records that admins set up here: few, and saved with an audit event."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request, Action.MANAGE_STAFF)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, Action.MANAGE_STAFF)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Unique names are unique within the company, which the form does not ask for."""
        company_id = self.actor(request).company.pk

        class WithCompany(super().get_form(request, *args, **kwargs)):  # type: ignore[misc]
            def __init__(self, *form_args: Any, **form_kwargs: Any) -> None:
                super().__init__(*form_args, **form_kwargs)
                if hasattr(self.instance, "company_id"):
                    self.instance.company_id = company_id

            def _get_validation_exclusions(self) -> set[str]:
                return super()._get_validation_exclusions() - {"company"}

        return WithCompany

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        old = {name: form.initial.get(name) for name in form.changed_data} if change else None
        if old != {}:
            save_settings_record(actor=self.actor(request), record=obj, old=old)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A refusal of a service is shown on top of the page it came from."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except CrmError as error:
            messages.error(request, error.message)
            return HttpResponseRedirect(request.path)
