"""The made-up records of the example are what their generator makes, and say that they are made up."""

import csv
import importlib.util
import random

import pytest
from tests.conftest import ROOT

EXAMPLE = ROOT / "examples" / "lanzhou_2024"


@pytest.fixture(scope="module")
def generator():
    """The generator script as a module."""
    spec = importlib.util.spec_from_file_location("area_c", EXAMPLE / "generators" / "area_c.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def written(generator, tmp_path_factory):
    """The folder into which the generator wrote."""
    folder = tmp_path_factory.mktemp("records")
    generator.write(folder)
    return folder


def test_committed_files_are_what_the_generator_writes(written):
    made = sorted(path.name for path in written.iterdir())
    assert len(made) == 11
    different = [
        name for name in made if (written / name).read_bytes() != (EXAMPLE / "records" / name).read_bytes()
    ]
    assert different == []


def test_every_made_up_file_says_so_in_its_first_line(written):
    for path in written.iterdir():
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("# synthetic: 合成数据"), path.name


def test_meetings_fall_on_working_days(written):
    with (written / "governance_meeting.csv").open(encoding="utf-8") as file:
        next(file)
        days = [row["held_on"] for row in csv.DictReader(file)]
    assert len(days) == 24
    assert not {day for day in days if "2024-10-01" <= day <= "2024-10-07" or day == "2024-01-01"}


@pytest.mark.parametrize(("total", "parts", "least"), [(27, 4, 1), (1, 4, 0), (8109, 670, 3), (40, 8, 5)])
def test_parts_add_up_and_are_not_too_small(generator, total, parts, least):
    made = generator.split(random.Random(1), total, parts, least)
    assert (len(made), sum(made)) == (parts, total)
    assert min(made) >= least
