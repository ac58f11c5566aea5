using System.Reflection;
using TorchSharp;
using Xunit;

namespace Denoise.Tests.LibTorch;

/// <summary>The binding's table of operators, which only a call would otherwise check. TorchSharp itself has no such table.</summary>
public class OperatorTests
{
    private static readonly Type? Table = typeof(torch).Assembly.GetType("TorchSharp.Interop.Aten");

    [Fact]
    public void ThisLibtorchHasEveryOperator()
    {
        Assert.SkipWhen(Table is null, "This is TorchSharp itself.");
        foreach (FieldInfo field in Table!.GetFields(BindingFlags.Static | BindingFlags.NonPublic))
        {
            object op = field.GetValue(null)!;
            op.GetType().GetMethod("Find", BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(op, null);
        }
    }
}
