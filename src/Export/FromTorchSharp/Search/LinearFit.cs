namespace Denoise.Export.FromTorchSharp;

/// <summary>Finds the factors with which values add up to another, by least squares over their samples.</summary>
internal static class LinearFit
{
    // A factor is as exact as float32.
    private const double Precision = 3e-6;

    /// <param name="weights">By how much each sample counts.</param>
    /// <returns>The factors, as the shortest numbers that are near enough; null where the terms depend on each other.</returns>
    public static double[]? Factors(double[] target, double[][] terms, double[] weights)
    {
        int n = terms.Length;
        var equations = new double[n, n + 1];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                equations[i, j] = Product(terms[i], terms[j], weights);
            equations[i, n] = Product(terms[i], target, weights);
        }
        return Solve(equations, n)?.Select(Shortest).ToArray();
    }

    /// <summary>The number with the fewest digits that float32 may have meant.</summary>
    public static double Shortest(double value)
    {
        if (Math.Abs(value) < Precision || !double.IsFinite(value))
            return 0;
        for (int digits = 1; digits < 7; digits++)
        {
            double rounded = double.Parse(value.ToString($"E{digits - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (Math.Abs(rounded - value) <= Precision * Math.Abs(value))
                return rounded;
        }
        return value;
    }

    private static double Product(double[] a, double[] b, double[] weights)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i] * weights[i];
        return sum;
    }

    /// <summary>Gauss's elimination.</summary>
    private static double[]? Solve(double[,] m, int n)
    {
        for (int i = 0; i < n; i++)
        {
            double pivot = m[i, i];
            if (!(Math.Abs(pivot) > 1e-12))
                return null;
            for (int column = i; column <= n; column++)
                m[i, column] /= pivot;
            for (int row = 0; row < n; row++)
                if (row != i && m[row, i] is var factor)
                    for (int column = i; column <= n; column++)
                        m[row, column] -= factor * m[i, column];
        }
        return [.. Enumerable.Range(0, n).Select(i => m[i, n])];
    }
}
