using System.Globalization;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Mounts;
using Inro.Runtime.Launch;
using Inro.Runtime.Rootfs;

namespace Inro.Runtime.Steps;

/// <summary>Covers masked paths: files with the null device, directories with an empty file system. Makes read-only paths so.</summary>
/// <remarks>The null device is the host's, and looked at: an image's /dev/null may be a link to anything (CVE-2025-31133).</remarks>
internal sealed class MaskStep : ILaunchStep
{
    private const int NullMajor = 1;
    private const int NullMinor = 3;
    private const int PathCloseOnExec = 0x280000;

    private readonly LaunchContext context;
    private readonly string[] masked;
    private readonly string[] readOnly;

    /// <exception cref="RuntimeException">A path cannot be one.</exception>
    public MaskStep(LaunchContext context)
    {
        this.context = context;
        masked = Paths("linux.maskedPaths", context.Linux.MaskedPaths);
        readOnly = Paths("linux.readonlyPaths", context.Linux.ReadonlyPaths);
    }

    public string Name => "masked and read-only paths";

    public void Emit(LaunchBuilder builder)
    {
        if (masked.Length > 0)
        {
            Slot nothing = EmitNullDevice(builder);
            foreach (string path in masked) { EmitMask(builder, path, nothing); }
        }

        foreach (string path in readOnly) { EmitReadOnly(builder, path); }
    }

    private static string[] Paths(string field, IReadOnlyList<string> given)
    {
        string[] paths = new string[given.Count];
        for (int i = 0; i < paths.Length; i++)
        {
            paths[i] = ContainerPath.Join(ContainerPath.Names(string.Create(CultureInfo.InvariantCulture, $"{field}[{i}]"), given[i]));
        }

        return paths;
    }

    private static Slot EmitNullDevice(LaunchBuilder b)
    {
        Slot file = b.NewSlot("null device");
        b.Call("open", SystemCall.Openat, [MountCalls.CurrentDirectory, "/dev/null", PathCloseOnExec], "/dev/null", file);
        b.ExpectDevice(file, b.ReserveStatus(), isBlock: false, NullMajor, NullMinor, "/dev/null");
        return file;
    }

    private void EmitMask(LaunchBuilder b, string path, Slot nothing)
    {
        Slot directory = b.NewSlot(path);
        Slot file = b.NewSlot(path);
        b.OpenInside(context.Root, path, OpenFlags.PathOnly | OpenFlags.Directory, directory, mayBeAbsent: true);
        b.OpenInside(context.Root, path, OpenFlags.PathOnly, file, mayBeAbsent: true, when: Condition.IfNotSet(directory));

        Slot cover = b.NewSlot("null mount");
        b.CloneTree(nothing, cover, recursive: false, "/dev/null", Condition.IfSet(file));
        b.Attach(cover, new MountTarget(file, ""), path, Condition.IfSet(file), "mask");

        Slot empty = b.NewSlot("empty mount");
        b.MakeFileSystem("tmpfs", null, ["ro", "size=0", "nr_inodes=1"],
            MountAttributes.ReadOnly | MountAttributes.NoSetUid | MountAttributes.NoDevices | MountAttributes.NoExec, empty, path, Condition.IfSet(directory));
        b.Attach(empty, new MountTarget(directory, ""), path, Condition.IfSet(directory), "mask");
    }

    private void EmitReadOnly(LaunchBuilder b, string path)
    {
        Slot place = b.NewSlot(path);
        Slot copy = b.NewSlot(path);
        b.OpenInside(context.Root, path, OpenFlags.PathOnly, place, mayBeAbsent: true);
        Condition exists = Condition.IfSet(place);
        b.CloneTree(place, copy, recursive: true, path, exists);
        b.Attach(copy, new MountTarget(place, ""), path, exists, "make read-only");
        MountAttributes known = context.MountUnder(path)?.Attributes ?? context.RootAttributes;
        context.SetAttributes(b, copy, known, new MountChange(MountAttributes.ReadOnly), path, exists);
    }
}
