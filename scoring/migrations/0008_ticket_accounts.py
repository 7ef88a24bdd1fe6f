"""Ticket accounts: a sealed token, when the next pull is due, who pulls; orders not read."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import crm.constraints
from crm.sqlfiles import ApplySqlFile, ProtectTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0003_inbox"),
        ("scoring", "0007_order_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="UnreadOrder",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "external_id",
                    models.CharField(
                        help_text="The platform's number of the order.", max_length=200
                    ),
                ),
                ("raw", models.JSONField()),
                ("field", models.CharField(blank=True, max_length=200)),
                ("message", models.CharField(max_length=500)),
                ("first_seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("last_seen_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.RemoveField(
            model_name="ticketaccount",
            name="token",
        ),
        migrations.AddField(
            model_name="ticketaccount",
            name="due_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now, editable=False, verbose_name="next pull"
            ),
        ),
        migrations.AddField(
            model_name="ticketaccount",
            name="pulling_until",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="ticketaccount",
            name="token_sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AlterField(
            model_name="ticketaccount",
            name="base_url",
            field=models.CharField(
                blank=True,
                help_text="Empty: the platform's own. Others must be allowed in TICKET_API_ORIGINS.",
                max_length=300,
                verbose_name="other address",
            ),
        ),
        migrations.AlterField(
            model_name="ticketaccount",
            name="failures",
            field=models.PositiveIntegerField(
                blank=True, default=0, editable=False, verbose_name="failures in a row"
            ),
        ),
        migrations.AlterField(
            model_name="ticketaccount",
            name="is_active",
            field=models.BooleanField(
                default=True, help_text="Orders of an inactive account are not pulled."
            ),
        ),
        migrations.AlterField(
            model_name="ticketaccount",
            name="organisation_id",
            field=models.CharField(
                blank=True,
                help_text="Eventbrite only: the number in the address of the organisation's pages.",
                max_length=100,
                verbose_name="organisation number",
            ),
        ),
        migrations.AlterField(
            model_name="ticketaccount",
            name="platform",
            field=models.CharField(
                choices=[("humanitix", "Humanitix"), ("eventbrite", "Eventbrite")], max_length=40
            ),
        ),
        migrations.AddIndex(
            model_name="ticketaccount",
            index=models.Index(
                condition=models.Q(("is_active", True)),
                fields=["due_at"],
                name="ticketaccount_due_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticketaccount",
            constraint=crm.constraints.CompanyKey(name="ticketaccount_company_key"),
        ),
        migrations.AddField(
            model_name="unreadorder",
            name="account",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="unread_orders",
                to="scoring.ticketaccount",
            ),
        ),
        migrations.AddField(
            model_name="unreadorder",
            name="company",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="crm.company",
            ),
        ),
        migrations.AddIndex(
            model_name="unreadorder",
            index=models.Index(fields=["account", "id"], name="unreadorder_account_idx"),
        ),
        migrations.AddConstraint(
            model_name="unreadorder",
            constraint=crm.constraints.SameCompany(
                field="account", name="unreadorder_account_fk", to="scoring.TicketAccount"
            ),
        ),
        migrations.AddConstraint(
            model_name="unreadorder",
            constraint=models.UniqueConstraint(
                fields=("company", "account", "external_id"), name="unreadorder_once"
            ),
        ),
        ProtectTenantTable("scoring_unreadorder"),
        ApplySqlFile("scoring", "ticket_accounts_due"),
    ]
