using Denoise.Export;
using Denoise.Network;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

using var model = Sequential(
    ("encoder", Sequential(Conv2d(1, 16, 3, padding: 1), ReLU(), MaxPool2d(2))),
    ("decoder", Sequential(Conv2d(16, 16, 3, padding: 1), ReLU(), ConvTranspose2d(16, 1, 2, stride: 2), Sigmoid())));

// For the sample, pictures of a single grey tone will do.
using var optimizer = optim.Adam(model.parameters(), lr: 0.01);
for (int step = 0; step < 20; step++)
{
    using var scope = NewDisposeScope();
    Tensor clean = rand(16, 1, 1, 1).expand(16, 1, 32, 32);
    Tensor loss = functional.mse_loss(model.call(clean + randn(16, 1, 32, 32) * 0.2), clean);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
}

string path = args is [var given] ? given : "model.onnx";
// These lines export a model of your own.
Checkpoint network = TorchSharpNetwork.FromModule(model, "mine");
OnnxExporter.Export(network).Save(path);
Console.WriteLine($"{path}: {network.Architecture.Layers.Count} layers, {network.Architecture.ParameterCount} parameters");
