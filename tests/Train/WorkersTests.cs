using Denoise.Train;

namespace Denoise.Tests.Train;

public class WorkersTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(3, 1)]
    [InlineData(3, 7)]
    public void EveryPartIsDoneOnce(int count, int parts)
    {
        using var workers = new Workers(count);
        for (int round = 0; round < 50; round++)
        {
            var done = new int[parts];
            workers.Run(parts, part => Interlocked.Increment(ref done[part]));
            Assert.All(done, times => Assert.Equal(1, times));
        }
    }

    [Fact]
    public void AFailureIsTheCallersAndTheNextRunIsNotHarmed()
    {
        using var workers = new Workers(2);
        for (int failing = 0; failing < 2; failing++)
        {
            var e = Assert.Throws<InvalidOperationException>(() => workers.Run(2, part =>
            {
                if (part == failing)
                    throw new InvalidOperationException($"part {part}");
            }));
            Assert.Equal($"part {failing}", e.Message);
            int done = 0;
            workers.Run(2, _ => Interlocked.Increment(ref done));
            Assert.Equal(2, done);
        }
    }
}
