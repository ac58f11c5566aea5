using System.Reflection;
using Microsoft.AspNetCore.StaticFiles;
using Prometheus;

namespace Denoise.Infer.Server;

/// <summary>The addresses of the server, and what is behind each.</summary>
internal static class Routes
{
    /// <summary>The page takes nothing from elsewhere, and shows pictures that it has made itself.</summary>
    private const string PagePolicy = "default-src 'self'; img-src 'self' blob: data:; frame-ancestors 'none'";

    /// <summary>As other servers call a client that did not wait for its answer.</summary>
    private const int ClientHasGone = 499;

    internal static void Map(WebApplication app, ServeRequest request, ModelSet models, CancellationToken stopping)
    {
        var gate = new Gate(request.Jobs, request.MaxRequests, stopping);
        Meters.Watch(gate);
        app.UseRouting();
        app.UseHttpMetrics(options => options.InProgress.Enabled = false);
        app.Use(AnswerInOneSentence);
        app.MapPost("/v1/denoise", (Delegate)new DenoiseRoute(request, models, gate).Handle)
            .WithSummary("A picture in, the same denoised out").WithName("denoise").AddOpenApiOperationTransformer(Description.Complete);
        app.MapGet("/v1/models", () => Describe(models, request)).WithSummary("The networks, and the server's limits").WithName("models");
        app.MapGet("/healthz", () => stopping.IsCancellationRequested ? throw Gate.Stopping() : "ok")
            .WithSummary("Whether the server takes requests").WithName("healthz");
        app.MapOpenApi("/v1/openapi.json");
        app.MapMetrics();
        MapPage(app);
        app.MapFallback(asked => throw new Refusal(404, $"There is nothing at {asked.Request.Path}.")).ExcludeFromDescription();
    }

    private static async Task AnswerInOneSentence(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            http.Response.StatusCode = ClientHasGone; // for the metrics
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            await (Refusal.Of(e) ?? Unexpected(e)).Answer(http.Response);
        }
    }

    private static Refusal Unexpected(Exception e)
    {
        Console.Error.WriteLine($"Unexpected {e.GetType().Name}: {e.Message}\n{e.StackTrace}");
        return new(StatusCodes.Status500InternalServerError, "The server has made a mistake, which its messages describe.");
    }

    private static object Describe(ModelSet models, ServeRequest request) => new
    {
        Models = models.All.Select(model => new
        {
            model.Name, model.Denoiser.Channels, model.Denoiser.TakesSigma, model.Denoiser.Provider, model.Denoiser.Metadata,
        }),
        request.MaxBytes,
        request.MaxPixels,
    };

    private static void MapPage(WebApplication app)
    {
        var types = new FileExtensionContentTypeProvider();
        foreach (string name in Assembly.GetExecutingAssembly().GetManifestResourceNames())
        {
            using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
            byte[] file = new byte[stream.Length];
            stream.ReadExactly(file);
            string type = types.Mappings[Path.GetExtension(name)];
            app.MapGet(name == "index.html" ? "/" : $"/{name}", (HttpResponse response) =>
            {
                response.Headers.ContentSecurityPolicy = PagePolicy;
                response.Headers.XContentTypeOptions = "nosniff";
                response.Headers.CacheControl = "no-cache";
                return Results.Bytes(file, type);
            }).ExcludeFromDescription();
        }
    }
}
