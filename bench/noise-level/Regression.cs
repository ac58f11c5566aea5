using System.Globalization;
using System.Text;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Denoise.NoiseLevels;

/// <summary>Twelve units of max(0, ·) and a line, from the logarithms of energies to that of the noise's power.</summary>
internal sealed class Regression
{
    private const int Hidden = 12, BatchSize = 512, Epochs = 50, Energies = BlockSample.Count - 1;

    /// <summary>The diagonal energies of the mean of the channels at the first two scales, in the median: nearest to the noise.</summary>
    private const int First = BlockEnergies.Count + 1, Second = BlockEnergies.Count + 3;

    /// <summary>A level that is too low costs a picture more than one that is too high.</summary>
    private const double TooLow = 2.2;

    /// <summary>Errors beyond these count in proportion, not squared: they are pictures of which nothing can be known.</summary>
    private const double MostBelow = 0.7, MostAbove = 0.35;

    private readonly float[,] _units;
    private readonly float[] _line;

    private Regression(float[,] units, float[] line) => (_units, _line) = (units, line);

    public static Regression Fit(Row[] rows)
    {
        random.manual_seed(0);
        int count = rows.Length;
        using Tensor numbers = tensor([.. rows.SelectMany(Logarithms)], [count, BlockSample.Count]), relative = Relative();
        using Tensor near = (numbers[.., First] + numbers[.., Second]) / 2 - LevelRegression.Shift;
        using Tensor target = tensor([.. rows.Select(row => MathF.Log(row.Power + LevelRegression.LevelFloor))]) - near;
        using Tensor weights = tensor([.. rows.Select(row => MathF.Sqrt(row.Share))]);
        using Tensor inputs = numbers.mm(relative), mean = inputs.mean([0L]), scale = inputs.std(0L, false) + 1e-6;
        Parameter[] network = Train((inputs - mean) / scale, target, weights / weights.mean());
        return Folded(network, mean, scale, relative);
    }

    public float Level(Row row)
    {
        float[] numbers = Logarithms(row);
        float level = _line[BlockSample.Count];
        for (int i = 0; i < numbers.Length; i++)
            level += _line[i] * numbers[i];
        for (int unit = 0; unit < Hidden; unit++)
        {
            float sum = _units[unit, BlockSample.Count];
            for (int i = 0; i < numbers.Length; i++)
                sum += _units[unit, i] * numbers[i];
            level += Math.Max(0, sum) * _units[unit, BlockSample.Count + 1];
        }
        return level;
    }

    private static float[] Logarithms(Row row)
    {
        float[] numbers = [.. row.Numbers];
        LevelRegression.TakeLogarithms(numbers);
        return numbers;
    }

    /// <summary>Each energy beside those of <see cref="First"/> and <see cref="Second"/>, these themselves, and the share of black and
    /// white, brought to the size of the others.</summary>
    private static Tensor Relative()
    {
        Tensor matrix = zeros(BlockSample.Count, BlockSample.Count + 1);
        for (int i = 0; i < Energies; i++)
        {
            matrix[i, i] += 1;
            matrix[First, i] -= 0.5;
            matrix[Second, i] -= 0.5;
        }
        matrix[First, Energies] = matrix[Second, Energies] = tensor(0.5f);
        matrix[Energies, Energies + 1] = tensor(4f);
        return matrix;
    }

    /// <returns>The units' weights and thresholds, the weights of their results, the line's weights, and the constant.</returns>
    private static Parameter[] Train(Tensor inputs, Tensor target, Tensor weights)
    {
        long width = inputs.shape[1], count = inputs.shape[0];
        Tensor[] first =
        [
            randn(width, Hidden) * (0.7 / Math.Sqrt(width)), zeros(Hidden), randn(Hidden, 1) * 0.1, zeros(width, 1), zeros(1),
        ];
        Parameter[] network = [.. first.Select(values => new Parameter(values))];
        using var adam = optim.Adam(network, 3e-3, weight_decay: 1e-4);
        long steps = Epochs * (count / BatchSize), step = 0;
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            using Tensor order = randperm(count);
            for (long at = 0; at + BatchSize <= count; at += BatchSize, step++)
            {
                using var scope = NewDisposeScope();
                Tensor batch = order[TensorIndex.Slice(at, at + BatchSize)];
                foreach (var group in adam.ParamGroups)
                    group.LearningRate = 3e-3 / 2 * (1 + Math.Cos(Math.PI * step / steps));
                adam.zero_grad();
                (Loss(Output(network, inputs[batch]) - target[batch]) * weights[batch]).mean().backward();
                adam.step();
            }
        }
        return network;
    }

    private static Tensor Output(Parameter[] network, Tensor inputs) =>
        ((inputs.mm(network[0]) + network[1]).relu().mm(network[2]) + inputs.mm(network[3]) + network[4]).squeeze(1);

    /// <summary>Huber's, of the logarithm of a deviation, which is half that of a power.</summary>
    private static Tensor Loss(Tensor error)
    {
        Tensor half = error / 2;
        return Huber(half.clamp_min(0), MostAbove) + TooLow * Huber((-half).clamp_min(0), MostBelow);
    }

    private static Tensor Huber(Tensor error, double most) => where(error < most, error * error / 2, most * (error - most / 2));

    /// <summary>The same for numbers that are neither relative nor normalised.</summary>
    private static Regression Folded(Parameter[] network, Tensor mean, Tensor scale, Tensor relative)
    {
        using var without = no_grad();
        Tensor rows = network[0] / scale.unsqueeze(1), straight = network[3] / scale.unsqueeze(1);
        Tensor thresholds = network[1] - mean.unsqueeze(0).mm(rows).squeeze(0), folded = relative.mm(rows), line = relative.mm(straight);
        var units = new float[Hidden, BlockSample.Count + 2];
        for (int unit = 0; unit < Hidden; unit++)
        {
            for (int i = 0; i < BlockSample.Count; i++)
                units[unit, i] = folded[i, unit].item<float>();
            units[unit, BlockSample.Count] = thresholds[unit].item<float>();
            units[unit, BlockSample.Count + 1] = network[2][unit, 0].item<float>();
        }
        float[] weights = [.. Enumerable.Range(0, BlockSample.Count).Select(i => line[i, 0].item<float>())];
        (weights[First], weights[Second]) = (weights[First] + 0.5f, weights[Second] + 0.5f);
        float constant = network[4].item<float>() - mean.unsqueeze(0).mm(straight).item<float>() - LevelRegression.Shift;
        return new(units, [.. weights, constant]);
    }

    /// <summary>The two tables as <c>LevelRegression.cs</c> has them.</summary>
    public string Tables()
    {
        var text = new StringBuilder();
        for (int unit = 0; unit < Hidden; unit++)
            Append(text, Enumerable.Range(0, BlockSample.Count + 2).Select(i => _units[unit, i]));
        text.AppendLine();
        Append(text, _line);
        return text.ToString();
    }

    private static void Append(StringBuilder text, IEnumerable<float> values)
    {
        string line = "       ";
        foreach (string value in values.Select(value => $" {Short(value)}f,"))
        {
            if (line.Length + value.Length > 134)
            {
                text.AppendLine(line);
                line = "       ";
            }
            line += value;
        }
        text.AppendLine(line);
    }

    private static string Short(float value) => value.ToString("#.####;-#.####;0", CultureInfo.InvariantCulture);
}
