"""Files, functions and classes stay small; what is larger may only shrink."""

from __future__ import annotations

from pathlib import Path

from tests.structure import ratchet


def test_nothing_grew_and_no_gain_is_given_away():
    assert ratchet.out_of_step(ratchet.exceptions(), ratchet.allowed()) == []


def test_a_long_function_and_the_class_around_it_are_measured(tmp_path: Path, monkeypatch):
    room = tmp_path / "src"
    room.mkdir()
    body = "\n".join(f"        x = {i}" for i in range(160))
    (room / "long.py").write_text(f"class Long:\n    def method(self):\n{body}\n", encoding="utf-8")
    (room / "short.py").write_text("def short():\n    return 1\n", encoding="utf-8")
    monkeypatch.setattr(ratchet, "ROOT", tmp_path)
    assert ratchet.exceptions() == {"src/long.py::Long": 162, "src/long.py::Long.method": 161}


def test_a_file_without_an_allowance_fails():
    assert ratchet.out_of_step({"src/a.py": 401}, {}) == ["src/a.py has 401 lines and no allowance: split it"]


def test_tightening_admits_nothing():
    assert ratchet.tightened({"old.py": 500, "new.py": 500}, {"old.py": 450}) == {"old.py": 450}
