using System.Text;

namespace Inro.Conformance.Oci.Attacks;

/// <summary>The attacks as a document for people.</summary>
internal static class AttackDocument
{
    /// <summary>How many cases there are.</summary>
    public const int Cases = 23;

    /// <summary>The whole text.</summary>
    public static string Make(IReadOnlyList<Attack> attacks)
    {
        var text = new StringBuilder();
        text.Append("""
            # What broke other runtimes

            Written by the conformance tests (`INRO_WRITE_TABLES=1`); a test fails when it is not what they say. Each row is an attack that is run against the built
            `inro-oci`: it must get nothing, and the host must be as before. The same attack is run against Debian 12's runc 1.1.5 (1.1.5+ds1-1+deb12u1) and crun 1.8.1:
            where it *succeeds* there, it is known to notice; *nothing* is what it was seen to get there; *sometimes* is a race that was seen to be won and is not counted
            on, *not seen* one that was not won in 80 rounds; *not tried* says that the host could be harmed, or that there is no such command. Victims are files
            of the test's own. Races are tried in as many rounds as the table says: what is won once in thousands of rounds is not found here, and is excluded by how
            the file in the last column works.

            | Case | Known as | Attack | What it does | Rounds | runc | crun | What stands against it here |
            | --- | --- | --- | --- | --- | --- | --- | --- |

            """);
        foreach (Attack a in attacks)
        {
            text.Append($"| {a.Case} | {a.Known} | {a.Name} | {Escape(a.Does)} | {a.Rounds} | {Word(a, a.Runc)} | {Word(a, a.Crun)} | [{Path.GetFileName(a.Against)}](../{a.Against}) |\n");
        }

        return text.ToString();
    }

    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);

    private static string Word(Attack attack, Outcome outcome) => outcome switch
    {
        Outcome.Succeeds => "**succeeds**",
        Outcome.Sometimes => "sometimes",
        Outcome.Nothing => attack.Rounds > 1 ? "not seen" : "nothing",
        _ => "not tried",
    };
}
