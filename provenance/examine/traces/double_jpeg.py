"""Whether coefficients that a JPEG holds were quantised before by other steps, and by which.

Quantising by a step a and then by a step b leaves a pattern in the histogram that depends on a and b alone: some values
come up too often, others never (Popescu and Farid, 2004; Bianchi and Piva, 2012). Here the histogram of each frequency
is explained twice: by a smooth density quantised once, and by one quantised by a, rounded to pixels, and quantised by
b. The density is a mixture of normal distributions around 0 both times (of these Laplacians are made as well as grain),
and fitted both times, so that it decides nothing. What remains is a likelihood ratio for each a; a table of 64 steps
has the sum of those of its frequencies.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from provenance.examine.traces.dct_blocks import FREQUENCIES, Coefficients, distinct

Likelihood = NDArray[np.float32]
Numbers = NDArray[np.floating[Any]]

MAX_STEP = 64  # of the earlier table; steps of the first 16 frequencies are below it down to quality 30
_VALUES = 20  # absolute values that are looked at: 0 to 19
_SCALES = 0.5 * 1.5 ** np.arange(16)  # sd of the normal distributions, in units of the coefficient: 0.5 to 219
_MAX_PRESENT_STEP = 128  # of the file's own table, which may have 65535: hardly a coefficient survives such steps
_NOISE = 0.32  # sd of a coefficient after rounding 64 pixels to whole numbers (0.29), and some clipping
_ALONE_STEPS, _TWICE_STEPS = 40, 8  # of expectation maximisation; more changed no decision on 833 pictures
_OTHERWISE = np.float32(0.03)  # share of coefficients that may be of another history: pasted parts, clipped pixels
_NEARLY_NOTHING = np.float32(1e-9)  # where no density at all gives what was counted
_DESIGNS = 192  # one design takes 80 kB; a table has at most 16 of them


def evidence(coefficients: Coefficients, steps: Sequence[int]) -> Likelihood:
    """Log-likelihood ratios (nats) of an earlier quantisation: shape (FREQUENCIES, 1 + MAX_STEP), by its step.

    `steps` are those of the file's table, in the order of the coefficients. Column 0 is "none", and 0. A step equal to
    the present one leaves no pattern and has 0.
    """
    levels = distinct(np.rint(coefficients / np.array(steps, np.float32)))
    ratios = np.zeros((FREQUENCIES, 1 + MAX_STEP), np.float32)
    for at, step in enumerate(steps):
        counts = np.bincount(np.minimum(np.abs(levels[:, at]).astype(np.int64), _VALUES), minlength=_VALUES + 1)
        if step <= _MAX_PRESENT_STEP and counts[1:_VALUES].any():
            ratios[at] = _ratios(counts[:_VALUES].astype(np.float32), step)
    return ratios


def _ratios(counts: Likelihood, step: int) -> Likelihood:
    design = _design(step)
    _, alone = _fitted(counts, design[0], np.full(len(_SCALES), 1 / len(_SCALES), np.float32), _ALONE_STEPS)
    shares, _ = _fitted(counts, design, np.broadcast_to(alone, (1 + MAX_STEP, len(_SCALES))), _TWICE_STEPS)
    shares = (1 - _OTHERWISE) * shares + _OTHERWISE * shares[0]
    fits = np.log(np.maximum(shares, _NEARLY_NOTHING)) @ counts
    ratios: Likelihood = fits - fits[0]
    if step <= MAX_STEP:
        ratios[step] = 0
    return ratios


def _fitted(counts: Likelihood, design: Likelihood, weights: Likelihood, rounds: int) -> tuple[Likelihood, Likelihood]:
    """The mixture that explains the counts best (expectation maximisation): expected shares, and its weights."""
    for _ in range(rounds):
        expected = (design @ weights[..., None])[..., 0] + _NEARLY_NOTHING
        weights = weights * ((counts / expected)[..., None, :] @ design)[..., 0, :]
        weights = weights / np.maximum(weights.sum(axis=-1, keepdims=True), _NEARLY_NOTHING)
    expected = (design @ weights[..., None])[..., 0]
    return expected / np.maximum(expected.sum(axis=-1, keepdims=True), _NEARLY_NOTHING), weights


@lru_cache(maxsize=_DESIGNS)
def _design(step: int) -> Likelihood:
    """Shape (1 + MAX_STEP, _VALUES, scales): how likely each value is, by the earlier step (0: none) and density."""
    design = np.zeros((1 + MAX_STEP, _VALUES, len(_SCALES)))
    design[0] = np.diff(_within((np.arange(_VALUES + 1) - 0.5) * step), axis=0)
    lengths = [int((_VALUES - 0.5) * step / earlier) + 2 for earlier in range(1, 1 + MAX_STEP)]
    earlier = np.repeat(np.arange(1, 1 + MAX_STEP), lengths)
    whole = np.concatenate([np.arange(length) for length in lengths])
    mass = _within((whole + 0.5) * earlier) - _within((whole - 0.5) * earlier)
    value = whole * earlier  # what the first decoder gave, before it rounded pixels
    nearest = np.floor(value / step + 0.5)
    for level in (nearest - 1, nearest, nearest + 1):
        share = _normal(((level + 0.5) * step - value) / _NOISE) - _normal(((level - 0.5) * step - value) / _NOISE)
        seen = np.abs(level) < _VALUES
        np.add.at(design, (earlier[seen], np.abs(level[seen]).astype(np.int64)), share[seen, None] * mass[seen])
    return design.astype(np.float32)


def _within(reach: Numbers) -> Numbers:
    """The share of each normal distribution that lies within this distance of zero: shape (..., scales)."""
    inside: Numbers = np.maximum(2 * _normal(reach[..., None] / _SCALES) - 1, 0)
    return inside


def _normal(deviations: Numbers) -> Numbers:
    """The normal distribution function, to 0.0004 (Tocher's and Page's approximation by tanh)."""
    share: Numbers = 0.5 * (1 + np.tanh(0.7978846 * deviations * (1 + 0.044715 * deviations**2)))
    return share
