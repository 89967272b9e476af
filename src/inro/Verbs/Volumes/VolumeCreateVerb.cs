using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Volumes;

namespace Inro.Cli.Verbs.Volumes;

/// <summary><c>inro volume create</c>: a volume, with or without a name.</summary>
internal sealed class VolumeCreateVerb : Verb
{
    private readonly Dictionary<string, string> labels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> options = new(StringComparer.Ordinal);
    private VolumeRequest request = new();

    public override string Usage => "[OPTIONS] [VOLUME]";

    public override string Summary => "Create a volume";

    public override string[] Examples =>
    [
        "inro volume create data",
        "inro volume create -o type=tmpfs -o device=tmpfs -o o=size=100m,uid=1000 scratch",
        "inro volume create -o type=nfs -o o=addr=10.0.0.5,rw -o device=:/export/data shared",
    ];

    public override int MostOperands => 1;

    public override bool NeedsIds => true;

    public override void AddFlags(FlagTable table)
    {
        table
            .Text("driver", 'd', "Specify volume driver name", v => request = request with { Driver = v }, initially: VolumeRecord.LocalDriver)
            .Number("gid", '\0', "Set the GID of the volume owner", v => request = request with { GroupId = (uint)v }, least: 0, most: uint.MaxValue - 1)
            .Switch("ignore", '\0', "Don't fail if the named volume already exists (it never does)", static _ => { })
            .List("label", '\0', "Set metadata for a volume", v => LabelArgument.Put(labels, v))
            .Text("name", '\0', "Specify volume name", v => request = request with { Name = v })
            .List("opt", 'o', "Set driver specific options", v => LabelArgument.Put(options, v), value: "map")
            .Number("uid", '\0', "Set the UID of the volume owner", v => request = request with { UserId = (uint)v }, least: 0, most: uint.MaxValue - 1);
        VolumeVerbs.AddClusterFlags(table);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        if (operands.Count > 0 && request.Name.Length > 0) { throw new UsageException("conflicting options: cannot specify a volume-name through both --name and as a positional arg", ExitStatus.Failure); }

        string name = operands.Count > 0 ? operands[0] : request.Name;
        VolumeRecord made = session.Volumes.Create(request with { Name = name, Labels = labels, Options = options });
        Screen.WriteLine(made.Name);
        return ExitStatus.Success;
    }
}
