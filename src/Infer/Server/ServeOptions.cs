using System.CommandLine;
using static Denoise.CommandLine.Setting<Denoise.Infer.Server.ServeRequest>;

namespace Denoise.Infer.Server;

/// <summary>The command-line options, each with the value of <see cref="ServeRequest"/> that it sets.</summary>
internal static class ServeOptions
{
    private static readonly ServeRequest Usual = new();

    private static readonly IReadOnlyList<Setting<ServeRequest>> All =
    [
        Number("--port", 0, 65_535, $"where it listens; 0 takes a free port; by default {Usual.Port}", (r, v) => r with { Port = v }),
        Of<string>("--address", $"the IP address where it listens, 0.0.0.0 for all; by default {Usual.Address}",
            (r, v) => r with { Address = v }),
        Of<string[]>("--model", "files, or networks that come with the program; the first one is used where a request names none; "
            + "by default model.onnx here, photo-colour and photo", (r, v) => r with { Models = v }),
        .. ModelTrial.Settings<ServeRequest>(r => r.Trial, (r, trial) => r with { Trial = trial }),
        Of<string>("--device", "auto, cpu, cuda, cuda:N, cuda:N,N or the same with tensorrt; by default auto",
            (r, v) => r with { Device = v }),
        Number("--jobs", 1, 1024, "pictures worked on at once; by default one for each processor", (r, v) => r with { Jobs = v }),
        Number("--max-requests", 1, 100_000, "requests at once, worked on or waiting; others are told to come back; "
            + $"by default {Usual.MaxRequests}", (r, v) => r with { MaxRequests = v }),
        Number("--max-bytes", 1, 1L << 30, $"refuse files with more bytes; by default {Usual.MaxBytes >> 20} MiB",
            (r, v) => r with { MaxBytes = v }),
        Number("--max-pixels", 1, PixelLimit.Most, $"refuse pictures with more pixels; by default {Usual.MaxPixels / 1_000_000} million",
            (r, v) => r with { MaxPixels = v }),
    ];

    internal static RootCommand Command()
    {
        var command = new RootCommand(
            "A web page and an API that denoise pictures, on this computer alone unless --address says otherwise. "
            + $"By default the page is http://{Usual.Address}:{Usual.Port}.");
        foreach (Setting<ServeRequest> setting in All)
            command.Add(setting.Option);
        return command.WithExamples(
            "serve --port 8080 --model own.onnx",
            "serve --address 0.0.0.0 --max-requests 20",
            "curl --data-binary @noisy.jpg http://127.0.0.1:5080/v1/denoise > denoised.jpg");
    }

    internal static ServeRequest Read(ParseResult parsed) =>
        All.Aggregate(Usual, (request, setting) => setting.Apply(parsed, request));
}
