using System.Text;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Oci.Fields;

/// <summary>Every field of config.json has its effect; and the same test without the field shows that it would have been noticed if it were ignored.</summary>
public sealed class FieldTests
{
    /// <summary>Written by a run that is told to: <c>INRO_WRITE_TABLES=1</c>.</summary>
    private const string Document = "docs/oci-conformance.md";

    /// <summary>The fields that a case shows.</summary>
    public static TheoryData<string> Fields => [.. FieldTable.Rows.Where(static row => row.Case is not null).Select(static row => row.Field)];

    [KernelTheory(Bundle.Usual)]
    [MemberData(nameof(Fields))]
    public void A_field_has_its_effect_and_none_without_it(string field)
    {
        FieldCase shown = FieldTable.Rows.First(row => row.Field == field).Case!;
        Assert.SkipUnless(Machine.WhyNot(shown.Needs) is null, Machine.WhyNot(shown.Needs) ?? "");

        string with = shown.See(without: null);
        string without = shown.See(field);

        Assert.Contains(shown.Shows, with, StringComparison.Ordinal);
        Assert.DoesNotContain(shown.Shows, without, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_field_of_the_specification_is_shown_by_one_test()
    {
        Assert.Empty(FieldTable.Rows.Where(static row => row.Case is null == row.Test is null).Select(static row => row.Field));
        Assert.Empty(FieldCases.All.SelectMany(static c => c.Fields).GroupBy(static f => f).Where(static g => g.Count() > 1).Select(static g => g.Key));
        Assert.Empty(FieldCases.All.SelectMany(static c => c.Fields).Except(FieldTable.Rows.Select(static row => row.Field)));
    }

    [Fact]
    public void The_document_is_what_the_cases_say()
    {
        string path = System.IO.Path.Combine(Inro.Tests.Repository.Root, Document);
        string text = FieldDocument.Make(FieldTable.Rows);
        if (Environment.GetEnvironmentVariable("INRO_WRITE_TABLES") is "1") { File.WriteAllText(path, text, new UTF8Encoding(false)); }

        Assert.Equal(text, File.ReadAllText(path));
    }
}
