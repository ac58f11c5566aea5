using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

/// <summary>The digit denoiser of Udacity's "Denoising Autoencoder" notebook, line for line.</summary>
public sealed class ConvDenoiser : nn.Module<Tensor, Tensor>
{
    // encoder layers
    private readonly Conv2d conv1 = nn.Conv2d(1, 32, 3, padding: 1);
    private readonly Conv2d conv2 = nn.Conv2d(32, 16, 3, padding: 1);
    private readonly Conv2d conv3 = nn.Conv2d(16, 8, 3, padding: 1);
    private readonly MaxPool2d pool = nn.MaxPool2d(2, 2);

    // decoder layers
    private readonly ConvTranspose2d t_conv1 = nn.ConvTranspose2d(8, 8, 3, stride: 2);
    private readonly ConvTranspose2d t_conv2 = nn.ConvTranspose2d(8, 16, 2, stride: 2);
    private readonly ConvTranspose2d t_conv3 = nn.ConvTranspose2d(16, 32, 2, stride: 2);
    private readonly Conv2d conv_out = nn.Conv2d(32, 1, 3, padding: 1);

    public ConvDenoiser() : base("ConvDenoiser") => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        // encode
        x = F.relu(conv1.call(x));
        x = pool.call(x);
        x = F.relu(conv2.call(x));
        x = pool.call(x);
        x = F.relu(conv3.call(x));
        x = pool.call(x);

        // decode
        x = F.relu(t_conv1.call(x));
        x = F.relu(t_conv2.call(x));
        x = F.relu(t_conv3.call(x));
        x = F.sigmoid(conv_out.call(x));

        return x;
    }
}
