using System.Text.Json;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary><c>inro events</c>.</summary>
public sealed class EventsVerbTests
{
    [KernelFact(Instance.Usual)]
    public void A_containers_life_is_told_in_dockers_words()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "busybox", "sleep", "1000");
        inro.Ok("pause", "web");
        inro.Ok("unpause", "web");
        inro.Ok("rename", "web", "other");
        inro.Ok("restart", "-t", "0", "other");
        inro.Ok("rm", "-f", "other");

        string[] actions = Lines(inro.Ok("events", "--since", "1h", "--until", "0s", "--filter", "type=container", "--format", "{{.Action}}"));
        string renamed = Assert.Single(Lines(inro.Ok("events", "--since", "1h", "--until", "0s", "--filter", "event=rename", "--format", "{{.Actor.Attributes.oldName}} {{.Actor.Attributes.name}} {{.From}}")));
        JsonElement json = JsonDocument.Parse(Assert.Single(Lines(inro.Ok("events", "--since", "1h", "--until", "0s", "--filter", "event=destroy", "--format", "json")))).RootElement;
        string line = Assert.Single(Lines(inro.Ok("events", "--since", "1h", "--until", "0s", "--filter", "event=pause")));

        Assert.Equal(["create", "start", "pause", "unpause", "rename", "kill", "die", "stop", "start", "restart", "kill", "die", "destroy"], actions.Where((a, i) => i == 0 || actions[i - 1] != a)); // a stop may take two signals
        Assert.Equal("web other busybox", renamed);
        Assert.Equal(("container", "destroy", "local"), (json.GetProperty("Type").GetString(), json.GetProperty("status").GetString(), json.GetProperty("scope").GetString()));
        Assert.Equal(json.GetProperty("time").GetInt64(), json.GetProperty("timeNano").GetInt64() / 1_000_000_000);
        Assert.Matches("^[0-9-]{10}T[0-9:]{8}[.][0-9]{9}(Z|[+-][0-9:]{5}) container pause [0-9a-f]{64} \\(image=busybox, name=web\\)$", line);
    }

    [KernelFact(Instance.Usual)]
    public void An_exec_is_told_from_its_making_to_its_status_also_when_nobody_waits_for_it()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "busybox", "sleep", "1000");
        string[] Told(string command) => Lines(inro.Ok("events", "--since", "1h", "--until", "0s", "--filter", "container=web", "--filter", "event=exec_create", "--filter", "event=exec_start", "--filter", "event=exec_die", "--format", "{{.Actor.Attributes.execID}} {{.Action}} {{json .Actor.Attributes}}"))
            .SkipWhile(line => !line.Contains("exec_create: " + command, StringComparison.Ordinal)).Take(3).ToArray();

        Assert.Equal(4, inro.Run("exec", "web", "sh", "-c", "exit 4").ExitCode);
        string[] watched = Told("sh");
        inro.Ok("exec", "-d", "web", "false");
        Instance.WaitFor(() => Told("false").Length == 3, "the end of a detached exec is not told");
        string[] detached = Told("false");

        Assert.Matches("^[0-9a-f]{64}$", watched[0].Split(' ')[0]);
        Assert.All(watched, line => Assert.StartsWith(watched[0][..64], line, StringComparison.Ordinal));
        Assert.StartsWith("exec_start: sh -c exit 4", watched[1][65..], StringComparison.Ordinal);
        Assert.Matches("^exec_die .*\"exitCode\":\"4\"", watched[2][65..]);
        Assert.Matches("^exec_die .*\"exitCode\":\"1\"", detached[2][65..]);
    }

    [KernelFact(Instance.Usual)]
    public void What_happens_is_told_when_it_happens_until_the_end_that_was_asked_for()
    {
        using Instance inro = Instance.WithBusybox();
        using StartedInro following = inro.Start("events", "--until", DateTimeOffset.UtcNow.AddSeconds(4).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), "--filter", "container=web", "--format", "{{.Action}}");
        Thread.Sleep(500);
        inro.Ok("create", "--name", "web", "busybox");
        inro.Ok("create", "--name", "nobody", "busybox");
        inro.Ok("rm", "web", "nobody");

        Assert.Equal(0, following.WaitForExit());
        Assert.Equal("create\ndestroy\n", following.Output);
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("--since yesterday", "neither a time")]
    [InlineData("--filter nonsense=1", "invalid filter 'nonsense'")]
    public void What_cannot_be_understood_is_refused(string line, string problem)
    {
        using Instance inro = Instance.Empty();

        ToolResult refused = inro.Run(["events", .. line.Split(' ')]);

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains(problem, refused.Error, StringComparison.Ordinal);
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
