#!/usr/bin/env python3
"""Trains photo or photo-colour in PyTorch on the images of `train batches`: the same crops, noise, loss and schedule as `train`.

  train_photo.py --weights START.safetensors --out BEST.safetensors --time-budget 480 -- train batches OPTIONS... [-- train batches OPTIONS...]

With --pool N, the last N images stay in the device's memory, and every step draws from them at random, turned and mirrored, so a
device that is faster than the images come uses each several times. With --pool 0 the batches are those of `train`, one after the other.
A second command brings clean images too (`--noise none`). They get new Gaussian noise on the device each time they are used.
A line of figures goes to OUT.csv at each measurement; the best weights so far are always in OUT.
"""
import argparse
import contextlib
import fcntl
import json
import math
import os
import queue
import struct
import subprocess
import sys
import threading
import time

import torch
from captured import Captured
from photo_network import Network, read_safetensors, write_safetensors

LOG_FLOOR = 1e-5  # as in BatchGradient.cs
SET_PIPE_SIZE = 1031  # F_SETPIPE_SZ of Linux
HIGHEST_LEVELS = (75 / 255, 35 / 255)  # of Gaussian noise made here; each image draws one of them, then a level below it
SIGMA_ERROR = 0.1  # as in NoisyImages.cs, for every other image


class Images:
    """The images of one run of `train batches`: a header, then batches of raw numbers."""

    def __init__(self, command, pinned):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        with contextlib.suppress(OSError):
            fcntl.fcntl(self.process.stdout, SET_PIPE_SIZE, 1 << 20)
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{command[0]} ended with status {self.process.wait()}")
        self.header, self.pinned = json.loads(line), pinned
        header = self.header
        self.planes = 2 * header["channels"] + header["sigma"]
        self.shape = (header["height"], header["width"])
        self.type = getattr(torch, header["type"])

    def read(self, buffer=None):
        """The next batch as (N, planes·H·W) raw values: those of all noisy images, then of the targets, then of the levels. None at the end."""
        count = self.process.stdout.read(4)
        if len(count) < 4:
            return None
        (images,) = struct.unpack("<i", count)
        values = images * self.planes * self.shape[0] * self.shape[1]
        if buffer is None or buffer.numel() < values:
            buffer = torch.empty(values, dtype=self.type, pin_memory=self.pinned)
        batch = buffer[:values]
        view = memoryview(batch.numpy()).cast("B")
        if self.process.stdout.readinto(view) < len(view):
            return None
        return batch.view(images, -1)

    def parts(self, batch):
        """Noisy (N, C, H, W), target (N, C, H, W) and level (N, 1, H, W) of a batch."""
        images, flat, area = len(batch), batch.view(-1), self.shape[0] * self.shape[1]
        size = images * self.header["channels"] * area
        cuts = [flat[:size], flat[size:2 * size], flat[2 * size:]]
        return [cut.view(images, -1, *self.shape) for cut in cuts if cut.numel() > 0]

    def floats(self, part):
        return part.float().div_(self.header["white"]).contiguous(memory_format=torch.channels_last)

    def stop(self):
        self.process.kill()
        self.process.wait()


class Reader(threading.Thread):
    """Reads ahead, into a few buffers that are used again when the device has copied them."""

    def __init__(self, images, ahead=6):
        super().__init__(daemon=True)
        self.images, self.full, self.empty = images, queue.Queue(), queue.Queue()
        for _ in range(ahead):
            self.empty.put((None, None))
        self.start()

    def run(self):
        while True:
            buffer, copied = self.empty.get()
            if copied is not None:
                copied.synchronize()
            batch = self.images.read(buffer)
            self.full.put(batch)
            if batch is None:
                return

    def give_back(self, batch, device):
        copied = None
        if device.type == "cuda":
            copied = torch.cuda.Event()
            copied.record()
        self.empty.put((batch.view(-1), copied))


class Direct:
    """Each batch once, in the order of `train`."""

    def __init__(self, images, device):
        self.images, self.device, self.reader, self.fed = images, device, Reader(images), 0

    def next(self, _):
        batch = self.reader.full.get()
        if batch is None:
            return None
        self.fed += len(batch)
        parts = [self.images.floats(part.to(self.device)) for part in self.images.parts(batch)]
        self.reader.give_back(batch, self.device)
        return parts


class Pool:
    """The newest images, on the device; steps draw from them. Of each it keeps these of the three parts."""

    def __init__(self, images, device, size, kept=slice(None)):
        self.images, self.device, self.size, self.kept, self.reader = images, device, size, kept, Reader(images)
        self.fed, self.stored, self.ended = 0, None, False
        while self.fed < size // 8 and not self.ended:
            self.take(wait=True)

    def take(self, wait=False):
        try:
            batch = self.reader.full.get(block=wait)
        except queue.Empty:
            return False
        if batch is None:
            self.ended = True
            return False
        parts = self.images.parts(batch)[self.kept]
        if self.stored is None:
            self.stored = [torch.empty((self.size, *part.shape[1:]), dtype=part.dtype, device=self.device) for part in parts]
        begin = self.fed % self.size
        fits = min(len(batch), self.size - begin)
        for stored, part in zip(self.stored, parts):
            stored[begin:begin + fits].copy_(part[:fits], non_blocking=True)
            if fits < len(batch):
                stored[:len(batch) - fits].copy_(part[fits:], non_blocking=True)
        self.reader.give_back(batch, self.device)
        self.fed += len(batch)
        return True

    def next(self, count):
        while not self.ended and self.take():
            pass
        drawn = torch.randint(min(self.fed, self.size), (count,), device=self.device)
        turn = int(torch.randint(8, ()))
        return [self.images.floats(turned(stored[drawn], turn)) for stored in self.stored]


class Gaussian:
    """Clean images of a pool with Gaussian noise, not clipped, and its level."""

    def __init__(self, images, device, size):
        self.pool, self.highest = Pool(images, device, size, kept=slice(1, 2)), torch.tensor(HIGHEST_LEVELS, device=device)

    @property
    def fed(self):
        return self.pool.fed

    def next(self, count):
        (clean,) = self.pool.next(count)
        each = (count, 1, 1, 1)
        level = torch.rand(each, device=clean.device) * self.highest[torch.randint(len(self.highest), each, device=clean.device)]
        noise = torch.randn_like(clean)
        grey = (clean == clean[:, :1]).all(3, keepdim=True).all(2, keepdim=True).all(1, keepdim=True)
        noisy = clean + level * torch.where(grey, noise[:, :1], noise)
        misjudged = SIGMA_ERROR * torch.randn(each, device=clean.device) * torch.randint(2, each, device=clean.device)
        return [noisy, clean, (level * misjudged.exp()).expand(-1, -1, *clean.shape[2:])]


class Mixed:
    """Every batch has this share from the second of two sources."""

    def __init__(self, first, second, share):
        self.first, self.second, self.share = first, second, share

    @property
    def fed(self):
        return self.first.fed + self.second.fed

    def next(self, count):
        seconds = round(count * self.share)
        return [torch.cat(parts) for parts in zip(self.first.next(count - seconds), self.second.next(seconds))]


def turned(images, turn):
    """One of the eight orientations."""
    mirrored = [2 + axis for axis in range(2) if turn >> axis & 1]
    images = images.flip(mirrored) if mirrored else images
    return images.transpose(2, 3) if turn & 4 else images


class Average:
    """The moving average of the weights, which forgets faster while it is young."""

    def __init__(self, network, decay):
        self.decay, self.weights = decay, [value.detach().clone() for value in network.parameters()]

    @torch.no_grad()
    def update(self, network, step):
        keep = min(self.decay, (1 + step) / (10 + step))
        torch._foreach_mul_(self.weights, keep)
        torch._foreach_add_(self.weights, [value.detach() for value in network.parameters()], alpha=1 - keep)


class Training:
    def __init__(self, arguments, commands):
        self.arguments, self.device = arguments, torch.device(arguments.device)
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = arguments.precision == "tf32"
        torch.backends.cudnn.benchmark = True
        self.metadata, tensors = read_safetensors(arguments.weights)
        self.network = Network(self.metadata, tensors).to(self.device, memory_format=torch.channels_last)
        self.forward = self.compiled() if arguments.compile else self.network
        self.test = self.read_test(Images([*commands[0], "--test"], pinned=False))
        self.images = [Images(command, pinned=self.device.type == "cuda") for command in commands]
        self.header = self.images[0].header
        self.options = self.header["options"]
        self.step, self.best, self.mse, self.began = 0, math.inf, None, time.monotonic()
        self.average = Average(self.network, self.options["ema"])
        self.optimizer, self.source = self.new_optimizer(), self.new_source()
        self.advance = self.advance_once

    def new_optimizer(self):
        """On CUDA with a rate in the device's memory, since a graph keeps a number as it was."""
        kinds = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW, "sgd": torch.optim.SGD}
        kind, rate, settings = self.options["optimizer"], self.options["learning_rate"], {}
        if self.device.type == "cuda":
            rate, settings = torch.tensor(rate, device=self.device), {"fused": True}
            if kind != "sgd":
                settings["capturable"] = True
        return kinds[kind](self.network.parameters(), lr=rate, weight_decay=self.options["weight_decay"], **settings)

    def new_source(self):
        if not self.arguments.pool:
            return Direct(self.images[0], self.device)
        made = Pool(self.images[0], self.device, self.arguments.pool)
        if len(self.images) == 1:
            return made
        return Mixed(made, Gaussian(self.images[1], self.device, self.arguments.pool), self.arguments.share)

    def compiled(self):
        """What the compiler cannot do runs as it is: better slow than not at all."""
        import torch._dynamo  # pylint: disable=import-outside-toplevel
        torch._dynamo.config.suppress_errors = True
        return torch.compile(self.network)

    def read_test(self, images):
        batches = []
        while (batch := images.read()) is not None:
            batches.append([images.floats(part.to(self.device)) for part in images.parts(batch)])
        images.process.wait()
        return batches

    def autocast(self):
        if self.arguments.precision == "bfloat16":
            return torch.autocast(self.device.type, dtype=torch.bfloat16)
        return contextlib.nullcontext()

    def progress(self):
        """The share of the training that is done, in steps or in time, whichever is further."""
        steps = self.options["epochs"] * math.ceil(self.header["training_images"] / self.options["batch_size"])
        return min(1, max(self.step / steps, (time.monotonic() - self.began) / self.arguments.time_budget))

    def learning_rate(self):
        warm = min(1, (self.step + 1) / self.options["warmup"]) if self.options["warmup"] else 1
        wave = (1 + math.cos(math.pi * self.progress())) / 2 if self.options["schedule"] == "cosine" else 1
        return self.options["learning_rate"] * warm * wave

    def advance_once(self, *parts):
        """One step of the optimizer; each image's squared error."""
        noisy, target, *sigma = parts
        with self.autocast():
            denoised = self.forward(noisy, *sigma)
        errors = (denoised.float() - target).square().mean((1, 2, 3))
        loss = (errors + LOG_FLOOR).log().mean() if self.options["loss"] == "psnr" else errors.mean()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if self.options["clip_norm"] > 0:
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.options["clip_norm"])
        self.optimizer.step()
        return errors.detach()

    def set_learning_rate(self, rate):
        for group in self.optimizer.param_groups:
            if torch.is_tensor(group["lr"]):
                group["lr"].fill_(rate)
            else:
                group["lr"] = rate

    def take_step(self, parts):
        self.set_learning_rate(self.learning_rate())
        if self.arguments.graph and self.step == 0:
            self.advance = Captured(self.advance_once, parts)
        mse = self.advance(*parts).mean()
        if self.options["ema"] > 0:
            self.average.update(self.network, self.step)
        self.step += 1
        self.mse = mse if self.mse is None else torch.lerp(self.mse, mse, 0.01)

    @contextlib.contextmanager
    def averaged(self):
        """The network with the average's weights."""
        values = list(self.network.parameters())
        own = [value.detach().clone() for value in values]
        self.assign(values, self.average.weights if self.options["ema"] > 0 else own)
        yield
        self.assign(values, own)

    @staticmethod
    @torch.no_grad()
    def assign(values, others):
        for value, other in zip(values, others):
            value.copy_(other)

    def measure(self):
        """The mean squared error on the test images, clamped to [0, 1]."""
        total, count = 0.0, 0
        with torch.no_grad():
            for noisy, clean, *sigma in self.test:
                total += (self.network(noisy, *sigma).clamp(0, 1) - clean).square().sum().item()
                count += clean.numel()
        return total / count

    def take_stock(self, log):
        seconds = time.monotonic() - self.began
        with self.averaged():
            test = self.measure()
            if test < self.best or self.arguments.last:
                self.best = test
                self.save(test)
        batch = self.options["batch_size"]
        line = (f"{seconds:.1f},{self.step},{self.step * batch},{self.source.fed},{self.learning_rate():.3g},"
                f"{self.mse.item() if self.mse is not None else math.nan:.7g},{test:.9g},{-10 * math.log10(test):.4f}")
        print(line, file=log, flush=True)
        print(line, flush=True)

    def save(self, test):
        seen = self.step * self.options["batch_size"] / self.header["training_images"]
        metadata = {**self.header["metadata"], "architecture": self.metadata["architecture"],
                    "epoch": str(math.ceil(seen)), "test_mse": repr(test)}
        write_safetensors(self.arguments.out + ".part", metadata, self.network.named_tensors())
        os.replace(self.arguments.out + ".part", self.arguments.out)

    def run(self):
        header = "seconds,step,images_used,images_fed,learning_rate,training_mse,test_mse,mean_db"
        with open(self.arguments.out + ".csv", "w", encoding="utf-8") as log:
            print(header, file=log)
            print(header)
            self.take_stock(log)
            self.began = time.monotonic()
            measured = self.began
            while self.progress() < 1:
                parts = self.source.next(self.options["batch_size"])
                if parts is None:
                    break
                self.take_step(parts)
                if time.monotonic() - measured > self.arguments.measure_every:
                    self.take_stock(log)
                    measured = time.monotonic()
            self.take_stock(log)
        for images in self.images:
            images.stop()


def split(words):
    """The parts between --."""
    places = [i for i, word in enumerate(words) if word == "--"]
    return [words[begin:end] for begin, end in zip([0, *(i + 1 for i in places)], [*places, len(words)])]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", required=True, help="the checkpoint to begin with; it brings the network along")
    parser.add_argument("--out", required=True, help="the checkpoint to write")
    parser.add_argument("--time-budget", type=float, default=480, help="seconds; the schedule ends with them")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--precision", choices=["bfloat16", "tf32", "float32"], default="bfloat16")
    parser.add_argument("--compile", action="store_true", help="with torch.compile")
    parser.add_argument("--graph", action="store_true", help="as a CUDA graph: one launch a step instead of hundreds")
    parser.add_argument("--share", type=float, default=0.35, help="share of the second command's images in each batch")
    parser.add_argument("--pool", type=int, default=16384, help="images kept on the device; 0 uses each once, in order")
    parser.add_argument("--measure-every", type=float, default=30, help="seconds")
    parser.add_argument("--last", action="store_true", help="keep the last weights instead of the best")
    own, *commands = split(sys.argv[1:])
    arguments = parser.parse_args(own)
    if not commands:
        parser.error("the program that writes the images is missing, after --")
    if len(commands) > (2 if arguments.pool else 1):
        parser.error("two programs at most write images, and two only with --pool")
    Training(arguments, commands).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
