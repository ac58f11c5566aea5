using static System.Runtime.InteropServices.RuntimeInformation;
using Denoise.Network;
using Denoise.Train.Data;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>The content of run.json: what was run, on what, and how it came out.</summary>
internal sealed class RunSummary(TrainOptions options, Architecture architecture, DataSet data, Device device)
{
    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;

    /// <param name="status">running, stopped or finished.</param>
    public object Write(string status, IReadOnlyList<EpochMetrics> epochs) => new
    {
        Status = status,
        Started = _started,
        Written = DateTimeOffset.UtcNow,
        Options = options,
        Network = new { architecture.Name, Parameters = architecture.ParameterCount },
        Data = new { data.Name, TrainingImages = data.Training.Count, TestImages = data.Test.Count, data.Training.Height, data.Training.Width },
        Versions = new { Denoise = ToolVersion.Text, Dotnet = FrameworkDescription, Os = OSDescription },
        Device = device.ToString(),
        Threads = get_num_threads(),
        Best = epochs.MinBy(m => m.TestMse),
        Last = epochs.LastOrDefault(),
    };
}
