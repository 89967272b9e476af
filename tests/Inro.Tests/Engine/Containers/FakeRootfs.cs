using System.Text;
using Inro.Engine.Containers.Rootfs;

namespace Inro.Tests.Engine.Containers;

/// <summary>A root file system in memory.</summary>
internal sealed class FakeRootfs : IRootfsFiles
{
    public static FakeRootfs Debian { get; } = new()
    {
        Files =
        {
            ["/etc/passwd"] = "root:x:0:0:root:/root:/bin/sh\n# comment\nbroken\nwww-data:x:33:33::/var/www:/bin/false\napp:x:1000:1001::/home/app:/bin/sh\nbig:x:4294967295:0::/:\n",
            ["/etc/group"] = "root:x:0:\nwww-data:x:33:\nappgroup:x:1001:\nvideo:x:44:app,other\naudio:x:29:other, app\n",
        },
    };

    public Dictionary<string, string> Files { get; } = new(StringComparer.Ordinal);

    public byte[]? TryRead(string path, int maxBytes) => Files.TryGetValue(path, out string? text) ? Encoding.UTF8.GetBytes(text) : null;
}
