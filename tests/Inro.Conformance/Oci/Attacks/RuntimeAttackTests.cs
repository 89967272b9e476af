using System.Text;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Oci.Attacks;

/// <summary>What broke other runtimes, done to the built program; and to Debian's runtimes, so that each is known to notice.</summary>
public sealed class RuntimeAttackTests
{
    /// <summary>Written by a run that is told to: <c>INRO_WRITE_TABLES=1</c>.</summary>
    private const string Document = "docs/attacks.md";

    /// <summary>All of them.</summary>
    public static TheoryData<string> Names => [.. AttackList.All.Select(static a => a.Name)];

    /// <summary>Attacks whose result on another runtime is the same each time: no races.</summary>
    public static TheoryData<string, string> Others =>
    [
        .. AttackList.All.Where(static a => a.Rounds == 1 && a.Runc is Outcome.Nothing or Outcome.Succeeds).Select(static a => (a.Name, "runc")),
        .. AttackList.All.Where(static a => a.Rounds == 1 && a.Crun is Outcome.Nothing or Outcome.Succeeds).Select(static a => (a.Name, "crun")),
    ];

    [KernelTheory(Bundle.Usual)]
    [MemberData(nameof(Names))]
    public void An_attack_gets_nothing_and_changes_nothing(string name)
    {
        Attack attack = AttackList.Of(name);
        Assert.SkipUnless(Machine.WhyNot(attack.Needs) is null, Machine.WhyNot(attack.Needs) ?? "");
        OciRuntime.Inro.RequireWorking();
        string before = HostState.Now();

        Assert.Equal("", attack.On(OciRuntime.Inro));
        Assert.Equal(before, HostState.Now());
    }

    [KernelTheory(Needs.Root | Needs.Busybox)]
    [MemberData(nameof(Others))]
    public void An_attack_gets_of_another_runtime_what_it_is_known_to_get(string name, string runtime)
    {
        Attack attack = AttackList.Of(name);
        (OciRuntime other, Outcome known) = runtime is "runc" ? (OciRuntime.Runc, attack.Runc) : (OciRuntime.Crun, attack.Crun);
        Assert.SkipUnless(Machine.WhyNot(attack.Needs) is null, Machine.WhyNot(attack.Needs) ?? "");
        Assert.SkipUnless(other.WhyNot is null, other.WhyNot ?? "");
        other.RequireWorking();
        string before = HostState.Now();

        string got = attack.On(other);

        Assert.True(got.Length > 0 == (known == Outcome.Succeeds), $"known: {known}; got: \"{got}\"");
        Assert.Equal(before, HostState.Now());
    }

    [Fact]
    public void Each_case_has_an_attack_and_each_attack_a_file_that_stands_against_it()
    {
        Assert.Equal(Enumerable.Range(1, AttackDocument.Cases), AttackList.All.Select(static a => a.Case).Distinct());
        Assert.Empty(AttackList.All.GroupBy(static a => a.Name).Where(static g => g.Count() > 1).Select(static g => g.Key));
        Assert.Empty(AttackList.All.Select(static a => a.Against).Where(static file => !File.Exists(Path.Combine(Inro.Tests.Repository.Root, file))));
    }

    [Fact]
    public void The_document_is_what_the_attacks_say()
    {
        string path = Path.Combine(Inro.Tests.Repository.Root, Document);
        string text = AttackDocument.Make(AttackList.All);
        if (Environment.GetEnvironmentVariable("INRO_WRITE_TABLES") is "1") { File.WriteAllText(path, text, new UTF8Encoding(false)); }

        Assert.Equal(text, File.ReadAllText(path));
    }
}
