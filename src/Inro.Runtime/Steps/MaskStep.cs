using System.Buffers.Binary;
using System.Globalization;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Mounts;
using Inro.Runtime.Launch;
using Inro.Runtime.Rootfs;

namespace Inro.Runtime.Steps;

/// <summary>Covers masked paths: files with the null device, directories with an empty file system. Makes read-only paths so.</summary>
/// <remarks>The null device is the host's, and looked at: an image's /dev/null may be a link to anything (CVE-2025-31133).</remarks>
internal sealed class MaskStep(LaunchContext context) : ILaunchStep
{
    private const int StatxBytes = 256;
    private const int StatxMode = 0x1C;
    private const int StatxDevice = 0x80;
    private const int StatxBasic = 0x7FF;
    private const int PathCloseOnExec = 0x280000;

    public string Name => "masked and read-only paths";

    public void Emit(LaunchBuilder builder)
    {
        if (context.Linux.MaskedPaths.Count > 0)
        {
            Slot nothing = EmitNullDevice(builder);
            for (int i = 0; i < context.Linux.MaskedPaths.Count; i++)
            {
                string[] names = ContainerPath.Names(string.Create(CultureInfo.InvariantCulture, $"linux.maskedPaths[{i}]"), context.Linux.MaskedPaths[i]);
                EmitMask(builder, ContainerPath.Join(names), nothing);
            }
        }

        for (int i = 0; i < context.Linux.ReadonlyPaths.Count; i++)
        {
            string[] names = ContainerPath.Names(string.Create(CultureInfo.InvariantCulture, $"linux.readonlyPaths[{i}]"), context.Linux.ReadonlyPaths[i]);
            EmitReadOnly(builder, ContainerPath.Join(names));
        }
    }

    private static Slot EmitNullDevice(LaunchBuilder b)
    {
        Slot file = b.NewSlot("null device");
        Data status = b.Reserve(StatxBytes);
        b.Call("open", SystemCall.Openat, [MountCalls.CurrentDirectory, "/dev/null", PathCloseOnExec], "/dev/null", file);
        b.Call("look at", SystemCall.Statx, [file, "", MountCalls.EmptyPath, StatxBasic, status], "/dev/null");
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(number, 1);
        BinaryPrimitives.WriteUInt32LittleEndian(number[4..], 3);
        b.Expect("make sure that it is the null device", status.Slice(StatxDevice, 8), b.Bytes(number), Errno.ENODEV, "/dev/null");
        b.Expect("make sure that it is a character device", status.Slice(StatxMode + 1, 1), b.Bytes([0x21]), Errno.ENODEV, "/dev/null");
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
