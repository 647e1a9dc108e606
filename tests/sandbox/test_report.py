"""What the demo prints of a shop is of one run."""

import io
from typing import Any

from rich.console import Console

from sandbox.demo import of_one_run


class Overtaken:
    """A panel whose shop is scored anew while its first block is made."""

    run_id = 1

    def panel(self, app_id: str, path: str, /) -> Any:
        assert (app_id, path) == ("app", "/api/influence")
        return {"gate": {"run_id": self.run_id}}


def test_a_block_that_a_run_overtook_is_made_again_and_printed_once() -> None:
    stack, console = Overtaken(), Console(file=io.StringIO())

    def write() -> None:
        console.print(f"total of run {stack.run_id}")
        stack.run_id = 2
        console.print(f"rows of run {stack.run_id}")

    of_one_run(stack, "app", write, console=console)

    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == "total of run 2\nrows of run 2\n"
