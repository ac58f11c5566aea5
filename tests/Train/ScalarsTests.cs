using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Denoise.Export.FromTorchSharp;
using Denoise.Train;

namespace Denoise.Tests.Train;

/// <summary>TorchSharp frees a number that an operator still reads if another thread starts a garbage collection, unless somebody
/// keeps the number. That is too rare to be waited for, so the calls are looked for in the assemblies.</summary>
public class ScalarsTests
{
    private const byte Call = 0x28;

    /// <summary>The numbers of the trainer change at each step; the workers rest meanwhile.</summary>
    private static readonly string[] Alone = [nameof(Trainer)];

    [Theory]
    [InlineData(typeof(BatchGradient))]
    [InlineData(typeof(TorchSharpNetwork))]
    public void NoOperatorGetsANumberThatNobodyKeeps(Type type)
    {
        string[] callers = [.. Callers(type.Assembly.Location).Distinct().Order()];
        Assert.Contains("Scalars", callers);
        Assert.Equal(["Scalars"], callers.Except(Alone));
    }

    /// <summary>The types that make a number of torch's from a plain one, or use a sign for which TorchSharp does.</summary>
    private static IEnumerable<string> Callers(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        MetadataReader code = file.GetMetadataReader();
        HashSet<int> called =
        [
            .. code.MemberReferences.Where(handle => IsMeant(code.GetMemberReference(handle)))
                .Select(handle => MetadataTokens.GetToken(handle)),
        ];
        var methods = code.MethodDefinitions.Select(code.GetMethodDefinition);
        foreach (MethodDefinition method in methods.Where(m => m.RelativeVirtualAddress > 0))
        {
            byte[] body = file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!;
            if (Enumerable.Range(0, Math.Max(0, body.Length - 4)).Any(i => body[i] == Call && called.Contains(Token(body, i + 1))))
                yield return Outermost(method.GetDeclaringType());
        }

        static int Token(byte[] body, int at) => BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(at));

        bool IsMeant(MemberReference member) => member.Parent.Kind == HandleKind.TypeReference
            && (code.GetString(code.GetTypeReference((TypeReferenceHandle)member.Parent).Name), code.GetString(member.Name))
                is ("Scalar", "op_Implicit") or ("Tensor", "op_Addition" or "op_Subtraction");

        string Outermost(TypeDefinitionHandle handle)
        {
            TypeDefinition found = code.GetTypeDefinition(handle);
            return found.GetDeclaringType() is { IsNil: false } outer ? Outermost(outer) : code.GetString(found.Name);
        }
    }
}
