using Inro.Cli.Arguments;
using Inro.Engine;
using Xunit;

namespace Inro.Tests.Cli.Arguments;

public sealed class ValueTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("42", 42)]
    [InlineData("32b", 32)]
    [InlineData("32kb", 32 << 10)]
    [InlineData("32k", 32 << 10)]
    [InlineData("32KiB", 32 << 10)]
    [InlineData("512m", 512L << 20)]
    [InlineData("512M", 512L << 20)]
    [InlineData("1.5g", 3L << 29)]
    [InlineData("1 g", 1L << 30)]
    [InlineData("2t", 2L << 40)]
    [InlineData("3P", 3L << 50)]
    [InlineData("0.3 k", 307)]
    public void Sizes_are_powers_of_1024(string text, long bytes) => Assert.Equal(bytes, ByteSize.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("-1")]
    [InlineData("1x")]
    [InlineData("1mm")]
    [InlineData("1  m")]
    [InlineData("1.2.3")]
    [InlineData(".")]
    [InlineData("32bb")]
    [InlineData("9000p0")]
    [InlineData("8192p")]
    public void Other_sizes_are_refused(string text) => Assert.Throws<FormatException>(() => ByteSize.Parse(text));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("300ms", 300)]
    [InlineData("1.5s", 1500)]
    [InlineData("-2m", -120_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("2h45m30.5s", 9_930_500)]
    [InlineData("1000us", 1)]
    [InlineData(".5s", 500)]
    public void Durations_are_those_of_Go(string text, double milliseconds) =>
        Assert.Equal(milliseconds, GoDuration.Parse(text).TotalMilliseconds);

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("5")]
    [InlineData("5x")]
    [InlineData("s")]
    [InlineData(".s")]
    [InlineData("1.2.3s")]
    [InlineData("1h 2m")]
    [InlineData("99999999999999h")]
    public void Other_durations_are_refused(string text) => Assert.Throws<FormatException>(() => GoDuration.Parse(text));

    [Theory]
    [InlineData("1", 1_000_000_000)]
    [InlineData("1.5", 1_500_000_000)]
    [InlineData("0.000000001", 1)]
    [InlineData("0", 0)]
    public void Processors_are_counted_in_billionths(string text, long nano) => Assert.Equal(nano, FlagValue.NanoCpus(text));

    [Theory]
    [InlineData("0.0000000001", "value is too precise")]
    [InlineData("two", "failed to parse two as a rational number")]
    [InlineData("-1", "the number of processors must be from 0 to 1048576")]
    public void Other_numbers_of_processors_are_refused(string text, string why) =>
        Assert.Equal(why, Assert.Throws<FormatException>(() => FlagValue.NanoCpus(text)).Message);

    [Theory]
    [InlineData("nofile=1024", "nofile", 1024, 1024)]
    [InlineData("nofile=1024:2048", "nofile", 1024, 2048)]
    [InlineData("NPROC=5:-1", "nproc", 5, -1)]
    [InlineData("core=-1", "core", -1, -1)]
    [InlineData("memlock=unlimited:unlimited", "memlock", -1, -1)]
    public void Ulimits_have_a_soft_and_a_hard_value(string text, string name, long soft, long hard) =>
        Assert.Equal(new UlimitArgument(name, soft, hard), UlimitArgument.Parse(text));

    [Theory]
    [InlineData("nofile", "invalid ulimit argument: nofile")]
    [InlineData("files=3", "invalid ulimit type: files")]
    [InlineData("nofile=3:2", "ulimit soft limit must be less than or equal to hard limit: 3 > 2")]
    [InlineData("nofile=-1:2", "ulimit soft limit must be less than or equal to hard limit: -1 > 2")]
    [InlineData("nofile=1:2:3", "too many limit value arguments - 1:2:3, can only have up to two, `soft[:hard]`")]
    public void Other_ulimits_are_refused(string text, string why) =>
        Assert.Equal(why, Assert.Throws<FormatException>(() => UlimitArgument.Parse(text)).Message);

    [Theory]
    [InlineData("a,b", "a|b")]
    [InlineData("a,,b,", "a||b|")]
    [InlineData("\"a,b\",c", "a,b|c")]
    [InlineData("\"a\"\"b\"", "a\"b")]
    [InlineData("", "")]
    public void Comma_separated_fields_may_be_quoted(string line, string fields) => Assert.Equal(fields, string.Join('|', CommaSeparated.Split(line)));

    [Theory]
    [InlineData("\"a")]
    [InlineData("a\"b")]
    [InlineData("\"a\"b")]
    public void A_stray_quote_is_refused(string line) => Assert.Throws<FormatException>(() => CommaSeparated.Split(line));

    [Fact]
    public void A_variable_without_a_value_takes_the_hosts()
    {
        Assert.Equal("HOME=/root", EnvironmentArgument.FromFlag("HOME", static n => n == "HOME" ? "/root" : null));
        Assert.Equal("GONE", EnvironmentArgument.FromFlag("GONE", static _ => null));
        Assert.Equal("A=b=c", EnvironmentArgument.FromFlag("A=b=c", static _ => "never"));
        Assert.Throws<FormatException>(() => EnvironmentArgument.FromFlag("=b", static _ => null));
    }

    [Fact]
    public void An_env_file_is_read_line_by_line()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, [0xEF, 0xBB, 0xBF, .. "# note\n\nA=1\r\n  B=x y \nHOME\nGONE\nC=\n"u8]);
            Assert.Equal(["A=1", "B=x y ", "HOME=/root", "C="], EnvironmentArgument.FromFile(path, static n => n == "HOME" ? "/root" : null));

            File.WriteAllText(path, "A B=1\n");
            Assert.Contains(":1: variable 'A B' contains whitespaces", Assert.Throws<FormatException>(() => EnvironmentArgument.FromFile(path, static _ => null)).Message, StringComparison.Ordinal);

            File.WriteAllBytes(path, [0x41, 0x3D, 0xFF]);
            Assert.Contains("invalid UTF-8", Assert.Throws<FormatException>(() => EnvironmentArgument.FromFile(path, static _ => null)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
