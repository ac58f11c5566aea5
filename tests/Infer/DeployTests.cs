using YamlDotNet.RepresentationModel;

namespace Denoise.Tests.Infer;

/// <summary>The files in deploy: what they start, they start with options that the tool has, and it does the pictures.</summary>
public sealed class DeployTests : InferToolTest
{
    [Fact]
    public void ThePodsOfTheJobShareThePictures()
    {
        Put("noisy/a.png");
        YamlNode spec = Job()["spec"];
        Assert.Equal("Indexed", $"{spec["completionMode"]}");
        YamlNode container = Assert.Single((YamlSequenceNode)spec["template"]["spec"]["containers"]);
        string mount = $"{container["volumeMounts"][0]["mountPath"]}";
        string[] arguments = [.. ((YamlSequenceNode)container["args"])
            .Select(argument => $"{argument}".Replace(mount, Folder.Path).Replace("$(JOB_COMPLETION_INDEX)", "5"))];
        Done(arguments);
        Assert.True(File.Exists(Folder["denoised/a.png"]));
        Assert.Equal(1, Json("report-5.json").GetProperty("images").GetInt32());
    }

    [Fact]
    public void TheJobsRulesNameTheToolsExitCodes()
    {
        var rules = ((YamlSequenceNode)Job()["spec"]["podFailurePolicy"]["rules"]).Cast<YamlMappingNode>()
            .Where(rule => rule.Children.ContainsKey("onExitCodes"))
            .ToDictionary(rule => $"{rule["action"]}", rule => ((YamlSequenceNode)rule["onExitCodes"]["values"]).Select(v => $"{v}"));
        Assert.Equal([$"{ExitCode.Usage}"], rules["FailJob"]);
        Assert.Equal([$"{ExitCode.Failed}", $"{ExitCode.Partial}"], rules["FailIndex"]);
    }

    [Fact]
    public void TheTasksOfTheArrayShareThePictures()
    {
        for (int i = 0; i < 8; i++)
            Put($"noisy/{i}.png");
        Directory.CreateDirectory(Folder["bin"]);
        File.CreateSymbolicLink(Folder["bin/denoise-infer"], ToolProcess.Executable("Infer"));
        string task = $"PATH='{Folder["bin"]}':$PATH SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=8 SLURM_CPUS_PER_TASK=1 "
            + $"bash '{Repository.File("deploy", "slurm.sh")}' noisy denoised/";
        ToolProcess.Result result = ToolProcess.Run("bash", Folder.Path, "-c", task);
        Assert.True(result.ExitCode == ExitCode.Done, result.Error);
        // One task does all, where it is alone: it is not bound to an eighth.
        Assert.Equal(8, Json("denoised.report-1.json").GetProperty("images").GetInt32());
    }

    private static YamlNode Job()
    {
        var yaml = new YamlStream();
        using StreamReader text = File.OpenText(Repository.File("deploy", "kubernetes-job.yaml"));
        yaml.Load(text);
        return Assert.Single(yaml.Documents).RootNode;
    }
}
