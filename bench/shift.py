"""PSNR of denoised pictures against clean ones, as they are and moved by the shift between the noisy and the clean one.

usage: shift.py NOISY CLEAN DENOISED

The folders have pictures of the same names, whatever the extension; those of DENOISED are best PNG. The shift, of parts of a
pixel, is the one at which the clean picture is nearest to the noisy one, to first order, found in a few steps."""

import os
import sys

import numpy as np
from PIL import Image

BORDER = 32


def pictures(folder):
    return {os.path.splitext(name)[0]: os.path.join(folder, name) for name in os.listdir(folder) if name[0] != "."}


def read(path):
    return np.asarray(Image.open(path).convert("RGB"), float)


def moved(picture, right, down):
    """By Fourier's shift theorem, over a border that mirrors the picture."""
    padded = np.pad(picture, ((BORDER, BORDER), (BORDER, BORDER), (0, 0)), "reflect")
    height, width = padded.shape[:2]
    phase = np.exp(2j * np.pi * (np.fft.fftfreq(width)[None, :] * right + np.fft.fftfreq(height)[:, None] * down))
    shifted = np.fft.ifft2(np.fft.fft2(padded, axes=(0, 1)) * phase[..., None], axes=(0, 1)).real
    return shifted[BORDER:-BORDER, BORDER:-BORDER]


def shift_between(noisy, clean):
    """Least squares of the difference on the slopes, of the channels' mean."""
    shift = np.zeros(2)
    for _ in range(4):
        there = moved(clean, *shift).mean(2)
        down, right = np.gradient(there)
        difference = noisy.mean(2) - there
        columns = np.stack([right.ravel(), down.ravel(), np.ones(difference.size)], 1)
        shift = shift + np.linalg.lstsq(columns, difference.ravel(), rcond=None)[0][:2]
    return shift


def psnr(a, b):
    return 10 * np.log10(255**2 / ((a - b)[8:-8, 8:-8] ** 2).mean())


def main():
    noisy, clean, denoised = (pictures(folder) for folder in sys.argv[1:4])
    rows = []
    for name in sorted(denoised):
        before, after, target = read(noisy[name]), read(denoised[name]), read(clean[name])
        shift = shift_between(before, target)
        placed = moved(target, *shift)
        rows.append([psnr(before, target), psnr(before, placed), psnr(after, target), psnr(after, placed)])
        print(f"{name}: shifted by {shift[0]:+.2f} right, {shift[1]:+.2f} down")
    means = np.mean(rows, 0)
    print(f"noisy    {means[0]:.2f} dB, in place {means[1]:.2f} dB")
    print(f"denoised {means[2]:.2f} dB, in place {means[3]:.2f} dB")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main()
