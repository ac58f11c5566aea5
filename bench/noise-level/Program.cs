using System.Globalization;
using Denoise.NoiseLevels;

// Draws COUNT noisy pictures from those of the folders, fits the regression to all but a tenth of them and to the real pairs, states its
// errors on that tenth, and prints the two tables of LevelRegression.cs.
if (args is not [var number, var noisy, var clean, .. { Length: > 0 } folders]
    || !int.TryParse(number, CultureInfo.InvariantCulture, out int count) || count < 100)
{
    Console.Error.WriteLine("usage: noise-level COUNT NOISY CLEAN FOLDER..., with at least 100 as COUNT and real pairs in NOISY and CLEAN");
    return 2;
}
Row[][] pictures = NoisyPictures.Draw(folders, count);
Row[][] held = [.. pictures.Where((_, i) => i % 10 == 0)], kept = [.. pictures.Where((_, i) => i % 10 != 0)];
Row[] real = [.. RealPictures.Rows(noisy, clean)];
Regression fitted = Regression.Fit([.. kept.SelectMany(rows => rows), .. RealPictures.Weighted(real, kept.Sum(rows => rows.Length))]);
Console.Error.WriteLine($"the table in use: {Errors.Of(held, row => LevelRegression.Of((float[])row.Numbers.Clone()))}");
Console.Error.WriteLine($"the new table: {Errors.Of(held, fitted.Level)}");
Console.Write(fitted.Tables());
return 0;
