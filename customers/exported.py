"""Which tables of customers are in the export of everything, and which are not."""

from crm.exports.datasets import Dataset, leave_out, register
from customers.models import (
    ConsentEvent,
    ContactPoint,
    Customer,
    CustomerTag,
    DuplicateCandidate,
    ExternalIdentity,
    Household,
    HouseholdMember,
    MatchDecision,
    Merge,
    MergedRecord,
    MergeMove,
    Note,
    ProfileLink,
    StageChange,
    Tag,
)

DERIVED = "Worked out from the customers, and made anew from them."
OF_OTHERS = ()  # pairs name somebody else, too: in no export of one person
OF_AN_IMPORT = "How an import of a file went; what it entered stands in the other files."
OF_A_RUN = "How a run of the machine went; what it decided is in duplicates, decisions and merges."


def register_datasets() -> None:
    """Called in `AppConfig.ready()`."""
    register(
        Dataset(
            name="customers",
            model=Customer,
            about="Everybody the company knows, deleted and merged records included: see "
            "record_state and merged_into_id.",
            of_person=("pk",),
            meanings={
                "code": "The short code that people read out.",
                "stable_hash_id": "The id that other systems may keep; it is never used again.",
                "merged_into_id": "The customer that this record is now part of.",
                "name_sort": "The name as lists are sorted by it.",
            },
        ),
        Dataset(
            name="contact_points",
            model=ContactPoint,
            about="Phones (E.164) and e-mails of customers, with the text as it was typed. "
            "Shared ones identify nobody alone.",
        ),
        Dataset(name="notes", model=Note, about="What staff wrote about customers."),
        Dataset(name="tags", model=Tag, about="Words that staff hang on customers."),
        Dataset(
            name="customer_tags",
            model=CustomerTag,
            about="Which customer has which tag.",
            added=("tag__name",),
        ),
        Dataset(
            name="consent",
            model=ConsentEvent,
            about="Every yes and no to being contacted; the newest of a channel is what counts.",
        ),
        Dataset(name="stages", model=StageChange, about="How lifecycle stages changed."),
        Dataset(
            name="identities",
            model=ExternalIdentity,
            about="Under which ids other systems know customers.",
        ),
        Dataset(
            name="profile_links",
            model=ProfileLink,
            about="Profiles of apps that belong to customers.",
        ),
        Dataset(
            name="duplicates",
            model=DuplicateCandidate,
            about="Pairs of records that may be one person, with what speaks for it.",
            of_person=OF_OTHERS,
        ),
        Dataset(
            name="duplicate_decisions",
            model=MatchDecision,
            about="What was decided about pairs of records.",
            of_person=OF_OTHERS,
        ),
        Dataset(name="merges", model=Merge, about="Records that were made one, and undone merges."),
        Dataset(
            name="merged_records",
            model=MergedRecord,
            about="Which records a merge made part of its survivor.",
        ),
        Dataset(
            name="merge_moves",
            model=MergeMove,
            about="The journal of merges: each row that moved, and the values before.",
            of_person=("merge__survivor_id", "merge__records__customer_id"),
        ),
        Dataset(name="households", model=Household, about="People who live together."),
        Dataset(
            name="household_members",
            model=HouseholdMember,
            about="Who belongs to which household.",
        ),
    )
    leave_out(
        {
            "customers.AutoMergeRule": "A setting of this installation's duplicate model.",
            "customers.AutoMergeRun": OF_A_RUN,
            "customers.AutoMergeItem": OF_A_RUN,
            "customers.ContactImport": OF_AN_IMPORT,
            "customers.ContactImportProblem": OF_AN_IMPORT,
            "customers.ContactImportChange": OF_AN_IMPORT,
            "customers.DuplicateScan": OF_A_RUN,
            "customers.LinkCode": "One-time codes, of use for minutes.",
            "customers.LinkCodeChannel": "A setting of this installation.",
            "customers.TrustedIssuer": "Whose sign-ins are trusted: a setting.",
            "customers.MatchModel": DERIVED,
            "customers.MatchRecord": DERIVED,
            "customers.CommonValue": DERIVED,
            "customers.CompareAgain": DERIVED,
            "customers.DataProblemCount": DERIVED,
            "customers.DataProblemCustomer": DERIVED,
            "customers.SearchPhone": DERIVED,
            "customers.SearchDocument": DERIVED,
            "customers.SearchWord": DERIVED,
        }
    )
