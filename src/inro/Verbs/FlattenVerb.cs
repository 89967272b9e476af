using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Images;

namespace Inro.Cli.Verbs;

/// <summary><c>inro image flatten</c>: one layer in the place of many.</summary>
internal sealed class FlattenVerb : Verb
{
    public override string Usage => "IMAGE [TARGET_IMAGE[:TAG]]";

    public override string Summary => "Make an image of one layer that shows what all layers of another show";

    public override int LeastOperands => 1;

    public override int MostOperands => 2;

    public override bool NeedsIds => true;

    public override Completion Offers => Completion.Image;

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        using var interruption = new Interruption();
        try
        {
            ImageSummary image = session.Images.Resolve(operands[0]);
            Screen.WriteLine(session.Images.Flatten(image, operands.Count == 2 ? ReferenceArgument.Parse(operands[1]) : null, interruption.Token));
            return ExitStatus.Success;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Failures.Tell("interrupted; nothing was made", remedy: null);
            return ExitStatus.Interrupted;
        }
    }
}
