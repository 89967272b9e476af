namespace Inro.KernelTests.Harness;

/// <summary>Runs the published program, the way a user's shell would.</summary>
public static class InroProcess
{
    /// <summary>How long a command may take when a test does not say.</summary>
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(30);

    /// <summary>The program under test: INRO_BINARY, or artifacts/bin/inro of the working tree.</summary>
    public static string Binary { get; } =
        Environment.GetEnvironmentVariable("INRO_BINARY") is { Length: > 0 } path ? Path.GetFullPath(path)
        : Path.Combine(FindTree() ?? "/nonexistent", "artifacts", "bin", "inro");

    /// <summary>The same file under the name that makes it an OCI runtime.</summary>
    public static string OciBinary { get; } = Path.Combine(Path.GetDirectoryName(Binary)!, "inro-oci");

    /// <summary>Where dockerd and containerd are unpacked, as in a file system of their own.</summary>
    public static string Clients { get; } = Path.Combine(FindTree() ?? "/nonexistent", "artifacts", "clients");

    /// <summary>Runs <c>inro ARGUMENTS…</c> and waits for it.</summary>
    /// <exception cref="TimeoutException">It did not end in time; its process group was killed.</exception>
    public static ToolResult Run(IReadOnlyList<string> arguments, byte[]? input = null, TimeSpan? timeout = null, IReadOnlyDictionary<string, string>? environment = null) =>
        Tool.Run(Binary, arguments, timeout ?? DefaultDeadline, new ToolOptions { Input = input, Environment = environment });

    /// <summary>Runs <c>inro-oci ARGUMENTS…</c> and waits for it.</summary>
    /// <exception cref="TimeoutException">It did not end in time; its process group was killed.</exception>
    public static ToolResult RunOci(IReadOnlyList<string> arguments, byte[]? input = null, TimeSpan? timeout = null, string? workingDirectory = null) =>
        Tool.Run(OciBinary, arguments, timeout ?? DefaultDeadline, new ToolOptions { Input = input, WorkingDirectory = workingDirectory });

    private static string? FindTree()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
        {
            if (File.Exists(Path.Combine(d.FullName, "Inro.slnx"))) { return d.FullName; }
        }

        return null;
    }
}
