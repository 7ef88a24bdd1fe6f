"""Kinds of imports of people. Each app that makes something of the rows names its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crm.actors import Actor
from customers.contact_files.headers import MoreColumn
from customers.models import ContactImport
from customers.services.contact_import.batch import RowEffects

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class KindOption:
    """Something that the file does not say, chosen from a list: the branch of leads."""

    name: str
    label: str
    choices: Callable[[Actor], Choices]
    required: bool = True
    help_text: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportKind:
    """What is made of the rows beyond customers, and how that is taken back.

    `make_effects` begins anew for each batch; `take_back` undoes some of what the import made and
    says whether there may be more.
    """

    name: str
    title: str
    about: str
    more: Sequence[MoreColumn] = ()
    options: Sequence[KindOption] = ()
    make_effects: Callable[[Actor, ContactImport], RowEffects] | None = None
    take_back: Callable[[Actor, ContactImport], bool] | None = None


_kinds: dict[str, ImportKind] = {}


def register_kind(kind: ImportKind) -> None:
    """Offer a kind of import; called in `AppConfig.ready()`."""
    _kinds[kind.name] = kind


def kind_of(name: str) -> ImportKind:
    """The kind of this name. Raises KeyError."""
    return _kinds[name]


def all_kinds() -> list[ImportKind]:
    """Every kind, in the order in which the apps named them."""
    return list(_kinds.values())


CUSTOMERS = ImportKind(
    name="customers",
    title="Customers",
    about="Everybody becomes a customer, or gives a customer who is here what they lack.",
)
