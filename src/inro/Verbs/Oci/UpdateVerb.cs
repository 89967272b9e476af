using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Runtime;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Verbs.Oci;

/// <summary><c>update</c>: changes the limits of a container.</summary>
internal static class UpdateVerb
{
    private const int MaxResourcesBytes = 1024 * 1024;
    private const int Input = 0;

    public static int Run(OciGlobals globals, OciLog log, OciFlags flags)
    {
        var given = new UpdateFlags();
        while (flags.NextFlag(out string name))
        {
            if (!given.Take(name, ref flags)) { throw flags.Unknown(name); }
        }

        string id = flags.Id();
        using ContainerRuntime runtime = globals.Open();
        _ = runtime.State(id); // that there is no such container is said first
        LinuxResources resources = given.File is { } file ? Read(file) : given.Resources();
        if (resources.Memory is { } memory && (memory.Kernel is not (null or 0) || memory.KernelTcp is not (null or 0)))
        {
            log.Ignored("Kernel memory settings are ignored and will be removed");
            resources = resources with { Memory = memory with { Kernel = null, KernelTcp = null } };
        }

        IntelRdtConfig? caches = given.CacheControl();
        runtime.Update(id, resources);
        if (caches is not null) { runtime.Update(id, caches); }

        log.Debug($"the limits of container {id} are changed");
        return 0;
    }

    private static LinuxResources Read(string path)
    {
        if (path == "-")
        {
            using var input = new SafeFileHandle(Input, ownsHandle: false);
            return RuntimeConfigReader.ReadResources(ReadStream(input));
        }

        using SafeFileHandle file = Descriptor.Open(path, OpenFlags.Read);
        return RuntimeConfigReader.ReadResources(FileDescriptor.ReadToEnd(file, MaxResourcesBytes, path));
    }

    // Standard input may be a pipe, which has no offsets.
    private static byte[] ReadStream(SafeFileHandle input)
    {
        using var all = new MemoryStream();
        byte[] buffer = new byte[4096];
        for (int length; (length = FileDescriptor.Read(input, buffer, "standard input")) > 0;)
        {
            all.Write(buffer, 0, length);
            if (all.Length > MaxResourcesBytes) { throw new InvalidDataException($"standard input is longer than {MaxResourcesBytes} bytes"); }
        }

        return all.ToArray();
    }
}
