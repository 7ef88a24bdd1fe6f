"""Background work of the customers app."""

from celery import shared_task
from django.db import connection

from crm.tenancy import active_company_ids, use_company


@shared_task
def recount_search_words() -> None:
    """Count the words of names anew, so that the commonest correction of an error comes first."""
    for company_id in active_company_ids():
        with use_company(company_id), connection.cursor() as cursor:
            cursor.execute("SELECT search_recount_words()")
