"""Rules of the house that no linter knows."""

import ast
import os
import re
import statistics
from collections.abc import Iterator
from dataclasses import Field, fields
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

from webapp.settings import Settings

ROOT = Path(__file__).parent.parent.parent
LONGEST_MODULE = 300
MEDIAN_FUNCTION, LONG_FUNCTION = 8, 28

# Spelled in two halves, or this file would be the one that names them.
REGISTRY_HOSTS = tuple(
    f"{name}.{domain}"
    for name, domain in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("crates", "io"),
        ("proxy.golang", "org"),
        ("docker", "io"),
        ("ghcr", "io"),
        ("quay", "io"),
        ("deb.debian", "org"),
        ("jsdelivr", "net"),
    ]
)

# Who may look at the process's environment: the settings, and what hands it on to them or to a child.
READERS_OF_THE_ENVIRONMENT = {
    "webapp/settings.py",
    "webapp/hosting/launcher.py",
    "webapp/hosting/gunicorn_settings.py",
    "webapp/hosting/probe.py",
    "webapp/database/cluster.py",
}


@cache
def modules() -> dict[str, ast.Module]:
    """Return our own modules, parsed, by their path."""
    paths = sorted((ROOT / "webapp").rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in paths}


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path, module in modules().items():
        for node in ast.walk(module):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "migrations" not in path:
                yield f"{path}:{node.lineno} {node.name}", node


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> int:
    """Count the lines of a function's body, without docstring, comments and blanks."""
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    if not body:
        return 0
    text = lines[body[0].lineno - 1 : body[-1].end_lineno]
    return sum(1 for line in text if line.strip() and not line.strip().startswith("#"))


def test_modules_are_short() -> None:
    sources = [*(ROOT / "webapp").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    long = {
        path.relative_to(ROOT).as_posix(): count
        for path in sources
        if (count := len(path.read_text("utf-8").splitlines())) > LONGEST_MODULE
    }
    assert long == {}


def test_functions_are_short() -> None:
    texts = {path: (ROOT / path).read_text("utf-8").splitlines() for path in modules()}
    lengths = sorted((code_lines(node, texts[name.split(":")[0]]), name) for name, node in functions())
    counts = [count for count, _name in lengths]
    assert statistics.median(counts) <= MEDIAN_FUNCTION
    assert statistics.quantiles(counts, n=20)[-1] <= LONG_FUNCTION, f"the longest: {lengths[-5:]}"


def test_functions_take_at_most_five_parameters() -> None:
    crowded = []
    for name, node in functions():
        by_position = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
        own = [argument for argument in by_position if argument not in {"self", "cls"}]
        if len(own) + len(node.args.kwonlyargs) > 5:
            crowded.append(name)
    assert crowded == []


def test_no_module_is_a_drawer_for_everything() -> None:
    words = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
    assert [path for path in modules() if words & set(Path(path).stem.split("_"))] == []


def test_only_the_settings_read_the_environment() -> None:
    readers = {
        path
        for path, module in modules().items()
        for node in ast.walk(module)
        if ast.unparse(node) in {"os.environ", "os.getenv", "os.environb"}
    }
    assert readers - READERS_OF_THE_ENVIRONMENT == set()


def test_no_error_is_swallowed_unseen() -> None:
    bare = [
        f"{path}:{node.lineno}"
        for path, module in modules().items()
        for node in ast.walk(module)
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert bare == []


def test_commands_and_queries_never_commit() -> None:
    """Whoever opens a transaction ends it: a view, the command line, or run_in_transaction."""
    calls = [
        f"{path}:{node.lineno}"
        for path, module in modules().items()
        if path.endswith(("commands.py", "queries.py", "models.py"))
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and node.attr in {"commit", "rollback"}
    ]
    assert calls == []


UNSAFE_MARKUP = re.compile(
    r"\|\s*safe\b|autoescape\s+false|\bMarkup\(|<style\b|\sstyle=|\son[a-z]+=|javascript:"
)


def test_templates_leave_escaping_on_and_style_to_stylesheets() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in sorted((ROOT / "templates").rglob("*"))
        if path.is_file()
        for match in UNSAFE_MARKUP.finditer(path.read_text("utf-8"))
    ]
    assert found == []


def test_python_makes_no_markup() -> None:
    names = [
        f"{path}:{node.lineno}"
        for path, module in modules().items()
        for node in ast.walk(module)
        if isinstance(node, ast.Name) and node.id in {"Markup", "render_template_string"}
    ]
    assert names == []


def settings_table() -> dict[str, str]:
    """Return the README's settings: variable and the default that it promises."""
    text = (ROOT / "README.md").read_text("utf-8")
    return dict(re.findall(r"^\| `([A-Z][A-Z0-9_]*)`(?: \*)? \| (.*?) \| .+ \|$", text, re.MULTILINE))


def test_readme_lists_every_setting_and_no_other() -> None:
    assert set(settings_table()) == {item.name.upper() for item in fields(Settings)}


@pytest.mark.parametrize("item", [item for item in fields(Settings) if item.repr], ids=lambda item: item.name)
def test_readme_tells_the_default(item: Field[object]) -> None:
    promised = settings_table()[item.name.upper()]
    if item.default in {"", ()}:
        assert promised.startswith("empty")
    else:
        value = str(int(item.default)) if isinstance(item.default, bool) else str(item.default)
        assert promised == f"`{value}`"


def committed_files() -> Iterator[Path]:
    """Yield what a clone would hold; git itself is not asked, as a copy may come without it."""
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text("utf-8").split() if line[0] != "#"]
    for folder, folders, names in os.walk(ROOT):
        here = Path(folder).relative_to(ROOT)
        folders[:] = [name for name in folders if name != ".git" and not _is_ignored(here / name, ignored)]
        yield from (ROOT / here / name for name in names if not _is_ignored(here / name, ignored))


def _is_ignored(path: Path, patterns: list[str]) -> bool:
    return any(fnmatch(path.name, pattern) or path.as_posix() == pattern for pattern in patterns)


def test_no_file_names_a_package_registry() -> None:
    hosts = re.compile("|".join(map(re.escape, REGISTRY_HOSTS)).encode(), re.IGNORECASE)
    named = {
        path.relative_to(ROOT).as_posix(): match[0].decode()
        for path in committed_files()
        if (match := hosts.search(path.read_bytes()))
    }
    assert named == {}


def test_the_search_for_registries_looks_at_the_right_files() -> None:
    found = {path.relative_to(ROOT).as_posix() for path in committed_files()}
    assert {"requirements.lock", "package-lock.json", "webapp/settings.py", "tests/conftest.py"} <= found
    assert not [name for name in found if name.startswith((".venv/", "node_modules/", ".git/", "instance/"))]
