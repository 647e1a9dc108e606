"""What the tests may stand on."""

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
