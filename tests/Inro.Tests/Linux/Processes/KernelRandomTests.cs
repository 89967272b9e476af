using Inro.Linux.Processes;
using Xunit;

namespace Inro.Tests.Linux.Processes;

public sealed class KernelRandomTests
{
    [Fact]
    public void Ids_are_hex_of_the_length_asked_and_differ()
    {
        string[] ids = [.. Enumerable.Range(0, 100).Select(_ => KernelRandom.Hex(32))];

        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{64}$", id));
        Assert.Equal(100, ids.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Numbers_stay_below_the_limit_and_reach_every_value()
    {
        int[] numbers = [.. Enumerable.Range(0, 1000).Select(_ => KernelRandom.Below(7))];

        Assert.Equal([0, 1, 2, 3, 4, 5, 6], numbers.Distinct().Order());
    }

    [Fact]
    public void More_than_the_kernel_gives_at_once_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => KernelRandom.Fill(new byte[257]));
}
