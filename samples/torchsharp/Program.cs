using Denoise.Export;
using static TorchSharp.torch;

using var model = new ConvDenoiser();
using var optimizer = optim.Adam(model.parameters(), lr: 0.001);
using var criterion = nn.MSELoss();

// For the sample, pictures of a single grey tone will do, and a moment.
for (int step = 0; step < 20; step++)
{
    using var scope = NewDisposeScope();
    Tensor images = rand(20, 1, 1, 1).expand(20, 1, 28, 28);
    Tensor noisy = clamp(images + 0.5 * randn(20, 1, 28, 28), 0, 1);
    Tensor loss = criterion.call(model.call(noisy), images);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
}

string path = args is [var given] ? given : "model.onnx";
// This line exports a model of your own.
OnnxExporter.Export(TorchSharpNetwork.FromModule(model, "mine")).Save(path);
Console.WriteLine($"{path}: {new FileInfo(path).Length:N0} bytes");
