using Denoise.Network;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Denoise.Train;

/// <summary>Convolutions as torch runs them fastest on a CPU. A map (N, C, H, W) lies in memory with its channels last, so its pixels
/// are the rows (N·H·W, C) of a matrix.</summary>
internal static class Convolution
{
    /// <summary>With so few output channels a matrix product, whose results are added up where they overlap, is quicker.</summary>
    private const int Few = 4;

    public static Tensor Run(Conv2d conv, Tensor x, Tensor weight, Tensor? bias)
    {
        bool isNarrowing = conv.OutChannels <= Few && conv.InChannels > Few && conv.Stride == 1;
        bool isPlain = x.device.type == TorchSharp.DeviceType.CPU && x.dtype == ScalarType.Float32;
        return isNarrowing && isPlain
            ? AsTransposed(conv, x, weight, bias)
            : F.conv2d(x, weight, bias, [conv.Stride, conv.Stride], [conv.Padding, conv.Padding]);
    }

    /// <summary>The same as a transposed convolution with the kernel turned round and the padding k − 1 − p.</summary>
    private static Tensor AsTransposed(Conv2d conv, Tensor x, Tensor weight, Tensor? bias)
    {
        var transposed = new ConvTranspose2d(conv.Name, conv.InChannels, conv.OutChannels, conv.Kernel, 1, conv.Kernel - 1 - conv.Padding);
        return TransposedConvolution.Fold(transposed, x, weight.flip(2, 3).transpose(0, 1), bias);
    }
}

/// <inheritdoc cref="Convolution"/>
internal static class TransposedConvolution
{
    public static Tensor Run(ConvTranspose2d conv, Tensor x, Tensor weight, Tensor? bias)
    {
        if (x.device.type != TorchSharp.DeviceType.CPU)
            return F.conv_transpose2d(
                x, weight, bias, [conv.Stride, conv.Stride], [conv.Padding, conv.Padding], [conv.OutputPadding, conv.OutputPadding]);
        bool isTiled = conv.Kernel == conv.Stride && conv.Padding == 0 && conv.OutputPadding == 0;
        return isTiled ? Tile(conv, x, weight, bias) : Fold(conv, x, weight, bias);
    }

    /// <summary>Each pixel becomes a patch. Patches that do not overlap are laid side by side.</summary>
    private static Tensor Tile(ConvTranspose2d conv, Tensor x, Tensor weight, Tensor? bias)
    {
        var (n, h, w, k, channels) = (x.shape[0], x.shape[2], x.shape[3], conv.Kernel, conv.OutChannels);
        Tensor matrix = weight.permute(2, 3, 1, 0).reshape(-1, conv.InChannels); // (k·k·Cout, Cin)
        Tensor patches = F.linear(Rows(x), matrix, bias?.repeat(k * k)); // (N·H·W, k·k·Cout)
        return patches.view(n, h, w, k, k, channels).permute(0, 1, 3, 2, 4, 5).reshape(n, h * k, w * k, channels).permute(0, 3, 1, 2);
    }

    /// <summary>Patches that overlap are added up. The weight is (in, out, k, k).</summary>
    public static Tensor Fold(ConvTranspose2d conv, Tensor x, Tensor weight, Tensor? bias)
    {
        var (n, h, w) = (x.shape[0], x.shape[2], x.shape[3]);
        Tensor patches = Rows(x).matmul(weight.reshape(conv.InChannels, -1)); // (N·H·W, Cout·k·k)
        Tensor columns = patches.view(n, h * w, -1).transpose(1, 2); // (N, Cout·k·k, H·W)
        var (size, kernel, padding, stride) = (
            (Size(conv, h), Size(conv, w)), (conv.Kernel, conv.Kernel), (conv.Padding, conv.Padding), (conv.Stride, conv.Stride));
        Tensor sum = F.fold(columns, size, kernel, null, padding, stride);
        sum = bias is null ? sum : sum.add(bias.view(-1, 1, 1), alpha: Scalars.Of(1));
        return sum.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
    }

    private static long Size(ConvTranspose2d conv, long size) =>
        conv.Stride * (size - 1) + conv.Kernel - 2 * conv.Padding + conv.OutputPadding;

    private static Tensor Rows(Tensor x) => x.permute(0, 2, 3, 1).reshape(-1, x.shape[1]);
}
