using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Containers;

namespace Inro.Cli.Verbs;

/// <summary><c>inro create</c>: a container that is started later.</summary>
internal sealed class CreateVerb : Verb
{
    private readonly ContainerFlags flags = new(Environment.GetEnvironmentVariable);

    public override string Usage => "[OPTIONS] IMAGE [COMMAND] [ARG...]";

    public override string Summary => "Create a new container";

    public override bool NeedsIds => true;

    public override string[] Aliases => ["container create", "create"];

    public override bool FlagsAfterOperands => false;

    public override bool RunsCommand => true;

    public override int LeastOperands => 1;

    public override Completion Offers => Completion.Image;

    public override void AddFlags(FlagTable table) => flags.AddTo(table);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        ContainerConfig config = ContainerCreation.Complete(flags, flags.ToConfig(operands, isDetached: false), session);
        CreatedContainer created = ContainerCreation.Create(flags, config.Name, config.Image, session, () => session.Containers.Create(config), static c => c);
        Screen.WriteLine(created.Id);
        return ExitStatus.Success;
    }
}
