using System.Buffers.Binary;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Runtime.Launch;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Steps;

/// <summary>Makes a pseudo terminal inside the container and puts it on /dev/console. Everything by descriptor: an image may have planted links.</summary>
/// <remarks>See ioctl_tty(2) and pts(4).</remarks>
internal sealed class TerminalStep(LaunchContext context, ProcessConfig process) : ILaunchStep
{
    private const int SetLock = 0x40045431; // TIOCSPTLCK
    private const int GetPeer = 0x5441; // TIOCGPTPEER
    private const int SetWindowSize = 0x5414; // TIOCSWINSZ
    private const int OpenFlagsOfPeer = 2 | 0x100 | 0x80000; // O_RDWR | O_NOCTTY | O_CLOEXEC
    private const uint ConsoleMode = 0x8000 | 0x190; // a regular file, 0620

    public string Name => "terminal";

    public void Emit(LaunchBuilder builder)
    {
        Slot master = builder.NewSlot("terminal master");
        if (context.MountUnder("/dev/pts") is { Path: "/dev/pts", Type: "devpts" } pts)
        {
            builder.OpenStrictly(pts.Mount, "ptmx", OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal, master, "open terminal");
        }
        else { EmitOpenByPath(builder, master); }

        EmitPair(builder, master);
        EmitConsole(builder);
    }

    /// <summary>Opens the terminal of a container whose mounts are not ours, and makes sure that it is one.</summary>
    public void EmitOpenByPath(LaunchBuilder builder, Slot master) =>
        builder.OpenInside(context.Root, "/dev/pts/ptmx", OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal, master, ResolveFlags.NoSymlinks, label: "open terminal");

    /// <summary>The other end, unlocked, sized and given to the process's user. The first ioctl fails on what is no terminal.</summary>
    public void EmitPair(LaunchBuilder builder, Slot master)
    {
        Slot slave = builder.NewSlot("terminal");
        builder.Call("unlock terminal", SystemCall.Ioctl, [master, SetLock, builder.Reserve(sizeof(int))]);
        builder.Call("open the other end of the terminal", SystemCall.Ioctl, [master, GetPeer, OpenFlagsOfPeer], result: slave);
        if (process.ConsoleSize is { Height: > 0, Width: > 0 } size)
        {
            Span<byte> window = stackalloc byte[8];
            window.Clear();
            BinaryPrimitives.WriteUInt16LittleEndian(window, (ushort)Math.Min(size.Height, ushort.MaxValue));
            BinaryPrimitives.WriteUInt16LittleEndian(window[2..], (ushort)Math.Min(size.Width, ushort.MaxValue));
            builder.Call("set window size", SystemCall.Ioctl, [slave, SetWindowSize, builder.Bytes(window)]);
        }

        if (process.User.Uid != 0) { builder.Call("give terminal to the user", SystemCall.Fchown, [slave, process.User.Uid, uint.MaxValue]); }

        context.TerminalMaster = master;
        context.TerminalSlave = slave;
    }

    private void EmitConsole(LaunchBuilder b)
    {
        Slot slave = context.TerminalSlave!.Value; // EmitPair set it
        Slot dev = context.Parent(b, ["dev", "console"]);
        Slot console = b.NewSlot("console");
        Slot mount = b.NewSlot("terminal's mount");
        b.MakeNode(dev, "console", ConsoleMode, subject: "/dev/console");
        b.OpenInside(dev, "console", OpenFlags.PathOnly | OpenFlags.NoFollow, console, ResolveFlags.NoSymlinks, label: "open");
        b.CloneTree(slave, mount, recursive: false, "terminal");
        b.Attach(mount, new MountTarget(console, ""), "/dev/console");
    }
}

/// <summary>Makes the terminal the process's own: controlling terminal, standard input, output and error.</summary>
internal sealed class TerminalStdioStep(LaunchContext context) : ILaunchStep
{
    private const int SetControlling = 0x540E; // TIOCSCTTY

    public string Name => "terminal";

    public void Emit(LaunchBuilder builder)
    {
        if (context.TerminalSlave is not { } slave) { return; }

        builder.Call("take controlling terminal", SystemCall.Ioctl, [slave, SetControlling, 0]);
        for (int number = 0; number < 3; number++)
        {
            builder.Call("put terminal on descriptor", SystemCall.Dup3, [slave, number, 0], number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
