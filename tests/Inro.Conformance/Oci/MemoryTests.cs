using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Oci;

/// <summary>How little memory a container starts in, and what is said when it is too little.</summary>
public sealed class MemoryTests
{
    [KernelFact(Bundle.Usual)]
    public void A_container_starts_in_one_mebibyte()
    {
        using var bundle = new Bundle();
        JsonPath.Put(bundle.Config, "linux.resources.memory", """{"limit":1048576,"swap":1048576}""");

        Assert.Equal(0, bundle.Run().ExitCode);
    }

    [KernelFact(Bundle.Usual)]
    public void Too_little_memory_to_start_is_said_to_be_so()
    {
        using var bundle = new Bundle();
        JsonPath.Put(bundle.Config, "linux.resources.memory", """{"limit":65536,"swap":65536}""");

        ToolResult result = bundle.Run();

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("the memory limit is too low to start in", result.Error, StringComparison.Ordinal);
        Assert.Contains("raise linux.resources.memory.limit", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(bundle.State + "/" + bundle.Id));
    }
}
