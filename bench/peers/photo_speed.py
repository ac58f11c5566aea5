#!/usr/bin/env python3
"""How fast PyTorch runs the network of a checkpoint, and how fast the device copies: what `infer` and `train` are compared with.

  photo_speed.py WEIGHTS.safetensors [--device cuda] [--quick]

Megapixels a second for batches of 256x256 pictures, in float32, TF32, bfloat16 and float16, eager and with torch.compile; then a
training step's images a second, for crops of 128; then gigabytes a second to the device, back, and within it.
"""
import argparse
import contextlib
import time

import torch
from captured import Captured
from photo_network import Network, read_safetensors

SIDE, CROP = 256, 128
TYPES = {"float32": None, "tf32": None, "bfloat16": torch.bfloat16, "float16": torch.float16}


class Speed:
    def __init__(self, arguments):
        self.device = torch.device(arguments.device)
        self.seconds = 0.2 if arguments.quick else 1.0
        self.network = Network(*read_safetensors(arguments.weights)).to(self.device, memory_format=torch.channels_last)

    def wait(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize()

    def time(self, work):
        """Seconds for one run, after a few that warm up."""
        for _ in range(3):
            work()
        self.wait()
        began, runs = time.perf_counter(), 0
        while runs == 0 or time.perf_counter() - began < self.seconds:
            for _ in range(5):
                work()
            self.wait()
            runs += 5
        return (time.perf_counter() - began) / runs

    def images(self, count, side):
        parts = [torch.rand(count, channels, side, side, device=self.device) for channels in (self.network.channels, 1)]
        return [part.contiguous(memory_format=torch.channels_last) for part in parts[:1 + self.network.takes_sigma]]

    def precision(self, name):
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = name == "tf32"
        return torch.autocast(self.device.type, dtype=TYPES[name]) if TYPES[name] else contextlib.nullcontext()

    def inference(self, forward, batch, name):
        inputs = self.images(batch, SIDE)
        with torch.no_grad(), self.precision(name):
            return batch * SIDE * SIDE / 1e6 / self.time(lambda: forward(*inputs))

    def training(self, forward, batch, name, graph=False):
        inputs, target = self.images(batch, CROP), self.images(batch, CROP)[0]
        cuda = {"fused": True, "capturable": True} if self.device.type == "cuda" else {}
        optimizer = torch.optim.Adam(self.network.parameters(), lr=0.0, **cuda)

        def step(*inputs):
            with self.precision(name):
                denoised = forward(*inputs)
            loss = (denoised.float() - target).square().mean()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()

        advance = Captured(step, inputs) if graph else step
        return batch / self.time(lambda: advance(*inputs))

    def copies(self, megabytes):
        here = torch.empty(megabytes << 20, dtype=torch.uint8, pin_memory=self.device.type == "cuda")
        there, other = (torch.empty_like(here, device=self.device) for _ in range(2))
        size = here.numel() / 1e9
        to = self.time(lambda: there.copy_(here, non_blocking=True))
        back = self.time(lambda: here.copy_(there, non_blocking=True))
        within = self.time(lambda: other.copy_(there))
        return size / to, size / back, 2 * size / within


def attempt(text, measure, unit):
    """One type that the device lacks, or a compiler that is missing, must not end the others."""
    try:
        print(f"{text}: {measure():.1f} {unit}", flush=True)
    except Exception as failure:  # pylint: disable=broad-except
        print(f"{text}: {type(failure).__name__}: {str(failure).splitlines()[0] if str(failure) else ''}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--quick", action="store_true", help="small batches, short times")
    arguments = parser.parse_args()
    speed = Speed(arguments)
    types = ["float32", "bfloat16"] if arguments.quick else list(TYPES)
    for batch in [1, 2] if arguments.quick else [1, 16, 64, 256]:
        for name in types:
            attempt(f"eager, {batch} of {SIDE}x{SIDE}, {name}", lambda: speed.inference(speed.network, batch, name), "megapixels/s")
    for batch in [2] if arguments.quick else [32, 64, 128]:
        for name in types[1:]:
            attempt(f"eager, training, {batch} crops of {CROP}, {name}", lambda: speed.training(speed.network, batch, name), "images/s")
        if speed.device.type == "cuda":
            attempt(f"as a graph, training, {batch} crops of {CROP}, bfloat16",
                    lambda: speed.training(speed.network, batch, "bfloat16", graph=True), "images/s")
    to, back, within = speed.copies(16 if arguments.quick else 1024)
    print(f"copies: {to:.1f} GB/s to the device, {back:.1f} back, {within:.1f} within it, read and written", flush=True)
    # Each type is compiled anew, for half a minute or so: those that matter most come first.
    if hasattr(torch, "compile"):
        compiled = torch.compile(speed.network)
        attempt(f"compiled, training, 64 crops of {CROP}, bfloat16", lambda: speed.training(compiled, 64, "bfloat16"), "images/s")
        for name in ["float16", "tf32"]:
            attempt(f"compiled, 64 of {SIDE}x{SIDE}, {name}", lambda: speed.inference(compiled, 64, name), "megapixels/s")


if __name__ == "__main__":
    main()
