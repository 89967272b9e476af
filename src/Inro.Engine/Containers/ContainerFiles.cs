using System.Text;
using Inro.Engine.Containers.Compose;
using Inro.Engine.Health;
using Inro.Engine.Shim;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Spec.Runtime;

namespace Inro.Engine.Containers;

/// <summary>The directories of a container: its bundle and its run directory.</summary>
internal sealed class ContainerFiles(InstancePaths paths)
{
    /// <summary>The program of <c>--init</c> in a bundle.</summary>
    public const string InitName = "init";

    private const string RuntimeConfigName = "config.json";
    private const uint ReadableMode = 0x1A4; // 0644
    private const uint ProgramMode = 0x1ED; // 0755
    private const uint PrivateMode = 0x180; // 0600

    /// <summary>Makes the bundle's directory.</summary>
    public void MakeBundle(string id) => Directory.CreateDirectory(paths.Bundle(id), UnixMode.Passable);

    /// <summary>Writes what a shim needs to prepare a start. Derived from the row like all that a start needs: nothing here must outlive a power cut.</summary>
    public void WriteShimConfig(string id, ReadOnlySpan<byte> shim)
    {
        using DirFd bundle = OpenBundle(id);
        Write(bundle, ShimConfig.FileName, shim, PrivateMode);
    }

    /// <summary>Writes what a start needs besides.</summary>
    public void WriteBundle(string id, ComposedContainer composed, bool hasInit)
    {
        using DirFd bundle = OpenBundle(id);
        if (hasInit) { Write(bundle, InitName, InitProgram.Bytes, ProgramMode); }

        if (composed.Health is { } health) { Write(bundle, HealthPlan.FileName, health.Encode(), PrivateMode); }
        else { bundle.RemoveFile(HealthPlan.FileName); }

        foreach (BundleFile file in composed.Files) { Write(bundle, file.Name, Encoding.UTF8.GetBytes(file.Content), ReadableMode); }

        Write(bundle, RuntimeConfigName, RuntimeConfigWriter.Write(composed.Config), PrivateMode);
    }

    /// <summary>Removes the bundle.</summary>
    public void RemoveBundle(string id) => RemoveTree(paths.Containers, id);

    /// <summary>Removes what was there while it ran.</summary>
    public void RemoveRun(string id)
    {
        RemoveTree(paths.Run + "/containers", id);
        RemoveTree(paths.Execs, id);
        RemoveRuntimeState(id);
    }

    /// <summary>Removes the runtime's note of a container that has ended; its shim does that, unless it was killed.</summary>
    public void RemoveRuntimeState(string id) => RemoveTree(paths.RuntimeState, id);

    private static void RemoveTree(string parent, string name)
    {
        if (!Directory.Exists(parent)) { return; }

        using DirFd directory = DirFd.Open(parent);
        directory.RemoveTree(name);
    }

    private DirFd OpenBundle(string id)
    {
        if (!Directory.Exists(paths.Bundle(id))) { MakeBundle(id); }

        return DirFd.Open(paths.Bundle(id));
    }

    private static void Write(DirFd bundle, string name, ReadOnlySpan<byte> content, uint mode)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle file =
            bundle.OpenInside(name, OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate | OpenFlags.NoFollow, mode);
        FileDescriptor.WriteAll(file, content, name);
    }
}
