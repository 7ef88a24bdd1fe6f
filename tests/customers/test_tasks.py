"""Background work of the customers app."""

from django.conf import settings
from django.db import connection

from crm.celery import app
from customers.models import Customer
from customers.tasks import recount_search_words
from tests.factories.customers import make_customer


def test_words_are_recounted_in_every_company(acme, globex):
    for world in (acme, globex):
        with world.inside():
            make_customer(world.actor(), name="Jane Smith")
            gone = make_customer(world.actor(), name="Jane Formerly")
            Customer.objects.filter(pk=gone.pk).update(full_name="Jane Smith")
    recount_search_words()
    for world in (acme, globex):
        with world.inside(), connection.cursor() as cursor:
            cursor.execute("SELECT word, count FROM customers_searchword ORDER BY word")
            assert cursor.fetchall() == [("jane", 2), ("smith", 2)]


def test_it_runs_every_night():
    app.loader.import_default_modules()
    scheduled = settings.CELERY_BEAT_SCHEDULE["recount-search-words"]
    assert scheduled["task"] in app.tasks
