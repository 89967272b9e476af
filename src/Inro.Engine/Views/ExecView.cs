using Inro.Engine.Execs;
using Inro.Spec.DockerApi;

namespace Inro.Engine.Views;

/// <summary>An exec in Docker's shape.</summary>
public static class ExecView
{
    /// <summary>Maps an exec.</summary>
    public static ExecInspect Inspect(ExecState state)
    {
        ExecSession session = state.Session;
        return new ExecInspect
        {
            Id = session.Id,
            Running = state.IsStarted && !state.HasEnded,
            ExitCode = !state.HasEnded ? null : state.ExitCode ?? ContainerView.UnknownExitCode,
            ProcessConfig = new ExecProcessView(session.Options.Tty, session.Options.Command[0], [.. session.Options.Command.Skip(1)], session.Options.Privileged) { User = session.Options.User },
            OpenStdin = session.AttachStdin,
            OpenStdout = session.AttachStdout,
            OpenStderr = session.AttachStderr,
            CanRemove = state.HasEnded,
            ContainerId = session.ContainerId,
            DetachKeys = session.DetachKeys ?? "",
            Pid = state.Pid,
        };
    }
}
