using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Oci.Attacks;

/// <summary>Configurations that are large in one way or another: they run, or are refused with a message that names what is too much, and soon.</summary>
public sealed class BoundTests
{
    /// <summary>Longest that any of them may take, refused or run.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [KernelTheory(Bundle.Usual)]
    [InlineData(10_000, 1024)]
    [InlineData(1_000, 1024)] // fewer descriptors than mounts
    [InlineData(1_000, 8192)]
    public void Thousands_of_mounts_run_or_are_refused(int count, int descriptors)
    {
        using var bundle = new Bundle();
        JsonPath.Put(bundle.Config, "process.rlimits", $$"""[{"type":"RLIMIT_NOFILE","soft":{{descriptors}},"hard":{{descriptors}}}]""");
        for (int i = 0; i < count; i++)
        {
            bundle.Config["mounts"]!.AsArray().Add(new JsonObject { ["destination"] = $"/tmp/{i}", ["type"] = "tmpfs", ["source"] = "tmpfs" });
        }

        bundle.Script($"echo $(grep -c ' /tmp/[0-9]* ' /proc/self/mountinfo)");
        bundle.Write();
        (ToolResult Result, TimeSpan Took) answer = Timed(() => bundle.Run());
        if (count <= 1_000) { answer.Result.Ok(); }

        Answered(answer, $"{count}\n");
    }

    [KernelTheory(Bundle.Usual)]
    [InlineData(100 * 1024, 10)]
    [InlineData(200 * 1024, 1)]
    [InlineData(1, 100_000)]
    [InlineData(100 * 1024, 100)]
    [InlineData(100 * 1024, 163)]
    public void Long_arguments_run_or_are_refused(int length, int count)
    {
        using var bundle = new Bundle();
        bundle.Script("echo $#");
        JsonArray arguments = bundle.Config["process"]!["args"]!.AsArray();
        arguments.Add("name");
        string word = new('x', length);
        for (int i = 0; i < count; i++) { arguments.Add(word); }

        bundle.Write();
        Answered(Timed(() => bundle.Run()), $"{count}\n");
    }

    [KernelTheory(Bundle.Usual)]
    [InlineData("[", 100_000)]
    [InlineData("{\"a\":", 100_000)]
    [InlineData("[", 10_000_000)]
    public void Json_that_is_nested_deeply_is_refused(string opens, int depth)
    {
        using var bundle = new Bundle();
        var text = new StringBuilder("{\"ociVersion\":\"1.2.0\",\"unknown\":", (opens.Length * depth) + 100);
        for (int i = 0; i < depth; i++) { text.Append(opens); }

        Refused(bundle, text.ToString());
    }

    [KernelTheory(Bundle.Usual)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"ociVersion\":")]
    [InlineData("{\"ociVersion\":\"1.2.0\",\"process\":7}")]
    [InlineData("{\"ociVersion\":\"1.2.0\",\"process\":{\"args\":\"sh\"}}")]
    [InlineData("{\"ociVersion\":\"1.2.0\",\"mounts\":[null]}")]
    [InlineData("{\"ociVersion\":\"1.2.0\",\"linux\":{\"resources\":{\"memory\":{\"limit\":1e999}}}}")]
    public void What_is_no_configuration_is_refused(string text)
    {
        using var bundle = new Bundle();
        Refused(bundle, text);
    }

    [KernelTheory(Bundle.Usual)]
    [InlineData(15)]
    [InlineData(64)]
    [InlineData(1024)]
    public void A_huge_configuration_is_read_or_refused(int mebibytes)
    {
        using var bundle = new Bundle();
        bundle.Script("echo ran");
        bundle.Write();
        string path = bundle.Path + "/config.json";
        using (FileStream file = File.Open(path, FileMode.Open))
        {
            file.SetLength(file.Length - 1); // the last brace
            file.Seek(0, SeekOrigin.End);
            byte[] blanks = new byte[1024 * 1024];
            Array.Fill(blanks, (byte)' ');
            for (int i = 0; i < Math.Min(mebibytes, 64); i++) { file.Write(blanks); }

            if (mebibytes > 64) { file.SetLength((long)mebibytes * 1024 * 1024); } // a hole: zeroes
            file.Write("}"u8);
        }

        (ToolResult result, TimeSpan took) = Timed(() => bundle.Oci("run", "--bundle", bundle.Path, bundle.Id));
        Answered((result, took), "ran\n");
        Assert.Equal(mebibytes < 16, result.ExitCode == 0);
    }

    [KernelTheory(Bundle.Usual)]
    [InlineData("fifo")]
    [InlineData("zero")]
    [InlineData("directory")]
    public void A_configuration_that_is_no_file_is_refused(string kind)
    {
        using var bundle = new Bundle();
        string path = bundle.Path + "/config.json";
        switch (kind)
        {
            case "fifo": Tool.Run("mkfifo", [path], Soon).Ok(); break;
            case "zero": File.CreateSymbolicLink(path, "/dev/zero"); break;
            default: Directory.CreateDirectory(path); break;
        }

        (ToolResult result, TimeSpan took) = Timed(() => bundle.Oci("run", "--bundle", bundle.Path, bundle.Id));
        Assert.NotEqual(0, result.ExitCode);
        Answered((result, took), "");
    }

    private static (ToolResult Result, TimeSpan Took) Timed(Func<ToolResult> run)
    {
        long begin = Stopwatch.GetTimestamp();
        ToolResult result = run();
        return (result, Stopwatch.GetElapsedTime(begin));
    }

    /// <summary>Ran and printed this, or was refused in a short message; neither a crash nor a wait.</summary>
    private static void Answered((ToolResult Result, TimeSpan Took) answer, string output)
    {
        (ToolResult result, TimeSpan took) = answer;
        Assert.True(took < Machine.Patience(Soon), $"took {took}");
        if (result.ExitCode == 0)
        {
            Assert.Equal(output, result.Output);
            return;
        }

        Assert.InRange(result.ExitCode, 1, 127); // more is a signal: a crash
        Assert.StartsWith("inro-oci: ", result.Error, StringComparison.Ordinal);
        Assert.InRange(result.Error.Length, 20, 500);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    private static void Refused(Bundle bundle, string text)
    {
        File.WriteAllText(bundle.Path + "/config.json", text);
        (ToolResult result, TimeSpan took) = Timed(() => bundle.Oci("run", "--bundle", bundle.Path, bundle.Id));
        Assert.NotEqual(0, result.ExitCode);
        Answered((result, took), "");
    }
}
