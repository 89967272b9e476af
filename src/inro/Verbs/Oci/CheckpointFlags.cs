using System.Globalization;
using Inro.Runtime.Checkpoint;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Verbs.Oci;

/// <summary>Flags of checkpoint.</summary>
internal sealed class CheckpointFlags
{
    private const int NoStatus = -1;

    private int status = NoStatus;

    /// <summary>Those that restore has too.</summary>
    public CriuFlags Criu { get; } = new();

    /// <summary>An earlier pre-dump, relative to the directory of images.</summary>
    public string? ParentImages { get; private set; }

    /// <summary>Reads all flags.</summary>
    public static CheckpointFlags Read(ref OciFlags flags)
    {
        var given = new CheckpointFlags();
        while (flags.NextFlag(out string name))
        {
            if (!given.Criu.Take(name, ref flags) && !given.Take(name, ref flags)) { throw flags.Unknown(name); }
        }

        return given;
    }

    /// <summary>Refuses a parent that is not there: criu would write all of the memory without a word.</summary>
    public void CheckParent()
    {
        if (ParentImages is null) { return; }

        if (ParentImages.StartsWith('/')) { throw new OciUsageException("--parent-path must be relative"); }

        string whole = $"{Criu.Images}/{ParentImages}";
        if (!System.IO.Directory.Exists(whole)) { throw new OciUsageException($"invalid --parent-path: {whole} is no directory"); }
    }

    /// <summary>The descriptor that waits for lazy pages; closed by this program when it has told.</summary>
    public SafeFileHandle? Status()
    {
        if (status == NoStatus) { return null; }

        if (!System.IO.Path.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{status}"))) { throw new OciUsageException($"invalid --status-fd argument {status}: it is not open"); }

        return new SafeFileHandle(status, ownsHandle: true);
    }

    private bool Take(string name, ref OciFlags flags)
    {
        CheckpointOptions options = Criu.Options;
        switch (name)
        {
            case "parent-path": ParentImages = flags.Value(name) is { Length: > 0 } path ? path : null; return true;
            case "leave-running": Criu.Options = options with { LeaveRunning = flags.Switch() }; return true;
            case "tcp-skip-in-flight": Criu.Options = options with { TcpSkipInFlight = flags.Switch() }; return true;
            case "link-remap": Criu.Options = options with { LinkRemap = flags.Switch() }; return true;
            case "pre-dump": Criu.Options = options with { PreDump = flags.Switch() }; return true;
            case "status-fd": status = (int)flags.Number(name, NoStatus, int.MaxValue); return true;
            case "page-server": Criu.Options = options with { PageServer = Server(flags.Value(name)) }; return true;
            default: return false;
        }
    }

    private static CriuPageServer? Server(string text)
    {
        if (text.Length == 0) { return null; }

        int colon = text.LastIndexOf(':');
        string address = colon < 0 ? "" : text[..colon];
        if (address is ['[', .. var bare, ']']) { address = bare; }

        string number = text[(colon + 1)..];
        if (address.Length == 0 || number.Length == 0) { throw new OciUsageException("Use --page-server ADDRESS:PORT to specify page server"); }

        return ushort.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0
            ? new CriuPageServer(address, port)
            : throw new OciUsageException("Invalid port number");
    }
}
