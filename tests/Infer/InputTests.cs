using Denoise.Infer.Tool;

namespace Denoise.Tests.Infer;

/// <summary>The values of <c>--input</c>: pictures, folders and patterns, one or several.</summary>
public sealed class InputTests : InferToolTest
{
    private static readonly string[] Names =
    [
        "a.png", "b.png", "c.JPG", "ab.png", "a[1].png", "2024/a.png", "2024/05/a.png", "2024/05/b.pgm", "2025/b.png",
        ".hidden/a.png", "2024/.a.png", "2024/notes.txt",
    ];

    /// <summary>The names in noisy that a pattern gives. They need no content to be listed.</summary>
    private string[] Matching(string pattern)
    {
        foreach (string name in Names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Folder[$"noisy/{name}"])!);
            File.WriteAllText(Folder[$"noisy/{name}"], "");
        }
        return [.. new InputSet([Folder[$"noisy/{pattern}"]]).Files()
            .Select(file => Path.GetRelativePath(Folder["noisy"], file.Path)).Order(StringComparer.Ordinal)];
    }

    [Theory]
    [InlineData("*.png", "a.png,a[1].png,ab.png,b.png")]
    [InlineData("?.png", "a.png,b.png")]
    [InlineData("?.*", "a.png,b.png,c.JPG")]
    [InlineData("a[1].*", "a[1].png")]
    [InlineData("a[1].png", "a[1].png")]
    [InlineData("*/a.png", "2024/a.png")]
    [InlineData("2024/*/?.p??", "2024/05/a.png,2024/05/b.pgm")]
    [InlineData("202?/*.png", "2024/a.png,2025/b.png")]
    [InlineData("202?/**/*.p?m", "2024/05/b.pgm")]
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

    private string[] Clean(params string[] inputs) => Planned(["--input", .. inputs, "--output", "clean"]);

    [Fact]
    public void ThePartBeforeTheFirstWildcardIsNotRepeated()
    {
        Put("noisy/2024/05/a.png");
        Put("noisy/2024/b.png");
        Assert.Equal(["noisy/2024/05/a.png -> clean/05/a.png", "noisy/2024/b.png -> clean/b.png"], Clean("noisy/2024/**/*.png"));
        Assert.Equal(["noisy/2024/b.png -> clean/2024/b.png"], Clean("noisy/*/b.png"));
        Assert.Equal(["noisy/2024/b.png -> clean/noisy/2024/b.png"], Clean("*/*/*.png"));

        // A folder that a pattern does not lead through may be the output, even within the input's.
        Done("--input", "noisy/2024/*.png", "--output", "noisy/2024/clean");
        Assert.Equal(["b.png"], PicturesIn("noisy/2024/clean"));
    }

    [Fact]
    public void SeveralInputsGoIntoOneFolder()
    {
        Put("a.png");
        Put("noisy/b.png");
        Put("noisy/d/c.png", seed: 2);
        Assert.Equal(["a.png -> clean/a.png", "noisy/b.png -> clean/b.png", "noisy/d/c.png -> clean/d/c.png"], Clean("a.png", "noisy"));
        Assert.Equal(["noisy/b.png -> clean/b.png", "noisy/d/c.png -> clean/c.png"], Clean("noisy/b.png", "--input", "noisy/d/*.png"));
        // A picture that two of them name is done once.
        Assert.Equal(["noisy/b.png -> clean/b.png"], Clean("noisy/*.png", "noisy/b*", "noisy/b.png"));
        Assert.Equal(["a.png -> clean/a.png"], Planned("--input", "a.png", "--output", "clean/"));
        Done("--input", "a.png", "noisy", "--output", "clean");
        Assert.Equal(28, Read("clean/d/c.png").Width);
    }

    [Theory]
    [InlineData("a.png noisy", "clean",
        "a.png and noisy/a.png would both be written to clean/a.png: denoise them one after the other, into two folders.")]
    [InlineData("noisy/a.png noisy/b.png", "noisy",
        "The output of a.png would replace noisy/a.png, an input itself: choose another --output.")]
    [InlineData("noisy/*.png", "noisy", "The output of a.png would itself match noisy/*.png: choose another --output.")]
    [InlineData("**/*.png", "clean", "The output of a.png would itself match **/*.png: choose another --output.")]
    [InlineData("a.png noisy/", "noisy/clean", "--output noisy/clean is inside the input folder: choose a folder outside noisy.")]
    [InlineData("/", "clean", "--output clean is inside the input folder: choose a folder outside /.")]
    [InlineData("noisy/*.png", "a.png", "--output a.png is a file, and this --input needs a folder.")]
    [InlineData("a.png model.onnx", "clean",
        $"--output clean/model.onnx: the names of pictures end in {PictureFile.Extensions}. To name a new folder, end it with /.")]
    public void WhatWouldBeWrittenTwiceOrHarmAnInputIsRefused(string inputs, string output, string sentence)
    {
        Put("a.png");
        Put("noisy/a.png");
        Put("noisy/b.png");
        Fails(ExitCode.Usage, sentence, ["--input", .. inputs.Split(' '), "--output", output]);
    }

    [Theory]
    [InlineData("noisy/b*", $"There is no picture in noisy/b*: the names of pictures end in {PictureFile.Extensions}.")]
    [InlineData("none/*.png", "There is no file or folder none/*.png.")]
    [InlineData("noisy/a.png b.png", "There is no file or folder b.png.")]
    [InlineData("noisy/[a].png", "There is no file or folder noisy/[a].png.")]
    public void APatternWithoutPicturesIsSaid(string inputs, string sentence)
    {
        Put("noisy/a.png");
        Fails(ExitCode.Failed, sentence, ["--input", .. inputs.Split(' '), "--output", "clean"]);
    }

    [Fact]
    public void ShardsTogetherAreTheFolderAndNeverMeet()
    {
        string[] names = [.. Enumerable.Range(0, 40).Select(i => $"{(i % 3 == 0 ? "sub/" : "")}{i}.png")];
        foreach (string name in names)
            Put($"noisy/{name}", 4, 4);
        string[][] parts = [.. Enumerable.Range(0, 3).Select(i => Planned([.. Folders, "--shard", $"{i}/3"]))];
        Assert.All(parts, part => Assert.InRange(part.Length, 5, 25));
        Assert.Equal(Planned(Folders).Order(), parts.SelectMany(part => part).Order());
        Assert.False(Directory.Exists(Folder["clean"]));

        // The same picture is in the same part when others are gone.
        File.Delete(Folder["noisy/1.png"]);
        Assert.Equal(parts[2].Where(line => !line.StartsWith("noisy/1.png ", StringComparison.Ordinal)),
            Planned([.. Folders, "--shard", "2/3"]));
    }

    [Fact]
    public void APartWithoutPicturesIsDoneAtOnce()
    {
        Put("noisy/a.png", 4, 4);
        Assert.Contains(Enumerable.Range(0, 8), i => Done([.. Folders, "--shard", $"{i}/8"]).Output.Length == 0);
    }
}
