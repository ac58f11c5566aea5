namespace Denoise.CommandLine;

/// <summary>A standard stream for text. Names of files and networks may hold anything: letters that would command a terminal are written
/// as <c>\x1B</c>.</summary>
/// <param name="mayBeLost">For messages: on a full disk, or once the terminal is gone, the work goes on without them. Very long ones are
/// cut.</param>
/// <param name="isDrawing">For what is to command a terminal.</param>
internal sealed class MessageWriter(TextWriter inner, bool mayBeLost, bool isDrawing = false) : TextWriter
{
    private const int LongestMessage = 4000;

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(Harmless(value.ToString())));

    public override void Write(string? value) => Try(() => inner.Write(Harmless(value)));

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(Harmless(value)));

    public override void Flush() => Try(inner.Flush);

    internal string? Harmless(string? text)
    {
        if (isDrawing)
            return text;
        if (mayBeLost && text?.Length > LongestMessage)
            text = $"{text[..LongestMessage]}…";
        return text is null || !text.Any(Commands)
            ? text
            : string.Concat(text.Select(letter => Commands(letter) ? $"\\x{(int)letter:X2}" : letter.ToString()));
    }

    private static bool Commands(char letter) =>
        char.IsControl(letter) && letter is not ('\n' or '\t') && !(letter == '\r' && OperatingSystem.IsWindows());

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (IOException) when (mayBeLost)
        {
            // There is nowhere left to say it.
        }
    }
}
