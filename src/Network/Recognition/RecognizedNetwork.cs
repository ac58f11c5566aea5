using Tensors = System.Collections.Generic.IReadOnlyDictionary<string, Denoise.Network.Checkpoints.StoredTensor>;

namespace Denoise.Network.Recognition;

/// <summary>The network that tensors belong to, found from their names and shapes alone.</summary>
/// <param name="Words">Such as: DnCNN, 17 convolutions of 64 channels with batch normalisation.</param>
/// <param name="Network">Its architecture.</param>
/// <param name="Tensors">The file's tensors by the names of the network's parameters.</param>
/// <param name="Differences">One line for each tensor that does not fit; none where the network is found.</param>
public sealed record RecognizedNetwork(string Words, Architecture Network, Tensors Tensors, IReadOnlyList<string> Differences)
{
    private const int MostShown = 5;

    /// <summary>In this order: an IRCNN looks like a DnCNN too.</summary>
    private static readonly Func<Tensors, Guess?>[] Families =
    [
        IrCnn.Of, DnCnn.Of, FdnCnn.Of, FfdNet.Of, DruNet.Of, NafNet.Of,
        .. Catalogue.Names.Select(name => (Func<Tensors, Guess?>)(tensors =>
            new($"{name} of our catalogue", Catalogue.Get(name), tensors))),
    ];

    /// <summary>Whether every tensor fits and none is missing.</summary>
    public bool IsExact => Differences.Count == 0;

    /// <summary>The network that fits, else the nearest one; null where none has a tensor in common.</summary>
    public static RecognizedNetwork? Of(Tensors tensors)
    {
        Tensors counted = WithoutCounters(tensors);
        Guess? best = ForeignNames.Candidates(counted).SelectMany(candidate => Families.Select(family => Try(family, candidate)))
            .OfType<Guess>().MaxBy(guess => guess.Likeness);
        return best is { Fitting: > 0 }
            ? new(best.Words, best.Network, best.Tensors, [.. Misfits.Of([.. best.Network.Parameters], best.Tensors)])
            : null;
    }

    /// <summary>The nearest network with the first few differences, for the end of a message.</summary>
    public static string Nearest(Tensors tensors) => Of(tensors) is not { } found
        ? "No network here has tensors of such names and shapes."
        : $"The nearest is {found.Words}, with {found.Differences.Count} difference{(found.Differences.Count == 1 ? "" : "s")}:\n  "
            + string.Join("\n  ", found.Differences.Take(MostShown)) + (found.Differences.Count > MostShown ? "\n  …" : "");

    private static Guess? Try(Func<Tensors, Guess?> family, Tensors tensors)
    {
        try
        {
            return family(tensors);
        }
        catch (ArchitectureException) // Sizes that make no network.
        {
            return null;
        }
    }

    private static OrderedDictionary<string, StoredTensor> WithoutCounters(Tensors tensors) =>
        new(tensors.Where(t => !ForeignNames.IsCounter(t.Key)));
}
