"""The cast: people whom browser tests, screenshots and visitors may rely on.

They are in every demo, small or large, with these names and numbers:

Saffron Motors (`motors`, India)
    Ananya Rao          +91 98450 12345  open lead at Indiranagar (Working, owned by Rohan Mahajan,
                                         follow-up today), an earlier one at Whitefield, lost
    Suresh, Lakshmi and
    Karthik Iyer        +91 98450 98450  a family that shares its number
    Farhan Qureshi      +91 98450 11223  only a lead (telephony, Indiranagar, New), no customer
    Meera Nair          +91 98450 33344  a customer without any lead
    Vikram Shetty       +91 98450 55667  entered twice: again as Vikarm Shety, +91 98450 55676
    Dinesh Kamath       +91 98450 44556  his old record was merged into this one
    nobody              +91 98450 77788  an unknown caller
Sukhumvit Golf Studio (`golf`, Thailand)
    Somchai Jaidee      +66 81 234 5670  profile linked on LINE
    สมหญิง ใจดี            +66 81 234 5671  a name in Thai script
Laughing Cockatoo Comedy (`comedy`, Australia)
    Zoë O'Brien         +61 412 345 670  accent and apostrophe
Prairie Groundworks (`grounds`, United States)
    Mike Kowalski       +1 630-555-0142  open lead at the Naperville yard (Qualified)

Numbers of the cast are outside the ranges that the rest is drawn from.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class CastLead:
    """A lead of the cast; `branch` is an index, `owner` a login (empty: nobody's)."""

    branch: int
    status: str
    owner: str
    interest: str
    days_ago: int
    follow_up_today: bool = False
    reason: str = ""
    source: int = 0


@dataclass(frozen=True)
class CastMember:
    """A person of the cast; without a code only the leads exist."""

    given: str
    family: str
    phone: str
    typed: str
    email: str = ""
    city: str = ""
    note: str = ""
    is_customer: bool = True
    is_shared: bool = False
    stage: str = "customer"
    has_merged_record: bool = False
    leads: tuple[CastLead, ...] = ()

    @property
    def full_name(self) -> str:
        """As it stands on the card."""
        return f"{self.given} {self.family}"


ANANYA = CastMember(
    "Ananya",
    "Rao",
    "+919845012345",
    "98450 12345",
    email="ananya.rao@mail.example",
    city="Bengaluru",
    note="Wants the automatic; her father pays and should see the car too.",
    stage="lead",
    leads=(
        CastLead(0, "working", "sales", "Chinar SUV", 6, follow_up_today=True),
        CastLead(1, "lost", "sales.whitefield", "Kesar sedan", 320, reason="Plans postponed"),
    ),
)
SURESH = CastMember("Suresh", "Iyer", "+919845098450", "+91 98450 98450", is_shared=True)
LAKSHMI = CastMember("Lakshmi", "Iyer", "+919845098450", "9845098450", is_shared=True)
KARTHIK = CastMember("Karthik", "Iyer", "+919845098450", "098450 98450", is_shared=True)
FARHAN = CastMember(
    "Farhan",
    "Qureshi",
    "+919845011223",
    "9845011223",
    is_customer=False,
    leads=(CastLead(0, "new", "", "Tulsi EV", 1, source=1),),
)
MEERA = CastMember(
    "Meera", "Nair", "+919845033344", "98450-33344", email="meera.nair@example.org", city="Kochi"
)
VIKRAM = CastMember(
    "Vikram", "Shetty", "+919845055667", "+91-9845055667", email="vikram.shetty@inbox.example"
)
VIKRAM_AGAIN = CastMember("Vikarm", "Shety", "+919845055676", "9845055676", stage="prospect")
DINESH = CastMember("Dinesh", "Kamath", "+919845044556", "98450 44556", has_merged_record=True)
UNKNOWN_CALLER = "+919845077788"

SOMCHAI = CastMember(
    "Somchai", "Jaidee", "+66812345670", "081-234-5670", email="somchai.jaidee@mail.example"
)
SOMYING = CastMember("สมหญิง", "ใจดี", "+66812345671", "081 234 5671")
ZOE = CastMember("Zoë", "O'Brien", "+61412345670", "0412 345 670", email="zoe.obrien@example.com")
MIKE = CastMember(
    "Mike",
    "Kowalski",
    "+16305550142",
    "(630) 555-0142",
    email="mike.kowalski@inbox.example",
    city="Naperville",
    stage="lead",
    leads=(CastLead(0, "qualified", "sales", "Patio", 12, follow_up_today=True),),
)

CAST: Mapping[str, tuple[CastMember, ...]] = {
    "motors": (ANANYA, SURESH, LAKSHMI, KARTHIK, FARHAN, MEERA, VIKRAM, VIKRAM_AGAIN, DINESH),
    "golf": (SOMCHAI, SOMYING),
    "comedy": (ZOE,),
    "grounds": (MIKE,),
}
NUMBERS = frozenset(member.phone for members in CAST.values() for member in members)
