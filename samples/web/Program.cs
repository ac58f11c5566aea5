// WebSample --model MODEL.onnx --urls http://localhost:5000
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddDenoiser(builder.Configuration["model"] ?? "model.onnx");
var app = builder.Build();

// The body is height x width grey bytes; the answer is the same, denoised.
app.MapPost("/denoise/{height:int}/{width:int}", async (int height, int width, Stream body, Denoise.Infer.Denoiser denoiser) =>
{
    byte[] pixels = new byte[height * width];
    await body.ReadExactlyAsync(pixels);
    await denoiser.DenoiseAsync<byte>(pixels, pixels, new(height, width));
    return Results.Bytes(pixels);
});
app.Run();
