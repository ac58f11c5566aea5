using System.Globalization;

namespace Denoise.Train.Report;

/// <summary>Numbers as a report writes them.</summary>
internal static class Figures
{
    /// <summary>A mean squared error, or a loss made from it: five decimals, so that a column of them lines up; where those say too little, three digits.</summary>
    public static string Error(double mse) => mse is >= 1e-3 and < 1000 or 0 ? Format(mse, "F5") : Format(mse, "0.00e0");

    /// <summary>Up to four digits, without zeros at the end.</summary>
    public static string Short(double value) =>
        Math.Abs(value) is (>= 1e-4 and < 1e5) or 0 ? Format(value, "G4") : Format(value, "0.###e0");

    public static string Decibels(double value) => Format(value, "F2") + " dB";

    /// <summary>A structural similarity.</summary>
    public static string Similarity(double value) => Format(value, "F3");

    public static string Tenths(double value) => Format(value, "F1");

    /// <summary>With its sign, a real minus.</summary>
    public static string Gain(double value, string format) => (value < 0 ? "−" : "+") + Format(Math.Abs(value), format);

    /// <summary>With thousands separated.</summary>
    public static string Count(double value) => Format(value, "N0");

    /// <summary>Hours, minutes and seconds.</summary>
    public static string Duration(double seconds)
    {
        TimeSpan time = TimeSpan.FromSeconds(Math.Round(seconds));
        return time switch
        {
            { TotalHours: >= 1 } => $"{(int)time.TotalHours} h {time.Minutes} min",
            { TotalMinutes: >= 1 } => $"{time.Minutes} min {time.Seconds} s",
            _ => Format(seconds, "0.#") + " s",
        };
    }

    private static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
