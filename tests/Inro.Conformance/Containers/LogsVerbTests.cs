using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary><c>inro logs</c> of several containers, with details, and over the runs of a restart policy.</summary>
public sealed class LogsVerbTests
{
    [KernelFact(Instance.Usual)]
    public void Logs_of_several_containers_are_one_in_the_order_of_time()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "one", "busybox", "sh", "-c", "echo a; sleep 0.4; echo c");
        inro.Ok("run", "-d", "--name", "two", "busybox", "sh", "-c", "sleep 0.2; echo b; sleep 0.4; echo d");

        string followed = inro.Ok("logs", "-f", "--names", "one", "two");

        Assert.Equal("one a\ntwo b\none c\ntwo d\n", followed);
        Assert.Equal("a\nb\nc\nd\n", inro.Ok("logs", "two", "one"));
        inro.Ok("rm", "one", "two");
    }

    [KernelFact(Instance.Usual)]
    public void Details_are_the_labels_and_variables_that_log_options_name()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "--name", "web", "-l", "team=a b", "-l", "other=x", "-e", "STAGE=test", "--log-opt", "labels=team", "--log-opt", "env=STAGE,NONE", "busybox", "echo", "hi");

        Assert.Equal("STAGE=test,team=a+b hi\n", inro.Ok("logs", "--details", "web"));
        inro.Ok("rm", "web");
    }

    [KernelFact(Instance.Usual)]
    public void Who_follows_sees_every_run_of_a_policy()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "--restart", "on-failure:2", "busybox", "sh", "-c", "sleep 0.2; echo run; exit 1");

        Assert.Equal("run\nrun\nrun\n", inro.Ok("logs", "-f", "web"));
        inro.Ok("rm", "web");
    }
}
