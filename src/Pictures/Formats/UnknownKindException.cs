namespace Denoise.Pictures;

/// <summary>A file that may well be whole, and is of a kind that nothing here reads.</summary>
/// <param name="clause">What it has that is not known.</param>
internal sealed class UnknownKindException(string clause, Exception? inner = null) : NotSupportedException(clause, inner);
