using System.Globalization;

namespace Inro.KernelTests.Harness;

/// <summary>What this machine has, found out once for each process by looking at it, never by its name or version of distribution.</summary>
public static class Machine
{
    /// <summary>The running kernel's version; what a distribution appends is left out.</summary>
    public static Version Kernel { get; } = ParseKernel(File.ReadAllText("/proc/sys/kernel/osrelease"));

    /// <summary>Where cgroup v2 is mounted, or null.</summary>
    public static string? V2Root { get; } =
        MountTable.Read().Where(m => m.FileSystem == "cgroup2").Select(m => m.Target).FirstOrDefault();

    /// <summary>Mount points of the writable cgroup v1 hierarchies that have controllers.</summary>
    public static IReadOnlyList<string> V1Controllers { get; } =
    [
        .. MountTable.Read()
            .Where(m => m.FileSystem == "cgroup" && !m.SuperOptions.Contains("name=", StringComparison.Ordinal))
            .Select(m => m.Target)
            .Where(target => Environment.IsPrivilegedProcess && Directory.Exists(target)),
    ];

    private static readonly (Needs Need, string What, Func<bool> Has)[] Table =
    [
        (Needs.Root, "root (user id 0 with CAP_SYS_ADMIN)", () => HasCapability(21)),
        (Needs.SysResource, "CAP_SYS_RESOURCE", () => HasCapability(24)),
        (Needs.CgroupV1, "a writable cgroup v1 controller", () => V1Controllers.Count > 0),
        (Needs.CgroupV2, "a mounted cgroup v2 tree", () => V2Root is not null),
        (Needs.CgroupV2Controllers, "cgroup v2 with the memory and pids controllers", HasV2Controllers),
        (Needs.OverlayFs, "overlayfs in the kernel", () => HasFileSystem("overlay")),
        (Needs.UserNamespaces, "user namespaces", HasUserNamespaces),
        (Needs.IdmappedMounts, "idmapped mounts (Linux 5.12)", () => Kernel >= new Version(5, 12)),
        (Needs.IdmappedOverlay, "overlayfs over idmapped layers (Linux 5.19)", () => HasFileSystem("overlay") && Kernel >= new Version(5, 19)),
        (Needs.NewUidMap, "newuidmap (Debian package uidmap)", () => FindTool("newuidmap") is not null),
        (Needs.Busybox, "/bin/busybox, statically linked (Debian package busybox-static)", () => File.Exists(TestRootfs.BusyboxPath)),
        (Needs.Program, "the published program (./dev build)", () => File.Exists(InroProcess.Binary)),
        (Needs.LibSeccomp, "libseccomp.so.2 (Debian package libseccomp2)", HasLibSeccomp),
        (Needs.Strace, "strace (Debian package strace)", () => FindTool("strace") is not null),
        (Needs.Runc, "runc (Debian package runc)", () => FindTool("runc") is not null),
        (Needs.Skopeo, "skopeo (Debian package skopeo)", () => FindTool("skopeo") is not null),
        (Needs.Umoci, "umoci (Debian package umoci)", () => FindTool("umoci") is not null),
        (Needs.Systemd, "systemd as process 1", () => Directory.Exists("/run/systemd/system")),
        (Needs.AppArmor, "AppArmor in the kernel", () => Directory.Exists("/sys/kernel/security/apparmor")),
        (Needs.Setcap, "setcap (Debian package libcap2-bin)", () => FindTool("setcap") is not null),
        (Needs.Zstd, "the zstd program (Debian package zstd)", () => FindTool("zstd") is not null),
        (Needs.Chrt, "chrt (Debian package util-linux)", () => FindTool("chrt") is not null),
        (Needs.Ip, "ip (Debian package iproute2)", () => FindTool("ip") is not null),
        (Needs.TrafficClasses, "tc (Debian package iproute2) and sch_htb in the kernel", static () => FindTool("tc") is not null && TrafficClasses.AreThere),
        (Needs.Registry, "docker-registry (Debian package docker-registry)", () => FindTool("docker-registry") is not null),
        (Needs.Podman, "podman (Debian package podman)", () => FindTool("podman") is not null),
        (Needs.Buildah, "buildah (Debian package buildah)", () => FindTool("buildah") is not null),
        (Needs.Time, "GNU time (Debian package time)", () => FindTool("time") is not null),
        (Needs.Docker, "dockerd and containerd (./dev test unpacks them)", () => File.Exists(InroProcess.Clients + "/usr/sbin/dockerd")),
        (Needs.FuseOverlay, "fuse-overlayfs (Debian package fuse-overlayfs) and /dev/fuse", static () => FindTool("fuse-overlayfs") is not null && File.Exists("/dev/fuse")),
        (Needs.Getfattr, "getfattr (Debian package attr)", static () => FindTool("getfattr") is not null),
        (Needs.Setfacl, "setfacl (Debian package acl)", () => FindTool("setfacl") is not null),
    ];

    private static readonly Lazy<Needs> Present = new(() =>
        Table.Where(row => row.Has()).Aggregate(Needs.None, (all, row) => all | row.Need));

    /// <summary>
    /// A deadline, made longer on an emulated machine (INRO_SLOW_MACHINE=1), where everything takes tens of times as long.
    /// Deadlines are there to end a test that hangs, so every one that a test names goes through here.
    /// </summary>
    public static TimeSpan Patience(TimeSpan deadline) => Environment.GetEnvironmentVariable("INRO_SLOW_MACHINE") == "1" ? deadline * 20 : deadline;

    /// <summary>Why a test with these needs cannot run here, or null when it can.</summary>
    public static string? WhyNot(Needs needs)
    {
        Needs missing = needs & ~Present.Value;
        return missing == Needs.None ? null : "needs " + string.Join(" and ", Table.Where(r => missing.HasFlag(r.Need)).Select(r => r.What));
    }

    /// <summary>The full path of a program on PATH or in the system's directories, or null.</summary>
    public static string? FindTool(string name) =>
        (Environment.GetEnvironmentVariable("PATH") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);

    private static bool HasCapability(int bit)
    {
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("CapEff:", StringComparison.Ordinal));
        ulong effective = ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber);
        return (effective & (1UL << bit)) != 0;
    }

    private static bool HasV2Controllers()
    {
        if (V2Root is null) { return false; }

        string[] controllers = File.ReadAllText(Path.Combine(V2Root, "cgroup.controllers")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return controllers.Contains("memory", StringComparer.Ordinal) && controllers.Contains("pids", StringComparer.Ordinal);
    }

    private static bool HasFileSystem(string name) =>
        File.ReadLines("/proc/filesystems").Any(line => line.EndsWith("\t" + name, StringComparison.Ordinal));

    private static bool HasUserNamespaces()
    {
        const string Limit = "/proc/sys/user/max_user_namespaces";
        return File.Exists("/proc/self/ns/user") && (!File.Exists(Limit) || File.ReadAllText(Limit).Trim() != "0");
    }

    private static bool HasLibSeccomp() =>
        new[] { "/usr/lib", "/lib", "/usr/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu" }
            .Any(directory => File.Exists(Path.Combine(directory, "libseccomp.so.2")));

    private static Version ParseKernel(string release)
    {
        string[] parts = release.Trim().Split('.', '-', '+');
        return new Version(int.Parse(parts[0]), int.Parse(parts[1]));
    }
}
