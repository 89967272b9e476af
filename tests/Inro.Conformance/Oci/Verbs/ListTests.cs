using System.Text.Json;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Oci.Verbs;

public sealed class ListTests
{
    [KernelFact(Bundle.Usual)]
    public void Nothing_is_a_heading_null_or_nothing()
    {
        using var bundle = new Bundle();

        Assert.Equal("ID          PID         STATUS      BUNDLE      CREATED     OWNER\n", bundle.Oci("list").Ok().Output);
        Assert.Equal("null\n", bundle.Oci("list", "-f", "json").Ok().Output);
        Assert.Equal("", bundle.Oci("list", "--quiet").Ok().Output);
    }

    [KernelFact(Bundle.Usual)]
    public void A_container_is_listed_in_each_form()
    {
        using Bundle bundle = BundleVerbs.Sleeping();

        JsonElement listed = Assert.Single(JsonDocument.Parse(bundle.Oci("list", "--format", "json").Ok().Output).RootElement.EnumerateArray());
        Assert.Equal(bundle.Id, listed.GetProperty("id").GetString());
        Assert.Equal("running", listed.GetProperty("status").GetString());
        Assert.Equal("root", listed.GetProperty("owner").GetString());
        Assert.Equal(bundle.Path, listed.GetProperty("bundle").GetString());
        Assert.Equal(bundle.State("pid"), listed.GetProperty("pid").ToString());
        Assert.Equal(bundle.Id + "\n", bundle.Oci("list", "-q", "-f", "json").Ok().Output);
        string row = bundle.Oci("list").Ok().Output.Split('\n')[1];
        Assert.Equal([bundle.Id, bundle.State("pid"), "running", bundle.Path], row.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..4]);
    }

    [KernelFact(Bundle.Usual)]
    public void Another_form_is_refused()
    {
        using var bundle = new Bundle();

        bundle.Refuses(1, "invalid format option", "list", "--format", "xml");
    }

    [KernelFact(Bundle.Usual)]
    public void Processes_are_numbers_or_lines_of_the_hosts_ps()
    {
        using Bundle bundle = BundleVerbs.Sleeping();
        Assert.SkipUnless(Machine.FindTool("ps") is not null, "needs ps");
        string pid = bundle.State("pid");

        Assert.Equal($"[{pid}]\n", bundle.Oci("ps", "-f", "json", bundle.Id).Ok().Output);
        string[] table = bundle.Oci("ps", bundle.Id).Ok().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, table.Length);
        Assert.StartsWith("UID ", table[0], StringComparison.Ordinal);
        Assert.Contains("sleep 600", table[1], StringComparison.Ordinal);
        Assert.Equal(["PID", "COMMAND", pid, "sleep"], bundle.Oci("ps", bundle.Id, "-eo", "pid,comm").Ok().Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
    }

    [KernelFact(Bundle.Usual)]
    public void What_ps_refuses_is_refused()
    {
        using Bundle bundle = BundleVerbs.Sleeping();
        Assert.SkipUnless(Machine.FindTool("ps") is not null, "needs ps");

        bundle.Refuses(1, "ps ended with", "ps", bundle.Id, "--no-such-option");
        bundle.Refuses(1, "couldn't find PID field in ps output", "ps", bundle.Id, "-eo", "comm");
        bundle.Refuses(1, "invalid format option", "ps", "-f", "yaml", bundle.Id);
    }

    [KernelFact(Bundle.Usual)]
    public void A_container_that_has_ended_has_no_processes()
    {
        using var bundle = new Bundle();
        bundle.Script("exit 0");
        bundle.Detach().Ok();
        bundle.WaitForStatus("stopped");

        Assert.Equal("null\n", bundle.Oci("ps", "-f", "json", bundle.Id).Ok().Output);
    }
}
