#!/usr/bin/env python3
"""Second opinions on exported models: Debian's PyTorch, onnx and OpenCV (python3-torch, python3-onnx, python3-opencv).

export.py torch MODEL.onnx OPSET OUT.onnx   the same network with the same weights, written by torch.onnx
export.py table FOLDER                      Markdown: FOLDER/NAME.onnx, FOLDER/NAME-OPSET.onnx and FOLDER/NAME-fixed.onnx beside torch.onnx's
"""
import io
import json
import os
import sys
import warnings

import numpy
import onnx
import onnx.numpy_helper
import torch
from torch.nn import functional as F

warnings.filterwarnings("ignore")


class Network(torch.nn.Module):
    """The network that a model's metadata describe, with the model's weights."""

    def __init__(self, model):
        super().__init__()
        self.layers = json.loads({p.key: p.value for p in model.metadata_props}["architecture"])["layers"]
        for tensor in model.graph.initializer:
            if tensor.data_type == onnx.TensorProto.FLOAT and not tensor.name.endswith((".scales", ".region")):
                value = torch.from_numpy(onnx.numpy_helper.to_array(tensor).copy())
                self.register_parameter(tensor.name.replace(".", "__"), torch.nn.Parameter(value))

    def forward(self, x):
        made = {"input": x}
        for layer in self.layers:
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


def example(model):
    """An input of a size that the network takes."""
    dims = model.graph.input[0].type.tensor_type.shape.dim
    meta = {p.key: p.value for p in model.metadata_props}
    multiple, rest = int(meta["size_multiple"]), int(meta["size_remainder"])
    side = lambda d: d.dim_value or (28 - rest) // multiple * multiple + rest
    torch.manual_seed(1)
    return torch.rand(1, dims[1].dim_value, side(dims[2]), side(dims[3]))


def by_torch(model, opset):
    """The bytes that torch.onnx writes, with the axes open that ours has open."""
    dims = model.graph.input[0].type.tensor_type.shape.dim
    axes = {i: d.dim_param for i, d in enumerate(dims) if d.dim_param}
    out = io.BytesIO()
    torch.onnx.export(Network(model), example(model), out, opset_version=opset, input_names=["noisy"], output_names=["denoised"],
                      dynamic_axes={"noisy": axes, "denoised": axes})
    return out.getvalue()


def opencv(path, model):
    """The largest difference between OpenCV's DNN module and PyTorch, or why there is none."""
    try:
        import cv2
        net = cv2.dnn.readNetFromONNX(path)
        x = example(model)
        net.setInput(x.numpy())
        with torch.no_grad():
            return "%.1e" % numpy.abs(net.forward() - Network(model)(x).numpy()).max()
    except ImportError:
        return "not installed"
    except cv2.error as e:
        return "refuses it: " + str(e).split("error: ")[-1].split("\n")[0][:80]


def table(folder):
    names = sorted(f[:-5] for f in os.listdir(folder) if f.endswith(".onnx") and not f[:-5].rpartition("-")[2].isdigit() and not f.endswith("-fixed.onnx"))
    print("| network | bytes: ours | torch.onnx | of ours, metadata and shapes | nodes: ours | torch.onnx | full check, opsets | OpenCV's largest difference |")
    print("|---|---|---|---|---|---|---|---|")
    for name in names:
        path = os.path.join(folder, name + ".onnx")
        model = onnx.load(path)
        theirs = by_torch(model, 17)
        bare = onnx.load(path)
        del bare.metadata_props[:], bare.graph.value_info[:]
        passed = []
        for opset in range(11, 22):
            candidate = os.path.join(folder, "%s-%d.onnx" % (name, opset))
            if os.path.exists(candidate) and opset <= onnx.defs.onnx_opset_version():
                onnx.checker.check_model(onnx.load(candidate), full_check=True)
                passed.append(opset)
        size = os.path.getsize(path)
        fixed = os.path.join(folder, name + "-fixed.onnx")
        print("| `%s` | %s | %s | %s | %d | %d | %d to %d | %s |" % (
            name, f"{size:,}", f"{len(theirs):,}", f"{size - bare.ByteSize():,}", len(model.graph.node), len(onnx.load_from_string(theirs).graph.node),
            passed[0], passed[-1], opencv(fixed, onnx.load(fixed))))


if __name__ == "__main__":
    if sys.argv[1:2] == ["torch"] and len(sys.argv) == 5:
        written = by_torch(onnx.load(sys.argv[2]), int(sys.argv[3]))
        with open(sys.argv[4], "wb") as file:
            file.write(written)
    elif sys.argv[1:2] == ["table"] and len(sys.argv) == 3:
        table(sys.argv[2])
    else:
        sys.exit(__doc__)
