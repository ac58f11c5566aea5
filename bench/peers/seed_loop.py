#!/usr/bin/env python3
"""What `train` is timed against: the notebook's training loop, with PyTorch's own parts.

One pass over MNIST with the ConvDenoiser recipe: Gaussian noise of 0.5 drawn for each batch, clipped to [0, 1],
mean squared error, Adam at 0.001. Prints "batch N, T threads: S img/s, mse E"; loading the file is not counted,
the DataLoader is. Needs PyTorch (Debian: python3-torch).
"""
import argparse
import gzip
import time

import numpy
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def network() -> nn.Sequential:
    def halved(inputs: int, outputs: int) -> list[nn.Module]:
        return [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]

    def doubled(inputs: int, outputs: int, kernel: int) -> list[nn.Module]:
        return [nn.ConvTranspose2d(inputs, outputs, kernel, stride=2), nn.ReLU()]

    return nn.Sequential(
        *halved(1, 32), *halved(32, 16), *halved(16, 8),  # 28 -> 14 -> 7 -> 3
        *doubled(8, 8, 3), *doubled(8, 16, 2), *doubled(16, 32, 2),  # 3 -> 7 -> 14 -> 28
        nn.Conv2d(32, 1, 3, padding=1), nn.Sigmoid())


def read_digits(path: str, count: int) -> torch.Tensor:
    """The first digits of a gzipped IDX file, (N, 1, 28, 28) in [0, 1]."""
    with gzip.open(path) as file:
        file.seek(16)  # magic number, count, height, width
        pixels = numpy.frombuffer(file.read(count * 784), numpy.uint8)
    return torch.from_numpy(pixels.astype(numpy.float32) / 255).reshape(-1, 1, 28, 28)


def train(digits: torch.Tensor, batch: int) -> tuple[float, float]:
    """One pass. Returns images a second and the mean squared error over it."""
    model, criterion = network(), nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    began, total = time.perf_counter(), 0.0
    for (clean,) in DataLoader(TensorDataset(digits), batch_size=batch):
        noisy = (clean + 0.5 * torch.randn_like(clean)).clamp(0, 1)
        loss = criterion(model(noisy), clean)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(clean)
    return len(digits) / (time.perf_counter() - began), total / len(digits)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", metavar="FILE", help="train-images-idx3-ubyte.gz of MNIST")
    parser.add_argument("--batch", type=int, default=20)
    parser.add_argument("--images", type=int, default=60000)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    speed, error = train(read_digits(options.data, options.images), options.batch)
    print(f"batch {options.batch}, {options.threads} threads: {speed:.0f} img/s, mse {error:.5f}")


if __name__ == "__main__":
    main()
