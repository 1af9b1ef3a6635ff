"""Round seals in a grey picture: what they cover is black, they are not."""

from __future__ import annotations

import cv2
import numpy as np

from jscore.ocr.rules_seen import strokes_over

#: A seal's radius (inches), the resolution at which it is looked for (dots an inch), and how much of its ring is there.
SMALLEST, LARGEST, DPI, WHOLE = 0.4, 1.2, 60, 0.75
#: The ring and what blurs it are no thicker than this (inches).
RING = 0.03
#: A circle is part of the ring if so much of it is inked.
INKED = 0.15
#: Ink is the seal's, and not a text's, if it is at least so near to the tone of its ring (share of the way from black).
TONE = 0.65
#: A seal is lighter than text by this share of the way to paper, or cannot be told from it by its tone.
LIGHTER = 0.15


def without_seals(grey: np.ndarray, dark: np.ndarray, dpi: float) -> np.ndarray:
    """``grey`` without the round seals in it; ``dark`` is where its ink is (255)."""
    for x, y, radius in _rings(dark, dpi):
        grey = _without(grey, dark, (x, y), radius, RING * dpi)
    return grey


def _rings(dark: np.ndarray, dpi: float) -> list[tuple[float, float, float]]:
    """Circles of ink: middle and radius (pixels)."""
    scale = DPI / dpi
    small = cv2.resize(_arcs(dark, dpi), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    seen = cv2.HoughCircles(
        small,
        cv2.HOUGH_GRADIENT,
        dp=1,
        minDist=DPI * SMALLEST,
        param1=100,
        param2=25,
        minRadius=round(SMALLEST * DPI),
        maxRadius=round(LARGEST * DPI),
    )
    circles = [] if seen is None else seen.reshape(-1, 3)[:8].tolist()
    near = cv2.dilate(dark, np.ones((5, 5), np.uint8))
    rings = []
    for x, y, radius in circles:
        share, ring = max(
            (_inked(near, (x + dx) / scale, (y + dy) / scale, (radius + dr) / scale), (x + dx, y + dy, radius + dr))
            for dx in (-0.5, 0, 0.5)
            for dy in (-0.5, 0, 0.5)
            for dr in (-1, -0.5, 0, 0.5, 1)
        )
        if share > WHOLE:
            rings.append((ring[0] / scale, ring[1] / scale, ring[2] / scale))
    return rings


def _arcs(dark: np.ndarray, dpi: float) -> np.ndarray:
    """The large blots that are no rules: a ring, whole or cut by rules."""
    size = round(SMALLEST / 2 * dpi)
    rules = strokes_over(dark, size, size)
    _, blots, stats, _ = cv2.connectedComponentsWithStats(cv2.bitwise_and(dark, 255 - rules))
    large = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) > size
    large[0] = False
    return np.where(large, 255, 0).astype(np.uint8)[blots]


def _circle(shape: tuple[int, ...], x: float, y: float, radius: float) -> tuple[np.ndarray, np.ndarray]:
    angles = np.linspace(0, 2 * np.pi, 360, endpoint=False)
    rows, columns = np.rint(y + radius * np.sin(angles)), np.rint(x + radius * np.cos(angles))
    return np.clip(rows, 0, shape[0] - 1).astype(int), np.clip(columns, 0, shape[1] - 1).astype(int)


def _inked(near: np.ndarray, x: float, y: float, radius: float) -> float:
    return float((near[_circle(near.shape, x, y, radius)] > 0).mean())


def _without(grey: np.ndarray, dark: np.ndarray, middle: tuple[float, float], radius: float, ring: float) -> np.ndarray:
    rows, columns = np.ogrid[: grey.shape[0], : grey.shape[1]]
    far = np.hypot(columns - middle[0], rows - middle[1])
    near = np.abs(far - radius) < 2 * ring
    shares = np.bincount(far[near].astype(int), dark[near] > 0) / np.maximum(np.bincount(far[near].astype(int)), 1)
    inked = np.flatnonzero(shares > INKED)
    ring_area = (far > inked[0] - 1.5) & (far < inked[-1] + 2.5) if len(inked) else near
    on_ring = ring_area & (dark > 0)
    tone, black = float(np.median(grey[on_ring])), float(np.percentile(grey[dark > 0], 5))
    paper = float(np.percentile(grey, 80))
    cleaned = grey.copy()
    lighter = tone - black > LIGHTER * (paper - black)
    limit = black + TONE * (tone - black) if lighter else -1.0
    cleaned[ring_area & (grey > limit)] = round(paper)
    if lighter:
        cleaned[(far < radius) & _without_black(grey, dark, far < radius, limit)] = round(paper)
    return cleaned


def _without_black(grey: np.ndarray, dark: np.ndarray, inside: np.ndarray, limit: float) -> np.ndarray:
    """Where there are blots inside a ring in which nothing is as dark as text: its star, its characters."""
    count, blots = cv2.connectedComponents(np.where(inside, dark, 0).astype(np.uint8))
    darkest = np.full(count, 255)
    np.minimum.at(darkest, blots[inside], grey[inside])
    light = np.where(darkest > limit, 255, 0).astype(np.uint8)
    light[0] = 0
    return cv2.dilate(light[blots], np.ones((3, 3), np.uint8)) > 0
