using System.Globalization;
using Inro.Runtime.Systemd;
using Inro.Runtime.Systemd.Bus;
using Xunit;

namespace Inro.Tests.Runtime.Systemd;

public sealed class VariantTextTests
{
    [Theory]
    [InlineData("5", "i:5")]
    [InlineData(" -5 ", "i:-5")]
    [InlineData("0x10", "i:16")]
    [InlineData("010", "i:8")]
    [InlineData("1.5", "d:1.5")]
    [InlineData("1e3", "d:1000")]
    [InlineData("uint64 18446744073709551615", "t:18446744073709551615")]
    [InlineData("int64 -9223372036854775808", "x:-9223372036854775808")]
    [InlineData("byte 0xff", "y:255")]
    [InlineData("int16 -32768", "n:-32768")]
    [InlineData("uint16 65535", "q:65535")]
    [InlineData("uint32 7", "u:7")]
    [InlineData("double 2", "d:2")]
    [InlineData("true", "b:True")]
    [InlineData("boolean false", "b:False")]
    [InlineData("'a b'", "s:a b")]
    [InlineData("\"it's\"", "s:it's")]
    [InlineData("'a\\'b\\n\\u00e9\\U0001F600'", "s:a'b\né😀")]
    [InlineData("objectpath '/a'", "o:/a")]
    [InlineData("@s 'x'", "s:x")]
    [InlineData("@t 5", "t:5")]
    [InlineData("[1, 2]", "ai:[i:1 i:2]")]
    [InlineData("[uint64 1, 2]", "at:[t:1 t:2]")]
    [InlineData("@as []", "as:[]")]
    [InlineData("@au [1]", "au:[u:1]")]
    [InlineData("('a', true)", "(sb):[s:a b:True]")]
    [InlineData("(1,)", "(i):[i:1]")]
    [InlineData("[('a', 'b'), ('c', 'd')]", "a(ss):[(ss):[s:a s:b] (ss):[s:c s:d]]")]
    [InlineData("@a(st) [('a', 1)]", "a(st):[(st):[s:a t:1]]")]
    [InlineData("{'a': 1}", "a{si}:[{si}:[s:a i:1]]")]
    [InlineData("@a{sv} {}", "a{sv}:[]")]
    [InlineData("{'a': <uint64 1>}", "a{sv}:[{sv}:[s:a v:<t:1>]]")]
    [InlineData("b'ab'", "ay:97,98,0")]
    public void Texts_are_read_as_GLib_reads_them(string text, string expected) => Assert.Equal(expected, Show(VariantText.Parse(text)));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("()")]
    [InlineData("[1, 'a']")]
    [InlineData("[1")]
    [InlineData("(1, 2")]
    [InlineData("[1 2]")]
    [InlineData("'a")]
    [InlineData("'\\u00'")]
    [InlineData("1 2")]
    [InlineData("byte 256")]
    [InlineData("byte -1")]
    [InlineData("int32 2147483648")]
    [InlineData("uint64 18446744073709551616")]
    [InlineData("uint64 'a'")]
    [InlineData("string 5")]
    [InlineData("08")]
    [InlineData("0xzz")]
    [InlineData("--5")]
    [InlineData("@ 5")]
    [InlineData("@i")]
    [InlineData("@zz 5")]
    [InlineData("@a 5")]
    [InlineData("@{sv} {}")]
    [InlineData("@a{vs} {}")]
    [InlineData("@(i 5")]
    [InlineData("just 5")]
    [InlineData("nothing")]
    [InlineData("<1")]
    [InlineData("{'a' 1}")]
    public void What_is_no_value_is_refused(string text) => Assert.Throws<FormatException>(() => VariantText.Parse(text));

    [Fact]
    public void Depth_and_length_have_bounds()
    {
        Assert.Throws<FormatException>(() => VariantText.Parse(new string('[', 5000)));
        Assert.Throws<FormatException>(() => VariantText.Parse("@" + new string('a', 60_000) + "i []"));
        Assert.Throws<FormatException>(() => VariantText.Parse("'" + new string('a', 100_000) + "'"));
        Assert.Throws<FormatException>(() => VariantText.Parse("(" + string.Concat(Enumerable.Repeat("1,", 300)) + "1)"));
    }

    internal static string Show(BusValue value) => value.Type + ":" + value.Content switch
    {
        BusValue inner => $"<{Show(inner)}>",
        byte[] bytes => string.Join(',', bytes),
        IReadOnlyList<BusValue> elements => $"[{string.Join(' ', elements.Select(Show))}]",
        _ => Convert.ToString(value.Content, CultureInfo.InvariantCulture),
    };
}
