"""Rubbish is sought seldom while builds run, and as before afterwards."""

from __future__ import annotations

import gc

import pytest

from qingce.services.rubbish import seldom_sought


def test_thresholds_are_as_before_once_the_last_of_overlapping_builds_ends():
    usual = gc.get_threshold()
    first, second = seldom_sought(), seldom_sought()
    first.__enter__()
    second.__enter__()
    seldom = gc.get_threshold()
    first.__exit__(None, None, None)
    assert gc.get_threshold() == seldom != usual
    second.__exit__(None, None, None)
    assert gc.get_threshold() == usual


def test_a_build_that_fails_leaves_them_as_they_were():
    usual = gc.get_threshold()
    with pytest.raises(ValueError, match="x"), seldom_sought():
        raise ValueError("x")
    assert gc.get_threshold() == usual
