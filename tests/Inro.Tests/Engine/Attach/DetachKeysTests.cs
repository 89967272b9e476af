using System.Text;
using Inro.Engine.Attach;
using Xunit;

namespace Inro.Tests.Engine.Attach;

public sealed class DetachKeysTests
{
    [Theory]
    [InlineData("ctrl-p,ctrl-q", "\u0010\u0011")]
    [InlineData("ctrl-a,x", "\u0001x")]
    [InlineData("ctrl-@", "\0")]
    [InlineData("ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_", "\u001b\u001c\u001d\u001e\u001f")]
    [InlineData("q", "q")]
    [InlineData("", "")]
    public void Keys_are_read_in_dockers_notation(string text, string bytes) =>
        Assert.Equal(Encoding.Latin1.GetBytes(bytes), DetachKeys.Parse(text).Bytes.AsSpan().ToArray());

    [Theory]
    [InlineData("ctrl-")]
    [InlineData("ctrl-P")]
    [InlineData("ctrl-pp")]
    [InlineData("shift-p")]
    [InlineData("a,,b")]
    [InlineData("ü")]
    [InlineData("a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a")]
    public void Unknown_keys_are_refused(string text) => Assert.Throws<FormatException>(() => DetachKeys.Parse(text));

    [Theory]
    [InlineData("abc", "abc", false)]
    [InlineData("ab\u0010\u0011cd", "ab", true)]
    [InlineData("\u0010x", "\u0010x", false)]
    [InlineData("\u0010\u0010\u0011", "\u0010", true)]
    [InlineData("a\u0010", "a", false)] // held back until it is known what it was
    [InlineData("\u0011\u0010", "\u0011", false)]
    public void Typed_bytes_pass_until_the_whole_sequence_is_typed(string typed, string passed, bool detached)
    {
        foreach (int size in (int[])[1, 2, 100])
        {
            Assert.Equal((passed, detached), Type(new DetachKeyMatcher(DetachKeys.Default), typed, size));
        }
    }

    [Fact]
    public void A_sequence_of_one_key_detaches_at_once() =>
        Assert.Equal(("ab", true), Type(new DetachKeyMatcher(DetachKeys.Parse("ctrl-c")), "ab\u0003", 10));

    [Fact]
    public void Without_keys_everything_passes() =>
        Assert.Equal(("\u0010\u0011", false), Type(new DetachKeyMatcher(DetachKeys.None), "\u0010\u0011", 10));

    private static (string Passed, bool Detached) Type(DetachKeyMatcher matcher, string typed, int size)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(typed);
        var passed = new StringBuilder();
        for (int at = 0; at < bytes.Length; at += size)
        {
            ReadOnlySpan<byte> some = bytes.AsSpan(at, Math.Min(size, bytes.Length - at));
            byte[] target = new byte[some.Length + DetachKeys.MaxKeys];
            bool detached = matcher.Take(some, target, out int count);
            passed.Append(Encoding.Latin1.GetString(target, 0, count));
            if (detached) { return (passed.ToString(), true); }
        }

        return (passed.ToString(), false);
    }
}
