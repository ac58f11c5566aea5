// ConsoleSample MODEL.onnx NOISY.png DENOISED.png
using Denoise.Imaging;
using Denoise.Infer;

using Denoiser denoiser = Denoiser.Load(args[0]);
Picture noisy = PictureFile.Read(args[1]);
byte[] denoised = new byte[noisy.Pixels.Length];
denoiser.Denoise<byte>(noisy.Pixels, denoised, new(noisy.Height, noisy.Width) { Channels = noisy.Channels, Interleaved = true });
PictureFile.Write(args[2], new(noisy.Width, noisy.Height, noisy.Channels, denoised));
Console.WriteLine($"{args[2]}: {noisy.Width}x{noisy.Height}, denoised on {denoiser.Provider}");
