"""The command line of the benchmarks."""

import pytest

from benchmarks.cli import COMMANDS, main


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_tells_its_options(command, capsys):
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    assert f"benchmarks {command}" in capsys.readouterr().out
