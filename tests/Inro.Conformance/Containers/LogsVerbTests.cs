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
        // Each waits for the other's sign, given when the line has had time to be written down: whoever starts late changes nothing.
        string signs = Directory.CreateDirectory(inro.Beside("signs")).FullName;
        const string Functions = "give() { sleep 0.2; touch /signs/$1; }; await() { while [ ! -e /signs/$1 ]; do sleep 0.05; done; }; ";
        inro.Ok("run", "-d", "--name", "one", "-v", signs + ":/signs", "busybox", "sh", "-c", Functions + "echo a; give 1; await 2; echo c; give 3");
        inro.Ok("run", "-d", "--name", "two", "-v", signs + ":/signs", "busybox", "sh", "-c", Functions + "await 1; echo b; give 2; await 3; echo d");

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
