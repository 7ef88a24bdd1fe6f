"""Which leads an import of a file made."""

import django.db.models.deletion
from django.db import migrations, models

import crm.constraints
from crm.sqlfiles import ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0010_contact_imports"),
        ("leads", "0006_merges"),
    ]

    operations = [
        migrations.CreateModel(
            name="LeadImportLead",
            fields=[
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.company",
                    ),
                ),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "contact_import",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.contactimport",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imported",
                        to="leads.lead",
                    ),
                ),
                ("is_taken_back", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    crm.constraints.SameCompany(
                        field="contact_import",
                        name="leadimport_import_fk",
                        to="customers.ContactImport",
                    ),
                    crm.constraints.SameCompany(
                        field="lead", name="leadimport_lead_fk", to="leads.Lead"
                    ),
                    models.UniqueConstraint(
                        fields=("contact_import", "lead"), name="leadimport_once"
                    ),
                ],
                "indexes": [],
            },
        ),
        ProtectTenantTable("leads_leadimportlead"),
    ]
