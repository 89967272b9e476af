using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Rootless;
using Inro.Engine.Volumes;

namespace Inro.Cli.Verbs.Volumes;

/// <summary><c>inro volume mount</c> and <c>unmount</c>: makes a volume's files reachable from the host, and takes that back.</summary>
internal sealed class VolumeMountVerb : Verb
{
    /// <summary>Whether it mounts.</summary>
    public required bool Mounts { get; init; }

    public override string Usage => "VOLUME [VOLUME...]";

    public override string Summary => Mounts ? "Mount volumes and print where their files are" : "Unmount volumes";

    public override int LeastOperands => 1;

    public override Completion Offers => Completion.Volume;

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        VolumeCatalog volumes = session.Volumes;
        int status = ExitStatus.Success;
        foreach (string name in operands)
        {
            try
            {
                VolumeRecord volume = volumes.Find(name);
                if (volume.NeedsMount && RootlessEntry.IsNeeded)
                {
                    throw new EngineException(
                        ErrorCode.PreconditionFailed,
                        $"volume {name} is mounted in a mount namespace, which would be gone when this command is over",
                        $"inro unshare, and there inro {Path} {name}");
                }

                if (Mounts) { Screen.WriteLine(volumes.Mount(name)); }
                else
                {
                    volumes.Unmount(name);
                    Screen.WriteLine(name);
                }
            }
            catch (EngineException failure)
            {
                Failures.Tell(failure.Problem, failure.Remedy);
                status = ExitStatus.Failure;
            }
        }

        return status;
    }
}
