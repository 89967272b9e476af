using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Engine.Rootless;
using Xunit;

namespace Inro.Tests.Engine.Containers;

public sealed class IdRangePoolTests
{
    private const uint Size = IdRangePool.RangeSize;

    private static readonly IdRangePool Three = new(new SubordinateIds(1000, (3 * Size) + 5), [], "user ids", "of this test");

    [Fact]
    public void Without_configuration_ranges_lie_above_two_to_the_thirtieth_and_avoid_those_of_users()
    {
        var pool = IdRangePool.Of($"ann:{1u << 30}:65536\nbob:{(1u << 30) + Size + 7}:1\n", "/etc/subuid", "user ids");

        Assert.Equal((1u << 30) + (2 * Size), pool.Pick([], wish: 0));
    }

    [Fact]
    public void The_range_of_the_user_containers_is_the_pool()
    {
        var pool = IdRangePool.Of("ann:100000:65536\ncontainers:2147483647:131072\n", "/etc/subuid", "user ids");

        Assert.Equal([2147483647, 2147483647 + Size], Take(pool, 2, wish: 0));
    }

    [Fact]
    public void A_range_too_small_for_one_container_is_refused_with_what_to_write()
    {
        var failure = Assert.Throws<EngineException>(() => IdRangePool.Of("containers:100000:65535", "/etc/subuid", "user ids"));

        Assert.Equal(ErrorCode.PreconditionFailed, failure.Code);
        Assert.Contains("65535 user ids that /etc/subuid gives", failure.Problem, StringComparison.Ordinal);
        Assert.Contains("containers:1073741824:1073741824", failure.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Looking_begins_at_the_wish_and_goes_round() => Assert.Equal([1000 + (2 * Size), 1000, 1000 + Size], Take(Three, 3, wish: 8));

    [Fact]
    public void A_larger_one_takes_ranges_that_lie_side_by_side()
    {
        Assert.Equal(1000u, Three.Pick([], wish: 2, size: Size + 1)); // the last one alone is too small
        Assert.Equal(1000 + Size, Three.Pick([new SubordinateIds(1000, 1)], wish: 0, size: 2 * Size));
        Assert.Contains("in a row are free", Assert.Throws<EngineException>(() => Three.Pick([new SubordinateIds(1000 + Size, 1)], wish: 0, size: 2 * Size)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void When_all_are_taken_it_says_so()
    {
        var failure = Assert.Throws<EngineException>(() => Take(Three, 4, wish: 0));

        Assert.Equal(ErrorCode.ResourceExhausted, failure.Code);
        Assert.StartsWith("all 3 ranges of 65536 user ids of this test are taken", failure.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0u, 1000u, 1000u)]                    // ends just before the pool
    [InlineData(999u, 2u, 1000 + Size)]               // reaches into it
    [InlineData(1000u, Size + 1, 1000 + (2 * Size))]  // covers one and a bit
    [InlineData(1000 + (3 * Size), 5u, 1000u)]        // in the rest that makes no range
    [InlineData(4000000000u, 7u, 1000u)]
    public void Ranges_that_overlap_in_part_are_left_alone(uint start, uint count, uint expected) =>
        Assert.Equal(expected, Three.Pick([new SubordinateIds(start, count)], wish: 0));

    private static List<uint> Take(IdRangePool pool, int count, uint wish)
    {
        List<uint> taken = [];
        for (int i = 0; i < count; i++) { taken.Add(pool.Pick(taken.Select(start => new SubordinateIds(start, Size)), wish)); }

        return taken;
    }
}
