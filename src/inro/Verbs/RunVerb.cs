using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Engine.Shim;
using Inro.Linux.Terminals;

namespace Inro.Cli.Verbs;

/// <summary><c>inro run</c>: step 1 of a run (ARCHITECTURE.md has all ten); the rest is the engine's.</summary>
internal sealed class RunVerb : Verb
{
    private readonly ContainerFlags flags = new(Environment.GetEnvironmentVariable);
    private bool detach;
    private bool showsTimes;
    private bool proxiesSignals = true;

    public override string Usage => "[OPTIONS] IMAGE [COMMAND] [ARG...]";

    public override string Summary => "Create and run a new container from an image";

    public override bool NeedsIds => true;

    public override string[] Aliases => ["container run", "run"];

    public override bool FlagsAfterOperands => false;

    public override bool RunsCommand => true;

    public override int LeastOperands => 1;

    public override Completion Offers => Completion.Image;

    public override void AddFlags(FlagTable table)
    {
        flags.AddTo(table);
        flags.AddRemovalOfImage(table);
        table
            .Switch("detach", 'd', "Run container in background and print container ID", v => detach = v)
            .Switch("sig-proxy", '\0', "Proxy received signals to the process", v => proxiesSignals = v, initially: true)
            .Switch("timing", '\0', "Print where the time went, step by step, on STDERR", v => showsTimes = v);
    }

    /// <summary>The configuration that the arguments mean; for <c>explain</c>, which runs nothing.</summary>
    public ContainerConfig Config(IReadOnlyList<string> operands) => flags.ToConfig(operands, detach);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        if (!showsTimes) { return Start(operands, session); }

        session.Timeline = new Timeline();
        try
        {
            return Start(operands, session);
        }
        finally
        {
            session.Timeline.Reached("left");
            Screen.WriteError(session.Timeline.Report());
        }
    }

    private int Start(IReadOnlyList<string> operands, Session session)
    {
        ContainerConfig config = ContainerCreation.Complete(flags, Config(operands), session); // step 1 of a run
        session.Timeline?.Reached("arguments");
        ContainerStreams.RequireTerminal(config.AttachStdin, config.Tty);
        AttachRequest? streams = detach ? null : ContainerStreams.Request(config, commits: true);
        WindowSize? size = ContainerStreams.Size(config.Tty && !detach);
        session.BeginShim();
        _ = session.Containers;
        session.Timeline?.Reached("opened");
        RunContainer run = ContainerCreation.Create(
            flags,
            config.Name,
            config.Image,
            session,
            () => session.Containers.Run(config, streams, size, session.ShimOf), // steps 2 to 9
            static r => r.Created);
        if (flags.TellsManager) { ServiceManager.TellReady(detach ? run.Started.Started.ShimPid : null); }

        using ShimClient? connection = run.Started.Connection;
        if (streams is not null && connection is not null)
        {
            int status = ContainerStreams.Follow(session, run.Created.Id, connection, config, proxiesSignals); // step 10
            if (flags.RemovesImage) { RemoveImage(config.Image, session); }

            return status;
        }

        Screen.WriteLine(run.Created.Id);
        return ExitStatus.Success;
    }

    // What else needs it says so, and that is no failure of the run.
    private static void RemoveImage(string image, Session session)
    {
        try { session.Images.Remove(image, false); }
        catch (EngineException kept) { Failures.Tell(kept.Problem, remedy: null); }
    }
}
