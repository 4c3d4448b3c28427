"""Marks of a drawing moved apart until none hides another, each as little as is needed."""

from __future__ import annotations

from collections.abc import Sequence

Box = tuple[float, float, float, float]
"""Centre and half sizes."""
_ROUNDS = 400


def apart(boxes: Sequence[Box], frame: tuple[float, float, float, float], gap: float = 2) -> list[tuple[float, float]]:
    """Where each box stands so that no two overlap and all lie within the frame, as far as there is room.

    Args:
        frame: left, top, right, bottom.

    >>> apart([(50, 50, 10, 10), (50, 50, 10, 10)], (0, 0, 100, 100))
    [(50.0, 39.0), (50.0, 61.0)]
    >>> apart([(20, 20, 5, 5), (80, 80, 5, 5)], (0, 0, 100, 100))
    [(20, 20), (80, 80)]
    """
    at = [(x, y) for x, y, _, _ in boxes]
    for _ in range(_ROUNDS):
        moved = False
        for i in range(len(at)):
            for j in range(i + 1, len(at)):
                if step := _step(at[i], at[j], boxes[i], boxes[j], gap):
                    dx, dy = step
                    at[i], at[j] = (at[i][0] - dx, at[i][1] - dy), (at[j][0] + dx, at[j][1] + dy)
                    moved = True
        at = [_within(place, box, frame) for place, box in zip(at, boxes, strict=True)]
        if not moved:
            break
    return at


def _step(
    one: tuple[float, float], other: tuple[float, float], box: Box, next_: Box, gap: float
) -> tuple[float, float] | None:
    """Half the way on which two overlapping boxes part, along the shorter side."""
    dx, dy = other[0] - one[0], other[1] - one[1]
    over_x, over_y = box[2] + next_[2] + gap - abs(dx), box[3] + next_[3] + gap - abs(dy)
    if over_x <= 1e-6 or over_y <= 1e-6:
        return None
    if over_y <= over_x:
        return 0.0, over_y / 2 * (1 if dy >= 0 else -1)
    return over_x / 2 * (1 if dx >= 0 else -1), 0.0


def _within(place: tuple[float, float], box: Box, frame: tuple[float, float, float, float]) -> tuple[float, float]:
    left, top, right, bottom = frame
    return (min(max(place[0], left + box[2]), right - box[2]), min(max(place[1], top + box[3]), bottom - box[3]))
