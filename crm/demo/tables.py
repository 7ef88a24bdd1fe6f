"""Rows as COPY takes them: the tables, their columns, the text of a row."""

from collections.abc import Iterable, Mapping
from typing import Any

Row = tuple[Any, ...]
Rows = dict[str, list[Row]]

# In this order each row's references exist before the row.
COLUMNS: Mapping[str, str] = {
    "customers_customer": (
        "id, company_id, created_at, updated_at, code, stable_hash_id, full_name, given_name, "
        "family_name, name_is_placeholder, record_state, merged_into_id, deleted_at, "
        "lifecycle_stage, stage_changed_at, address_line, city, postcode, country, birthday, "
        "language, preferred_contact, origin, last_activity_at, version"
    ),
    "customers_contactpoint": (
        "id, company_id, created_at, updated_at, customer_id, kind, value, as_typed, extension, "
        "label, source, is_primary, is_shared, is_invalid, is_live, verified_at"
    ),
    "customers_externalidentity": (
        "id, company_id, created_at, updated_at, customer_id, system, external_id"
    ),
    "customers_profilelink": (
        "id, company_id, created_at, updated_at, customer_id, provider, profile_id, match_method, "
        "match_confidence, linked_by, linked_at, last_verified_at"
    ),
    "customers_note": (
        "id, company_id, created_at, updated_at, customer_id, text, author_id, author_name"
    ),
    "customers_customertag": "company_id, customer_id, tag_id",
    "customers_consentevent": (
        "id, company_id, created_at, updated_at, customer_id, channel, granted, source, "
        "happened_at, recorded_by"
    ),
    "customers_stagechange": (
        "id, company_id, created_at, updated_at, customer_id, old_stage, new_stage, at, "
        "changed_by, reason"
    ),
    "leads_lead": (
        "id, company_id, created_at, updated_at, customer_id, branch_id, source_id, external_id, "
        "full_name, phone, phone_as_typed, email, status, owner_id, assigned_at, follow_up_at, "
        "attempts, reason, remarks, interest, variant, location, raw, received_at, "
        "last_activity_at, closed_at, version"
    ),
    "leads_leadevent": (
        "company_id, lead_id, kind, at, old_status, new_status, attempt, remarks, by_id, by_name, "
        "data"
    ),
    "scoring_order": (
        "id, company_id, created_at, updated_at, platform, external_id, reference, customer_id, "
        "link_method, buyer_name, buyer_email, buyer_phone, buyer_email_key, buyer_phone_key, "
        "status, platform_status, sales_channel, currency, gross, refunded, net, scored_gross, "
        "scored_net, tickets, event_id, event_name, event_at, venue, discount_code, ordered_at, "
        "changed_at, review, review_reasons, removed_by, raw"
    ),
    "scoring_scorechange": (
        "company_id, customer_id, at, cause, score_before, score_after, recency, frequency, "
        "monetary, band_before, band_after"
    ),
    "scoring_scoresnapshot": (
        "company_id, day, band, recency, frequency, monetary, customers, net"
    ),
}

NULL = r"\N"


def copy_text(table: str, rows: Iterable[Row]) -> bytes:
    """The rows in the text format of COPY.

    Nothing is escaped, because nothing in the demo's lists needs it; ValueError says when
    something does.
    """
    lines = [
        "\t".join(
            [cell if type(cell) is str else NULL if cell is None else str(cell) for cell in row]
        )
        for row in rows
    ]
    text = "\n".join(lines) + "\n"
    tabs = COLUMNS[table].count(",") * len(lines)
    if text.count("\t") != tabs or text.count("\n") != len(lines) or "\r" in text:
        raise ValueError(f"a value of {table} holds a tab or a line end, which COPY would misread")
    if text.count("\\") != text.count(NULL):
        raise ValueError(f"a value of {table} holds a backslash, which COPY would misread")
    return text.encode()
