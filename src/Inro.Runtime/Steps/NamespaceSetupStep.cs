using System.Text;
using Inro.Linux;
using Inro.Linux.Namespaces;
using Inro.Runtime.Launch;

namespace Inro.Runtime.Steps;

/// <summary>Fills the new namespaces: session, cgroup namespace, loopback, host name.</summary>
internal sealed class NamespaceSetupStep(LaunchContext context) : ILaunchStep
{
    private const int MaxNameBytes = 64;
    private const int InterfaceUp = 0x8914; // SIOCSIFFLAGS
    private const int Internet = 2;
    private const int DatagramCloseOnExec = 2 | 0x80000;

    public string Name => "namespaces";

    /// <exception cref="RuntimeException">A name cannot be set.</exception>
    public static void Check(LaunchContext context)
    {
        CheckName(context, "hostname", context.Config.Hostname);
        CheckName(context, "domainname", context.Config.Domainname);
    }

    public void Emit(LaunchBuilder builder)
    {
        builder.Call("start session", SystemCall.Setsid, []);
        builder.Call("clear file mode mask", SystemCall.Umask, [0]);

        // Made by the process itself, which is in the container's cgroup by now: that becomes the namespace's root.
        if (context.Namespaces.Create.HasFlag(NamespaceFlags.Cgroup))
        {
            builder.Call("make cgroup namespace", SystemCall.Unshare, [(ulong)NamespaceFlags.Cgroup]);
        }

        if (context.Namespaces.Create.HasFlag(NamespaceFlags.Network)) { EmitLoopback(builder); }

        EmitName(builder, "hostname", context.Config.Hostname, SystemCall.Sethostname);
        EmitName(builder, "domainname", context.Config.Domainname, SystemCall.Setdomainname);
    }

    private static void CheckName(LaunchContext context, string field, string? name)
    {
        if (string.IsNullOrEmpty(name)) { return; }

        if (!context.Namespaces.Has(NamespaceFlags.Uts)) { throw RuntimeException.Invalid(field, "needs a UTS namespace of the container's own"); }

        if (Encoding.UTF8.GetByteCount(name) > MaxNameBytes) { throw RuntimeException.Invalid(field, "is longer than 64 bytes"); }

        if (name.Contains('\0', StringComparison.Ordinal)) { throw RuntimeException.Invalid(field, "cannot hold a zero byte"); }
    }

    private static void EmitName(LaunchBuilder b, string field, string? name, SystemCall call)
    {
        if (string.IsNullOrEmpty(name)) { return; }

        Data bytes = b.String(name);
        b.Call($"set {field}", call, [bytes, bytes.Length - 1], name);
    }

    private static void EmitLoopback(LaunchBuilder b)
    {
        Span<byte> request = stackalloc byte[40]; // struct ifreq: name, then flags
        request.Clear();
        "lo"u8.CopyTo(request);
        request[16] = 1 | 0x40; // IFF_UP | IFF_RUNNING
        Slot socket = b.NewSlot("socket");
        b.Call("open socket", SystemCall.Socket, [Internet, DatagramCloseOnExec, 0], result: socket);
        b.Call("bring up", SystemCall.Ioctl, [socket, InterfaceUp, b.Bytes(request)], "lo");
        b.Call("close socket", SystemCall.Close, [socket]);
    }
}
