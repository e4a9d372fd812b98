"""What holds for the tree as a whole: its layout, its size rules, what it never mentions, what it imports."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for package in ("wallboard", "feeds") for path in (ROOT / package).rglob("*.py"))
EXPECTED = [
    ".ci/run",
    "LICENSE",
    "Makefile",
    "README.md",
    "constraints.txt",
    "feeds/py.typed",
    "pyproject.toml",
    "wallboard/py.typed",
]
MODULE_LINES = 300
FUNCTION_LINES = 40

# Written so that this file does not mention them either.
MACHINE_PATH = re.compile(rb"(?<![\w.~*$}/-])/(?:[h]ome|[w]ork|[r]oot|[U]sers)/")
REGISTRY = re.compile(rb"[p]ypi\.org|[p]ythonhosted\.org|[p]ypi\.python\.org|[c]onda\.anaconda\.org|[r]egistry\.npmjs")


def tracked() -> list[Path]:
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def mentions(pattern: re.Pattern[bytes], paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip().decode(errors='replace')}"
        for path in paths
        for number, line in enumerate(path.read_bytes().splitlines(), 1)
        if pattern.search(line)
    ]


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the name to the last statement, the docstring aside."""
    docstring = function.body[0] if ast.get_docstring(function, clean=False) is not None else None
    aside = (docstring.end_lineno or 0) - docstring.lineno + 1 if docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - aside


@pytest.mark.parametrize("name", EXPECTED)
def test_the_file_is_where_a_newcomer_looks_for_it(name: str) -> None:
    assert (ROOT / name).is_file()


def test_the_ci_entry_can_be_run() -> None:
    assert os.access(ROOT / ".ci/run", os.X_OK)


def test_nothing_tracked_mentions_a_path_of_one_machine() -> None:
    assert mentions(MACHINE_PATH, tracked()) == []


def test_nothing_tracked_names_a_package_registry() -> None:
    assert mentions(REGISTRY, tracked()) == []


@pytest.mark.parametrize("text", ["see /" + "home/ada/board.toml", "'/" + "work/main'", "at=/" + "root/x"])
def test_a_path_of_one_machine_is_recognised(text: str) -> None:
    assert MACHINE_PATH.search(text.encode())


@pytest.mark.parametrize("text", ["~/" + "work/board.toml", "src/" + "home/page", "$HOME/" + "work/x"])
def test_a_relative_path_is_left_alone(text: str) -> None:
    assert not MACHINE_PATH.search(text.encode())


def test_no_module_is_longer_than_the_rule_allows() -> None:
    sizes = {str(path.relative_to(ROOT)): len(path.read_bytes().splitlines()) for path in SOURCES}
    assert {name: lines for name, lines in sizes.items() if lines > MODULE_LINES} == {}


def test_no_function_is_longer_than_the_rule_allows() -> None:
    sizes = {f"{p.relative_to(ROOT)}:{f.lineno} {f.name}": length(f) for p in SOURCES for f in functions(p)}
    assert {name: lines for name, lines in sizes.items() if lines > FUNCTION_LINES} == {}


IMPORT_ALL = """
import importlib, pkgutil, sys, threading

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"PySide6", "shiboken6", "pyqtgraph", "polars"}:
            raise ImportError(f"{name} is refused here")

sys.meta_path.insert(0, Refuse())
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print(threading.active_count())
"""


@pytest.mark.parametrize("package", ["wallboard.core", "wallboard.board", "feeds"])
def test_the_package_imports_without_qt_and_starts_no_thread(package: str) -> None:
    command = [sys.executable, "-W", "error", "-c", IMPORT_ALL, package]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.stderr) == ("1\n", "")


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.lower().replace("_", "-").split("==") for line in lines if not line.startswith("#"))


def test_every_dependency_is_pinned_to_what_was_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    names = {re.split(r"[<>=;\[ ]", want, maxsplit=1)[0].lower() for want in wanted}
    assert names - set(pins()) == set()


LEAVES_A_THREAD = """
import threading

def test_leaves_a_thread():
    threading.Thread(target=threading.Event().wait, name="forgotten", daemon=True).start()
"""


def test_a_test_that_leaves_a_thread_running_fails(tmp_path: Path) -> None:
    conftest = (ROOT / "tests/conftest.py").read_text(encoding="utf-8")
    (tmp_path / "conftest.py").write_text(re.sub(r"GRACE_S = .*", "GRACE_S = 0.0", conftest), encoding="utf-8")
    (tmp_path / "test_it.py").write_text(LEAVES_A_THREAD, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:pytest-qt", "-p", "no:cacheprovider", "test_it.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert "left running: forgotten" in done.stdout
    assert "1 passed, 1 error" in done.stdout
