// AotSample < NOISY.ppm > DENOISED.ppm
using Denoise.Infer;
using Denoise.Models;

using var denoiser = Denoiser.Load(PhotoModel.Bytes);
using Stream input = Console.OpenStandardInput(), output = Console.OpenStandardOutput();
// The plainest of formats: P6, width and height, 255, each on a line, and then the pixels.
string[] header = [Line(input), Line(input), Line(input)];
if (header is not ["P6", var size, "255"] || size.Split(' ') is not [var width, var height])
    throw new InvalidDataException("Expected a PPM picture: P6, width and height, 255.");
var layout = new ImageLayout(int.Parse(height), int.Parse(width)) { Channels = 3, Interleaved = true };
byte[] noisy = new byte[layout.Length], denoised = new byte[layout.Length];
input.ReadExactly(noisy);
denoiser.Denoise<byte>(noisy, denoised, layout);
output.Write(Encoding.ASCII.GetBytes($"P6\n{size}\n255\n"));
output.Write(denoised);

static string Line(Stream stream)
{
    var line = new StringBuilder();
    for (int letter = stream.ReadByte(); letter is not ('\n' or -1); letter = stream.ReadByte())
        line.Append((char)letter);
    return line.ToString();
}
