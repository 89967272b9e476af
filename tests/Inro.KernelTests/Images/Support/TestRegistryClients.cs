using Inro.Images.Registry;
using Inro.Spec;

namespace Inro.KernelTests.Images.Support;

/// <summary>Clients of a test's registry.</summary>
public static class TestRegistryClients
{
    /// <summary>No patience: tests wait for nobody.</summary>
    public static RegistryOptions Quick { get; } = new() { FirstPause = TimeSpan.FromMilliseconds(5), LongestPause = TimeSpan.FromMilliseconds(20) };

    /// <summary>The servers of a reference at a registry, or at a port that leads to it.</summary>
    public static RegistrySet Open(this TestRegistry registry, string name, RegistryOptions? options = null, int? port = null)
    {
        ImageReference reference = ImageReference.Parse($"127.0.0.1:{port ?? registry.Port}/{name}");
        return new RegistrySet([(new RegistryClient(RegistryHost.Of(reference.Host), options ?? Quick), reference.Repository)]);
    }
}
