using System.Text.Json;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Oci.Verbs;

public sealed class CommandLineTests
{
    [KernelTheory(Bundle.Usual)]
    [InlineData("state", 1, "\"state\" requires exactly 1 argument(s)")]
    [InlineData("state a b", 1, "\"state\" requires exactly 1 argument(s)")]
    [InlineData("kill", 1, "\"kill\" requires a minimum of 1 argument(s)")]
    [InlineData("kill a b c", 1, "\"kill\" requires a maximum of 2 argument(s)")]
    [InlineData("state --bad x", 1, "flag provided but not defined: -bad")]
    [InlineData("state -x a", 1, "flag provided but not defined: -x")]
    [InlineData("list -qf json", 1, "flag provided but not defined: -qf")]
    [InlineData("list -f", 1, "flag needs an argument: -f")]
    [InlineData("create --preserve-fds x a", 1, "invalid value \"x\" for flag -preserve-fds: parse error")]
    [InlineData("state nope", 1, "container does not exist")]
    [InlineData("kill nope NOSIG", 1, "unknown signal \"NOSIG\"")]
    [InlineData("bogus", 3, "No help topic for 'bogus'")]
    [InlineData("help bogus", 3, "No help topic for 'bogus'")]
    [InlineData("--bogus list", 1, "flag provided but not defined: -bogus")]
    public void Wrong_command_lines_are_refused_in_the_words_that_wrappers_know(string line, int status, string problem)
    {
        using var bundle = new Bundle();

        bundle.Refuses(status, problem, line.Split(' '));
    }

    [KernelFact(Bundle.Usual)]
    public void Help_is_printed_for_the_program_and_for_each_verb()
    {
        using var bundle = new Bundle();
        string all = bundle.Oci("help").Ok().Output;
        foreach (string verb in (string[])["create", "run", "start", "state", "kill", "delete", "exec", "list", "ps", "pause", "resume", "update", "events", "spec", "features"])
        {
            string help = bundle.Oci(verb, "--help").Ok().Output;
            Assert.StartsWith($"NAME:\n   inro-oci {verb} - ", help, StringComparison.Ordinal);
            Assert.Equal(help, bundle.Oci("help", verb).Ok().Output);
            Assert.Contains($"\n   {verb} ", all, StringComparison.Ordinal);
        }
    }

    [KernelFact(Bundle.Usual)]
    public void Flags_may_stand_behind_operands()
    {
        using Bundle bundle = BundleVerbs.Sleeping();

        bundle.Oci("delete", bundle.Id, "--force").Ok();

        bundle.Refuses(1, "container does not exist", "state", bundle.Id);
        bundle.Oci("delete", bundle.Id, "-f").Ok(); // no such container is no error by force
        bundle.Refuses(1, "container does not exist", "delete", bundle.Id);
    }

    [KernelFact(Bundle.Usual)]
    public void The_log_has_level_msg_and_time_and_debug_messages_only_when_asked_for()
    {
        using var bundle = new Bundle();
        bundle.Oci("state", "nope");
        Assert.Single(File.ReadAllLines(bundle.Log));

        bundle.Oci("--debug", "state", "nope");

        JsonElement[] lines = [.. File.ReadLines(bundle.Log).Skip(1).Select(static l => JsonDocument.Parse(l).RootElement)];
        Assert.Equal(["debug", "error"], lines.Select(static l => l.GetProperty("level").GetString()));
        Assert.All(lines, static l => Assert.Equal(["level", "msg", "time"], l.EnumerateObject().Select(static p => p.Name)));
        Assert.Equal("container does not exist: nope", lines[1].GetProperty("msg").GetString());
    }

    [KernelFact(Bundle.Usual)]
    public void Run_keeps_a_container_only_when_asked_to()
    {
        using var bundle = new Bundle();
        bundle.Script("exit 3");

        Assert.Equal(3, bundle.Run().ExitCode);
        bundle.Refuses(1, "container does not exist", "state", bundle.Id);
        Assert.Equal(3, bundle.Run("--keep").ExitCode);
        Assert.Equal("stopped", bundle.State("status"));
    }

    [KernelFact(Bundle.Usual)]
    public void Kill_of_all_reaches_every_process()
    {
        using Bundle bundle = BundleVerbs.Sleeping(static b => b.Script("(trap 'touch /tmp/child; exit' USR1; while :; do sleep 0.05; done) & trap : USR1; while :; do sleep 0.05; done"));
        Thread.Sleep(200); // until both have their traps

        bundle.Oci("kill", "--all", bundle.Id, "SIGUSR1").Ok();

        Containers.Instance.WaitFor(() => File.Exists(bundle.Rootfs + "/tmp/child"), "the child hears nothing");
        Assert.Equal("running", bundle.State("status"));
    }

    [KernelFact(Bundle.Usual)]
    public void Features_are_those_that_a_configuration_may_ask_for()
    {
        using var bundle = new Bundle();
        JsonElement features = JsonDocument.Parse(bundle.Oci("features").Ok().Output).RootElement;

        string[] namespaces = [.. features.GetProperty("linux").GetProperty("namespaces").EnumerateArray().Select(static n => n.GetString()!)];
        Assert.Equal(["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"], namespaces);
        Assert.Equal("1.3.0", features.GetProperty("ociVersionMax").GetString());
        Assert.Contains("nosymfollow", features.GetProperty("mountOptions").EnumerateArray().Select(static o => o.GetString()));
        bundle.Config["ociVersion"] = features.GetProperty("ociVersionMax").GetString();
        bundle.Script("echo fine");
        Assert.Equal("fine\n", bundle.Run().Ok().Output);
    }
}
