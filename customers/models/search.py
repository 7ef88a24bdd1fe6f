"""What the search reads: narrow copies of what people type, kept exact by triggers.

Nobody writes these tables but the triggers in customers/sql/search_follow_*.sql and
leads/sql/search_follow_leads.sql; role crm_app may only read them. Searches go through the
functions `search_phones` and `search_people`, because LIKE, @> and @@ lose their indexes under
row-level security.
"""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Func
from django.db.models.functions import Reverse

from crm.models.tenant import TenantModel


class SubjectKind(models.TextChoices):
    """What a search finds."""

    CUSTOMER = "c", "Customer"
    LEAD = "l", "Lead without a customer"


class SearchRow(TenantModel):
    """A copy of a part of a live customer, or of a lead without a customer."""

    # The source row holds the foreign key; checking it again would only slow bulk loads.
    company = models.ForeignKey(
        "crm.Company",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        abstract = True


class SearchPhone(SearchRow):
    """One phone of one subject, forwards and backwards."""

    pk = models.CompositePrimaryKey("subject_id", "digits")
    subject_kind = models.CharField(max_length=1, choices=SubjectKind.choices)
    subject_id = models.UUIDField()
    digits = models.CharField(max_length=20, db_collation="C", help_text="E.164 without its plus.")
    rdigits = models.GeneratedField(
        expression=Reverse("digits"),
        output_field=models.CharField(max_length=20, db_collation="C"),
        db_persist=True,
    )
    # To the day (UTC), so that a busy customer costs at most one index update a day.
    last_activity = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["company", "digits"], name="searchphone_exact_idx"),
            models.Index(
                fields=["company", "rdigits", "-last_activity"],
                include=["subject_id"],
                name="searchphone_suffix_idx",
            ),
            models.Index(
                fields=["company", "-last_activity", "-subject_id"],
                include=["digits"],
                name="searchphone_newest_idx",
            ),
            # Pending lists would be read by every search; inserts pay at once instead.
            GinIndex(
                Func("company", "digits", function="phone_grams"),
                fastupdate=False,
                name="searchphone_grams_idx",
            ),
        ]

    def __str__(self) -> str:
        return str(self.subject_id)


class SearchDocument(SearchRow):
    """The words of one subject (name, e-mails, code), each as the lexeme `<company>:<word>`."""

    subject_kind = models.CharField(max_length=1, choices=SubjectKind.choices)
    subject_id = models.UUIDField(primary_key=True)
    words = SearchVectorField()
    last_activity = models.DateField()

    class Meta:
        indexes = [
            models.Index(
                fields=["company", "-last_activity", "-subject_id"],
                name="searchdocument_newest_idx",
            ),
            GinIndex(fields=["words"], fastupdate=False, name="searchdocument_words_idx"),
        ]

    def __str__(self) -> str:
        return str(self.subject_id)


class SearchWord(SearchRow):
    """A word of a company's names, from which typing errors are corrected.

    There is no unique key on purpose: two imports that bring the same new words would wait for
    each other, or deadlock. A word that came twice is found twice, and one row of it goes when
    `search_recount_words` runs.
    """

    id = models.BigAutoField(primary_key=True)
    word = models.CharField(max_length=64, db_collation="C")
    count = models.PositiveIntegerField(default=1, help_text="Names with it, as last counted.")

    class Meta:
        indexes = [
            models.Index(fields=["company", "word"], name="searchword_word_idx"),
            GinIndex(
                Func("company", "word", function="word_deletions"),
                fastupdate=False,
                name="searchword_deletions_idx",
            ),
        ]

    def __str__(self) -> str:
        return self.word
