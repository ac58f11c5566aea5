namespace Denoise.CommandLine;

/// <summary>Joins an option's name to what a library says about its value.</summary>
public static class OptionValue
{
    /// <summary>Reads a value that the user gave.</summary>
    /// <param name="option">Stands before the message, such as <c>--noise</c>.</param>
    /// <param name="read">Turns the text into a value.</param>
    /// <exception cref="ToolException">The text is malformed, which is a wrong use of the tool.</exception>
    public static T Read<T>(string option, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException e)
        {
            throw ToolException.Usage($"{option}: {e.Message}");
        }
    }
}
