using System.Globalization;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Namespaces;
using Inro.Linux.Processes;
using Inro.Runtime.Steps;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Checkpoint;

/// <summary>Namespaces that a container joins instead of having its own: they are not dumped, and must be there when it is restored.</summary>
internal static class ExternalNamespaces
{
    /// <summary>In criu's words, for a dump: a network or a pid namespace by its number, with the name under which a restore finds it.</summary>
    public static IReadOnlyList<string> ForDump(IReadOnlyList<NamespaceConfig> namespaces, CriuProgram criu)
    {
        var external = new List<string>();
        foreach ((NamespaceFlags kind, string path) in NamespacePlan.Make(namespaces).Join)
        {
            if (Key(kind) is not { } key) { continue; }

            Require(criu, kind);
            using SafeFileHandle file = Open(kind, path);
            external.Add(string.Create(CultureInfo.InvariantCulture, $"{Kind(kind)}[{FileDescriptor.Status(file, path).Inode}]:{key}"));
        }

        return external;
    }

    /// <summary>For a restore: those that criu gets as descriptors.</summary>
    /// <param name="first">criu's number of the first.</param>
    public static IReadOnlyList<(string Key, SpawnDescriptor Descriptor)> Inherited(IReadOnlyList<NamespaceConfig> namespaces, CriuProgram criu, int first)
    {
        var inherited = new List<(string, SpawnDescriptor)>();
        foreach ((NamespaceFlags kind, string path) in NamespacePlan.Make(namespaces).Join)
        {
            if (Key(kind) is not { } key) { continue; }

            Require(criu, kind);
            inherited.Add((key, new SpawnDescriptor(first + inherited.Count, Open(kind, path))));
        }

        return inherited;
    }

    /// <summary>For a restore: those that criu joins by their paths.</summary>
    /// <exception cref="RuntimeException">criu cannot join such a one.</exception>
    public static IReadOnlyList<(string Kind, string Path)> Joined(IReadOnlyList<NamespaceConfig> namespaces)
    {
        var joined = new List<(string, string)>();
        foreach ((NamespaceFlags kind, string path) in NamespacePlan.Make(namespaces).Join)
        {
            if (Key(kind) is not null) { continue; }

            if (kind is NamespaceFlags.Cgroup or NamespaceFlags.Mount)
            {
                throw RuntimeException.Invalid("linux.namespaces", $"a container cannot be restored into a {NamespacePlan.Name(kind)} namespace that is there already", "give it one of its own");
            }

            joined.Add((Kind(kind), path));
        }

        return joined;
    }

    private static string? Key(NamespaceFlags kind) => kind switch
    {
        NamespaceFlags.Network => "extRootNetNS",
        NamespaceFlags.Pid => "extRootPidNS",
        _ => null,
    };

    private static string Kind(NamespaceFlags kind) => kind == NamespaceFlags.Network ? "net" : NamespacePlan.Name(kind);

    private static void Require(CriuProgram criu, NamespaceFlags kind) =>
        criu.Require(kind == NamespaceFlags.Network ? CriuProgram.ExternalNetworkVersion : CriuProgram.ExternalPidVersion, $"a {NamespacePlan.Name(kind)} namespace that is joined");

    private static SafeFileHandle Open(NamespaceFlags kind, string path)
    {
        try { return Descriptor.Open(path, OpenFlags.Read | OpenFlags.NonBlocking); }
        catch (Inro.Linux.LinuxException e)
        {
            throw RuntimeException.Invalid("linux.namespaces", $"the {NamespacePlan.Name(kind)} namespace {path} must be there: {e.Message}");
        }
    }
}
