using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Processes;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Hooks;

/// <summary>Runs hooks in the runtime's own namespaces, with the state on standard input.</summary>
/// <remarks>Source: OCI runtime-spec, config.md "POSIX-platform Hooks".</remarks>
internal static class HookRunner
{
    /// <summary>Runs hooks one after the other; the first that fails ends it.</summary>
    /// <exception cref="RuntimeException">A hook failed or took too long.</exception>
    public static void Run(string point, IReadOnlyList<HookConfig> hooks, ReadOnlySpan<byte> state)
    {
        for (int i = 0; i < hooks.Count; i++) { Run($"hook {point}[{i}] {hooks[i].Path}", hooks[i], state); }
    }

    /// <summary>Runs hooks whose failure is only told.</summary>
    public static void RunAll(string point, IReadOnlyList<HookConfig> hooks, ReadOnlySpan<byte> state, Action<string>? warn)
    {
        foreach (HookConfig hook in hooks)
        {
            try { Run($"hook {point} {hook.Path}", hook, state); }
            catch (IOException e) { warn?.Invoke(e.Message); }
        }
    }

    private static void Run(string subject, HookConfig hook, ReadOnlySpan<byte> state)
    {
        using PipeEnds errors = Descriptor.Pipe();
        using PidFd process = Start(subject, hook, state, errors);
        errors.Write.Dispose();
        var said = new HookErrors(errors.Read);
        if (!said.ReadUntilEnd(process, hook.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null))
        {
            process.Kill();
            process.Reap(null);
            throw new RuntimeException(RuntimeError.HookFailed, $"{subject}: timed out after {hook.TimeoutSeconds} s{said.Text}");
        }

        ExitStatus status = process.Reap(null)!.Value; // not null: waited for without a limit
        if (!status.IsSuccess) { throw new RuntimeException(RuntimeError.HookFailed, $"{subject}: {status}{said.Text}"); }
    }

    private static PidFd Start(string subject, HookConfig hook, ReadOnlySpan<byte> state, PipeEnds errors)
    {
        using PipeEnds pipe = Descriptor.Pipe();
        try
        {
            PidFd process = ProcessSpawn.Open(new SpawnRequest
            {
                Path = hook.Path,
                Arguments = hook.Args.Count > 0 ? hook.Args : [hook.Path],
                Environment = hook.Env,
                Descriptors = [new SpawnDescriptor(0, pipe.Read), new SpawnDescriptor(2, errors.Write)],
            });
            pipe.Read.Dispose();
            WriteState(pipe, state);
            return process;
        }
        catch (LinuxException e)
        {
            throw new RuntimeException(RuntimeError.HookFailed, $"{subject}: {e.Message}", null, e);
        }
    }

    // A pipe holds 64 KB: a hook that does not read its input cannot hold us up before that, and one that has closed it is no failure.
    private static void WriteState(PipeEnds pipe, ReadOnlySpan<byte> state)
    {
        try { Inro.Linux.Files.FileDescriptor.WriteAll(pipe.Write, state[..Math.Min(state.Length, 64 * 1024)], "hook"); }
        catch (LinuxException e) when (e.Errno == Errno.EPIPE) { return; }
    }
}
