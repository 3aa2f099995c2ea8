"""The rules of the house that no other gate sees.

Each rule is a function: given the root of a tree like ours, it tells each breach in one sentence.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

# From the top. Rooms on one floor do not know each other.
FLOORS = (
    ("cli",),
    ("exports",),
    ("web", "api"),
    ("transfer", "demo"),
    ("sales",),
    ("search",),
    ("people", "spaces", "live", "access", "leaving"),
    ("letters",),
    ("notices",),
    ("wall",),
    ("records",),
    ("accounts",),
    ("shared",),
)
HEIGHT = {room: len(FLOORS) - at for at, floor in enumerate(FLOORS) for room in floor}

# The one place that may say that text is safe to show as it is.
TRUSTED = {"tablica/shared/html.py"}
# Those that may ask it to, for HTML they have made of escaped parts or cleaned.
TRUSTING = {
    "tablica/shared/markdown.py",
    "tablica/shared/ui/templatetags/ui.py",
    "tablica/wall/queries/cards.py",
}
# The one place that will speak to other machines; the command line asks its own server only.
OUTGOING = {
    "tablica/shared/outgoing.py",
    "tablica/cli/serve.py",
    "tablica/cli/measuring/pages.py",
}
OUTGOING_MODULES = {"requests", "httpx", "urllib3", "aiohttp", "http.client", "urllib.request"}
VAGUE = {"utils", "util", "helpers", "helper", "services", "service", "common", "misc"}
# Letters: mail programs know no style sheets, so that styles stand in them.
LETTERS = "tablica/letters/templates/letters/mail/"
# The shell that a page of any room lies in; the room knows its name, not what is in it.
SHELL = {"base.html"}

WRITES = {"save", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
SQL_TAKERS = {"execute", "executemany", "raw", "extra", "RawSQL"}
MANAGER_WRITES = {"all", "create", "delete", "update"}

Rule = Callable[[Path], Iterator[str]]


def _python(root: Path, *, tests: bool = False) -> Iterator[tuple[str, str, ast.Module]]:
    """Room, path and tree of each module; migrations are Django's, tests only when asked for."""
    for file in sorted((root / "tablica").rglob("*.py")):
        parts = file.relative_to(root).parts
        if "migrations" in parts or ("tests" in parts and not tests):
            continue
        room = parts[1] if len(parts) > 2 else ""
        yield room, "/".join(parts), ast.parse(file.read_text(encoding="utf-8"))


def _templates(root: Path) -> Iterator[tuple[str, str, str]]:
    """Room, path and text of each template."""
    for file in sorted((root / "tablica").rglob("templates/**/*")):
        if file.is_file():
            parts = file.relative_to(root).parts
            yield parts[1], "/".join(parts), file.read_text(encoding="utf-8")


def _is_upward(room: str, other: str) -> bool:
    """Does `other` lie above `room`, or beside it on the same floor?"""
    return room in HEIGHT and other in HEIGHT and room != other and HEIGHT[other] >= HEIGHT[room]


def _strings(tree: ast.AST) -> Iterator[ast.Constant]:
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docstrings:
            yield node


def names_of_upper_rooms(root: Path) -> Iterator[str]:
    """A string must not do what an import may not: name a model or module of a room above."""
    model = re.compile(r"([a-z]+)\.[A-Z]\w*")
    module = re.compile(r"tablica\.([a-z]+)(\.\w+)+")
    for room, path, tree in _python(root):
        for node in _strings(tree):
            found = model.fullmatch(node.value) or module.fullmatch(node.value)
            if found and _is_upward(room, found[1]):
                yield f"{path}:{node.lineno} names {node.value}, which lies above or beside it"


def templates_of_upper_rooms(root: Path) -> Iterator[str]:
    """A template includes and extends only templates of its own room and of those below."""
    owners = {path.split("/templates/")[1]: room for room, path, _text in _templates(root)}
    used = re.compile(r"""\{%\s*(?:include|extends)\s+["']([^"']+)["']""")
    for room, path, text in _templates(root):
        for name in used.findall(text):
            if name not in SHELL and _is_upward(room, owners.get(name, name.split("/")[0])):
                yield f"{path} uses {name}, which lies above or beside it"


def writes_in_views(root: Path) -> Iterator[str]:
    """What answers requests does not write: commands do."""
    for room, path, tree in _python(root):
        if not (room == "api" or re.search(r"/(views|api)(\.py|/)", path)):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                name, of = node.func.attr, ast.unparse(node.func.value)
                if of == "router":  # an address that is deleted from, not a row
                    continue
                if name in WRITES or (name in MANAGER_WRITES and ".objects" in of):
                    yield f"{path}:{node.lineno} calls {of}.{name}()"


def requests_as_filters(root: Path) -> Iterator[str]:
    """What a request holds never names the fields of a query."""
    for _room, path, tree in _python(root):
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr in {"filter", "exclude", "get", "order_by", "Q"}:
                for word in node.keywords:
                    if word.arg is None and "request" in ast.unparse(word.value):
                        yield f"{path}:{node.lineno} filters by what the request names"


def composed_sql(root: Path) -> Iterator[str]:
    """SQL is a fixed text; values go beside it."""
    for _room, path, tree in _python(root):
        composed = {
            target.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and _is_composed(node.value)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            given = node.args[0]
            is_composed = isinstance(given, ast.Name) and given.id in composed
            if name in SQL_TAKERS and (is_composed or _is_composed(given)):
                yield f"{path}:{node.lineno} composes SQL"


def _is_composed(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mod, ast.Add)):
        return True
    is_format = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    if is_format and node.func.attr == "format":
        return "SQL(" not in ast.unparse(node.func.value)  # psycopg's own, which quotes
    return isinstance(node, ast.JoinedStr) and any(
        isinstance(part, ast.FormattedValue) for part in node.values
    )


def trust_elsewhere(root: Path) -> Iterator[str]:
    """Only one place says that text is safe HTML, and only a few may ask it to."""
    for _room, path, tree in _python(root):
        for node in ast.walk(tree):
            if path not in TRUSTED and _is_named(node, {"mark_safe"}):
                yield f"{path} declares text safe"
            if not isinstance(node, ast.Call):
                continue
            if path not in TRUSTED and _is_named(node.func, {"SafeString", "SafeText"}):
                yield f"{path}:{node.lineno} declares text safe"
            if path not in TRUSTING and _is_named(node.func, {"trusted"}):
                yield f"{path}:{node.lineno} trusts text"
    for _room, path, text in _templates(root):
        if re.search(r"\|\s*safe(seq)?\b|autoescape\s+off", text):
            yield f"{path} shows text without escaping it"


def _is_named(node: ast.AST, names: set[str]) -> bool:
    """Is `node` the use, or the import, of one of these names?"""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
            return name in names
        case _:
            return False


def active_inline_content(root: Path) -> Iterator[str]:
    """No script, style or handler lies inside a page: the browser is told to refuse them."""
    faults = {
        "a script": r"<script(?![^>]*\bsrc=)[^>]*>",
        "a style sheet": r"<style\b",
        "a style": r"<[^>]*\sstyle\s*=",
        "a handler": r"<[^>]*\s(?:on[a-z]+|hx-on[:\w-]*)\s*=",
        "an address that runs": r"javascript:",
    }
    for _room, path, text in _templates(root):
        bare = re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", text, flags=re.DOTALL)
        bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "x", bare, flags=re.DOTALL)
        for fault, pattern in faults.items():
            if fault == "a style" and path.startswith(LETTERS):
                continue
            if re.search(pattern, bare, flags=re.IGNORECASE | re.DOTALL):
                yield f"{path} holds {fault} inline"


def unknown_icons(root: Path) -> Iterator[str]:
    """Every icon that is used by name is among those that are built."""
    listed = (root / "assets/icons.txt").read_text(encoding="utf-8").splitlines()
    known = {line.strip() for line in listed if not line.startswith("#")}
    for path, name in (*_icons_in_templates(root), *_icons_in_python(root)):
        if name not in known:
            yield f"{path} uses the icon {name}, which assets/icons.txt does not list"


def _icons_in_templates(root: Path) -> Iterator[tuple[str, str]]:
    used = re.compile(
        r"""icons\.svg["']?\s*(?:%\}|\}\})?#([a-z0-9-]+)["']|\{%\s*icon\s+["']([\w-]+)"""
    )
    for _room, path, text in _templates(root):
        for found in used.finditer(text):
            yield path, found[1] or found[2]


def _icons_in_python(root: Path) -> Iterator[tuple[str, str]]:
    for _room, path, tree in _python(root):
        for node in ast.walk(tree):
            value: ast.expr | None = None
            if isinstance(node, ast.keyword) and node.arg == "icon":
                value = node.value
            elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(isinstance(target, ast.Name) and target.id == "icon" for target in targets):
                    value = node.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
                yield path, value.value


def rooms_without_a_floor(root: Path) -> Iterator[str]:
    """Every room stands on a floor, here and in the gate that watches imports."""
    rooms = {file.parent.name for file in (root / "tablica").glob("*/__init__.py")}
    for room in sorted(rooms - set(HEIGHT)):
        yield f"tablica/{room} has no floor in tests/house.py"
    gate = (root / "pyproject.toml").read_text(encoding="utf-8")
    for room in sorted(rooms - {"cli", "shared"}):
        if gate.count(f'"tablica.{room}"') < 2:
            yield f"tablica/{room} is not in every contract of pyproject.toml"


def vague_names(root: Path) -> Iterator[str]:
    """A file is named by what is in it."""
    for file in sorted((root / "tablica").rglob("*")):
        if "build" not in file.parts and file.stem.strip("_").lower() in VAGUE:
            yield f"{file.relative_to(root)} has a name that says nothing"


def doors_to_the_outside(root: Path) -> Iterator[str]:
    """One module speaks to other machines, so that one place keeps private addresses out."""
    for _room, path, tree in _python(root):
        if path in OUTGOING:
            continue
        for node in ast.walk(tree):
            modules: list[str] = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            if OUTGOING_MODULES.intersection(modules):
                yield f"{path} imports {modules[0]}"


def one_sided_styles(root: Path) -> Iterator[str]:
    """Styles speak of start and end, so that pages mirror for readers from right to left."""
    sided = re.compile(
        r"(?:^|[;{\s])((?:margin|padding|border)-(?:left|right)[\w-]*|(?:left|right)"
        r"|(?:float|clear|text-align)(?=\s*:\s*(?:left|right)))\s*:",
    )
    for file in sorted((root / "tablica").glob("*/static_src/**/*.css")):
        text = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        for found in sided.findall(text):
            yield f"{file.relative_to(root)} says {found}; use the logical property"


RULES: tuple[Rule, ...] = (
    names_of_upper_rooms,
    templates_of_upper_rooms,
    writes_in_views,
    requests_as_filters,
    composed_sql,
    trust_elsewhere,
    active_inline_content,
    unknown_icons,
    rooms_without_a_floor,
    vague_names,
    doors_to_the_outside,
    one_sided_styles,
)
