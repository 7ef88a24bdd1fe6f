"""Lists as files: choose the columns, then all rows are sent while they are read."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from crm.actors import Actor
from crm.errors import InvalidInput
from crm.exports.columns import Column
from crm.exports.csv_file import stream_csv
from crm.exports.xlsx_file import stream_xlsx
from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.downloads import Download
from customers.web.list_forms import CustomerFilterForm
from scoring.selectors.column_choices import remembered_columns
from scoring.selectors.freshness import freshness_of
from scoring.selectors.list_rows import (
    LISTS,
    Rows,
    customer_rows,
    member_rows,
    order_rows,
    ranking_rows,
)
from scoring.selectors.marketing_export import MARKETING_COLUMNS
from scoring.selectors.ranking import DEFAULT_ORDERING
from scoring.selectors.segments import get_segment, list_segments
from scoring.services.list_exports import export_list, remember_columns
from scoring.services.marketing_export import export_marketing
from scoring.services.refresh import RefreshedView
from scoring.web.export_forms import ExportForm, MarketingFilterForm
from scoring.web.ranking_forms import RankingFilterForm, RankingOrderForm
from scoring.web.report_tabs import age_of

MARKETING = "marketing"
MARKETING_FIRST = ("email", "given_name", "family_name", "phone", "orders", "net", "segments")
WRITERS = {"csv": stream_csv, "xlsx": stream_xlsx}


@staff_page(Action.EXPORT)
def export(request: HttpRequest, name: str) -> HttpResponse | Download:
    """A list with the filters of its page (in the query), as the form or as the file."""
    actor, wanted = acting(request), LISTS[name]
    rows, narrowed = _narrowed(request, actor, name)
    form = _form(request, actor, name, wanted.columns, wanted.at_first)
    if form.is_bound and form.is_valid():
        columns = form.cleaned_data["columns"]
        remember_columns(actor=actor, name=name, columns=columns)
        file = export_list(actor=actor, name=name, rows=rows, columns=columns, narrowed=narrowed)
        return _send(actor, name, form, file)
    context = {"form": form, "title": wanted.title, "narrowed": narrowed, **_back(request, name)}
    return render(request, "scoring/export.html", context, status=422 if form.errors else 200)


@staff_page(Action.EXPORT)
def export_marketing_view(request: HttpRequest) -> HttpResponse | Download:
    """The marketing export: whom one may reach, and how."""
    actor = acting(request)
    segments = [(one.slug, one.name) for one in list_segments(actor=actor)]
    data = request.POST if request.method == "POST" else None
    filters = MarketingFilterForm(data, segments=segments)
    form = _form(request, actor, MARKETING, MARKETING_COLUMNS, MARKETING_FIRST)
    if form.is_bound and form.is_valid() and filters.is_valid():
        columns = form.cleaned_data["columns"]
        remember_columns(actor=actor, name=MARKETING, columns=columns)
        file = export_marketing(actor=actor, columns=columns, **filters.cleaned_data)
        return _send(actor, MARKETING, form, file)
    context = {
        "form": form,
        "filters": filters,
        "title": "Marketing export",
        "age": age_of(freshness_of(RefreshedView.MARKETING)),
        "back_url": reverse("scoring:segments"),
        "back_label": "Segments",
    }
    wrong = form.errors or filters.errors
    return render(request, "scoring/export.html", context, status=422 if wrong else 200)


def _form(
    request: HttpRequest,
    actor: Actor,
    name: str,
    known: Mapping[str, Column],
    at_first: tuple[str, ...],
) -> ExportForm:
    if request.method == "POST":
        return ExportForm(request.POST, known=dict(known))
    chosen = remembered_columns(actor=actor, name=name, known=known, at_first=at_first)
    return ExportForm(known=dict(known), initial={"columns": chosen})


def _narrowed(request: HttpRequest, actor: Actor, name: str) -> tuple[Rows, Mapping[str, Any]]:
    """The rows that the filters of the query leave, and these filters for the trail."""
    query = {key: value for key, value in request.GET.items() if value and key != "cursor"}
    if name == "customers":
        form = CustomerFilterForm(request.GET, actor=actor)
        _check(form.is_valid())
        return customer_rows(actor, form.filters()), query
    if name == "ranking":
        filters, order = RankingFilterForm(request.GET, actor=actor), RankingOrderForm(request.GET)
        _check(filters.is_valid() and order.is_valid())
        ordering = order.cleaned_data["sort"] or DEFAULT_ORDERING
        return ranking_rows(actor, filters.filters(), ordering), query
    if name == "members":
        segment = get_segment(actor=actor, slug=request.GET.get("segment", ""))
        return member_rows(segment), {"segment": segment.slug}
    return order_rows(actor), {}


def _check(is_valid: bool) -> None:
    if not is_valid:
        raise InvalidInput("These filters are not on the list. Open the list again.")


def _send(actor: Actor, name: str, form: ExportForm, file: Any) -> Download:
    kind, zone = form.cleaned_data["kind"], actor.company.zone
    parts = WRITERS[kind](file.columns, file.rows, zone=zone)
    return Download(parts, file_name=f"{name}-{timezone.localdate():%Y-%m-%d}.{kind}")


def _back(request: HttpRequest, name: str) -> dict[str, str]:
    query = request.GET.urlencode()
    if name == "members":
        url = reverse("scoring:segment", args=[request.GET.get("segment", "")])
        return {"back_url": url, "back_label": "Segment"}
    if name == "orders":
        return {"back_url": reverse("scoring:revenue"), "back_label": "Revenue"}
    url = reverse("customers:list" if name == "customers" else "scoring:ranking")
    return {"back_url": f"{url}?{query}" if query else url, "back_label": "Customers"}
