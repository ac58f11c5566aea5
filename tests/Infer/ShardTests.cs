using Denoise.Infer.Tool;

namespace Denoise.Tests.Infer;

public sealed class ShardTests
{
    private static Shard? Of(string? text, params (string Name, string Value)[] environment) =>
        Shard.Of(text, name => environment.FirstOrDefault(e => e.Name == name).Value);

    [Fact]
    public void TheIndexComesFromTheOptionOrTheScheduler()
    {
        Assert.Null(Of(null));
        Assert.Equal(new Shard(1, 4), Of("1/4"));
        Assert.Equal(new Shard(0, 4), Of("0/4", ("SLURM_ARRAY_TASK_ID", "3"), ("SLURM_ARRAY_TASK_COUNT", "8")));
        Assert.Equal(new Shard(3, 8), Of(null, ("SLURM_ARRAY_TASK_ID", "3"), ("SLURM_ARRAY_TASK_COUNT", "8")));
        Assert.Equal(new Shard(2, 8),
            Of(null, ("SLURM_ARRAY_TASK_ID", "3"), ("SLURM_ARRAY_TASK_MIN", "1"), ("SLURM_ARRAY_TASK_COUNT", "8")));
        Assert.Equal(new Shard(5, 6), Of("*/6", ("JOB_COMPLETION_INDEX", "5")));
        Assert.Null(Of(null, ("JOB_COMPLETION_INDEX", "5"))); // Kubernetes does not say how many there are
    }

    [Theory]
    [InlineData("3")]
    [InlineData("a/b")]
    [InlineData("1/2/3")]
    [InlineData("4/4")]
    [InlineData("0/0")]
    [InlineData("-1/4")]
    [InlineData("*/4")]
    public void WhatIsNoPartIsRefused(string text) => Assert.Equal(ExitCode.Usage, Assert.Throws<ToolException>(() => Of(text)).ExitCode);
}
