"""Imports point one way (docs/architecture.md): nobody reaches up, nobody reaches around."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from crm.embedded.places import ROOT

# Each floor may import itself and the floors below it.
FLOORS = ["foundation", "customers", "leads", "scoring", "assembly"]
ASSEMBLY = {
    "settings", "urls", "api", "celery", "asgi", "wsgi", "health", "embedded", "management",
    "web", "admin", "demo", "apps",
}  # fmt: skip
# Inside an app: a door may use services, services may use models, never the other way.
LAYERS = {"models": 1, "services": 2, "selectors": 2}
DOOR = 3
DOORS = {"web", "admin", "api", "tasks", "management", "apps", "templatetags"}
# Celery's application is made when the package is imported, as Celery's documentation asks.
ALLOWED = {("crm/__init__.py", "crm.celery"), ("crm/__init__.py", "crm.celery.app")}


def sources() -> list[Path]:
    return [
        path
        for app in ("crm", "customers", "leads", "scoring")
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def floor_of(module: str) -> int | None:
    app, _, rest = module.partition(".")
    if app in ("customers", "leads", "scoring"):
        return FLOORS.index(app)
    if app != "crm":
        return None
    return FLOORS.index("assembly" if rest.partition(".")[0] in ASSEMBLY else "foundation")


def layer_of(module: str) -> int:
    part = module.partition(".")[2].partition(".")[0]
    return DOOR if part in DOORS else LAYERS.get(part, 0)


@cache
def is_shared_by_doors(target: str) -> bool:
    """Whether a module of crm/web, crm/admin or crm/api knows no app: every app may use it."""
    parts = target.split(".")
    if parts[:2] not in (["crm", "web"], ["crm", "admin"], ["crm", "api"]):
        return False
    candidates = [
        ROOT.joinpath(*parts).with_suffix(".py"),
        ROOT.joinpath(*parts[:-1]).with_suffix(".py"),
    ]
    path = next((candidate for candidate in candidates if candidate.is_file()), None)
    if path is None:
        return len(parts) == 2
    names = imported(ast.parse(path.read_text(encoding="utf-8")))
    return not any(name.split(".")[0] in ("customers", "leads", "scoring") for name in names)


def trees() -> Iterator[tuple[Path, ast.Module]]:
    """Every source file, read once for a walk: a test for each file costs more than its reading."""
    for path in sources():
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def test_imports_point_down() -> None:
    wrong = [fault for path, tree in trees() for fault in upward_imports(path, tree)]
    assert not wrong, "\n".join(wrong)


def upward_imports(path: Path, tree: ast.Module) -> Iterator[str]:
    name = path.relative_to(ROOT).as_posix()
    module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    own_floor = floor_of(module)
    assert own_floor is not None
    for target in imported(tree):
        floor = floor_of(target)
        if floor is None or (name, target) in ALLOWED or module == "crm.apps":
            continue
        if layer_of(module) == DOOR and is_shared_by_doors(target):
            continue
        if floor > own_floor:
            yield (
                f"{name} imports {target}, which lies above it. Turn the effect around: let the "
                "upper app register itself in AppConfig.ready()."
            )
        same_app = module.partition(".")[0] == target.partition(".")[0] != "crm"
        if same_app and layer_of(module) and layer_of(target) > layer_of(module):
            yield f"{name} imports {target}: {module.split('.')[1]} must not know its callers."


def test_no_import_hides_in_a_function() -> None:
    hidden = [
        f"{path}:{node.lineno}: move the import to the top"
        for path, tree in trees()
        if path.name != "apps.py"  # AppConfig.ready() is where the upper floors register themselves
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not hidden, "\n".join(hidden)


def test_the_walk_sees_what_is_wrong() -> None:
    tree = ast.parse("from scoring.models import Order\nfrom customers.web import urls\n")
    faults = list(upward_imports(ROOT / "customers" / "services" / "edit.py", tree))
    assert len(faults) == 4  # each module, and what is taken from it
