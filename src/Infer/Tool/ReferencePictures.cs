using Denoise.CommandLine;
using Denoise.Imaging;

namespace Denoise.Infer.Tool;

/// <summary>The clean pictures that belong to a work list, by name.</summary>
internal sealed class ReferencePictures
{
    private readonly WorkList _work;
    private readonly string _folder;

    private ReferencePictures(WorkList work, string folder) => (_work, _folder) = (work, folder);

    /// <exception cref="ToolException">The folder is missing, or holds no picture of the same name as one of the input.</exception>
    internal static ReferencePictures For(WorkList work, string folder)
    {
        if (!Directory.Exists(folder))
            throw new ToolException($"There is no folder {folder} of reference pictures.");
        var references = new ReferencePictures(work, folder);
        if (!Enumerable.Range(0, work.Count).Any(i => File.Exists(references.PathOf(i))))
            throw new ToolException($"No picture in {folder} has the name of an input, such as {work.NameOf(0)}.");
        return references;
    }

    /// <summary>Null where there is none of that name.</summary>
    /// <exception cref="InvalidDataException">It cannot be read, or is of another size than the picture.</exception>
    internal Picture? For(int item, Picture picture)
    {
        string path = PathOf(item);
        if (!File.Exists(path))
            return null;
        Picture reference = PictureFile.Read(path);
        if ((reference.Width, reference.Height, reference.Channels) != (picture.Width, picture.Height, picture.Channels))
            throw new InvalidDataException($"{path} has {reference.Width}x{reference.Height} pixels of {reference.Channels} channels, "
                + $"and {_work.InputOf(item)} {picture.Width}x{picture.Height} of {picture.Channels}.");
        return reference;
    }

    private string PathOf(int item) => Path.Combine(_folder, _work.NameOf(item));
}
