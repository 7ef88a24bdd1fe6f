"""Which columns each staff member takes out of a list."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import crm.constraints
from crm.sqlfiles import ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0003_inbox"),
        ("scoring", "0010_newest_members"),
    ]

    operations = [
        migrations.CreateModel(
            name="ColumnChoice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("list_name", models.CharField(max_length=20)),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None
                    ),
                ),
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
                (
                    "staff",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="crm.staffmember",
                    ),
                ),
            ],
            options={
                "constraints": [
                    crm.constraints.SameCompany(
                        field="staff", name="columnchoice_staff_fk", to="crm.StaffMember"
                    ),
                    models.UniqueConstraint(
                        fields=("staff", "list_name"), name="columnchoice_once"
                    ),
                ],
            },
        ),
        ProtectTenantTable("scoring_columnchoice"),
    ]
