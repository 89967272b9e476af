using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Registries;
using Inro.Images.Registry;
using Inro.Spec;

namespace Inro.Cli.Verbs.Registries;

/// <summary><c>inro registry tags</c>: the tags of a repository.</summary>
internal sealed class RegistryTagsVerb : Verb
{
    private readonly NameList list = new("TAG", "Tag", "tag");
    private readonly RegistryFlags flags = new("", "the registry");

    public override string Usage => "[OPTIONS] REPOSITORY";

    public override string Summary => "List the tags of a repository at a registry";

    public override int LeastOperands => 1;

    public override int MostOperands => 1;

    public override void AddFlags(FlagTable table)
    {
        list.AddTo(table);
        flags.AddTo(table);
    }

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        ImageReference repository = RegistryVerbs.Repository(operands[0]);
        using var interruption = new Interruption();
        (RegistryClient client, string name) = flags.Apply(RegistryAccess.Configured(ImagePull.UserAgent), repository).ToPush(repository);
        return RegistryVerbs.Ask(client, c =>
        {
            list.Show(
                c.ListTags(name, interruption.Token),
                tag => ImageReference.TryParse($"{repository.Name}:{tag}", out ImageReference? reference, out _) && reference!.Tag == tag,
                tag => new FieldList(("Name", repository.FamiliarName), ("Tag", tag)));
            return ExitStatus.Success;
        });
    }
}
