using Inro.KernelTests.Harness;

namespace Inro.Conformance.Oci;

/// <summary>A program that runs bundles: ours, and those that it is compared with.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Release">Part of what its <c>--version</c> prints: what is known of it is known of this build.</param>
/// <param name="Command">The program, what it is run by, and flags before the command.</param>
/// <param name="OciVersion">Newest version of the specification that it takes; null takes what the bundle has.</param>
internal sealed record OciRuntime(string Name, string Release, IReadOnlyList<string> Command, string? OciVersion = null)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly Lazy<ToolResult> plain = new(() => RunPlain(new(Name, Release, Command, OciVersion)));
    private readonly Lazy<string?> whyNot = new(() => Missing(Command[^1].StartsWith('-') ? Command[^2] : Command[^1], Name, Release));

    /// <summary>The program under test.</summary>
    public static OciRuntime Inro { get; } = new("inro-oci", "", [InroProcess.OciBinary]);

    /// <summary>Debian 12's runc.</summary>
    public static OciRuntime Runc { get; } = new("runc", "1.1.5+ds1-1+deb12u1", ["runc"]);

    /// <summary>Debian 12's crun. It refuses to start where a v2 tree with controllers stands beside v1, so that tree is taken away in a mount namespace.</summary>
    public static OciRuntime Crun { get; } = new("crun", "crun version 1.8.1\n",
        ["unshare", "-m", "sh", "-c", "umount /sys/fs/cgroup/unified 2>/dev/null; exec \"$@\"", "sh", "crun", "--cgroup-manager=disabled"], "1.0.2");

    /// <summary>Why nothing can be said of it here; null when it is there and is the build that is known.</summary>
    public string? WhyNot => whyNot.Value;

    /// <summary>A runtime that starts nothing gives nothing to an attack either: so it has to run a plain bundle first.</summary>
    public void RequireWorking() => plain.Value.Ok();

    private static ToolResult RunPlain(OciRuntime runtime)
    {
        using var bundle = new Bundle { Runtime = runtime };
        return bundle.Run();
    }

    private static string? Missing(string program, string name, string release)
    {
        if (Machine.FindTool(program) is not { } path) { return $"needs {name}"; }

        return Tool.Run(path, ["--version"], Deadline).Output.Contains(release, StringComparison.Ordinal) ? null : $"needs {name} {release.Trim()}, of which it is known what it does";
    }
}
