namespace Denoise.Train;

/// <summary>The order in which an epoch takes the training images.</summary>
/// <param name="images">How many there are.</param>
/// <param name="epoch">From 1.</param>
internal sealed class EpochOrder(TrainOptions options, int images, int epoch)
{
    private readonly int[] _order = options.Shuffle
        ? new RandomStream(Seeds.Of(options.Seed, Seeds.Purpose.Order, epoch)).Permutation(images)
        : [.. Enumerable.Range(0, images)];

    public int Count => _order.Length;

    /// <summary>The batch that begins at a place of the order; the epoch's last one may be smaller.</summary>
    public Use[] Batch(int first)
    {
        int size = Math.Min(options.BatchSize, _order.Length - first);
        long used = (epoch - 1L) * _order.Length;
        return [.. Enumerable.Range(first, size).Select(i => new Use(_order[i], used + i))];
    }
}
