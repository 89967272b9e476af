using System.Globalization;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Runtime.Launch;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Steps;

/// <summary>The AppArmor profile and the SELinux label that the process gets with its exec.</summary>
/// <remarks>
/// The kernel takes them through the process's own files in procfs, and only from the process itself. The host opens them, in its procfs:
/// whatever the container has for one, or has mounted on it, is not asked (CVE-2019-16884, CVE-2025-52881).
/// </remarks>
internal sealed class SecurityLabelStep(ProcessConfig process, KernelFeatures kernel, Action<string>? warn) : ILaunchStep
{
    private const uint ProcMagic = 0x9FA0;

    public string Name => "security labels";

    /// <exception cref="RuntimeException">A profile cannot be had on this host.</exception>
    public static void Check(ProcessConfig process, KernelFeatures kernel)
    {
        if (process.ApparmorProfile is not { Length: > 0 } profile) { return; }

        if (profile.AsSpan().IndexOfAny("\0\n") >= 0) { throw RuntimeException.Invalid("process.apparmorProfile", "is no name of a profile"); }

        if (profile != "unconfined" && !kernel.HasAppArmor)
        {
            throw RuntimeException.Invalid("process.apparmorProfile", $"the profile \"{profile}\" cannot be applied: this host's kernel has no AppArmor, or has it switched off",
                "leave the profile out, or boot with AppArmor");
        }
    }

    public void Emit(LaunchBuilder builder)
    {
        if (process.ApparmorProfile is { Length: > 0 } profile && kernel.HasAppArmor)
        {
            EmitWrite(builder, "apply the AppArmor profile", profile, "exec " + profile, ["attr/apparmor/exec", "attr/exec"]); // the first since Linux 5.8
        }

        if (process.SelinuxLabel is not { Length: > 0 } label) { return; }

        if (kernel.HasSelinux) { EmitWrite(builder, "apply the SELinux label", label, label, ["attr/exec"]); }
        else { warn?.Invoke($"process.selinuxLabel \"{label}\" is ignored: this host does not use SELinux"); }
    }

    public string? Remedy(LaunchOperation operation, Errno errno) => (operation.Call == SystemCall.Write, errno) switch
    {
        (true, Errno.ENOENT) => "load the profile with apparmor_parser",
        (true, Errno.EINVAL) => "the policy that is loaded does not know it",
        _ => null,
    };

    private static void EmitWrite(LaunchBuilder b, string label, string subject, string text, string[] files)
    {
        Slot file = b.NewSlot(files[0]);
        b.Sync("have the host open " + files[0], exchange => exchange.Give(Open(exchange.Pid, files)), receiveDescriptors: [file]);
        Data bytes = b.String(text);
        b.Call(label, SystemCall.Write, [file, bytes, bytes.Length - 1], subject);
        b.Call("close", SystemCall.Close, [file], files[0]);
    }

    private static SafeFileHandle Open(int pid, string[] files)
    {
        using DirFd process = DirFd.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}"));
        if (FileSystemType.MagicOf(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{process.Number}")) != ProcMagic)
        {
            throw new RuntimeException(RuntimeError.Failed, "what is mounted on /proc of this host is no procfs");
        }

        Errno errno = Errno.None;
        foreach (string path in files)
        {
            errno = process.TryOpenInside(PathBytes.Encode(path), OpenFlags.Write, 0, ResolveFlags.NoSymlinks | ResolveFlags.NoMountCrossing, out SafeFileHandle? file);
            if (file is not null) { return file; }
        }

        throw new LinuxException("openat2", files[^1], errno);
    }
}
