#!/usr/bin/env python3
"""Second opinions on exported models: Debian's PyTorch, onnx and OpenCV (python3-torch, python3-onnx, python3-opencv).

export.py torch CHECKPOINT OPSET OUT.onnx   a checkpoint's network, written by torch.onnx
export.py table FOLDER                      Markdown: FOLDER/NAME.safetensors, NAME.onnx, NAME-OPSET.onnx and NAME-fixed.onnx beside torch.onnx's
"""
import io
import json
import os
import sys
import warnings

import numpy
import onnx
import torch
from torch.nn import functional as F

warnings.filterwarnings("ignore")


class Network(torch.nn.Module):
    """The network that a checkpoint describes, with its weights."""

    def __init__(self, path):
        super().__init__()
        with open(path, "rb") as file:
            header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
            data = file.read()
        self.architecture = json.loads(header.pop("__metadata__")["architecture"])
        for name, entry in header.items():
            begin, end = entry["data_offsets"]
            value = torch.frombuffer(bytearray(data[begin:end]), dtype=torch.float32).reshape(entry["shape"])
            self.register_parameter(name.replace(".", "__"), torch.nn.Parameter(value))

    def forward(self, x, sigma=None):
        made = {"input": x}
        if sigma is not None:
            made["sigma"] = sigma.expand(-1, -1, x.shape[2], x.shape[3])
        for layer in self.architecture["layers"]:
            inputs = [made[name] for name in layer.get("inputs", [])] or [x]
            x = made[layer["name"]] = self.layer(layer, inputs)
        return x

    def layer(self, layer, inputs):
        kind, x = layer["type"], inputs[0]
        get = lambda field: getattr(self, (layer["name"] + "." + field).replace(".", "__"), None)
        number = lambda field, default: layer.get(field, default)
        if kind == "conv2d":
            return F.conv2d(x, get("weight"), get("bias"), number("stride", 1), number("padding", 0))
        if kind == "conv_transpose2d":
            return F.conv_transpose2d(x, get("weight"), get("bias"), number("stride", 1), number("padding", 0), number("output_padding", 0))
        if kind == "max_pool2d":
            return F.max_pool2d(x, number("kernel", 2))
        if kind == "avg_pool2d":
            return F.avg_pool2d(x, number("kernel", 2))
        if kind == "upsample":
            return F.interpolate(x, scale_factor=number("scale", 2), mode="nearest")
        if kind == "pixel_shuffle":
            return F.pixel_shuffle(x, number("factor", 2))
        if kind == "pixel_unshuffle":
            return F.pixel_unshuffle(x, number("factor", 2))
        if kind == "batch_norm2d":
            return F.batch_norm(x, get("running_mean"), get("running_var"), get("weight"), get("bias"), eps=number("epsilon", 1e-5))
        if kind == "linear":
            return F.linear(x, get("weight"), get("bias"))
        if kind == "flatten":
            return x.flatten(1)
        if kind == "unflatten":
            return x.reshape(-1, layer["channels"], layer["height"], layer["width"])
        if kind == "relu":
            return F.relu(x)
        if kind == "leaky_relu":
            return F.leaky_relu(x, number("slope", 0.01))
        if kind == "sigmoid":
            return torch.sigmoid(x)
        if kind == "add":
            return sum(inputs[1:], inputs[0])
        if kind == "concat":
            return torch.cat(inputs, 1)
        raise NotImplementedError(kind)


def takes_sigma(network):
    return any("sigma" in layer.get("inputs", []) for layer in network.architecture["layers"])


def example(network):
    """The smallest input from 28x28 up that the network gives back at its size, and a noise level if it takes one."""
    torch.manual_seed(1)
    level = (torch.full((1, 1, 1, 1), 0.1),) if takes_sigma(network) else ()
    for side in range(28, 28 + 64):
        x = torch.rand(1, network.architecture["channels"], side, side)
        try:
            with torch.no_grad():
                if network(x, *level).shape == x.shape:
                    return x, *level
        except RuntimeError:
            pass  # not one of its sizes
    sys.exit("no input from 28x28 to 91x91 comes back at its size")


def by_torch(network, opset):
    """The bytes that torch.onnx writes, with the axes open that ours has open."""
    axes = {0: "N"} if network.architecture.get("input_size") else {0: "N", 2: "H", 3: "W"}
    out = io.BytesIO()
    given = example(network)
    torch.onnx.export(network, given, out, opset_version=opset, input_names=["noisy", "sigma"][:len(given)], output_names=["denoised"],
                      dynamic_axes={"noisy": axes, "denoised": axes, "sigma": {0: "N"}})
    return out.getvalue()


def opencv(path, network):
    """The largest difference between OpenCV's DNN module and PyTorch, or why there is none."""
    try:
        import cv2
        net = cv2.dnn.readNetFromONNX(path)
        given = example(network)
        for name, value in zip(["noisy", "sigma"], given):
            net.setInput(value.expand(-1, -1, *given[0].shape[2:]).contiguous().numpy(), name)
        with torch.no_grad():
            return "%.1e" % numpy.abs(net.forward() - network(*given).numpy()).max()
    except ImportError:
        return "not installed"
    except cv2.error as e:
        return "refuses it: " + str(e).split("error: ")[-1].split("\n")[0][:80]


def checked(folder, name):
    """The operator sets whose models pass the full check; as far as this onnx knows them."""
    passed = []
    for opset in range(11, min(21, onnx.defs.onnx_opset_version()) + 1):
        onnx.checker.check_model(onnx.load(os.path.join(folder, "%s-%d.onnx" % (name, opset))), full_check=True)
        passed.append(opset)
    return "%d to %d" % (passed[0], passed[-1])


def table(folder):
    print("| network | bytes: ours | of these metadata and shapes | torch.onnx | nodes: ours | torch.onnx | full check, opsets | OpenCV, largest difference |")
    print("|---|---|---|---|---|---|---|---|")
    for name in sorted(f[:-len(".safetensors")] for f in os.listdir(folder) if f.endswith(".safetensors")):
        network = Network(os.path.join(folder, name + ".safetensors"))
        model, theirs = onnx.load(os.path.join(folder, name + ".onnx")), by_torch(network, 17)
        bare = onnx.load(os.path.join(folder, name + ".onnx"))
        del bare.metadata_props[:], bare.graph.value_info[:]
        print("| `%s` | %s | %s | %s | %d | %d | %s | %s |" % (
            name, f"{model.ByteSize():,}", f"{model.ByteSize() - bare.ByteSize():,}", f"{len(theirs):,}", len(model.graph.node),
            len(onnx.load_from_string(theirs).graph.node), checked(folder, name), opencv(os.path.join(folder, name + "-fixed.onnx"), network)))


if __name__ == "__main__":
    if sys.argv[1:2] == ["torch"] and len(sys.argv) == 5:
        written = by_torch(Network(sys.argv[2]), int(sys.argv[3]))
        with open(sys.argv[4], "wb") as file:
            file.write(written)
    elif sys.argv[1:2] == ["table"] and len(sys.argv) == 3:
        table(sys.argv[2])
    else:
        sys.exit(__doc__)
