using Spectre.Console;

namespace Denoise.Train;

/// <summary>The recipes as a table, for <c>train --list</c>.</summary>
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
        string schedule = o.Schedule == Schedule.Constant ? "" : $" {Words.Of(o.Schedule)}";
        string loss = o.Loss == Loss.Mse ? "" : $", loss {Words.Of(o.Loss)}";
        string order = o.Shuffle ? ", shuffled" : "";
        string training = string.Create(CultureInfo.InvariantCulture,
            $"{o.Epochs} epochs, {Words.Of(o.Optimizer)} {o.LearningRate}{schedule}, batch {o.BatchSize}{order}{loss}");
        return [recipe.Name, recipe.Source, o.Architecture, o.Dataset, o.Noise, training];
    }
}
