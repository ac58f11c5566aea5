// WebSample --model MODEL.onnx --urls http://localhost:5000
using Denoise.Pictures;
using Denoise.Infer;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddDenoiser(builder.Configuration["model"] ?? "model.onnx");
var app = builder.Build();

// The request's body is a picture; the answer is the same, denoised, as PNG.
app.MapPost("/denoise", async (HttpRequest request, Denoiser denoiser, CancellationToken cancellation) =>
{
    using var body = new MemoryStream();
    await request.Body.CopyToAsync(body, cancellation);
    Picture noisy;
    try
    {
        noisy = PictureFile.Decode(body.ToArray());
    }
    catch (InvalidDataException e)
    {
        return Results.BadRequest(e.Message);
    }
    byte[] denoised = new byte[noisy.Pixels.Length];
    var layout = new ImageLayout(noisy.Height, noisy.Width) { Channels = noisy.Channels, Interleaved = true };
    await denoiser.DenoiseAsync<byte>(noisy.Pixels, denoised, layout, cancellation);
    return Results.Bytes(PictureFile.EncodePng(new(noisy.Width, noisy.Height, noisy.Channels, denoised)), "image/png");
});
app.Run();
