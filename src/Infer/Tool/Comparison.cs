namespace Denoise.Infer.Tool;

/// <summary>Measures pictures before and after against clean ones, and keeps the first few to be looked at.</summary>
internal sealed class Comparison
{
    private const int MostColumns = 10, SmallSide = 256;

    private readonly string? _references;
    private readonly bool _isSheetWanted;
    private readonly List<PictureJob> _shown = [];

    /// <param name="references">A folder of clean pictures under the names of the input, or the clean picture of a single one; null where
    /// there is none.</param>
    /// <param name="isSheetWanted">Whether some are to be looked at.</param>
    /// <exception cref="ToolException">There is no such folder or picture.</exception>
    internal Comparison(string? references, bool isSheetWanted)
    {
        (_references, _isSheetWanted) = (references, isSheetWanted);
        if (references is not null && !Path.Exists(references))
            throw new ToolException($"There is no folder or picture {references} to compare with.");
    }

    /// <summary>To be told of all pictures before they are begun.</summary>
    internal void Add(IEnumerable<PictureJob> pictures)
    {
        if (_isSheetWanted)
            _shown.AddRange(pictures.Take(MostColumns - _shown.Count));
    }

    /// <exception cref="ToolException">There is no clean picture for any of these.</exception>
    internal void RequireReferenceFor(List<PictureJob> pictures)
    {
        if (_references is null)
            return;
        if (pictures.Count > 1 && !Directory.Exists(_references))
            throw new ToolException($"--reference {_references} is one picture, and there are {pictures.Count} inputs: name a folder.");
        if (!pictures.Exists(picture => File.Exists(ReferencePath(picture))))
            throw new ToolException($"No picture in {_references} has the name of an input, such as {pictures[0].Name}.");
    }

    /// <summary>Compares the first page of a picture that is written. A page with noise of our own is compared with what it was.</summary>
    /// <exception cref="InvalidDataException">The clean picture cannot be read, or has another size.</exception>
    internal Success Of(PictureJob picture, Success success)
    {
        Page page = picture.Pages[0];
        bool isShown = _shown.Contains(picture), isNoiseAdded = page.Shown != page.Raster;
        if (!isShown && _references is null && !isNoiseAdded)
            return success;
        Picture input = page.Raster.ToPicture(), noisy = isNoiseAdded ? page.Shown.ToPicture() : input;
        Picture denoised = page.Denoised!.ToPicture();
        Picture? clean = isNoiseAdded ? input : ReferenceFor(picture, input);
        return success with
        {
            Scores = clean is null ? null : (Score.Of(noisy, clean), Score.Of(denoised, clean)),
            Column = !isShown ? null : clean is null ? [noisy, denoised] : [noisy, denoised, clean],
        };
    }

    /// <summary>The pictures to be looked at side by side, small ones at twice their size; null where none is done.</summary>
    internal Picture? Sheet()
    {
        Picture[][] columns = [.. _shown.Select(picture => (picture.Outcome as Success)?.Column).OfType<Picture[]>()];
        if (columns.Length == 0)
            return null;
        var rows = Enumerable.Range(0, columns.Max(c => c.Length))
            .Select(row => columns.Where(c => c.Length > row).Select(c => c[row]).ToArray());
        bool small = columns.All(c => c[0].Width <= SmallSide && c[0].Height <= SmallSide);
        return ContactSheet.Compose([.. rows], scale: small ? 2 : 1);
    }

    /// <summary>The place of the clean picture, whether or not there is one.</summary>
    /// <param name="references">A folder, or that picture itself.</param>
    internal static string PathFor(PictureJob picture, string references) =>
        Directory.Exists(references) ? Path.Combine(references, picture.Name) : references;

    private string ReferencePath(PictureJob picture) => PathFor(picture, _references!);

    /// <summary>Null where there is none of that name.</summary>
    private Picture? ReferenceFor(PictureJob picture, Picture input)
    {
        if (_references is null || !File.Exists(ReferencePath(picture)))
            return null;
        Raster read = PictureFile.DecodeDocument(FileKind.ReadOrdinary(ReferencePath(picture)), ReferencePath(picture)).Pages[0];
        Picture reference = picture.White.Stretch(read).ToPicture();
        if ((reference.Width, reference.Height, reference.Channels) != (input.Width, input.Height, input.Channels))
            throw new InvalidDataException(
                $"{ReferencePath(picture)} has {reference.Width}x{reference.Height} pixels of {reference.Channels} channels, "
                + $"and {picture.Input.Path} {input.Width}x{input.Height} of {input.Channels}.");
        return reference;
    }
}
