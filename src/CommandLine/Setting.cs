using System.CommandLine;

namespace Denoise.CommandLine;

/// <summary>An option of a tool, with what it sets in the tool's request.</summary>
/// <param name="Option">As the user gives it.</param>
/// <param name="Apply">Puts the value into the request where the option is given.</param>
public sealed record Setting<TRequest>(Option Option, Func<ParseResult, TRequest, TRequest> Apply)
{
    /// <summary>Any value that System.CommandLine reads.</summary>
    public static Setting<TRequest> Of<T>(string name, string description, Func<TRequest, T, TRequest> set) =>
        Of(name, description, set, static _ => null);

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static Setting<TRequest> Number<T>(string name, T least, T most, string description, Func<TRequest, T, TRequest> set)
        where T : INumber<T> => Of(name, description, set, text => NumberError(name, text, least, most));

    /// <summary>One of some words.</summary>
    public static Setting<TRequest> Word<T>(
        string name, Dictionary<string, T> words, string description, Func<TRequest, T, TRequest> set)
    {
        Setting<TRequest> setting = Of<string>(name, description, (request, word) => set(request, words[word]),
            text => words.ContainsKey(text) ? null : $"{name} {text}: expected {string.Join(", ", words.Keys)}.");
        setting.Option.CompletionSources.Add([.. words.Keys]); // for shells
        return setting;
    }

    /// <param name="name">Such as --jobs.</param>
    /// <param name="description">For the help.</param>
    /// <param name="set">Gives the request with the value.</param>
    /// <param name="error">A sentence where the text is no value, else null.</param>
    public static Setting<TRequest> Of<T>(
        string name, string description, Func<TRequest, T, TRequest> set, Func<string, string?> error)
    {
        var option = new Option<T>(name) { Description = description, AllowMultipleArgumentsPerToken = typeof(T).IsArray };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && error(token.Value) is { } sentence)
                result.AddError(sentence);
        });
        return new(option, (parsed, request) =>
            parsed.GetResult(option) is { Implicit: false } ? set(request, parsed.GetValue(option)!) : request);
    }

    /// <summary>A sentence where the text is no such number, else null.</summary>
    public static string? NumberError<T>(string name, string text, T least, T most) where T : INumber<T>
    {
        string kind = T.TryParse("0.5", CultureInfo.InvariantCulture, out _) ? "a number" : "a whole number";
        return T.TryParse(text, CultureInfo.InvariantCulture, out T? value) && value >= least && value <= most
            ? null
            : $"{name} {text}: expected {kind} from {least} to {most}.";
    }
}
