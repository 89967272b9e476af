using System.Globalization;
using Inro.Linux;
using Inro.Linux.Mounts;
using Inro.Linux.Namespaces;
using Inro.Linux.Processes;
using Inro.Runtime.Launch;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Steps;

/// <summary>What needs the host's credentials and is inherited by the clone: the out-of-memory preference and the clocks of a time namespace.</summary>
internal sealed class BeforeCloneStep(LaunchContext context) : ILaunchStep
{
    private const int WriteCloseOnExec = 0x80001;
    private const int NotDumpable = 0;
    private const int SetDumpable = 4;

    public string Name => "before the clone";

    public void Emit(LaunchBuilder builder)
    {
        // Nobody who shares a pid namespace with us may look into this process or take its descriptors (CVE-2016-9962).
        // newuidmap asks who owns the process, and the owner of one that cannot be dumped is root.
        if (context.IsPrivileged) { EmitNotDumpable(builder); }

        EmitOutOfMemory(builder, context.Config.Process?.OomScoreAdj, context.Request.Warn);
        if (context.Namespaces.Create.HasFlag(NamespaceFlags.Time)) { EmitTime(builder); }
    }

    public static void EmitNotDumpable(LaunchBuilder builder) =>
        builder.Call("hide this process from others", SystemCall.Prctl, [SetDumpable, NotDumpable, 0, 0, 0]);

    /// <summary>Writes the preference, unless it is what we have. Without CAP_SYS_RESOURCE it cannot be lowered; it is only advice, so that is no failure.</summary>
    public static void EmitOutOfMemory(LaunchBuilder builder, int? wanted, Action<string>? warn)
    {
        if (wanted is not { } score) { return; }

        Span<byte> text = stackalloc byte[16];
        int length = ProcFile.Read("/proc/self/oom_score_adj", text);
        if (length > 0 && int.TryParse(text[..length].TrimEnd((byte)'\n'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int own))
        {
            if (own == score) { return; }

            if (score < own) { warn?.Invoke($"oom_score_adj {score} is below this process's own {own}: without CAP_SYS_RESOURCE it stays {own}"); }
        }

        Slot file = builder.NewSlot("oom_score_adj");
        builder.Call("open", SystemCall.Openat, [MountCalls.CurrentDirectory, "/proc/self/oom_score_adj", WriteCloseOnExec], "/proc/self/oom_score_adj", file);
        Data value = builder.String(score.ToString(CultureInfo.InvariantCulture));
        builder.Call("set out-of-memory preference", SystemCall.Write, [file, value, value.Length - 1], "oom_score_adj", tolerate: [Errno.EACCES, Errno.EPERM]);
    }

    private void EmitTime(LaunchBuilder b)
    {
        b.Call("make time namespace", SystemCall.Unshare, [(ulong)NamespaceFlags.Time]);
        if (context.Linux.TimeOffsets is not { } offsets) { return; }

        Slot file = b.NewSlot("timens_offsets");
        b.Call("open", SystemCall.Openat, [MountCalls.CurrentDirectory, "/proc/self/timens_offsets", WriteCloseOnExec], "/proc/self/timens_offsets", file);
        Write(b, file, "monotonic", offsets.Monotonic);
        Write(b, file, "boottime", offsets.Boottime);
    }

    private static void Write(LaunchBuilder b, Slot file, string clock, TimeOffset? offset)
    {
        if (offset is null) { return; }

        Data line = b.String(string.Create(CultureInfo.InvariantCulture, $"{clock} {offset.Seconds} {offset.Nanoseconds}\n"));
        b.Call("shift clock", SystemCall.Write, [file, line, line.Length - 1], clock);
    }
}
