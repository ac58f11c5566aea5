namespace Denoise.Infer.Tool;

/// <summary>Pictures whose files say that they were denoised before: each run takes some detail with the noise.</summary>
internal static class EarlierRuns
{
    /// <summary>One sentence where there is such a picture among those that are done, else null.</summary>
    internal static string? Warning(IEnumerable<PictureJob> pictures)
    {
        List<PictureJob> done = [.. pictures.Where(picture => picture.Outcome is Success { DenoisedBefore: not null })];
        if (done is not [var first, ..])
            return null;
        string title = first.Input.Title, how = ((Success)first.Outcome!).DenoisedBefore!;
        return (done.Count == 1 ? $"{title} was denoised before" : $"{done.Count} pictures were denoised before, such as {title}")
            + $" (by {how}): each time takes some detail.";
    }
}
