using Inro.Cli.Output;
using Xunit;

namespace Inro.Tests.Cli.Output;

public sealed class TextTableTests
{
    [Theory]
    [InlineData("A\tB\n", "A         B\n")] // a column is at least ten wide
    [InlineData("CONTAINER ID\tB\nx\ty\n", "CONTAINER ID   B\nx              y\n")] // the widest cell and three
    [InlineData("a\tb\tc\n", "a         b         c\n")]
    [InlineData("é…\tb\n", "é…        b\n")] // characters, not bytes
    [InlineData("😀\tb\n", "😀         b\n")]
    [InlineData("plain\n", "plain\n")]
    [InlineData("", "")]
    [InlineData("a\t\n", "a         \n")] // an empty last cell is a cell
    [InlineData("long-long-long\tb\nx\nshort\tc\n", "long-long-long   b\nx\nshort     c\n")] // a line without the column ends its block
    public void Cells_line_up(string text, string expected) => Assert.Equal(expected, TextTable.Align(text));

    [Theory]
    [InlineData(null, "NAME      COLOUR\na         red\nbb        blue\n")]
    [InlineData("table", "NAME      COLOUR\na         red\nbb        blue\n")]
    [InlineData("table {{.Colour}}\\t{{upper .Name}}", "COLOUR    NAME\nred       A\nblue      BB\n")]
    [InlineData("{{.Name}}:{{.Label \"k\"}}", "a:v\nbb:\n")]
    [InlineData("json", "{\"Name\":\"a\",\"Colour\":\"red\"}\n{\"Name\":\"bb\",\"Colour\":\"blue\"}\n")]
    [InlineData("{{json .}}", "{\"Name\":\"a\",\"Colour\":\"red\"}\n{\"Name\":\"bb\",\"Colour\":\"blue\"}\n")]
    public void A_format_is_a_table_a_template_or_json(string? format, string expected)
    {
        FieldList headings = new(("Name", "NAME"), ("Colour", "COLOUR"));
        FieldList[] rows =
        [
            new(("Name", "a"), ("Colour", "red")) { Labels = new Dictionary<string, string> { ["k"] = "v" } },
            new(("Name", "bb"), ("Colour", "blue")) { Labels = new Dictionary<string, string>() },
        ];
        Assert.Equal(expected, TableFormat.Render(format, "{{.Name}}\t{{.Colour}}", headings, rows));
    }

    [Theory]
    [InlineData(0.4, "Less than a second")]
    [InlineData(1, "1 second")]
    [InlineData(59, "59 seconds")]
    [InlineData(60, "About a minute")]
    [InlineData(119, "About a minute")]
    [InlineData(120, "2 minutes")]
    [InlineData(3599, "59 minutes")]
    [InlineData(3600, "About an hour")]
    [InlineData(5400, "2 hours")]
    [InlineData(47 * 3600, "47 hours")]
    [InlineData(48 * 3600, "2 days")]
    [InlineData(13 * 86400, "13 days")]
    [InlineData(14 * 86400, "2 weeks")]
    [InlineData(59 * 86400, "8 weeks")]
    [InlineData(60 * 86400, "2 months")]
    [InlineData(729 * 86400, "24 months")]
    [InlineData(730 * 86400, "2 years")]
    public void Durations_are_told_in_dockers_words(double seconds, string words) => Assert.Equal(words, HumanUnits.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0, "0B")]
    [InlineData(999, "999B")]
    [InlineData(1000, "1kB")]
    [InlineData(1234, "1.23kB")]
    [InlineData(7830000, "7.83MB")]
    [InlineData(117_000_000, "117MB")]
    [InlineData(1_240_000_000, "1.24GB")]
    [InlineData(999_900, "1e+03kB")] // Go prints it so
    public void Sizes_have_three_digits(long bytes, string text) => Assert.Equal(text, HumanUnits.Size(bytes));

    [Theory]
    [InlineData("abc", 5, "abc")]
    [InlineData("abcdef", 5, "abcd…")]
    [InlineData("äöüßéèê", 5, "äöüß…")]
    public void Long_texts_end_with_an_ellipsis(string text, int width, string expected) => Assert.Equal(expected, HumanUnits.Ellipsis(text, width));
}
