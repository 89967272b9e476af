using System.Text.Json;
using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;

namespace Inro.Conformance.Oci.Verbs;

/// <summary>What tests of verbs do with a bundle again and again.</summary>
internal static class BundleVerbs
{
    /// <summary>A container that sleeps beside the test.</summary>
    public static Bundle Sleeping(Action<Bundle>? prepare = null)
    {
        var bundle = new Bundle();
        try
        {
            bundle.Script("exec sleep 600");
            prepare?.Invoke(bundle);
            bundle.Detach().Ok();
            return bundle;
        }
        catch
        {
            bundle.Dispose();
            throw;
        }
    }

    /// <summary>One of the words of <c>state</c>.</summary>
    public static string State(this Bundle bundle, string name) =>
        JsonDocument.Parse(bundle.Oci("state", bundle.Id).Ok().Output).RootElement.GetProperty(name).ToString();

    /// <summary>Waits for a status.</summary>
    public static void WaitForStatus(this Bundle bundle, string status) =>
        Instance.WaitFor(() => bundle.State("status") == status, $"the container does not become {status}");

    /// <summary>Fails unless the verb is refused with a status and a text.</summary>
    public static void Refuses(this Bundle bundle, int status, string text, params string[] arguments)
    {
        ToolResult result = bundle.Oci(arguments);

        Xunit.Assert.Contains(text, result.Error, StringComparison.Ordinal);
        Xunit.Assert.Equal(status, result.ExitCode);
    }

    /// <summary>The directory of the container's cgroup in the tree that governs a controller.</summary>
    public static string Cgroup(this Bundle bundle, string controller)
    {
        int pid = int.Parse(bundle.State("pid"), System.Globalization.CultureInfo.InvariantCulture);
        foreach (string line in File.ReadLines($"/proc/{pid}/cgroup"))
        {
            string[] parts = line.Split(':', 3);
            if (parts[1].Split(',').Contains(controller, StringComparer.Ordinal)) { return $"/sys/fs/cgroup/{controller}{parts[2]}"; }
        }

        return "/sys/fs/cgroup" + File.ReadAllText($"/proc/{pid}/cgroup").Trim()["0::".Length..];
    }

    /// <summary>Whether a controller is governed by a v1 tree.</summary>
    public static bool IsLegacy(string controller) => MountTable.Read().Any(m => m.FileSystem == "cgroup" && Path.GetFileName(m.Target).Split(',').Contains(controller, StringComparer.Ordinal));
}
