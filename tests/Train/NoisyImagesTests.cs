namespace Denoise.Tests.Train;

public class NoisyImagesTests
{
    /// <summary>One colour image, each pixel another colour than its neighbours.</summary>
    private sealed class Colours(int side) : IImages
    {
        public int Count => 1;

        public int Channels => 3;

        public int Height => side;

        public int Width => side;

        public void Read(int index, long draw, Span<float> image)
        {
            for (int i = 0; i < image.Length; i++)
                image[i] = 0.2f + 0.6f * (i * 31 % 97) / 97;
        }

        public string Fingerprint() => "";
    }

    private static NoisyImages Enlarged(string noise, double share) =>
        new(new Colours(32), Noise.Parse(noise), 1, Seeds.Purpose.TrainingNoise) { EnlargedShare = share };

    private static NoisyImages Images(string noise, double greyShare = 0, double sigmaError = 0, int side = 32) =>
        new(new Colours(side), Noise.Parse(noise), 1, Seeds.Purpose.TrainingNoise) { GreyShare = greyShare, SigmaError = sigmaError };

    private static (float[] Noisy, float[] Clean, float[] Sigma) Read(NoisyImages images, long number = 0)
    {
        int size = images.ValuesPerImage;
        float[] noisy = new float[size], clean = new float[size], sigma = new float[size / 3];
        images.Read(new(0, number), noisy, clean, sigma);
        return (noisy, clean, sigma);
    }

    private static bool IsGrey(float[] image)
    {
        float[][] planes = [.. image.Chunk(image.Length / 3)];
        return planes[0].SequenceEqual(planes[1]) && planes[0].SequenceEqual(planes[2]);
    }

    [Theory]
    [InlineData("gaussian:25/255,clip=off")]
    [InlineData("camera:20/255")]
    [InlineData("dropout:0.5")]
    public void AGreyPictureHasTheSameNoiseInAllChannels(string noise)
    {
        var (noisy, clean, _) = Read(Images(noise, greyShare: 1));
        Assert.True(IsGrey(clean));
        Assert.True(IsGrey(noisy));
        Assert.NotEqual(clean, noisy);
        Assert.False(IsGrey(Read(Images(noise)).Noisy));
    }

    [Fact]
    public void AGreyPictureHasTheLumaOfTheColours()
    {
        float[] colour = Read(Images("none")).Clean, grey = Read(Images("none", greyShare: 1)).Clean;
        float[][] planes = [.. colour.Chunk(colour.Length / 3)];
        for (int i = 0; i < planes[0].Length; i++)
            Assert.Equal(0.299f * planes[0][i] + 0.587f * planes[1][i] + 0.114f * planes[2][i], grey[i], 1e-6f);
    }

    [Fact]
    public void TheShareThatIsAskedForBecomesGrey()
    {
        NoisyImages images = Images("gaussian:0.1", greyShare: 0.3);
        int grey = Enumerable.Range(0, 400).Count(number => IsGrey(Read(images, number).Clean));
        // 120 expected, with a standard deviation of 9.
        Assert.InRange(grey, 120 - 36, 120 + 36);
    }

    [Fact]
    public void OnlyImagesWithCameraNoiseAreEnlarged()
    {
        float[] asItWas = Read(Images("none")).Clean;
        Assert.NotEqual(asItWas, Read(Enlarged("camera:0.1", 1)).Clean);
        Assert.Equal(asItWas, Read(Enlarged("camera:0.1", 0)).Clean);
        Assert.Equal(asItWas, Read(Enlarged("gaussian:0.1", 1)).Clean);
        NoisyImages mixed = Enlarged("gaussian:0.1 or camera:0.1", 0.5);
        int enlarged = Enumerable.Range(0, 400).Count(number => !Read(mixed, number).Clean.SequenceEqual(asItWas));
        // 100 expected, with a standard deviation of 9.
        Assert.InRange(enlarged, 100 - 36, 100 + 36);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void TheLevelOfGaussianNoiseIsItsSigma(double greyShare)
    {
        float[] sigma = Read(Images("gaussian:25/255,clip=off", greyShare, side: 256)).Sigma;
        Assert.All(sigma, value => Assert.InRange(value * 255 / 25, 0.97, 1.03));
    }

    [Fact]
    public void TheLevelIsMisjudgedByTheErrorAskedFor()
    {
        NoisyImages exact = Images("gaussian:25/255,clip=off"), misjudged = Images("gaussian:25/255,clip=off", sigmaError: 0.1);
        double[] errors = [.. Enumerable.Range(0, 400).Select(number =>
            Math.Log(Read(misjudged, number).Sigma[0] / Read(exact, number).Sigma[0]))];
        Assert.InRange(errors.Average(), -0.02, 0.02);
        Assert.InRange(Math.Sqrt(errors.Average(error => error * error)), 0.085, 0.115);
    }

    [Fact]
    public void TheSameUseGivesTheSameImage()
    {
        NoisyImages images = Images("gaussian:0..0.5", greyShare: 0.5, sigmaError: 0.1);
        for (int number = 0; number < 20; number++)
        {
            var (first, again) = (Read(images, number), Read(images, number));
            Assert.Equal(first.Noisy, again.Noisy);
            Assert.Equal(first.Sigma, again.Sigma);
        }
    }
}
