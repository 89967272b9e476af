using Inro.Linux;
using Inro.Linux.Mounts;
using Inro.Runtime.Exec;
using Inro.Runtime.Launch;
using Inro.Runtime.Resources;

namespace Inro.Runtime.Steps;

/// <summary>Looks whether the program can be executed, as the user who will, and tells the host that the process is ready: 126 and 127 are decided here, before the gate.</summary>
internal sealed class ProgramCheckStep(LaunchContext context, ProgramSearch search, Action<SyncExchange> ready) : ILaunchStep
{
    private const int ExecuteAccess = 1;
    private const int EffectiveAccess = 0x200;
    private const int ReadNonBlocking = 0x80800;

    public string Name => "program";

    public void Emit(LaunchBuilder builder)
    {
        Slot found = builder.NewSlot("program found");
        Slot file = builder.NewSlot("program");
        Slot length = builder.NewSlot("length");
        Data report = builder.Reserve(ProgramSearch.ReportBytes);
        builder.Put(report, ProgramSearch.NotSet);
        builder.Put(report.At(8), ProgramSearch.NotSet);
        foreach (string candidate in search.Candidates)
        {
            builder.Call("look for", SystemCall.Faccessat2, [MountCalls.CurrentDirectory, candidate, ExecuteAccess, EffectiveAccess], candidate, found,
                [Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES, Errno.ELOOP], Condition.IfNotSet(found));
            builder.Call("open", SystemCall.Openat, [MountCalls.CurrentDirectory, candidate, ReadNonBlocking], candidate, file,
                [Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES, Errno.ELOOP], Condition.IfNotSet(file));
        }

        Condition opened = Condition.IfSet(file);
        builder.Call("read the head of", SystemCall.Pread64, [file, report.At(ProgramSearch.HeadOffset), ProgramSearch.HeadBytes, 0], "the program", length,
            [Errno.EISDIR, Errno.EINVAL, Errno.EAGAIN, Errno.ESPIPE], opened);
        builder.Store("note that it was found", found, report.Slice(0, 8), StoreFormat.Binary64, when: Condition.IfSet(found));
        builder.Store("note the length of its head", length, report.Slice(8, 8), StoreFormat.Binary64, when: Condition.IfSet(length));
        builder.Sync("tell the host that all is ready", ready, report, Descriptors());
    }

    private Slot[] Descriptors() => context.TerminalMaster is { } master ? [context.Root, master] : [context.Root];
}

/// <summary>Step 9 of a run, the last operations: the filter, then the program. Nothing but execve comes after the filter: a profile may forbid all else.</summary>
/// <param name="listener">Gets the notification descriptor of a filter that has one.</param>
internal sealed class ExecuteStep(ProgramSearch search, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, SeccompFilter? filter, Action<SyncExchange>? listener) : ILaunchStep
{
    private const int SetModeFilter = 1;
    private const string Load = "load the filter of system calls";

    public string Name => "execute";

    public void Emit(LaunchBuilder builder)
    {
        Data argv = builder.StringArray(arguments);
        Data envp = builder.StringArray(environment);
        Data[] paths = [.. search.Candidates.Select(builder.String)];
        Data program = filter is null ? default : EmitFilter(builder, filter);
        builder.Announce();
        if (filter is { NeedsListener: true })
        {
            builder.Listen(Load, listener ?? throw RuntimeException.Invalid("linux.seccomp.listenerPath", "is required with SCMP_ACT_NOTIFY"), filter.Flags, program);
        }
        else if (filter is not null) { builder.Call(Load, SystemCall.Seccomp, [SetModeFilter, filter.Flags, program]); }

        for (int i = 0; i < paths.Length - 1; i++)
        {
            builder.Call("execute", SystemCall.Execve, [paths[i], argv, envp], search.Candidates[i], tolerate: [Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES, Errno.ELOOP]);
        }

        builder.Exec("execute", paths[^1], argv, envp, search.Candidates[^1]);
    }

    public string? Remedy(LaunchOperation operation, Errno errno) => operation.Kind == LaunchOperationKind.Listen && errno == Errno.EAGAIN
        ? "linux.resources.pids.limit must leave room for a second task until the agent has its descriptor"
        : null;

    private static Data EmitFilter(LaunchBuilder b, SeccompFilter filter)
    {
        Data instructions = b.Bytes(filter.Program.Span);
        Data program = b.Reserve(16); // struct sock_fprog
        b.Put(program, (uint)filter.InstructionCount);
        b.Point(program.At(8), instructions);
        return program;
    }
}
