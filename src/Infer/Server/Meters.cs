using Prometheus;
using Registered = Prometheus.Metrics;

namespace Denoise.Infer.Server;

/// <summary>What <c>/metrics</c> tells besides the requests themselves and the process.</summary>
internal static class Meters
{
    internal static readonly Counter Pixels = Registered.CreateCounter("denoise_pixels_total", "Pixels that were denoised.");

    private static readonly Gauge Working = Registered.CreateGauge("denoise_working", "Pictures that are worked on.");
    private static readonly Gauge Waiting = Registered.CreateGauge("denoise_waiting", "Requests that wait for others to end.");

    internal static void Watch(Gate gate)
    {
        Registered.SuppressDefaultMetrics(new() { SuppressProcessMetrics = false });
        Registered.DefaultRegistry.AddBeforeCollectCallback(() =>
        {
            int working = gate.Working;
            Working.Set(working);
            Waiting.Set(Math.Max(0, gate.Requests - working));
        });
    }
}
