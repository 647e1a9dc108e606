"""What the tests may stand on."""

import ast
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def test_no_test_or_benchmark_reads_what_is_outside_of_the_repository() -> None:
    """A clone anywhere runs all of them: what they read is vendored in tests/data."""
    beside = ("parent / " + '"shared"', "../" + "shared", "REPOSITORY.parent")
    found = [
        f"{file.relative_to(REPOSITORY)}: {word}"
        for folder in ("tests", "benchmarks", ".ci")
        for file in (REPOSITORY / folder).rglob("*")
        if file.is_file() and file.suffix in {".py", ".sh", ""} and file != Path(__file__)
        for word in beside
        if word in file.read_text(encoding="utf-8")
    ]
    assert found == []


def test_each_folder_of_data_says_where_it_comes_from_and_under_which_licence() -> None:
    folders = [one for one in (REPOSITORY / "tests" / "data").iterdir() if one.is_dir()]
    assert folders
    folders.append(REPOSITORY / "sandbox" / "data")
    for folder in folders:
        assert "LICENSE" in (folder / "README.md").read_text(encoding="utf-8"), folder
        assert "Copyright" in (folder / "LICENSE").read_text(encoding="utf-8"), folder
        said = (folder / "README.md").read_text(encoding="utf-8")
        unsaid = [file.name for file in folder.iterdir() if f"`{file.name}`" not in said]
        assert set(unsaid) <= {"README.md", "LICENSE"}


PACKAGES = {
    *(one.name for one in (REPOSITORY / "saleor_influence_app").iterdir() if (one / "__init__.py").exists()),
    *("webhooks", "scoring", "sandbox"),
    "ledger",  # scoring.ledger
}
ACROSS = {
    "architecture": "what no single package promises",
    "contract": "the pocket Saleor and a real one, by the same assertions",
    "data": "vendored",
    "e2e": "the product in a browser",
    "install": "an installation, from the manifest to the first delivery",
    "support": "what tests share",
}


def test_the_folders_of_tests_are_the_packages() -> None:
    files = (file for file in (REPOSITORY / "tests").glob("*/**/*") if file.is_file())
    folders = {file.relative_to(REPOSITORY / "tests").parts[0] for file in files if file.suffix != ".pyc"}
    assert folders - PACKAGES - ACROSS.keys() == set()
    assert ACROSS.keys() - folders == set()


def test_tests_share_by_support_alone() -> None:
    """No test imports from another test or from a conftest: whoever changes one test breaks no other."""
    found = [
        f"{file.relative_to(REPOSITORY)}: {module}"
        for folder in ("tests", "benchmarks")
        for file in (REPOSITORY / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for module in imported(node)
        if module.split(".")[0] == "tests" and module.split(".")[1:2] != ["support"]
    ]
    assert found == []


def imported(node: ast.AST) -> list[str]:
    """The modules that a statement imports from."""
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    if isinstance(node, ast.ImportFrom) and node.module == "tests":
        return [f"tests.{one.name}" for one in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


def test_support_holds_no_test() -> None:
    assert list((REPOSITORY / "tests" / "support").glob("test_*.py")) == []
