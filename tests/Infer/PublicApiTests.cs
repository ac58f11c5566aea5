using System.Reflection;
using System.Text;
using Denoise.Infer;
using Xunit;

namespace Denoise.Tests.Infer;

/// <summary>What Denoise.Infer promises to applications is written down; a change of it is a decision, not an accident.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void ThePublicApiIsAsWrittenDown()
    {
        string written = File.ReadAllText(Repository.File("src", "Infer", "PublicApi.txt"));
        string actual = string.Join('\n', typeof(Denoiser).Assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal).Select(Describe)) + "\n";
        // Where the change is meant, the actual text is the file's new content.
        Assert.True(written == actual, $"The public API has changed; src/Infer/PublicApi.txt should then be:\n{actual}");
    }

    private static string Describe(Type type)
    {
        const BindingFlags own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var text = new StringBuilder($"{type.FullName}{(type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) ? $" : {Name(parent)}" : "")}\n");
        IEnumerable<string> members = type.GetConstructors(own).Select(c => $"new({Parameters(c)})")
            .Concat(type.GetProperties(own).Select(p => $"{Name(p.PropertyType)} {p.Name} {{ {string.Join(" ", p.GetAccessors().Select(Accessor).Order())} }}"))
            .Concat(type.GetMethods(own).Where(m => !m.IsSpecialName && !IsOfRecords(m)).Select(m =>
                $"{(m.IsStatic ? "static " : "")}{Name(m.ReturnType)} {m.Name}{(m.IsGenericMethod ? $"<{string.Join(", ", m.GetGenericArguments().Select(Name))}>" : "")}({Parameters(m)})"));
        foreach (string member in members.Order(StringComparer.Ordinal))
            text.Append($"  {member}\n");
        return text.ToString().TrimEnd('\n');
    }

    private static string Accessor(MethodInfo accessor) =>
        accessor.ReturnType != typeof(void) ? "get;"
        : accessor.ReturnParameter.GetRequiredCustomModifiers().Any(m => m.Name == "IsExternalInit") ? "init;" : "set;";

    /// <summary>What the compiler adds to each record.</summary>
    private static bool IsOfRecords(MethodInfo method) =>
        method.Name is "Equals" or "GetHashCode" or "ToString" or "PrintMembers" or "Deconstruct" || method.Name.StartsWith('<');

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p =>
        $"{Name(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? $" = {p.DefaultValue ?? "default"}" : "")}"));

    private static string Name(Type type) =>
        Nullable.GetUnderlyingType(type) is { } value ? $"{Name(value)}?"
        : type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : type.Name;
}
