"""A checkpoint's network in PyTorch: the layers of photo and photo-colour, from the description in the file.

Alone, it compares the network with an ONNX model of the same weights, by the test vector that `export` puts into it:
  photo_network.py WEIGHTS.safetensors MODEL.onnx [DEVICE]
"""
import base64
import json
import struct
import sys

import torch
from torch import nn
from torch.nn import functional as F


def read_safetensors(path):
    """The metadata and the tensors by name, all float32 (https://github.com/huggingface/safetensors)."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header, data = json.loads(file.read(length)), bytearray(file.read())
    metadata = header.pop("__metadata__", {})
    wrong = [name for name, entry in header.items() if entry["dtype"] != "F32"]
    if wrong:
        raise ValueError(f"{path}: {wrong[0]} is not float32")

    def values(entry):
        begin, end = entry["data_offsets"]
        return torch.frombuffer(data, dtype=torch.float32, count=(end - begin) // 4, offset=begin).reshape(entry["shape"]).clone()

    return metadata, {name: values(entry) for name, entry in header.items()}


def write_safetensors(path, metadata, tensors):
    header, blobs, end = {"__metadata__": metadata}, [], 0
    for name, tensor in sorted(tensors.items()):
        blobs.append(tensor.detach().cpu().float().contiguous().numpy().tobytes())
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [end, end + len(blobs[-1])]}
        end += len(blobs[-1])
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


class Network(nn.Module):
    """Each layer reads the one before it, unless it names its inputs."""

    def __init__(self, metadata, tensors):
        super().__init__()
        architecture = json.loads(metadata["architecture"])
        self.layers, self.channels = architecture["layers"], architecture["channels"]
        self.takes_sigma = any("sigma" in layer.get("inputs", []) for layer in self.layers)
        self.names = list(tensors)
        for name, tensor in tensors.items():
            self.register_parameter(self.key(name), nn.Parameter(tensor))

    @staticmethod
    def key(name):
        """A module's own names may not hold points."""
        return "value_" + name.replace(".", "_")

    def value(self, name):
        return getattr(self, self.key(name))

    def named_tensors(self):
        """By the names of the checkpoint."""
        return {name: self.value(name) for name in self.names}

    def forward(self, noisy, sigma=None):
        outputs, last = {"input": noisy, "sigma": sigma}, noisy
        for layer in self.layers:
            last = outputs[layer["name"]] = self.run(layer, [outputs[name] for name in layer.get("inputs", [])] or [last])
        return last

    def run(self, layer, inputs):
        kind, first = layer["type"], inputs[0]
        if kind == "concat":
            return torch.cat(inputs, 1)
        if kind == "add":
            return sum(inputs[1:], first)
        if kind == "relu":
            return F.relu(first)
        if kind == "pixel_unshuffle":
            return F.pixel_unshuffle(first, layer["factor"])
        if kind == "pixel_shuffle":
            return F.pixel_shuffle(first, layer["factor"])
        if kind not in ("conv2d", "conv_transpose2d") or layer.get("padding_mode", "zeros") != "zeros":
            raise ValueError(f"layer {layer['name']}: {kind} is not known here")
        weight = self.value(layer["name"] + ".weight")
        bias = self.value(layer["name"] + ".bias") if layer["bias"] else None
        settings = {name: layer[name] for name in ("stride", "padding", "dilation", "groups", "output_padding") if name in layer}
        return (F.conv2d if kind == "conv2d" else F.conv_transpose2d)(first, weight, bias, **settings)


def entry(model, key):
    """A text of an ONNX file's metadata: its bytes are the key, a tag, the length in groups of seven bits, the text."""
    place = model.index(b"\x0a" + bytes([len(key)]) + key.encode()) + 2 + len(key) + 1
    length, shift = 0, 0
    while True:
        byte = model[place]
        length, shift, place = length | (byte & 127) << shift, shift + 7, place + 1
        if byte < 128:
            return model[place:place + length].decode()


def difference(network, model, device):
    """The largest difference from the model's test vector, and the difference that it allows."""
    height, width = int(entry(model, "verify_height")), int(entry(model, "verify_width"))
    kept = torch.frombuffer(bytearray(base64.b64decode(entry(model, "verify_output"))), dtype=torch.float32)
    count = network.channels * height * width
    index = torch.arange(count, dtype=torch.int64)
    noisy = ((index * 2654435761) % (1 << 32) // (1 << 24)).float().div(255).reshape(1, network.channels, height, width)
    sigma = torch.full((1, 1, height, width), 0.1)
    with torch.no_grad():
        denoised = network(noisy.to(device), sigma.to(device)).cpu().reshape(-1)
    places = torch.arange(len(kept), dtype=torch.int64) * (count - 1) // (len(kept) - 1)
    return (denoised[places] - kept).abs().max().item(), float(entry(model, "verify_within"))


def main():
    weights, path, device = sys.argv[1], sys.argv[2], (sys.argv[3:] or ["cpu"])[0]
    torch.backends.cudnn.allow_tf32 = False
    network = Network(*read_safetensors(weights)).to(device)
    with open(path, "rb") as file:
        found, allowed = difference(network, file.read(), device)
    print(f"{path}: PyTorch {torch.__version__} on {device} differs by {found:.1e} at most, {allowed:.1e} are allowed")
    return 0 if found <= allowed else 1


if __name__ == "__main__":
    sys.exit(main())
