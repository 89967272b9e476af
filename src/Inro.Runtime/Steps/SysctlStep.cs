using System.Text;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Mounts;
using Inro.Linux.Namespaces;
using Inro.Runtime.Launch;

namespace Inro.Runtime.Steps;

/// <summary>Writes namespaced kernel parameters through a procfs of our own: the container's may be anything (CVE-2025-52881).</summary>
internal sealed class SysctlStep : ILaunchStep
{
    private readonly List<(string Key, string Path, string Value)> values = [];

    public SysctlStep(LaunchContext context)
    {
        foreach ((string key, string value) in context.Linux.Sysctl)
        {
            string path = ToPath(key);
            Check(key, path, context.Namespaces);
            if (value.Contains('\0', StringComparison.Ordinal)) { throw RuntimeException.Invalid($"linux.sysctl \"{key}\"", "the value cannot hold a zero byte"); }

            values.Add((key, path, value));
        }
    }

    public string Name => "kernel parameters";

    public void Emit(LaunchBuilder builder)
    {
        if (values.Count == 0) { return; }

        Slot proc = builder.NewSlot("private procfs");
        builder.MakeFileSystem("proc", null, [], MountAttributes.NoSetUid | MountAttributes.NoDevices | MountAttributes.NoExec, proc, "kernel parameters");
        foreach ((string key, string path, string value) in values)
        {
            Slot file = builder.NewSlot(key);
            builder.OpenStrictly(proc, "sys/" + path, OpenFlags.Write, file, "open kernel parameter");
            Data text = builder.String(value);
            builder.Call("set kernel parameter", SystemCall.Write, [file, text, text.Length - 1], $"{key} = {value}");
            builder.Call("close kernel parameter", SystemCall.Close, [file], key);
        }
    }

    /// <summary>The path below /proc/sys. As sysctl(8): the separator that comes first separates, the other is a part of names.</summary>
    internal static string ToPath(string key)
    {
        int separator = key.AsSpan().IndexOfAny('.', '/');
        if (separator < 0 || key[separator] == '/') { return key; }

        var path = new StringBuilder(key.Length);
        foreach (char c in key) { path.Append(c switch { '.' => '/', '/' => '.', _ => c }); }

        return path.ToString();
    }

    private static void Check(string key, string path, NamespacePlan namespaces)
    {
        string field = $"linux.sysctl \"{key}\"";
        foreach (Range name in path.AsSpan().Split('/'))
        {
            if (path.AsSpan(name) is "" or "." or "..") { throw RuntimeException.Invalid(field, "is no name of a kernel parameter"); }
        }

        NamespaceFlags kind = path switch
        {
            "kernel/msgmax" or "kernel/msgmnb" or "kernel/msgmni" or "kernel/sem" or "kernel/shmall" or "kernel/shmmax" or "kernel/shmmni"
                or "kernel/shm_rmid_forced" or "kernel/msg_next_id" or "kernel/sem_next_id" or "kernel/shm_next_id" => NamespaceFlags.Ipc,
            "kernel/domainname" => NamespaceFlags.Uts,
            "kernel/hostname" => throw RuntimeException.Invalid(field, "conflicts with the host name", "set hostname in the configuration"),
            _ when path.StartsWith("fs/mqueue/", StringComparison.Ordinal) => NamespaceFlags.Ipc,
            _ when path.StartsWith("net/", StringComparison.Ordinal) => NamespaceFlags.Network,
            _ when path.StartsWith("user/", StringComparison.Ordinal) => NamespaceFlags.User,
            _ => throw RuntimeException.Invalid(field, "is not namespaced: setting it would change the host"),
        };
        if (!namespaces.Has(kind))
        {
            throw RuntimeException.Invalid(field, $"needs a {NamespacePlan.Name(kind)} namespace of the container's own: setting it would change the host");
        }
    }
}
