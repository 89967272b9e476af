using System.Globalization;
using Inro.Linux.Capabilities;
using Xunit;

namespace Inro.Tests.Linux.Capabilities;

/// <summary>The process's own capabilities.</summary>
public sealed class OwnCapabilitiesTests
{
    [Fact]
    public void The_permitted_set_is_the_one_that_the_kernel_shows()
    {
        string line = File.ReadLines("/proc/thread-self/status").First(static l => l.StartsWith("CapPrm:", StringComparison.Ordinal));

        Assert.Equal(ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture), OwnCapabilities.Permitted().Bits);
    }
}
