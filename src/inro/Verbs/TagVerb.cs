using Inro.Cli.Arguments;

namespace Inro.Cli.Verbs;

/// <summary><c>inro tag</c>: another name for an image.</summary>
internal sealed class TagVerb : Verb
{
    public override string Usage => "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]";

    public override string Summary => "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE";

    public override string[] Aliases => ["image tag", "tag"];

    public override int LeastOperands => 2;

    public override int MostOperands => 2;

    public override Completion Offers => Completion.Image;

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        session.Images.Tag(operands[0], ReferenceArgument.Parse(operands[1]));
        return ExitStatus.Success;
    }
}
