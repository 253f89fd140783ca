"""Reads the sources (stdlib `ast`, nothing is imported) and finds what breaks the rules of the layout.

The rules are in test_architecture.py. Every finding says what, why, and what to do instead.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
_CHANGES = frozenset(
    {
        "append",
        "add",
        "update",
        "extend",
        "insert",
        "pop",
        "popitem",
        "remove",
        "discard",
        "clear",
        "setdefault",
    }
)
_BARE_IGNORE = re.compile(r"#\s*type:\s*ignore(?!\[)")


@dataclass(frozen=True)
class Import:
    """One imported module. `deferred`: inside a function or under TYPE_CHECKING, so no part of a cycle."""

    module: str
    line: int
    deferred: bool


@dataclass(frozen=True)
class Module:
    path: str  # relative, with slashes
    source: str

    @property
    def name(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def package(self) -> str:
        return self.name.split(".")[0]

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)


@dataclass(frozen=True)
class Rule:
    """What a package may import. `only` limits an outside package to some files, by the start of their
    path."""

    own: Collection[str]
    outside: Collection[str] | None  # None: whatever it needs
    why: str
    forbidden: Collection[str] = ()
    only: Mapping[str, str] | None = None


def modules(root: Path) -> list[Module]:
    paths = (p.relative_to(root) for p in sorted(root.rglob("*.py")))
    kept = [
        p for p in paths if not p.parts[0].startswith(".") and p.parts[0] not in ("build", "node_modules")
    ]
    return [Module(p.as_posix(), (root / p).read_text("utf-8")) for p in kept]


def imports(module: Module) -> Iterator[Import]:
    """Every import, a relative one resolved."""

    def walk(node: ast.AST, deferred: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from (Import(alias.name, child.lineno, deferred) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                base = _base(module, child)
                # `from store import queries` may mean the module store.queries: both are named.
                yield from (Import(f"{base}.{alias.name}", child.lineno, deferred) for alias in child.names)
            else:
                later = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                later = later or (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test))
                yield from walk(child, deferred or later)

    yield from walk(module.tree, False)


def _base(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module.path.split("/")[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])


def forbidden_imports(module: Module, rule: Rule, first_party: Collection[str]) -> Iterator[str]:
    for found in imports(module):
        top = found.module.split(".")[0]
        where = f"{module.path}:{found.line} imports {found.module}"
        if top in sys.stdlib_module_names or top == module.package:
            continue
        if _within(found.module, rule.forbidden):
            yield f"{where}. {rule.why}"
        elif top in first_party:
            if not _within(found.module, rule.own):
                allowed = ", ".join(sorted(rule.own)) or "nothing of ours"
                yield f"{where}; {module.package} may import {allowed}. {rule.why}"
        elif rule.outside is not None and top not in rule.outside:
            yield f"{where}; of packages it may import {', '.join(sorted(rule.outside)) or 'none'}. {rule.why}"
        for outside, place in (rule.only or {}).items():
            if _within(found.module, [outside]) and not module.path.startswith(place):
                yield f"{where}; only {place}* may. {rule.why}"


def _within(module: str, allowed: Collection[str]) -> bool:
    return any(module == name or module.startswith(name + ".") for name in allowed)


def cycles(all_modules: Collection[Module]) -> list[list[str]]:
    """Groups of modules that need each other to be imported."""
    known = {module.name for module in all_modules}
    needs = {
        module.name: {
            target
            for found in imports(module)
            if not found.deferred
            # `from a import b`: the module a.b where there is one, else a itself
            if (target := found.module if found.module in known else found.module.rpartition(".")[0]) in known
            and target != module.name
        }
        for module in all_modules
    }

    def reach(start: str) -> set[str]:
        seen: set[str] = set()
        todo = [start]
        while todo:
            for target in needs[todo.pop()] - seen:
                seen.add(target)
                todo.append(target)
        return seen

    reached = {name: reach(name) for name in needs}
    groups = {frozenset(b for b in reached[a] if a in reached[b]) for a in needs if a in reached[a]}
    return [sorted(group) for group in groups]


def long_functions(module: Module, limit: int) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > limit:
                yield (
                    f"{module.path}:{node.lineno} {node.name} has {lines} lines, at most {limit} are allowed: "
                    "what does not fit a screen is not read. Name its parts."
                )


def module_state(module: Module) -> Iterator[str]:
    """Variables of a module: `global`, lists and dicts with a variable's name, constants that are changed."""
    constants: set[str] = set()
    for statement in module.tree.body:
        targets: list[ast.expr] = statement.targets if isinstance(statement, ast.Assign) else []
        targets = [statement.target] if isinstance(statement, ast.AnnAssign) else targets
        for target in targets:
            name = ast.unparse(target)
            if name.isupper():
                constants.add(name)
            elif name != "__all__" and isinstance(getattr(statement, "value", None), _MUTABLE):
                yield (
                    f"{module.path}:{statement.lineno} {name} belongs to the module and can be changed by anybody "
                    "for all. Keep it in an object that is handed on, or make it a CONSTANT that nobody changes."
                )
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Global) or (changed := _changed_name(node)) in constants:
            what = "has a `global` statement" if isinstance(node, ast.Global) else f"changes {changed}"
            line = getattr(node, "lineno", 0)
            yield (
                f"{module.path}:{line} {what}: two requests, or two tests, share it. "
                "Keep it in an object that is handed on."
            )


def _changed_name(node: ast.AST) -> str | None:
    """X in `X.append(...)`, `X[k] = v`, `del X[k]`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGES:
        return ast.unparse(node.func.value)
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        return ast.unparse(node.value)
    return None


def work_at_import(module: Module) -> Iterator[str]:
    """Calls whose result nobody takes. pydantic's model_rebuild is part of a definition."""
    for statement in module.tree.body:
        value = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(value, ast.Call) and not ast.unparse(value.func).endswith(".model_rebuild"):
            yield (
                f"{module.path}:{statement.lineno} does something when it is imported, and tests and tools import "
                "everything. Move it into a function."
            )


def bare_ignores(module: Module) -> Iterator[str]:
    for number, line in enumerate(module.source.splitlines(), 1):
        if _BARE_IGNORE.search(line):
            yield f"{module.path}:{number} silences every type error of the line. Name it: type: ignore[code]"
