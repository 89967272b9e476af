using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;

namespace Inro.Conformance.Storage;

/// <summary>Somebody with a store of their own, root or not, whose configuration names a kind of snapshot.</summary>
internal sealed class StorageOwner : IDisposable
{
    private readonly Instance? instance;
    private readonly OrdinaryUser? user;
    private readonly TempDir directory = TempDir.Create();

    /// <param name="isRoot">Else an ordinary user.</param>
    /// <param name="driver">As config.toml says it; null: it says nothing.</param>
    public StorageOwner(bool isRoot, string? driver)
    {
        if (isRoot) { instance = Instance.Empty(); }
        else { user = OrdinaryUser.Create(new UserChoices { HasFuse = driver == "fuse-overlayfs" }); }

        Configure(driver);
    }

    /// <summary>The store's directory.</summary>
    public string Root => instance?.Root ?? user!.Home + "/.local/share/inro"; // one of the two is there

    /// <summary>Where an ordinary user sees the program.</summary>
    public string Program => user!.Program;

    /// <summary>What exists now.</summary>
    public string RunDirectory => instance is null ? user!.RuntimeDirectory + "/inro" : instance.Root + "/run";

    /// <summary>Names another kind.</summary>
    public void Configure(string? driver)
    {
        string file = instance is null ? user!.Home + "/.config/inro/config.toml" : directory / "config.toml";
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, driver is null ? "" : $"[storage]\ndriver = \"{driver}\"\n");
        instance?.Environment["INRO_CONFIG"] = file;
    }

    public ToolResult Run(params string[] arguments) => instance?.Run(arguments) ?? user!.Run(arguments);

    /// <summary>The same with something on standard input.</summary>
    public ToolResult Feed(byte[] input, params string[] arguments) => instance is null
        ? user!.Feed(input, arguments)
        : InroProcess.Run(["--root", instance.Root, .. arguments], input, environment: instance.Environment);

    public string Ok(params string[] arguments) => Run(arguments).Ok().Output;

    public void Load(TestImage image)
    {
        string archive = directory / "image.tar";
        image.WriteLayout(archive);
        File.SetUnixFileMode(directory.Path, (UnixFileMode)0x1ED); // 0755: the user reads it
        File.SetUnixFileMode(archive, (UnixFileMode)0x1A4);
        Ok("load", "-i", archive);
    }

    /// <summary>Directories of all snapshots.</summary>
    public string[] Snapshots() => [.. Directory.EnumerateDirectories(Root + "/snapshots").Order(StringComparer.Ordinal)];

    /// <summary>Pids of the processes that show this store's layers.</summary>
    public IReadOnlyList<int> Servers() =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(static d => int.TryParse(Path.GetFileName(d), out int pid) ? pid : 0).Where(pid => pid > 0 && IsServer(pid)),
    ];

    // its fourth descriptor is the directory of the layers
    private bool IsServer(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").StartsWith("fuse-overlay", StringComparison.Ordinal)
                && File.ResolveLinkTarget($"/proc/{pid}/fd/4", returnFinalTarget: false)?.FullName.StartsWith(Root + "/", StringComparison.Ordinal) == true;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException) { return false; }
    }

    /// <summary>The pid of a container's shim.</summary>
    public int ShimOf(string id)
    {
        using System.Text.Json.JsonDocument status = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes($"{RunDirectory}/containers/{id}/status.json"));
        return status.RootElement.GetProperty("shimPid").GetInt32();
    }

    /// <summary>A program of the host's that looks into a running container as its owner.</summary>
    public ToolResult LookInto(string id, string program, params string[] arguments)
    {
        string pid = Ok("inspect", "--format", "{{.State.Pid}}", id).Trim();
        string[] all = [program, .. arguments[..^1], $"/proc/{pid}/root{arguments[^1]}"];
        return instance is null ? Tool.Run("nsenter", ["-t", pid, "-U", .. all], TimeSpan.FromSeconds(10)) : Tool.Run(program, all[1..], TimeSpan.FromSeconds(10));
    }

    public void Dispose()
    {
        try
        {
            instance?.Dispose();
            user?.Dispose();
        }
        finally { directory.Dispose(); }
    }
}
