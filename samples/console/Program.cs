// ConsoleSample MODEL.onnx NOISY.png DENOISED.png
using Denoise.Pictures;
using Denoise.Infer;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

using Denoiser denoiser = Denoiser.Load(args[0]);
// Denoise.Pictures reads files from anywhere safely; in memory the picture is ImageSharp's.
Picture noisy = PictureFile.Read(args[1]);
using Image image = noisy.Channels == 1
    ? Image.LoadPixelData<L8>(noisy.Pixels, noisy.Width, noisy.Height)
    : Image.LoadPixelData<Rgb24>(noisy.Pixels, noisy.Width, noisy.Height);
denoiser.Denoise(image);
image.SaveAsPng(args[2]);
Console.WriteLine($"{args[2]}: {image.Width}x{image.Height}, denoised on {denoiser.Provider}");
