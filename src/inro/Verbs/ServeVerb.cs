using System.Runtime.CompilerServices;
using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Rootless;

namespace Inro.Cli.Verbs;

/// <summary><c>inro serve</c>: the Docker Engine API on a unix socket.</summary>
internal sealed class ServeVerb : Verb
{
    private string? socket;

    public override string Usage => "[OPTIONS]";

    public override string Summary => "Answer the Docker Engine API on a unix socket";

    public override string[] Examples =>
    [
        "inro serve --socket /run/inro.sock &",
        "docker -H unix:///run/inro.sock run --rm -it debian bash",
    ];

    public override int MostOperands => 0;

    public override bool NeedsIds => true;

    public override void AddFlags(FlagTable table) => table
        .Text("socket", '\0', "Path of the socket (default: docker.sock in the run directory)", v => socket = v, offers: Completion.File);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        if (socket is null) { InstanceDirectories.Prepare(session.Paths); }

        using HeldNamespace? held = HeldNamespace.TryHold(session.Paths);
        return Serve(session.Paths, socket is null ? session.Paths.Run + "/docker.sock" : HostPath.Absolute(socket));
    }

    // Not inlined: the server's types are prepared only when this body runs.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Serve(InstancePaths paths, string path)
    {
        Server.ApiServer.RunAsync(paths, path, () => Screen.WriteError($"inro: listening on {path}")).GetAwaiter().GetResult();
        return ExitStatus.Success;
    }
}
