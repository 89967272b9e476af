using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Cli.Verbs;
using Xunit;

namespace Inro.Tests.Cli.Verbs;

/// <summary>A bar stands for the cursor; the word before it is being typed.</summary>
public sealed class CompleterTests
{
    [Theory]
    [InlineData("", nameof(CompletionKind.Words))]
    [InlineData("container ", nameof(CompletionKind.Words))]
    [InlineData("run ", nameof(CompletionKind.Image))]
    [InlineData("run -it ", nameof(CompletionKind.Image))]
    [InlineData("run --rm --name web ", nameof(CompletionKind.Image))]
    [InlineData("run --rm image ", nameof(CompletionKind.None))]
    [InlineData("run --rm image -", nameof(CompletionKind.None))]
    [InlineData("run --cidfile ", nameof(CompletionKind.File))]
    [InlineData("run -itv ", nameof(CompletionKind.File))]
    [InlineData("run -v /a:/b ", nameof(CompletionKind.Image))]
    [InlineData("run -v/a:/b ", nameof(CompletionKind.Image))]
    [InlineData("run --network=", nameof(CompletionKind.Words))]
    [InlineData("rm ", nameof(CompletionKind.Container))]
    [InlineData("rm a b ", nameof(CompletionKind.Container))]
    [InlineData("stop ", nameof(CompletionKind.RunningContainer))]
    [InlineData("load -i ", nameof(CompletionKind.File))]
    [InlineData("--root ", nameof(CompletionKind.Directory))]
    [InlineData("--root /x rm ", nameof(CompletionKind.Container))]
    [InlineData("ps ", nameof(CompletionKind.None))]
    [InlineData("nonsense ", nameof(CompletionKind.None))]
    public void The_place_decides_what_is_offered(string line, string kind) =>
        Assert.Equal(kind, Completer.Complete(line.Split(' ')).Completion.Kind.ToString());

    [Fact]
    public void A_dash_offers_the_verbs_flags()
    {
        Assert.Contains(Completer.Complete(["run", "--"]).Flags, static f => f.Name == "read-only");
        Assert.DoesNotContain(Completer.Complete(["run", "--"]).Flags, static f => f.IsHidden);
        Assert.Contains(Completer.Complete(["-"]).Flags, static f => f.Name == "root");
        Assert.Empty(Completer.Complete(["run", "image", "--"]).Flags);
    }

    [Fact]
    public void A_value_behind_an_equals_sign_keeps_the_flag_before_it()
    {
        Offer offer = Completer.Complete(["run", "--network=ho"]);
        Assert.Equal("--network=", offer.Prefix);
        Assert.Contains("host", offer.Completion.Words);
    }

    public static TheoryData<string> Paths
    {
        get
        {
            TheoryData<string> paths = [];
            foreach (VerbGroup group in (VerbGroup[])[VerbGroup.Root, .. VerbGroup.Root.Groups.Select(static g => VerbGroup.Of(g)!)])
            {
                foreach (string name in group.Names) { paths.Add((group.Path + " " + name).TrimStart()); }
            }

            return paths;
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_listed_verb_exists_has_help_and_unique_flags(string path)
    {
        string[] words = path.Split(' ');
        VerbGroup group = words.Length == 1 ? VerbGroup.Root : VerbGroup.Of(words[0])!;
        Verb verb = group.Find(words[^1])!;
        FlagTable table = new();
        verb.AddFlags(table);

        Assert.Equal(path, verb.Path);
        Assert.StartsWith($"Usage:  inro {path}", HelpText.Of(verb), StringComparison.Ordinal);
        Assert.Empty(table.Flags.GroupBy(static f => f.Name).Where(static g => g.Count() > 1));
        Assert.Empty(table.Flags.Where(static f => f.Letter != '\0').GroupBy(static f => f.Letter).Where(static g => g.Count() > 1));
        Assert.All(table.Flags.Where(static f => !f.IsHidden), static f => Assert.NotEmpty(f.Help));
    }

    [Theory]
    [InlineData("bash", "complete -F _inro inro")]
    [InlineData("zsh", "#compdef inro")]
    [InlineData("fish", "complete -c inro")]
    public void Each_shell_has_its_script(string shell, string line) => Assert.Contains(line, CompletionScripts.Of(shell)!, StringComparison.Ordinal);

    [Fact]
    public void Another_shell_has_none() => Assert.Null(CompletionScripts.Of("tcsh"));
}
