using System.Text.Json;
using Inro.Engine.Templates;
using Xunit;

namespace Inro.Tests.Engine.Templates;

/// <summary>The expected texts are what Go's text/template prints for the same data.</summary>
public sealed class TemplateTests
{
    private const string Data = """
        {"Id":"abc","Name":"/web","State":{"Status":"running","Pid":42,"Error":"","Dead":false},
         "Args":["sleep","10"],"Empty":[],"Labels":{"b":"2","a":"1"},"Ratio":1.5,"Nothing":null,"Big":12345678901}
        """;

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("{{.Id}}", "abc")]
    [InlineData("{{.ID}}", "abc")]
    [InlineData("a {{ .State.Status }} b", "a running b")]
    [InlineData("{{.State.Pid}} {{.Ratio}} {{.Big}} {{.State.Dead}}", "42 1.5 12345678901 false")]
    [InlineData("{{.Args}} {{.Labels}} {{.Empty}}", "[sleep 10] map[a:1 b:2] []")]
    [InlineData("{{.Nothing}}", "<no value>")]
    [InlineData("{{json .Args}}", "[\"sleep\",\"10\"]")]
    [InlineData("{{json .State.Status}} {{json .Nothing}}", "\"running\" null")]
    [InlineData("{{.Args | json}}", "[\"sleep\",\"10\"]")]
    [InlineData("{{upper .Id}} {{lower \"ABC\"}} {{title .Id}}", "ABC abc Abc")]
    [InlineData("{{join .Args \",\"}}", "sleep,10")]
    [InlineData("{{range split \"a:b\" \":\"}}<{{.}}>{{end}}", "<a><b>")]
    [InlineData("{{truncate .Id 2}} {{truncate .Id 9}}", "ab abc")]
    [InlineData("{{pad .Id 1 2}}|", " abc  |")]
    [InlineData("{{println .Id 1}}", "abc 1\n")]
    [InlineData("{{print .Id .Id}} {{print 1 2}}", "abcabc 1 2")]
    [InlineData("{{printf \"%s-%5d|%-5s|%05d|%q|%v|%%|%x\" .Id 42 \"a\" 7 \"b\" .Args 255}}", "abc-   42|a    |00007|\"b\"|[sleep 10]|%|ff")]
    [InlineData("{{printf \"%.2f %t %d\" .Ratio true \"x\"}}", "1.50 true %!d(string=x)")]
    [InlineData("{{printf \"%s\"}}", "%!s(MISSING)")]
    [InlineData("{{len .Args}} {{len .Labels}} {{len .Id}}", "2 2 3")]
    [InlineData("{{index .Args 1}} {{index .Labels \"a\"}} [{{index .Labels \"z\"}}]", "10 1 []")]
    [InlineData("{{slice .Id 1 2}}", "b")]
    [InlineData("{{if .State.Dead}}x{{else}}y{{end}}", "y")]
    [InlineData("{{if .Empty}}x{{else if .Args}}y{{else}}z{{end}}", "y")]
    [InlineData("{{if eq .State.Status \"exited\" \"running\"}}yes{{end}}", "yes")]
    [InlineData("{{if and (gt .State.Pid 1) (ne .Id \"x\")}}yes{{end}}", "yes")]
    [InlineData("{{if or .State.Dead (not .Empty)}}yes{{end}}", "yes")]
    [InlineData("{{and .Empty (index .Empty 0)}}", "[]")]
    [InlineData("{{or .State.Error \"none\"}}", "none")]
    [InlineData("{{lt 1 2}} {{le 2 2}} {{ge 1.5 2}} {{eq 1 1.0}}", "true true false true")]
    [InlineData("{{with .State}}{{.Status}}{{end}}", "running")]
    [InlineData("{{with .Nothing}}x{{else}}none{{end}}", "none")]
    [InlineData("{{range .Args}}[{{.}}]{{end}}", "[sleep][10]")]
    [InlineData("{{range .Empty}}x{{else}}none{{end}}", "none")]
    [InlineData("{{range $i, $e := .Args}}{{$i}}={{$e}};{{end}}", "0=sleep;1=10;")]
    [InlineData("{{range $k, $v := .Labels}}{{$k}}={{$v}};{{end}}", "a=1;b=2;")]
    [InlineData("{{range .Args}}{{$.Id}}{{break}}{{end}}", "abc")]
    [InlineData("{{range $i, $e := .Args}}{{if eq $i 0}}{{continue}}{{end}}{{$e}}{{end}}", "10")]
    [InlineData("{{$x := .Id}}{{$x}}{{$x = \"z\"}}{{$x}}", "abcz")]
    [InlineData("{{$x := 1}}{{range .Args}}{{$x = 2}}{{end}}{{$x}}", "2")]
    [InlineData("{{(index .Args 0) | upper}}", "SLEEP")]
    [InlineData("{{$s := .State}}{{$s.Status}} {{(.State).Status}}", "running running")]
    [InlineData("a {{- .Id -}} b", "aabcb")]
    [InlineData("a {{/* note */}}b {{- /* note */ -}} c", "a bc")]
    [InlineData("{{\"a\\tb\\\"\\u00e9\"}}{{`raw\\t`}}{{'a'}}", "a\tb\"éraw\\t97")]
    [InlineData("{{true}} {{0x10}} {{-3}} {{1_000}}", "true 16 -3 1000")]
    [InlineData("{{range 3}}{{.}}{{end}}", "012")]
    public void A_template_prints_what_Go_prints(string template, string expected)
    {
        using JsonDocument data = JsonDocument.Parse(Data);
        Assert.Equal(expected, Template.Parse(template).Render(data.RootElement));
    }

    [Theory]
    [InlineData("{{.Id", "template: :1:1: unclosed action")]
    [InlineData("a{{if .Id}}x", "template: :1:2: unexpected EOF: {{end}} is missing")]
    [InlineData("{{end}}", "template: :1:6: unexpected {{end}}")]
    [InlineData("{{frob .Id}}", "template: :1:3: function \"frob\" not defined")]
    [InlineData("{{\"abc}}", "template: :1:3: unterminated quoted string")]
    [InlineData("{{}}", "template: :1:3: missing value for command")]
    [InlineData("{{.Id | }}", "template: :1:9: missing value for command")]
    [InlineData("{{1 2}}", "template: :1:5: can't give argument to non-function")]
    [InlineData("{{break}}", "template: :1:1: {{break}} outside {{range}}")]
    [InlineData("{{template \"x\"}}", "template: :1:1: {{template}} is not supported: a format is one template")]
    [InlineData("{{(.Id}}", "template: :1:7: unexpected \"\" in action")]
    public void A_wrong_template_says_where(string template, string message) =>
        Assert.Equal(message, Assert.Throws<TemplateException>(() => Template.Parse(template)).Message);

    [Theory]
    [InlineData("{{.Foo}}", "template: :1:3: executing \"\" at <.Foo>: map has no entry for key \"Foo\"")]
    [InlineData("{{.Id.Foo}}", "template: :1:3: executing \"\" at <.Foo>: can't evaluate field Foo in string")]
    [InlineData("{{index .Args 5}}", "template: :1:3: error calling index: index out of range: 5")]
    [InlineData("{{$x}}", "template: :1:3: undefined variable \"$x\"")]
    [InlineData("{{eq .Id 1}}", "template: :1:3: error calling comparison: incompatible types for comparison")]
    [InlineData("{{upper 1}}", "template: :1:3: wrong type for value; upper expected string; got int64")]
    [InlineData("{{len 1}}", "template: :1:3: error calling len: len of int64")]
    [InlineData("{{range .Id}}{{end}}", "template: :1:1: range can't iterate over abc")]
    public void A_template_that_does_not_fit_says_where(string template, string message)
    {
        using JsonDocument data = JsonDocument.Parse(Data);
        Assert.Equal(message, Assert.Throws<TemplateException>(() => Template.Parse(template).Render(data.RootElement)).Message);
    }

    [Fact]
    public void Nesting_is_bounded()
    {
        string deep = string.Concat(Enumerable.Repeat("{{if 1}}", TemplateParser.MaxDepth + 1)) + string.Concat(Enumerable.Repeat("{{end}}", TemplateParser.MaxDepth + 1));
        Assert.Throws<TemplateException>(() => Template.Parse(deep));
        Assert.Throws<TemplateException>(() => Template.Parse("{{" + new string('(', 1000)));
    }

    [Fact]
    public void Output_is_bounded() =>
        Assert.Throws<TemplateException>(() => Template.Parse("{{range 1000000}}" + new string('x', 100) + "{{end}}").Render(null));
}
