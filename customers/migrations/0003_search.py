"""The search: narrow tables, the triggers that keep them, the functions that read them."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

from crm.sqlfiles import ApplySqlFile, ProtectTenantTable

COMPANY = models.ForeignKey(
    db_constraint=False,
    db_index=False,
    editable=False,
    on_delete=django.db.models.deletion.PROTECT,
    related_name="+",
    to="crm.company",
)
KINDS = [("c", "Customer"), ("l", "Lead without a customer")]


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0002_row_level_security"),
        ("customers", "0002_row_level_security"),
    ]

    operations = [
        # Indexes stand on these two.
        ApplySqlFile("customers", "phone_grams"),
        ApplySqlFile("customers", "word_deletions"),
        migrations.CreateModel(
            name="SearchPhone",
            fields=[
                ("company", COMPANY),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "subject_id",
                        "digits",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("subject_kind", models.CharField(choices=KINDS, max_length=1)),
                ("subject_id", models.UUIDField()),
                (
                    "digits",
                    models.CharField(
                        db_collation="C", help_text="E.164 without its plus.", max_length=20
                    ),
                ),
                (
                    "rdigits",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Reverse("digits"),
                        output_field=models.CharField(db_collation="C", max_length=20),
                    ),
                ),
                ("last_activity", models.DateField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["company", "digits"], name="searchphone_exact_idx"),
                    models.Index(
                        fields=["company", "rdigits", "-last_activity"],
                        include=("subject_id",),
                        name="searchphone_suffix_idx",
                    ),
                    models.Index(
                        fields=["company", "-last_activity", "-subject_id"],
                        include=("digits",),
                        name="searchphone_newest_idx",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        models.Func("company", "digits", function="phone_grams"),
                        fastupdate=False,
                        name="searchphone_grams_idx",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                ("company", COMPANY),
                ("subject_kind", models.CharField(choices=KINDS, max_length=1)),
                ("subject_id", models.UUIDField(primary_key=True, serialize=False)),
                ("words", django.contrib.postgres.search.SearchVectorField()),
                ("last_activity", models.DateField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["company", "-last_activity", "-subject_id"],
                        name="searchdocument_newest_idx",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["words"], name="searchdocument_words_idx"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("company", COMPANY),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("word", models.CharField(db_collation="C", max_length=64)),
                (
                    "count",
                    models.PositiveIntegerField(
                        default=1, help_text="Names with it, as last counted."
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["company", "word"], name="searchword_word_idx"),
                    django.contrib.postgres.indexes.GinIndex(
                        models.Func("company", "word", function="word_deletions"),
                        fastupdate=False,
                        name="searchword_deletions_idx",
                    ),
                ],
            },
        ),
        # Role crm_app reads; only the triggers, which run as the owner, write.
        ProtectTenantTable("customers_searchphone", may="SELECT"),
        ProtectTenantTable("customers_searchdocument", may="SELECT"),
        ProtectTenantTable("customers_searchword", may="SELECT"),
        ApplySqlFile("customers", "search_storage"),
        ApplySqlFile("customers", "search_words"),
        ApplySqlFile("customers", "search_name_words"),
        ApplySqlFile("customers", "search_lexemes"),
        ApplySqlFile("customers", "search_lexeme_query"),
        ApplySqlFile("customers", "search_learn_words"),
        ApplySqlFile("customers", "search_refresh_phones"),
        ApplySqlFile("customers", "search_refresh_documents"),
        ApplySqlFile("customers", "search_follow_customers"),
        ApplySqlFile("customers", "search_follow_contact_points"),
        ApplySqlFile("customers", "search_newest_phones"),
        ApplySqlFile("customers", "search_phones_holding"),
        ApplySqlFile("customers", "search_phones"),
        ApplySqlFile("customers", "search_newest_documents"),
        ApplySqlFile("customers", "search_documents"),
        ApplySqlFile("customers", "search_documents_with_phone"),
        ApplySqlFile("customers", "search_corrections"),
        ApplySqlFile("customers", "search_correcting_query"),
        ApplySqlFile("customers", "search_people"),
        ApplySqlFile("customers", "search_recount_words"),
        ApplySqlFile("customers", "search_rebuild"),
        # What was there before the triggers.
        migrations.RunSQL(
            "SELECT search_rebuild(id) FROM crm_company", reverse_sql=migrations.RunSQL.noop
        ),
    ]
