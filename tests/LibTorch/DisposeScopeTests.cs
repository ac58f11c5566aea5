using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Denoise.Tests.LibTorch;

public class DisposeScopeTests
{
    [Fact]
    public void ScopeDisposesOfWhatItsThreadMade()
    {
        using Tensor outside = zeros(1);
        Tensor inside;
        using (DisposeScope scope = NewDisposeScope())
        {
            inside = outside + 1;
            Assert.True(scope.Contains(inside));
            Assert.False(scope.Contains(outside));
        }

        Assert.True(inside.IsInvalid);
        Assert.False(outside.IsInvalid);
        Assert.Throws<InvalidOperationException>(() => inside.Handle);
    }

    [Fact]
    public void TensorsMoveOutwardsOneScopeAtATime()
    {
        Tensor result;
        using (DisposeScope outer = NewDisposeScope())
        {
            using (DisposeScope inner = NewDisposeScope())
            {
                result = zeros(1).MoveToOuterDisposeScope();
                Assert.False(inner.Contains(result));
            }
            Assert.True(outer.Contains(result));
            Assert.False(result.IsInvalid);
        }
        Assert.True(result.IsInvalid);
    }

    [Fact]
    public void OutermostMoveAndDetachMakeATensorNobodys()
    {
        Tensor moved, detached;
        using (NewDisposeScope())
        {
            moved = zeros(1).MoveToOuterDisposeScope();
            detached = zeros(1).DetachFromDisposeScope();
        }

        Assert.False(moved.IsInvalid || detached.IsInvalid);
        moved.Dispose();
        detached.Dispose();
    }

    [Fact]
    public void ScopesCanKeepSomeOfTheirTensors()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor kept = zeros(1), dropped = zeros(1);

        scope.DisposeEverythingBut(kept);

        Assert.False(kept.IsInvalid);
        Assert.True(dropped.IsInvalid);
        Assert.Equal(1, scope.DisposablesCount);
    }

    [Fact]
    public void TensorsMoveToAnyScopeAndCanBeAttached()
    {
        using DisposeScope outer = NewDisposeScope();
        Tensor adopted = zeros(1).DetachFromDisposeScope(), given;
        using (DisposeScope inner = NewDisposeScope())
        {
            given = inner.MoveToOther(outer, zeros(1));
            inner.Attach(adopted);
        }

        Assert.True(adopted.IsInvalid);
        Assert.True(outer.Contains(given) && !given.IsInvalid);
    }

    [Fact]
    public void TensorsDisposedOfThemselvesLeaveTheirScope()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor tensor = zeros(1);

        tensor.Dispose();
        tensor.Dispose();

        Assert.Equal(0, scope.DisposablesCount);
    }

    [Fact]
    public void ScopesMayEndInAnyOrder()
    {
        DisposeScope outer = NewDisposeScope();
        DisposeScope inner = NewDisposeScope();

        outer.Dispose();

        Assert.Same(inner, CurrentDisposeScope);
        inner.Dispose();
        Assert.Null(CurrentDisposeScope);
    }

    [Fact]
    public void EachThreadHasItsOwnScopes()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor? elsewhere = null;
        var thread = new Thread(() => elsewhere = zeros(1));
        thread.Start();
        thread.Join();

        Assert.False(scope.Contains(elsewhere!));
        elsewhere!.Dispose();
    }

    [Fact]
    public void ParametersTakeThePlaceOfTheirData()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor data = zeros(2);

        TorchSharp.Modules.Parameter parameter = nn.Parameter(data);

        Assert.True(data.IsInvalid);
        Assert.True(scope.Contains(parameter));
        Assert.Equal(1, scope.DisposablesCount);
    }

    [Fact]
    public void LayersOutliveTheScopeTheyWereMadeIn()
    {
        TorchSharp.Modules.Conv2d conv;
        TorchSharp.Modules.BatchNorm2d norm;
        using (NewDisposeScope())
            (conv, norm) = (nn.Conv2d(1, 1, 3), nn.BatchNorm2d(1));

        Assert.False(conv.weight.IsInvalid || conv.bias!.IsInvalid || norm.weight.IsInvalid || norm.running_mean!.IsInvalid);
        conv.Dispose();
        norm.Dispose();
        Assert.True(conv.weight.IsInvalid);
    }

    [Fact]
    public void ForgottenTensorsAreCollected()
    {
        Forget();
        for (int i = 0; i < 20 && forgotten!.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(forgotten!.IsAlive);
    }

    private static WeakReference? forgotten;

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Forget() => forgotten = new WeakReference(zeros(1));
}
