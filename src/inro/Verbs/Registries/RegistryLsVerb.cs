using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Registries;
using Inro.Spec;

namespace Inro.Cli.Verbs.Registries;

/// <summary><c>inro registry ls</c>: the repositories of a registry.</summary>
internal sealed class RegistryLsVerb : Verb
{
    private readonly NameList list = new("REPOSITORY", "Repository", "name");
    private readonly RegistryFlags flags = new("", "the registry");

    public override string Usage => "[OPTIONS] REGISTRY";

    public override string Summary => "List the repositories of a registry";

    public override int LeastOperands => 1;

    public override int MostOperands => 1;

    public override void AddFlags(FlagTable table)
    {
        list.AddTo(table);
        flags.AddTo(table);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        string host = RegistryArgument.Host(operands[0]);
        using var interruption = new Interruption();
        RegistryAccess access = flags.Apply(RegistryAccess.Configured(ImagePull.UserAgent), ImageReference.Parse(host + "/x"));
        return RegistryVerbs.Ask(access.Of(host), client =>
        {
            list.Show(
                client.ListRepositories(interruption.Token),
                name => ImageReference.TryParse($"{host}/{name}", out ImageReference? reference, out _) && reference!.Repository.EndsWith(name, StringComparison.Ordinal),
                name => new FieldList(("Name", $"{host}/{name}"), ("Repository", name)));
            return ExitStatus.Success;
        });
    }
}
