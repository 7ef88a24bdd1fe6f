"""The four companies: invented names, the sizes of the four businesses Switchboard is made for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from crm.demo.names.american import AMERICAN
from crm.demo.names.australian import AUSTRALIAN
from crm.demo.names.indian import INDIAN
from crm.demo.names.style import NameStyle
from crm.demo.names.thai import THAI
from crm.roles import Role


@dataclass(frozen=True)
class Source:
    """A lead source; `share` is its part of the company's leads."""

    name: str
    sub_source: str
    kind: str
    share: float


@dataclass(frozen=True)
class Colleague:
    """A staff member; the login is `<login>@<slug>.example`, `branch` an index or None for all."""

    login: str
    name: str
    role: Role
    branch: int | None = None
    manager: str = ""


@dataclass(frozen=True)
class Business:
    """Everything that makes a company of the demo what it is."""

    slug: str
    name: str
    region: str
    time_zone: str
    currency: str
    languages: tuple[str, ...]
    branches: tuple[tuple[str, str], ...]  # name, city
    names: NameStyle
    staff: tuple[Colleague, ...]
    sources: tuple[Source, ...]
    tags: tuple[str, ...]
    interests: tuple[tuple[str, tuple[str, ...]], ...]  # what leads ask for, with its variants
    customers: int
    leads: int
    legacy_leads: int = 0
    profile_links: int = 0
    script_share: float = 0.0  # names in the country's own script
    foreign_share: float = 0.0  # people with a number and a name from abroad
    family_share: float = 0.06  # people who share a number with their family
    duplicate_share: float = 0.04
    history_years: float = 4.0
    history_since: date | None = None  # instead of the years, where a business has a first day
    newcomers: tuple[tuple[int, float], ...] = ()  # up to so many days, such a share of everybody
    orders: int = 0
    preferred_contacts: tuple[str, ...] = ("phone", "email", "sms")

    @property
    def email_domain(self) -> str:
        """Where the logins of its staff are."""
        return f"{self.slug}.example"


GOLF = Business(
    slug="golf",
    name="Sukhumvit Golf Studio",
    region="TH",
    time_zone="Asia/Bangkok",
    currency="THB",
    languages=("th", "en"),
    branches=(("Sukhumvit 24", "Bangkok"),),
    names=THAI,
    staff=(
        Colleague("reception", "Nok Phromsiri", Role.RECEPTIONIST, 0),
        Colleague("sales", "Tan Wongphan", Role.RELATIONSHIP_MANAGER, 0, "lead"),
        Colleague("lead", "Mook Charoensin", Role.TEAM_LEAD, 0),
        Colleague("finance", "Anek Thongrat", Role.FINANCE),
        Colleague("service", "Fah Kaewsuk", Role.SERVICE, 0),
        Colleague("manager", "Pete Rattanawong", Role.MANAGER),
        Colleague("admin", "Kwan Srichai", Role.ADMIN),
    ),
    sources=(
        Source("Walk-in", "", "walk_in", 0.45),
        Source("Website", "Booking form", "web_form", 0.4),
        Source("Phone", "Front desk", "telephony", 0.15),
    ),
    tags=("member", "vip", "lessons", "league", "corporate"),
    interests=(
        ("Bay package", ("10 hours", "20 hours", "Unlimited month")),
        ("Lessons", ("Starter", "Short game", "Junior")),
        ("Corporate event", ("Evening", "Half day")),
    ),
    customers=1_915,
    leads=64,
    orders=420,
    profile_links=250,
    script_share=0.12,
    foreign_share=0.15,
    preferred_contacts=("line", "phone", "line", "email"),
)
COMEDY = Business(
    slug="comedy",
    name="Laughing Cockatoo Comedy",
    region="AU",
    time_zone="Australia/Sydney",
    currency="AUD",
    languages=("en",),
    branches=(("Newtown", "Sydney"),),
    names=AUSTRALIAN,
    staff=(
        Colleague("reception", "Bronte Halloran", Role.RECEPTIONIST, 0),
        Colleague("sales", "Dev Marchetti", Role.RELATIONSHIP_MANAGER, 0, "lead"),
        Colleague("lead", "Saskia Oyelaran", Role.TEAM_LEAD, 0),
        Colleague("finance", "Greg Tamworth", Role.FINANCE),
        Colleague("service", "Mahlia Finch", Role.SERVICE, 0),
        Colleague("manager", "Jo Everingham", Role.MANAGER),
        Colleague("admin", "Ravi Coldstream", Role.ADMIN),
    ),
    sources=(
        Source("Website", "Group bookings", "web_form", 0.6),
        Source("Phone", "Box office", "telephony", 0.25),
        Source("Walk-in", "", "walk_in", 0.15),
    ),
    tags=("regular", "group booker", "vip", "press", "open mic"),
    interests=(
        ("Group booking", ("10 to 20 seats", "Whole room")),
        ("Private show", ("Office party", "Birthday")),
        ("Gift vouchers", ()),
    ),
    customers=9_369,
    leads=28,
    foreign_share=0.01,
    family_share=0.04,
    duplicate_share=0.05,
    history_since=date(2021, 4, 1),
    newcomers=((30, 0.045), (60, 0.030), (90, 0.055), (180, 0.085)),
    orders=11_862,
    preferred_contacts=("email", "email", "sms", "phone"),
)
GROUNDS = Business(
    slug="grounds",
    name="Prairie Groundworks",
    region="US",
    time_zone="America/Chicago",
    currency="USD",
    languages=("en", "es"),
    branches=(("Naperville yard", "Naperville"), ("Rockford yard", "Rockford")),
    names=AMERICAN,
    staff=(
        Colleague("reception", "Dana Whitlock", Role.RECEPTIONIST, 0),
        Colleague("sales", "Marcus Bellweather", Role.RELATIONSHIP_MANAGER, 0, "lead"),
        Colleague("sales.rockford", "Elena Quintero", Role.RELATIONSHIP_MANAGER, 1, "lead"),
        Colleague("lead", "Hank Osterman", Role.TEAM_LEAD),
        Colleague("finance", "Priscilla Dunn", Role.FINANCE),
        Colleague("service", "Theo Ravenel", Role.SERVICE, 0),
        Colleague("manager", "Gloria Stanhope", Role.MANAGER),
        Colleague("admin", "Will Zabriskie", Role.ADMIN),
    ),
    sources=(
        Source("Website", "Chat", "web_form", 0.5),
        Source("Website", "Quote form", "web_form", 0.35),
        Source("Phone", "Office", "telephony", 0.1),
        Source("Walk-in", "", "walk_in", 0.05),
    ),
    tags=("commercial", "hoa", "snow contract", "slow payer", "referral"),
    interests=(
        ("Lawn care", ("Weekly", "Every two weeks")),
        ("Patio", ("Pavers", "Stamped concrete")),
        ("Retaining wall", ("Block", "Boulder")),
        ("Snow removal", ("Seasonal", "Per push")),
        ("Tree removal", ()),
    ),
    customers=1_204,
    leads=520,
    orders=260,
    foreign_share=0.02,
    history_years=3.0,
)
MOTORS = Business(
    slug="motors",
    name="Saffron Motors",
    region="IN",
    time_zone="Asia/Kolkata",
    currency="INR",
    languages=("en", "kn", "hi"),
    branches=(
        ("Indiranagar", "Bengaluru"),
        ("Whitefield", "Bengaluru"),
        ("Mysuru Road", "Bengaluru"),
    ),
    names=INDIAN,
    staff=(
        Colleague("reception", "Asha Belliappa", Role.RECEPTIONIST, 0),
        Colleague("reception.whitefield", "Joel Saldanha", Role.RECEPTIONIST, 1),
        Colleague("sales", "Rohan Mahajan", Role.RELATIONSHIP_MANAGER, 0, "lead"),
        Colleague("sales2", "Nandita Achar", Role.RELATIONSHIP_MANAGER, 0, "lead"),
        Colleague(
            "sales.whitefield", "Imtiaz Baig", Role.RELATIONSHIP_MANAGER, 1, "lead.whitefield"
        ),
        Colleague(
            "sales2.whitefield", "Preeti Ullal", Role.RELATIONSHIP_MANAGER, 1, "lead.whitefield"
        ),
        Colleague("sales.mysuru", "Cyril Monteiro", Role.RELATIONSHIP_MANAGER, 2, "lead.mysuru"),
        Colleague("lead", "Vasanth Kini", Role.TEAM_LEAD, 0),
        Colleague("lead.whitefield", "Sheela Thampi", Role.TEAM_LEAD, 1),
        Colleague("lead.mysuru", "Basavaraj Hosmane", Role.TEAM_LEAD, 2),
        Colleague("finance", "Jignesh Parikh", Role.FINANCE),
        Colleague("service", "Ruth Gonsalves", Role.SERVICE, 0),
        Colleague("manager", "Leela Ponnappa", Role.MANAGER),
        Colleague("admin", "Tariq Hakim", Role.ADMIN),
    ),
    sources=(
        Source("Walk-in", "", "walk_in", 0.3),
        Source("Phone", "Sales line", "telephony", 0.3),
        Source("Meta", "Hatchback launch", "meta", 0.15),
        Source("Meta", "Festival offer", "meta", 0.1),
        Source("Website", "Test drive form", "web_form", 0.15),
    ),
    tags=("exchange", "fleet", "vip", "first car", "service due"),
    interests=(
        ("Kesar hatchback", ("LX", "VX", "VX automatic")),
        ("Kesar sedan", ("Comfort", "Luxury")),
        ("Chinar SUV", ("Diesel 4x2", "Diesel 4x4", "Petrol automatic")),
        ("Tulsi EV", ("Standard range", "Long range")),
    ),
    customers=4_030,
    leads=5_420,
    legacy_leads=600,
    orders=340,
    foreign_share=0.005,
    family_share=0.08,
    preferred_contacts=("phone", "whatsapp", "whatsapp", "sms"),
)

BUSINESSES: Mapping[str, Business] = {
    business.slug: business for business in (GOLF, COMEDY, GROUNDS, MOTORS)
}
