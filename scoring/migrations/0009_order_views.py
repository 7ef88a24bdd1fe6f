"""Orders and customers under the names that people who query by SQL know."""

from django.db import migrations

from crm.sqlfiles import ApplySqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0003_search"),
        ("scoring", "0008_ticket_accounts"),
    ]

    operations = [
        ApplySqlFile("scoring", "orders_htx"),
        ApplySqlFile("scoring", "orders_eventbrite"),
        ApplySqlFile("scoring", "customer_orders_v"),
        ApplySqlFile("scoring", "customers_flat_v"),
    ]
