"""Leads follow merges of their customers; undoing one takes back what it wrote in histories."""

from django.db import migrations

from crm.sqlfiles import ApplySqlFile


class Migration(migrations.Migration):
    dependencies = [("leads", "0005_open_leads"), ("customers", "0006_merges")]

    operations = [
        ApplySqlFile("leads", "redirect_leads"),
        ApplySqlFile("leads", "merge_take_back_lead_events"),
    ]
