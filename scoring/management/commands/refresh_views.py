"""`manage.py refresh_views`: renew the materialized views, or say how old they are."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from scoring.selectors.freshness import Freshness, FreshnessState, freshness
from scoring.services.refresh import RefreshedView, RefreshOutcome, refresh_view


class Command(BaseCommand):
    """Exits 1 when a refresh failed; with --status, when a view keeps failing or is old."""

    help = "Refresh the materialized views now (all, or those named), or show how old they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("views", nargs="*", metavar="VIEW", help=", ".join(RefreshedView))
        parser.add_argument("--status", action="store_true", help="refresh nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        unknown = sorted(set(options["views"]) - set(RefreshedView))
        if unknown:
            raise CommandError(
                f"There is no view {', '.join(unknown)}. Choose from: {', '.join(RefreshedView)}."
            )
        wanted = [RefreshedView(name) for name in options["views"]] or list(RefreshedView)
        if options["status"]:
            self._show_status(wanted)
        else:
            self._refresh(wanted)

    def _refresh(self, wanted: list[RefreshedView]) -> None:
        failed = []
        for view in wanted:
            outcome = refresh_view(view=view, asked_by="command")
            self.stdout.write(f"{view}: {outcome}")
            if outcome is RefreshOutcome.FAILED:
                failed.append(view)
        if failed:
            raise CommandError("The former contents stay. `refresh_views --status` says why.")

    def _show_status(self, wanted: list[RefreshedView]) -> None:
        found = [view for view in freshness() if view.view in wanted]
        for view in found:
            self.stdout.write(_line(view))
        bad = (FreshnessState.FAILING, FreshnessState.OLD)
        if any(view.state in bad for view in found):
            raise CommandError("Some views are not as fresh as they should be (docs/views.md).")


def _line(view: Freshness) -> str:
    parts = [f"{view.view}: {view.state}"]
    if view.age is not None:
        parts.append(f"{_words(view.age)} old")
        parts.append(f"{view.rows:,} rows in {view.seconds:.1f} s")
    if view.failures:
        parts.append(f"{view.failures} failed since, last: {view.last_error}")
    return ", ".join(parts)


def _words(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"
