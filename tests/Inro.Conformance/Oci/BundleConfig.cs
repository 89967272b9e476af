using System.Text.Json.Nodes;

namespace Inro.Conformance.Oci;

/// <summary>The configuration that tests start from: confined as usual, and nothing in it that a test would want to be the first to say.</summary>
internal static class BundleConfig
{
    private const string Text = """
        {
          "ociVersion": "1.2.0",
          "root": { "path": "rootfs" },
          "process": {
            "cwd": "/",
            "args": [ "/bin/true" ],
            "env": [ "PATH=/bin:/usr/bin" ],
            "user": { "uid": 0, "gid": 0 },
            "capabilities": {
              "bounding": [ "CAP_AUDIT_WRITE", "CAP_KILL", "CAP_MKNOD", "CAP_CHOWN", "CAP_SETUID" ],
              "effective": [ "CAP_AUDIT_WRITE", "CAP_KILL", "CAP_MKNOD", "CAP_CHOWN", "CAP_SETUID" ],
              "permitted": [ "CAP_AUDIT_WRITE", "CAP_KILL", "CAP_MKNOD", "CAP_CHOWN", "CAP_SETUID" ]
            }
          },
          "mounts": [
            { "destination": "/proc", "type": "proc", "source": "proc" },
            { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": [ "nosuid", "strictatime", "mode=755", "size=65536k" ] },
            { "destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": [ "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620" ] },
            { "destination": "/sys", "type": "sysfs", "source": "sysfs", "options": [ "nosuid", "noexec", "nodev", "ro" ] },
            { "destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": [ "nosuid", "noexec", "nodev", "relatime", "ro" ] }
          ],
          "linux": {
            "namespaces": [
              { "type": "pid" }, { "type": "network" }, { "type": "ipc" }, { "type": "uts" }, { "type": "mount" }, { "type": "cgroup" }
            ],
            "resources": {}
          }
        }
        """;

    /// <summary>A fresh copy.</summary>
    public static JsonObject Make() => JsonNode.Parse(Text)!.AsObject();
}
