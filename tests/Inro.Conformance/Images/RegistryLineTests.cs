using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Xunit;

namespace Inro.Conformance.Images;

/// <summary>What lies between here and a registry: proxies, and servers that want to see a certificate.</summary>
public sealed class RegistryLineTests
{
    private const Needs Usual = Instance.Usual | Needs.Registry | Needs.Skopeo;

    [KernelTheory(Usual)]
    [InlineData("http_proxy", false)]
    [InlineData("HTTPS_PROXY", true)]
    [InlineData("all_proxy", false)]
    public void A_registry_is_asked_by_the_proxy_of_the_environment(string variable, bool isSafe)
    {
        using var registry = new TestRegistry(isSafe: isSafe);
        registry.Put(TestImages.BusyboxImage(), "box:1");
        using var proxy = new RecordingProxy(registry.Port);
        using Instance inro = Instance.Empty();
        string rules = inro.Beside("registries.conf");
        File.WriteAllText(rules, $"[[registry]]\nlocation = \"behind.test:{registry.Port}\"\ninsecure = true\n"); // a name that only the proxy knows
        string name = $"behind.test:{registry.Port}/box:1";
        ToolResult Pull(string address, string except) => Tool.Run(
            InroProcess.Binary, ["--root", inro.Root, "pull", "-q", name], TimeSpan.FromSeconds(60),
            new ToolOptions { Environment = new Dictionary<string, string> { [variable] = address, ["NO_PROXY"] = except, ["CONTAINERS_REGISTRIES_CONF"] = rules } });

        ToolResult excepted = Pull($"http://127.0.0.1:{proxy.Port}", "behind.test");
        ToolResult pulled = Pull($"http://127.0.0.1:{proxy.Port}", "");

        Assert.Equal(1, excepted.ExitCode);
        Assert.Equal(name + "\n", pulled.Ok().Output);
        Assert.Contains(proxy.FirstLines, l => l.StartsWith(isSafe ? $"CONNECT behind.test:{registry.Port} " : $"GET http://behind.test:{registry.Port}/v2/", StringComparison.Ordinal));
    }

    [KernelFact(Usual)]
    public void A_certificate_is_shown_to_a_registry_that_asks_for_one()
    {
        using var registry = new TestRegistry(isSafe: true, asksForCertificates: true);
        using Instance inro = Instance.Empty();
        string certificates = Directory.CreateDirectory(inro.Beside("certs")).FullName;
        File.Copy(registry.Authority, certificates + "/ca.crt");
        File.Copy(registry.ClientCertificate, certificates + "/client.cert");
        File.Copy(Path.ChangeExtension(registry.ClientCertificate, ".key"), certificates + "/client.key");
        string archive = TestImages.Busybox(inro.Beside("box.tar"));
        Tool.Run("skopeo", ["copy", "-q", "--dest-cert-dir", certificates, $"oci-archive:{archive}", $"docker://{registry.Host}/box:1"], TimeSpan.FromSeconds(60)).Ok();
        string home = Directory.CreateDirectory($"{inro.Beside("home")}/.config/containers/certs.d/{registry.Host}").FullName;
        ToolResult Pull() => Tool.Run(
            InroProcess.Binary, ["--root", inro.Root, "pull", "-q", registry.Host + "/box:1"], TimeSpan.FromSeconds(60),
            new ToolOptions { Environment = new Dictionary<string, string> { ["HOME"] = inro.Beside("home") } });

        ToolResult without = Pull();
        foreach (string file in Directory.GetFiles(certificates)) { File.Copy(file, home + "/" + Path.GetFileName(file)); }

        ToolResult keyless = Without(home + "/client.key", Pull);
        ToolResult with = Pull();

        Assert.Equal(1, without.ExitCode);
        Assert.Contains("no key", keyless.Error, StringComparison.Ordinal);
        Assert.Equal(registry.Host + "/box:1\n", with.Ok().Output);
    }

    private static ToolResult Without(string file, Func<ToolResult> run)
    {
        File.Move(file, file + ".away");
        try { return run(); }
        finally { File.Move(file + ".away", file); }
    }
}
