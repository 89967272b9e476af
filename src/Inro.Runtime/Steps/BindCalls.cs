using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Mounts;
using Inro.Runtime.Launch;
using Inro.Runtime.Rootfs;

namespace Inro.Runtime.Steps;

/// <summary>Attributes of a bind that stands in its place, and of the mounts that came along below it.</summary>
internal static class BindCalls
{
    /// <summary>Sets them.</summary>
    /// <param name="source">The host's path that was bound.</param>
    /// <returns>What the mount has then; where the kernel tells it by itself, what is known.</returns>
    public static MountAttributes SetBindAttributes(this LaunchContext context, LaunchBuilder b, Slot tree, string source, MountOptions options, string path)
    {
        MountFlags propagation = options.Propagation == 0 ? MountFlags.Slave | MountFlags.Recursive : options.Propagation;
        MountChange all = new(options.SetBelow, options.ClearBelow);
        MountChange top = new(options.Set, options.Clear);
        bool propagatesBelow = propagation.HasFlag(MountFlags.Recursive) && options.IsRecursive;
        if (context.Kernel.HasMountAttributes)
        {
            b.MountSetAttributes(tree, propagatesBelow ? all with { Propagation = propagation } : all, recursive: true, path);
            b.MountSetAttributes(tree, propagatesBelow ? top : top with { Propagation = propagation }, recursive: false, path);
            return MountAttributes.None;
        }

        MountAttributes known = MountStatus.Read(source);
        MountAttributes middle = all.Apply(known);
        MountAttributes wanted = top.Apply(middle);
        MountFlags effective = propagatesBelow ? propagation : propagation & ~MountFlags.Recursive;
        context.SetAttributes(b, tree, known, new MountChange(wanted & ~known, known & ~wanted, effective), path);
        if (!all.IsNothing && options.IsRecursive) { SetBelow(context, b, tree, source, all, path); }

        return wanted;
    }

    private static void SetBelow(LaunchContext context, LaunchBuilder b, Slot tree, string source, MountChange change, string path)
    {
        string real = RealPath(source);
        foreach (string name in MountPoints.Below(real))
        {
            string subject = $"{path}/{name}";
            Slot mount = b.NewSlot(subject);

            // Covered by a later mount, or not bound along because it is unbindable: then there is nothing, or a file that is no mount.
            b.OpenInside(tree, name, OpenFlags.PathOnly, mount, ResolveFlags.NoSymlinks, mayBeAbsent: true);
            context.SetAttributes(b, mount, MountStatus.Read($"{real}/{name}"), change, subject, Condition.IfSet(mount));
        }
    }

    private static string RealPath(string path)
    {
        try
        {
            using Microsoft.Win32.SafeHandles.SafeFileHandle file = Inro.Linux.Descriptors.Descriptor.Open(path, OpenFlags.PathOnly);
            return File.ResolveLinkTarget($"/proc/self/fd/{file.DangerousGetHandle()}", returnFinalTarget: false)?.FullName ?? path;
        }
        catch (LinuxException)
        {
            return path; // the launch says that it is not there
        }
    }
}
