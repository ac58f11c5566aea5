namespace Denoise.Infer.Server;

/// <summary>A network that requests may name.</summary>
internal sealed record OfferedModel(string Name, Denoiser Denoiser, Training Training);

/// <summary>The networks that are offered; the first one is for requests that name none. All are loaded at the start, so that a request
/// can neither wait for one nor name any other file.</summary>
internal sealed class ModelSet(IReadOnlyList<OfferedModel> models) : IDisposable
{
    /// <summary>Shipped ones, where none is named.</summary>
    private static readonly string?[] ForPhotographs = [ModelChoice.Photo, "photo"];

    internal IReadOnlyList<OfferedModel> All => models;

    internal OfferedModel Default => models[0];

    /// <exception cref="ToolException">There is no such model, one is not fit to be run, or two have one name.</exception>
    /// <exception cref="OperationCanceledException">The user does not wait for it.</exception>
    internal static ModelSet Load(ServeRequest request, CancellationToken stop)
    {
        IEnumerable<string?> named = request.Models.Length > 0 ? request.Models : ForPhotographs.Prepend(null);
        string[] paths = [.. named.Select(ModelChoice.Find).Distinct()];
        string[] names = [.. paths.Select(path => Path.GetFileNameWithoutExtension(path))];
        if (names.Distinct().Count() < names.Length)
            throw ToolException.Usage($"--model {string.Join(' ', request.Models)}: two models have one name.");
        foreach (string path in paths)
            request.Trial.Run(path, stop);
        var options = new DenoiserOptions { Device = request.Device, Workers = request.Jobs };
        return new([.. paths.Zip(names, (path, name) => Offered(name, path, ModelChoice.Load(path, options)))]);
    }

    private static OfferedModel Offered(string name, string path, Denoiser denoiser) =>
        new(name, denoiser, new(path, denoiser));

    /// <exception cref="Refusal">It is not offered.</exception>
    internal OfferedModel Find(string? name) => name is null
        ? Default
        : models.FirstOrDefault(model => model.Name == name)
            ?? throw Refusal.Senseless($"There is no model {name} here: expected {string.Join(" or ", models.Select(one => one.Name))}.");

    public void Dispose()
    {
        foreach (OfferedModel model in models)
            model.Denoiser.Dispose();
    }

    public override string ToString() => string.Join(", ", models.Select(model => model.Name));
}
