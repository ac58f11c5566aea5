namespace Denoise.Tests.Pictures;

public class ContactSheetTests
{
    [Fact]
    public void PicturesStandInRowsEnlargedWithGaps()
    {
        Picture sheet = ContactSheet.Compose([[new(2, 1, 1, [1, 2]), new(1, 1, 1, [3])], [new(1, 1, 1, [4])]], scale: 2, gap: 1);
        Assert.Equal((11, 7, 1), (sheet.Width, sheet.Height, sheet.Channels));
        Assert.Equal(
        [
            "ww ww ww ww ww ww ww ww ww ww ww",
            "ww 01 01 02 02 ww 03 03 ww ww ww",
            "ww 01 01 02 02 ww 03 03 ww ww ww",
            "ww ww ww ww ww ww ww ww ww ww ww",
            "ww 04 04 ww ww ww ww ww ww ww ww",
            "ww 04 04 ww ww ww ww ww ww ww ww",
            "ww ww ww ww ww ww ww ww ww ww ww",
        ], sheet.Pixels.Chunk(11).Select(row => string.Join(' ', row.Select(p => p == 255 ? "ww" : $"{p:D2}"))));
    }

    [Fact]
    public void OneColourPictureMakesTheSheetRgb()
    {
        Picture sheet = ContactSheet.Compose([[new(1, 1, 1, [7]), new(1, 1, 3, [1, 2, 3])]], scale: 1, gap: 0);
        Assert.Equal([7, 7, 7, 1, 2, 3], sheet.Pixels);
    }

    [Fact]
    public void NothingCannotBeShown() => Assert.Throws<ArgumentException>(() => ContactSheet.Compose([[], []]));
}
