"""The load: the four companies, then as many more customers as are wanted.

The companies come in one transaction, and each further chunk in one, recorded by an audit event.
A load that was interrupted therefore leaves whole parts only; the next one goes on from there.
"""

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import TextIO

import psycopg
from django.db import connections, transaction

from crm.demo.businesses import BUSINESSES, Business
from crm.demo.companies import found_company, hashed, setting_of
from crm.demo.furnishing import furnish, refresh_views
from crm.demo.population import chunk_texts
from crm.demo.progress import Progress
from crm.demo.scoring_rows import score_base, score_more
from crm.demo.setting import Chunk, Setting
from crm.demo.writing import (
    copy_rows,
    projections_off,
    rebuild_search,
    reserve_codes,
    tidy_tables,
)
from crm.errors import Conflict
from crm.management.new_company import OWNER, record_as_owner
from crm.models import AuditEvent, Company
from customers.models import Customer

LOADED, EXTENDED, FINISHED = "demo.loaded", "demo.extended", "demo.finished"
FURNISHED = "demo.furnished"
_BY = "load_demo"
_SMALL = {"customers": 60, "leads": 50, "legacy_leads": 14, "profile_links": 9, "orders": 0}
_CHUNK_CUSTOMERS = 20_000
_FIRST_EXTRA_INDEX = 100_000  # above every base company's customers
_LEADS_SHARE, _ORDERS_SHARE = 0.15, 1.27
# Where further customers go once the largest company has its half.
_SHARES = {"comedy": 0.5, "golf": 0.25, "grounds": 0.25}
_LARGEST = "motors"
_WORTH_PROCESSES = 2_000  # fewer customers are made before two processes have started
_LOCK = 7_403_215  # any number that nothing else locks


@dataclass(frozen=True)
class Outcome:
    """What a load did."""

    made: tuple[str, ...]
    found: tuple[str, ...]
    added: int


def load(
    *, slugs: Sequence[str], is_small: bool, size: int, say: Callable[[str], None], stream: TextIO
) -> Outcome:
    """Load the companies that are missing, then add customers until there are `size` in total."""
    with _alone():
        missing, found = [], []
        for slug in slugs:
            company = Company.objects.using(OWNER).filter(slug=slug).first()
            if company is None:
                missing.append(slug)
            else:
                _refuse_own_company(company)
                _finish(company, say)
                found.append(slug)
        _load_companies(missing, is_small=is_small, say=say)
        added = _extend(slugs, size, say, stream) if size else 0
        if missing or added:
            tidy_tables()
        _furnish(slugs, has_more=bool(added), say=say)
    return Outcome(tuple(missing), tuple(found), added)


def _furnish(slugs: Sequence[str], *, has_more: bool, say: Callable[[str], None]) -> None:
    """Segments, an import and fresh views: after every part that changed anything."""
    companies = list(Company.objects.using(OWNER).filter(slug__in=slugs).order_by("pk"))
    events = AuditEvent.objects.using(OWNER).filter(company__in=companies)
    done = set(events.filter(action=FURNISHED).values_list("company_id", flat=True))
    waiting = [company for company in companies if has_more or company.pk not in done]
    for company in waiting:
        say(f"{company.name}: segments")
        furnish(company.pk)
        if company.pk not in done:
            with transaction.atomic(using=OWNER):
                record_as_owner(company, action=FURNISHED, by=_BY, new={})
    if waiting:
        say("Refreshing the views")
        refresh_views()


class _alone:
    """Only one load at a time."""

    def __enter__(self) -> None:
        with connections[OWNER].cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
            if cursor.fetchone() != (True,):
                raise Conflict("Demo data is being loaded already.")

    def __exit__(self, *_: object) -> None:
        with connections[OWNER].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _refuse_own_company(company: Company) -> None:
    if not AuditEvent.objects.using(OWNER).filter(company=company, action=LOADED).exists():
        raise Conflict(
            f"“{company.slug}” is a company of your own, so the demo leaves it alone. "
            "Choose others with --companies."
        )


def _load_companies(slugs: Sequence[str], *, is_small: bool, say: Callable[[str], None]) -> None:
    """Found the companies, then write their people as they come from the generators."""
    if not slugs:
        return
    password = hashed()
    with transaction.atomic(using=OWNER):
        companies, jobs = {}, []
        for slug in slugs:
            company = found_company(BUSINESSES[slug], hashed_password=password)
            companies[slug] = company
            jobs.append((setting_of(company, BUSINESSES[slug]), _base_chunk(company, is_small)))
        with projections_off():
            for chunk, texts, slug in _generated(jobs):
                copy_rows(texts, analyze=True)
                say(f"{companies[slug].name}: {chunk.customers:,} customers")
        for (setting, _), company in zip(jobs, companies.values(), strict=True):
            rebuild_search(company.pk)
            score_base(company.pk, setting.now.astimezone(company.zone).date())
            record_as_owner(
                company, action=LOADED, by=_BY, new={"customers": _customers_of(company)}
            )


def _base_chunk(company: Company, is_small: bool) -> Chunk:
    business = BUSINESSES[company.slug]
    sizes = {name: getattr(business, name) for name in _SMALL}
    if is_small:
        sizes = {name: min(sizes[name], _SMALL[name]) for name in sizes}
        sizes["orders"] = business.orders * sizes["customers"] // business.customers
    first_code = reserve_codes(company.pk, sizes["customers"])
    return Chunk(number=0, first=0, first_code=first_code, **sizes)


def _customers_of(company: Company) -> int:
    return Customer.objects.using(OWNER).filter(company=company).count()


# -- more customers ------------------------------------------------------------------------------


def _extend(slugs: Sequence[str], size: int, say: Callable[[str], None], stream: TextIO) -> int:
    companies = {
        company.slug: company for company in Company.objects.using(OWNER).filter(slug__in=slugs)
    }
    counts = {slug: _customers_of(company) for slug, company in companies.items()}
    wanted = shares_of(size, counts)
    jobs = [
        job
        for slug, how_many in wanted.items()
        for job in _jobs(companies[slug], BUSINESSES[slug], how_many)
    ]
    progress = Progress("Customers", sum(wanted.values()), stream)
    for chunk, texts, slug in _generated(jobs):
        _write_more(companies[slug], chunk, texts)
        progress.advance(chunk.customers)
    progress.close()
    for slug, how_many in wanted.items():
        if how_many:
            _finish(companies[slug], say)
    return sum(wanted.values())


def shares_of(size: int, counts: dict[str, int]) -> dict[str, int]:
    """How many customers each company still gets, so that there are `size` and one has half."""
    missing = max(0, size - sum(counts.values()))
    wanted = dict.fromkeys(counts, 0)
    if _LARGEST in counts:
        wanted[_LARGEST] = min(missing, max(0, size // 2 - counts[_LARGEST]))
        missing -= wanted[_LARGEST]
    others = [slug for slug in counts if slug != _LARGEST] or list(counts)
    total = sum(_SHARES.get(slug, 1.0) for slug in others)
    for slug in others[1:]:
        wanted[slug] += int(missing * _SHARES.get(slug, 1.0) / total)
    wanted[others[0]] += size - sum(counts.values()) - sum(wanted.values()) if missing else 0
    return wanted


def _jobs(company: Company, business: Business, how_many: int) -> Iterator[tuple[Setting, Chunk]]:
    if not how_many:
        return
    setting = setting_of(company, business)
    before = AuditEvent.objects.using(OWNER).filter(company=company, action=EXTENDED).count()
    sizes = [_CHUNK_CUSTOMERS] * (how_many // _CHUNK_CUSTOMERS)
    if how_many % _CHUNK_CUSTOMERS:
        sizes.append(how_many % _CHUNK_CUSTOMERS)
    for number, customers in enumerate(sizes, start=before):
        chunk = Chunk(
            number=number + 1,
            first=_FIRST_EXTRA_INDEX + number * _CHUNK_CUSTOMERS,
            customers=customers,
            first_code=reserve_codes(company.pk, customers),
            leads=int(customers * _LEADS_SHARE),
            orders=int(customers * _ORDERS_SHARE),
        )
        yield setting, chunk


def _generated(
    jobs: list[tuple[Setting, Chunk]],
) -> Iterator[tuple[Chunk, dict[str, bytes], str]]:
    """The chunks' rows in order, made by another process while this one writes."""
    if len(jobs) < 2 or sum(chunk.customers for _, chunk in jobs) < _WORTH_PROCESSES:
        for job in jobs:
            yield *chunk_texts(job), job[0].slug
        return
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(2, mp_context=context, initializer=_leave_interrupts_to_us) as pool:
        waiting: deque[tuple[str, Future[tuple[Chunk, dict[str, bytes]]]]] = deque()
        try:
            for job in jobs:
                waiting.append((job[0].slug, pool.submit(chunk_texts, job)))
                if len(waiting) > 3:  # so that the rows of a million need little memory
                    slug, future = waiting.popleft()
                    yield *future.result(), slug
            for slug, future in waiting:
                yield *future.result(), slug
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _leave_interrupts_to_us() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _write_more(company: Company, chunk: Chunk, texts: dict[str, bytes]) -> None:
    try:
        _write_chunk(company, chunk, texts)
    except psycopg.IntegrityError as error:
        raise Conflict(
            f"{company.name} holds customers of your own with numbers, addresses or codes that "
            "the demo would use too. Add demo data to a fresh database (`make reset`)."
        ) from error


def _write_chunk(company: Company, chunk: Chunk, texts: dict[str, bytes]) -> None:
    with transaction.atomic(using=OWNER):
        with projections_off():
            copy_rows(texts, analyze=False)
        record_as_owner(
            company,
            action=EXTENDED,
            by=_BY,
            new={"chunk": chunk.number, "customers": chunk.customers},
        )


def _finish(company: Company, say: Callable[[str], None]) -> None:
    """Build the search of what further chunks brought, unless that is done."""
    events = AuditEvent.objects.using(OWNER).filter(
        company=company, action__in=(EXTENDED, FINISHED)
    )
    last = events.order_by("-id").first()
    if last is None or last.action == FINISHED:
        return
    say(f"{company.name}: building the search and the scores")
    with transaction.atomic(using=OWNER):
        rebuild_search(company.pk)
        score_more(company.pk)
        record_as_owner(company, action=FINISHED, by=_BY, new={"customers": _customers_of(company)})
