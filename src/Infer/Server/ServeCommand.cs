using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;

namespace Denoise.Infer.Server;

/// <summary>The tool from its options to its exit status.</summary>
internal static class ServeCommand
{
    /// <summary>A client that sends fewer bytes a second holds a place that others wait for.</summary>
    private const double LeastRate = 4096;

    internal static int Run(ServeRequest request, CancellationToken stop)
    {
        if (!IPAddress.TryParse(request.Address, out IPAddress? address))
            throw ToolException.Usage($"--address {request.Address}: expected an IP address such as 127.0.0.1 or 0.0.0.0.");
        using var models = ModelSet.Load(request, stop);
        using WebApplication app = Build(request, address);
        Routes.Map(app, request, models, stop);
        app.Start();
        Console.Error.WriteLine($"{models} on {models.Default.Denoiser.Provider}: open {app.Urls.First()}; Ctrl-C ends it");
        stop.WaitHandle.WaitOne();
        Console.Error.WriteLine("Finishing the pictures that are begun; Ctrl-C again ends at once.");
        app.StopAsync().GetAwaiter().GetResult();
        return ExitCode.Done;
    }

    private static WebApplication Build(ServeRequest request, IPAddress address)
    {
        // With nothing from the environment, or from a settings file that lies in the working folder.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddRouting();
        builder.Services.AddSingleton<IHostLifetime, SignalsAreTheTools>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.Services.AddOpenApi();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);
        builder.Services.AddHostFiltering(options => options.AllowedHosts = ["localhost", "127.0.0.1", "[::1]"]);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(address, request.Port);
            // The route counts. Kestrel would close the connection on what it has not read, and the answer might be lost.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxRequestBufferSize = 64 * 1024; // of each that waits
            kestrel.Limits.MinRequestBodyDataRate = new(LeastRate, TimeSpan.FromSeconds(10));
        });
        WebApplication app = builder.Build();
        // Another site that a browser is led to under a name of its own for this address is no user of it.
        if (IPAddress.IsLoopback(address))
            app.UseHostFiltering();
        return app;
    }

    /// <summary>In place of the host's own answer to Ctrl-C.</summary>
    private sealed class SignalsAreTheTools : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellation) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellation) => Task.CompletedTask;
    }
}
