using Denoise.Infer;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers denoisers.</summary>
public static class DenoiserServiceCollectionExtensions
{
    /// <summary>Registers one <see cref="Denoiser"/> for the whole application. It is loaded when it is first asked for, and disposed
    /// of with the container.</summary>
    /// <param name="services">Where to register it.</param>
    /// <param name="modelPath">The ONNX file.</param>
    /// <param name="options">How it is to run.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddDenoiser(this IServiceCollection services, string modelPath, DenoiserOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(modelPath);
        return services.AddSingleton(_ => Denoiser.Load(modelPath, options));
    }
}
