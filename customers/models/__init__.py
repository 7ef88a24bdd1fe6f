"""The person a company knows, and everything known that is not a lead or an order."""

from customers.models.auto_merge import AutoMergeItem, AutoMergeRule, AutoMergeRun
from customers.models.consent import ConsentEvent
from customers.models.contact_import import (
    ContactImport,
    ContactImportChange,
    ContactImportProblem,
)
from customers.models.contact_point import ContactPoint
from customers.models.customer import Customer
from customers.models.data_quality import DataProblemCount, DataProblemCustomer
from customers.models.duplicate import (
    DuplicateCandidate,
    Household,
    HouseholdMember,
    MatchDecision,
)
from customers.models.duplicate_scan import (
    CompareAgain,
    DuplicateScan,
    MatchModel,
    ScanState,
    ScanStep,
)
from customers.models.identity import ExternalIdentity, ProfileLink
from customers.models.link_code import LinkCode, LinkCodeChannel
from customers.models.match_record import CommonValue, MatchRecord
from customers.models.merge import Merge, MergedRecord, MergeMove
from customers.models.note import Note
from customers.models.search import SearchDocument, SearchPhone, SearchWord, SubjectKind
from customers.models.stage import StageChange
from customers.models.tag import CustomerTag, Tag
from customers.models.trusted_issuer import TrustedIssuer

__all__ = [
    "AutoMergeItem",
    "AutoMergeRule",
    "AutoMergeRun",
    "CommonValue",
    "CompareAgain",
    "ConsentEvent",
    "ContactImport",
    "ContactImportChange",
    "ContactImportProblem",
    "ContactPoint",
    "Customer",
    "CustomerTag",
    "DataProblemCount",
    "DataProblemCustomer",
    "DuplicateCandidate",
    "DuplicateScan",
    "ExternalIdentity",
    "Household",
    "HouseholdMember",
    "LinkCode",
    "LinkCodeChannel",
    "MatchDecision",
    "MatchModel",
    "MatchRecord",
    "Merge",
    "MergeMove",
    "MergedRecord",
    "Note",
    "ProfileLink",
    "ScanState",
    "ScanStep",
    "SearchDocument",
    "SearchPhone",
    "SearchWord",
    "StageChange",
    "SubjectKind",
    "Tag",
    "TrustedIssuer",
]
