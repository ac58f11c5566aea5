using System.Globalization;
using Spectre.Console;

namespace Denoise.Train;

/// <summary>`train --list`: the recipes as a table.</summary>
internal static class RecipeTable
{
    public static void Print()
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (string column in new[] { "recipe", "from", "network", "data", "noise", "training" })
            table.AddColumn(new TableColumn(column) { NoWrap = true });
        foreach (Recipe recipe in Recipe.All)
            table.AddRow(Row(recipe).Select(Markup.Escape).ToArray());
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (Console.IsOutputRedirected)
            console.Profile.Width = 1000;
        console.Write(table);
    }

    private static string[] Row(Recipe recipe)
    {
        TrainOptions o = recipe.Options;
        string schedule = o.Schedule == "constant" ? "" : $" {o.Schedule}";
        string loss = o.Loss == "mse" ? "" : $", loss {o.Loss}";
        string training = string.Create(CultureInfo.InvariantCulture,
            $"{o.Epochs} epochs, {o.Optimizer} {o.LearningRate}{schedule}, batch {o.BatchSize}{(o.Shuffle ? ", shuffled" : "")}{loss}");
        return [recipe.Name, recipe.Source, o.Architecture, o.Dataset, o.Noise, training];
    }
}
