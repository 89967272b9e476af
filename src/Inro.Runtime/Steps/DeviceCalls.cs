using System.Buffers.Binary;
using System.Globalization;
using Inro.Linux;
using Inro.Linux.Mounts;
using Inro.Runtime.Launch;

namespace Inro.Runtime.Steps;

/// <summary>Looks at files; of device nodes of the host, whose path alone does not say which device it is.</summary>
internal static class DeviceCalls
{
    private const int StatxBytes = 256;
    private const int StatxMode = 0x1C;
    private const int StatxModeBytes = 2;
    private const int StatxDevice = 0x80;
    private const int StatxBasic = 0x7FF;
    private const byte TypeMask = 0xF0; // S_IFMT, in the mode's upper byte
    private const byte CharacterType = 0x20;
    private const byte BlockType = 0x60;

    /// <summary>Room for one look; may serve for several devices, one after the other.</summary>
    public static Data ReserveStatus(this LaunchBuilder b) => b.Reserve(StatxBytes);

    /// <summary>Takes type and permission bits of what a descriptor stands for.</summary>
    public static void ReadMode(this LaunchBuilder b, Slot file, Data status, Slot mode, string subject, Condition when)
    {
        b.Call("look at", SystemCall.Statx, [file, "", MountCalls.EmptyPath, StatxBasic, status], subject, when: when);
        b.Load("take the mode of " + subject, status.Slice(StatxMode, StatxModeBytes), mode, when);
    }

    /// <summary>Fails with ENODEV unless an open file is this device.</summary>
    public static void ExpectDevice(this LaunchBuilder b, Slot file, Data status, bool isBlock, long major, long minor, string subject)
    {
        b.Call("look at", SystemCall.Statx, [file, "", MountCalls.EmptyPath, StatxBasic, status], subject);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(number, (uint)major);
        BinaryPrimitives.WriteUInt32LittleEndian(number[4..], (uint)minor);
        string wanted = string.Create(CultureInfo.InvariantCulture, $"make sure that it is the device {major}:{minor}");
        b.Expect(wanted, status.Slice(StatxDevice, number.Length), b.Bytes(number), Errno.ENODEV, subject);
        string kind = isBlock ? "make sure that it is a block device" : "make sure that it is a character device";
        b.Expect(kind, status.Slice(StatxMode + 1, 1), b.Bytes([isBlock ? BlockType : CharacterType]), Errno.ENODEV, subject, mask: TypeMask);
    }
}
