using System.Buffers.Binary;
using System.Text;
using Inro.Linux;
using Inro.Runtime;
using Inro.Runtime.Launch;
using Xunit;

namespace Inro.Tests.Runtime.Launch;

public sealed class LaunchBuilderTests
{
    [Fact]
    public void An_empty_program_is_a_header()
    {
        byte[] bytes = Build(_ => { }).Parts.Bytes;

        Assert.Equal(LaunchFormat.HeaderBytes, bytes.Length);
        Assert.Equal(LaunchFormat.Magic, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        Assert.Equal(bytes.Length, Int32(bytes, 8));
    }

    [Fact]
    public void The_parts_follow_each_other_and_fill_the_program()
    {
        byte[] bytes = Build(b =>
        {
            Slot slot = b.NewSlot("one");
            b.Preset(7, "two");
            b.StringArray(["a", "b", "c"]);
            b.Call("close", SystemCall.Close, [slot]);
            b.Call("close", SystemCall.Close, [slot]);
        }).Parts.Bytes;

        int slots = Int32(bytes, 24);
        int relocations = Int32(bytes, 28);
        int operations = Int32(bytes, 32);
        int data = Int32(bytes, 36);
        Assert.Equal(LaunchFormat.HeaderBytes, slots);
        Assert.Equal(slots + (2 * 8), relocations);
        Assert.Equal(relocations + 16, operations); // three relocations of four bytes, padded to eight
        Assert.Equal(operations + (2 * LaunchFormat.OperationBytes), data);
        Assert.Equal(data + (4 * 8) + 6, bytes.Length); // four pointers and three strings of two bytes
        Assert.Equal(LaunchFormat.Unset, BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(slots)));
        Assert.Equal(7, BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(slots + 8)));
    }

    [Fact]
    public void Every_string_of_an_array_is_relocated_and_the_last_pointer_is_null()
    {
        byte[] bytes = Build(b => b.StringArray(["first", "second"])).Parts.Bytes;

        int relocations = Int32(bytes, 28);
        ReadOnlySpan<byte> data = bytes.AsSpan(Int32(bytes, 36));
        Assert.Equal(2, Int32(bytes, 16));
        Assert.Equal([0, 8], new[] { Int32(bytes, relocations), Int32(bytes, relocations + 4) });
        Assert.Equal("first", Text(data, (int)BinaryPrimitives.ReadInt64LittleEndian(data)));
        Assert.Equal("second", Text(data, (int)BinaryPrimitives.ReadInt64LittleEndian(data[8..])));
        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(data[16..]));
    }

    [Fact]
    public void Bytes_are_aligned_after_strings()
    {
        Build(b =>
        {
            b.String("odd");
            b.String("x");
            Assert.Equal(8, b.Bytes([1, 2, 3]).Offset);
            Assert.Equal(16, b.Reserve(8).Offset);
        });
    }

    [Fact]
    public void Data_grows_beyond_its_first_buffer()
    {
        byte[] large = new byte[100_000];
        large[^1] = 9;

        byte[] bytes = Build(b =>
        {
            b.String("before");
            b.Bytes(large);
        }).Parts.Bytes;

        Assert.Equal("before", Text(bytes.AsSpan(Int32(bytes, 36)), 0));
        Assert.Equal(9, bytes[^1]);
    }

    [Fact]
    public void Operations_keep_number_label_subject_and_step()
    {
        var step = new OneCall();
        LaunchProgram program = Build(b =>
        {
            b.Call("before", SystemCall.Getpid, []);
            b.Add(step);
            b.Call("after", SystemCall.Getpid, []);
        });

        Assert.Equal(["before", "mount /proc on rootfs/proc", "after"], program.Operations.Select(o => o.Title));
        Assert.Equal([1, 2, 3], program.Operations.Select(o => o.Number));
        Assert.Equal([null, step, null], program.Operations.Select(o => o.Step));
    }

    [Fact]
    public void An_exec_needs_a_clone_before_it()
    {
        Assert.Throws<InvalidOperationException>(() => Build(b => b.Exec("run", b.String("/x"), b.StringArray([]), b.StringArray([]))));
    }

    [Fact]
    public void A_sync_behind_a_listeners_gate_is_refused()
    {
        Assert.Throws<InvalidOperationException>(() => Build(b =>
        {
            b.Gate("gate", b.Preset(3, "listener"), GateKind.Listener);
            b.Sync("tell", _ => { });
        }));
    }

    [Fact]
    public void A_zero_byte_in_a_string_is_refused()
    {
        Assert.Throws<RuntimeException>(() => Build(b => b.String("a\0b")));
        Assert.Throws<RuntimeException>(() => Build(b => b.Call("open", SystemCall.Openat, [-100, "a\0b"])));
    }

    [Fact]
    public void A_slot_that_no_builder_made_is_refused()
    {
        Assert.Throws<InvalidOperationException>(() => Build(b => b.Call("close", SystemCall.Close, [default(Slot)])));
    }

    [Fact]
    public void More_than_six_arguments_or_four_tolerated_errors_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Build(b => b.Call("x", SystemCall.Getpid, [1, 2, 3, 4, 5, 6, 7])));
        Assert.Throws<ArgumentOutOfRangeException>(() => Build(b => b.Call(
            "x", SystemCall.Getpid, [], tolerate: [Errno.EPERM, Errno.EIO, Errno.ENOENT, Errno.EBUSY, Errno.EINVAL])));
    }

    [Fact]
    public void What_the_program_owns_is_disposed_with_it_last_thing_first()
    {
        List<string> disposed = [];
        LaunchProgram program = Build(b =>
        {
            b.Own(new Resource(() => disposed.Add("first")));
            b.Own(new Resource(() => disposed.Add("second")));
        });

        Assert.Empty(disposed);
        program.Dispose();
        Assert.Equal(["second", "first"], disposed);
    }

    [Fact]
    public void A_builder_that_is_given_up_disposes_what_it_owns()
    {
        bool disposed = false;
        using (var builder = new LaunchBuilder()) { builder.Own(new Resource(() => disposed = true)); }

        Assert.True(disposed);
    }

    [Fact]
    public void A_remedy_comes_from_the_step_of_the_operation()
    {
        LaunchProgram program = Build(b => b.Add(new OneCall()));

        var failure = new LaunchFailure { Operation = program.Operations[0], Total = 61, Errno = Errno.EPERM };

        Assert.Equal("mount /proc on rootfs/proc: EPERM (step 1 of 61)", failure.Describe());
        Assert.Equal("run as root", failure.Remedy);
        Assert.Null((failure with { Errno = Errno.EIO }).Remedy);
    }

    private static LaunchProgram Build(Action<LaunchBuilder> emit)
    {
        using var builder = new LaunchBuilder();
        emit(builder);
        return builder.Build();
    }

    private static int Int32(byte[] bytes, int offset) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(offset));

    private static string Text(ReadOnlySpan<byte> data, int offset)
    {
        ReadOnlySpan<byte> rest = data[offset..];
        return Encoding.UTF8.GetString(rest[..rest.IndexOf((byte)0)]);
    }

    private sealed class OneCall : ILaunchStep
    {
        public string Name => "mounts";

        public void Emit(LaunchBuilder builder) =>
            builder.Call("mount /proc on", SystemCall.Mount, ["proc", "rootfs/proc", "proc", 0, 0], subject: "rootfs/proc");

        public string? Remedy(LaunchOperation operation, Errno errno) => errno == Errno.EPERM ? "run as root" : null;
    }

    private sealed class Resource(Action disposed) : IDisposable
    {
        public void Dispose() => disposed();
    }
}
