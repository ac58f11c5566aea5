using Denoise.CommandLine;
using Denoise.Imaging;
using Denoise.Infer.Tool;
using Xunit;

namespace Denoise.Tests.Infer;

/// <summary>What <c>--input</c> may name: pictures, folders and patterns, one or several.</summary>
public sealed class InputTests : InferToolTest
{
    private static readonly string[] Names =
        ["a.png", "b.png", "c.JPG", "ab.png", "a[1].png", "2024/a.png", "2024/05/a.png", "2024/05/b.pgm", "2025/b.png", ".hidden/a.png", "2024/.a.png", "2024/notes.txt"];

    /// <summary>The names in noisy that a pattern gives. They need no content to be listed.</summary>
    private string[] Matching(string pattern)
    {
        foreach (string name in Names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Folder[$"noisy/{name}"])!);
            File.WriteAllText(Folder[$"noisy/{name}"], "");
        }
        return [.. new InputSet([Folder[$"noisy/{pattern}"]]).Files().Select(file => Path.GetRelativePath(Folder["noisy"], file.Path)).Order(StringComparer.Ordinal)];
    }

    [Theory]
    [InlineData("*.png", "a.png,a[1].png,ab.png,b.png")]
    [InlineData("?.png", "a.png,b.png")]
    [InlineData("?.*", "a.png,b.png,c.JPG")]
    [InlineData("[ab].png", "a.png,b.png")]
    [InlineData("[b-c].*", "b.png,c.JPG")]
    [InlineData("[!a].*", "b.png,c.JPG")]
    [InlineData("a[[]1[]].png", "a[1].png")]
    [InlineData("a[1].png", "a[1].png")] // a name that is there is no pattern
    [InlineData("*/a.png", "2024/a.png")]
    [InlineData("2024/*/?.p?[gm]", "2024/05/a.png,2024/05/b.pgm")]
    [InlineData("202[45]/*.png", "2024/a.png,2025/b.png")]
    [InlineData("**/a.png", "2024/05/a.png,2024/a.png,a.png")]
    [InlineData("**/05/*", "2024/05/a.png,2024/05/b.pgm")]
    [InlineData("2024/**", "2024/05/a.png,2024/05/b.pgm,2024/a.png")]
    [InlineData("2024/**/**/b.*", "2024/05/b.pgm")]
    [InlineData("*4/**", "2024/05/a.png,2024/05/b.pgm,2024/a.png")]
    [InlineData("*/**/a.*", "2024/05/a.png,2024/a.png")]
    [InlineData("*.txt", "")]
    [InlineData(".hidden/*", ".hidden/a.png")]
    [InlineData(".h*/*", "")]
    public void APatternMatchesAsInAShell(string pattern, string names) =>
        Assert.Equal(names.Split(',', StringSplitOptions.RemoveEmptyEntries), Matching(pattern));

    [Fact]
    public void ThePartBeforeTheFirstWildcardIsNotRepeated()
    {
        Put("noisy/2024/05/a.png");
        Put("noisy/2024/b.png");
        Assert.Equal(["noisy/2024/05/a.png -> clean/05/a.png", "noisy/2024/b.png -> clean/b.png"], Planned("--input", "noisy/2024/**/*.png", "--output", "clean"));
        Assert.Equal(["noisy/2024/b.png -> clean/2024/b.png"], Planned("--input", "noisy/*/b.png", "--output", "clean"));
        Assert.Equal(["noisy/2024/b.png -> clean/noisy/2024/b.png"], Planned("--input", "*/*/*.png", "--output", "clean"));

        // A folder that a pattern does not lead through may be the output, even within the input's.
        Assert.Equal(ExitCode.Done, Infer("--input", "noisy/2024/*.png", "--output", "noisy/2024/clean").ExitCode);
        Assert.True(PictureFile.IsPicture(Folder["noisy/2024/clean/b.png"]) && File.Exists(Folder["noisy/2024/clean/b.png"]));
    }

    [Fact]
    public void SeveralInputsGoIntoOneFolder()
    {
        Put("a.png");
        Put("noisy/b.png");
        Put("noisy/d/c.png", seed: 2);
        Assert.Equal(["a.png -> clean/a.png", "noisy/b.png -> clean/b.png", "noisy/d/c.png -> clean/d/c.png"],
            Planned("--input", "a.png", "noisy", "--output", "clean"));
        Assert.Equal(["noisy/b.png -> clean/b.png", "noisy/d/c.png -> clean/c.png"], Planned("--input", "noisy/b.png", "--input", "noisy/d/*.png", "--output", "clean"));
        // What two of them name is done once.
        Assert.Equal(["noisy/b.png -> clean/b.png"], Planned("--input", "noisy/*.png", "noisy/b*", "noisy/b.png", "--output", "clean"));
        Assert.Equal(["a.png -> clean/a.png"], Planned("--input", "a.png", "--output", "clean/"));
        Assert.Equal(ExitCode.Done, Infer("--input", "a.png", "noisy", "--output", "clean").ExitCode);
        Assert.Equal(28, PictureFile.Read(Folder["clean/d/c.png"]).Width);
    }

    [Fact]
    public void WhatWouldBeWrittenTwiceOrHarmAnInputIsRefused()
    {
        Put("a.png");
        Put("noisy/a.png");
        Put("noisy/b.png");
        Fails(ExitCode.Usage, "a.png and noisy/a.png would both be written to clean/a.png: denoise them one after the other, into two folders.",
            "--input", "a.png", "noisy", "--output", "clean");
        Fails(ExitCode.Usage, "The output of a.png would replace noisy/a.png, an input itself: choose another --output.",
            "--input", "noisy/a.png", "noisy/b.png", "--output", "noisy");
        Fails(ExitCode.Usage, "The output of a.png would itself match noisy/*.png: choose another --output.", "--input", "noisy/*.png", "--output", "noisy");
        Fails(ExitCode.Usage, "The output of a.png would itself match **/*.png: choose another --output.", "--input", "**/*.png", "--output", "clean");
        Fails(ExitCode.Usage, "--output noisy/clean is inside the input folder: choose a folder outside noisy.", "--input", "a.png", "noisy/", "--output", "noisy/clean");
        Fails(ExitCode.Usage, "--output clean is inside the input folder: choose a folder outside /.", "--input", "/", "--output", "clean");
        Fails(ExitCode.Usage, "--output a.png is a file, where a folder is needed for what --input names.", "--input", "noisy/*.png", "--output", "a.png");
        Fails(ExitCode.Usage, "--output clean/model.onnx: the names of pictures end in .png, .jpg, .jpeg, .tif, .tiff, .webp, .avif, .bmp, .pgm, .ppm, .pnm or .pfm, that of a new folder in /.",
            "--input", "a.png", "model.onnx", "--output", "clean");
    }

    [Fact]
    public void APatternWithoutPicturesIsSaid()
    {
        Put("noisy/a.png");
        Fails(ExitCode.Failed, "There is no picture in noisy/b*: the names of pictures end in .png, .jpg, .jpeg, .tif, .tiff, .webp, .avif, .bmp, .pgm, .ppm, .pnm or .pfm.", "--input", "noisy/b*", "--output", "clean");
        Fails(ExitCode.Failed, "There is no file or folder none/*.png.", "--input", "none/*.png", "--output", "clean");
        Fails(ExitCode.Failed, "There is no file or folder b.png.", "--input", "noisy/a.png", "b.png", "--output", "clean");
        Fails(ExitCode.Usage, "--input [z-a].png: expected letters between [ and ], such as [abc] or [a-c].", "--input", "noisy/[z-a].png", "--output", "clean");
    }
}
