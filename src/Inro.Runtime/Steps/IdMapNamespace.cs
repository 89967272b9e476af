using System.Globalization;
using Inro.Linux.Files;
using Inro.Linux.Namespaces;
using Inro.Runtime.IdMaps;
using Inro.Runtime.Launch;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Steps;

/// <summary>Makes a user namespace that nobody lives in: idmapped mounts and the container's process share it.</summary>
internal static class IdMapNamespace
{
    /// <summary>Makes it and returns its descriptor; the namespace lives as long as that.</summary>
    /// <param name="runner">Starts a process that lives in it for a moment.</param>
    /// <param name="users">Must pass <see cref="IdMapWriter.Check"/>.</param>
    /// <param name="groups">Likewise.</param>
    public static SafeFileHandle Create(LaunchRunner runner, IReadOnlyList<IdMapping> users, IReadOnlyList<IdMapping> groups)
    {
        SafeFileHandle? made = null;
        using var builder = new LaunchBuilder();
        builder.Clone("clone with a new user namespace", (ulong)NamespaceFlags.User);
        builder.Sync("write id maps", exchange =>
        {
            IdMapWriter.Write(exchange.Pid, users, groups, privileged: true);
            made = Inro.Linux.Descriptors.Descriptor.Open(
                string.Create(CultureInfo.InvariantCulture, $"/proc/{exchange.Pid}/ns/user"), OpenFlags.Read);
        });
        using LaunchProgram program = builder.Build();
        try
        {
            runner.Run(program, new LaunchOptions());
            return made ?? throw new InvalidOperationException("the user namespace was not opened");
        }
        catch
        {
            made?.Dispose();
            throw;
        }
    }
}
