using System.Globalization;
using Inro.Linux;
using Inro.Linux.Sockets;
using Inro.Runtime.Launch;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Verbs.Oci;

/// <summary>Flags that create, run and exec share.</summary>
internal sealed class OciLaunchFlags
{
    private const int MaxPreserved = 1024;

    private string? pidFile;
    private string? processReceiver;
    private int preserve;

    public string? Bundle { get; private set; }

    public string? ConsoleSocket { get; private set; }

    public bool NoPivot { get; private set; }

    public bool NoNewKeyring { get; private set; }

    public bool Detach { get; private set; }

    public bool Keep { get; private set; }

    /// <summary>A fault for tests of this program.</summary>
    public LaunchFault? Fault { get; private set; }

    public ExecFlags Exec { get; } = new();

    public static OciLaunchFlags Read(ref OciFlags flags, bool isExec)
    {
        var launch = new OciLaunchFlags();
        while (flags.NextFlag(out string name))
        {
            if (!launch.Take(name, ref flags) && !(isExec ? launch.Exec.Take(name, ref flags) : launch.TakeCreate(name, ref flags))) { throw flags.Unknown(name); }
        }

        return launch;
    }

    /// <summary>Refuses a terminal that nobody would hold, and a socket without one.</summary>
    public void CheckTerminal(bool terminal, bool attached)
    {
        if (terminal && !attached && ConsoleSocket is null) { throw new OciUsageException("cannot allocate tty if inro-oci will detach without setting console socket"); }

        if (!terminal && ConsoleSocket is not null) { throw new OciUsageException("cannot use console socket if inro-oci will not detach or allocate tty"); }
    }

    /// <summary>The caller's descriptors from 3 upwards that the program gets; they stay open in this process.</summary>
    /// <param name="listened">How many sockets stand before those that a flag preserves.</param>
    public IReadOnlyList<SafeFileHandle> PreservedDescriptors(int listened)
    {
        int count = listened + preserve;
        var descriptors = new List<SafeFileHandle>(count);
        for (int i = 0; i < count; i++)
        {
            int number = SocketActivation.FirstDescriptor + i;
            if (!System.IO.Path.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{number}")))
            {
                throw new OciUsageException($"descriptor {number} is to be preserved, and is not open");
            }

            descriptors.Add(new SafeFileHandle(number, ownsHandle: false));
        }

        return descriptors;
    }

    /// <summary>Connects to the socket that wants a descriptor of the process; null where none was asked for.</summary>
    public SeqPacketSocket? ConnectProcessReceiver() => processReceiver is null ? null : SeqPacketSocket.ConnectStream(processReceiver);

    public void WritePidFile(int pid)
    {
        if (pidFile is null) { return; }

        string temporary = System.IO.Path.Join(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(pidFile)), "." + System.IO.Path.GetFileName(pidFile));
        System.IO.File.WriteAllText(temporary, pid.ToString(CultureInfo.InvariantCulture));
        System.IO.File.Move(temporary, pidFile, overwrite: true);
    }

    private bool Take(string name, ref OciFlags flags)
    {
        switch (name)
        {
            case "console-socket": ConsoleSocket = flags.Value(name); return true;
            case "pidfd-socket": processReceiver = flags.Value(name); return true;
            case "pid-file": pidFile = flags.Value(name); return true;
            case "preserve-fds": preserve = (int)flags.Number(name, 0, MaxPreserved); return true;
            case "d" or "detach": Detach = flags.Switch(); return true;
            case "fault": Fault = ParseFault(flags.Value(name)); return true;
            default: return false;
        }
    }

    private bool TakeCreate(string name, ref OciFlags flags)
    {
        switch (name)
        {
            case "b" or "bundle": Bundle = flags.Value(name); return true;
            case "no-pivot": NoPivot = flags.Switch(); return true;
            case "no-new-keyring": NoNewKeyring = flags.Switch(); return true;
            case "keep": Keep = flags.Switch(); return true;
            case "no-subreaper": return true;
            default: return false;
        }
    }

    /// <summary>Takes one flag of those that restore has too; false if it is none.</summary>
    public bool TakeRestore(string name, ref OciFlags flags) =>
        name is "console-socket" or "pid-file" or "d" or "detach" ? Take(name, ref flags) : name is "b" or "bundle" or "no-pivot" or "no-subreaper" && TakeCreate(name, ref flags);

    private static LaunchFault ParseFault(string text)
    {
        string[] parts = text.Split(':');
        int operation = Number("fault", parts[0], 1, 16384);
        return parts is [_, "kill"] ? LaunchFault.Kill(operation) : LaunchFault.Fail(operation, Errno.EIO);
    }

    private static int Number(string flag, string text, int lowest, int highest) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= lowest && number <= highest
            ? number
            : throw new OciUsageException($"invalid value \"{text}\" for flag --{flag}");
}
