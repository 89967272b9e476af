using System.Text;
using System.Text.Json;
using Inro.Linux;
using Inro.Runtime.Launch;
using Xunit;

namespace Inro.Tests.Runtime.Launch;

public sealed class LaunchExplainTests
{
    [Fact]
    public void People_get_a_numbered_list_grouped_by_step()
    {
        using LaunchProgram program = Example();
        using var text = new StringWriter();

        LaunchExplain.WriteText(program, text);

        Assert.Equal(
            """
            mounts
                1  open rootfs  [openat(-100, "/r", 0x200000) → root]
                2  make directory  [mkdirat({root}, "proc", 493)]  may fail with EEXIST
                3  mount  [mount("evil\x1bname", "/", 0, 0, 16 bytes)]  unless root
            launch
                4  clone
                5  close all from descriptor 4  [close_range(4, 0xffffffff, 0)]
                6  announce exec
                7  run /bin/sh  [execve("/bin/sh", 2 strings, 0 strings)]

            """,
            text.ToString());
    }

    [Fact]
    public void Json_has_every_argument_whole()
    {
        using LaunchProgram program = Example();
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) { LaunchExplain.WriteJson(program, json); }

        using JsonDocument document = JsonDocument.Parse(stream.ToArray());

        JsonElement mount = document.RootElement[2];
        Assert.Equal("mounts", mount.GetProperty("step").GetString());
        Assert.Equal("mount", mount.GetProperty("call").GetString());
        Assert.Equal("evil\x1bname", mount.GetProperty("arguments")[0].GetString());
        Assert.Equal("6f7074696f6e73000000000000000000", mount.GetProperty("arguments")[4].GetProperty("bytes").GetString());
        Assert.False(mount.GetProperty("when").GetProperty("set").GetBoolean());
        JsonElement directory = document.RootElement[1];
        Assert.Equal("root", directory.GetProperty("arguments")[0].GetProperty("slot").GetString());
        Assert.Equal("EEXIST", directory.GetProperty("tolerates")[0].GetString());
        Assert.Equal("root", document.RootElement[0].GetProperty("result").GetString());
        JsonElement exec = document.RootElement[6];
        Assert.Equal("""["sh","-x"]""", exec.GetProperty("arguments")[1].GetRawText());
    }

    [Fact]
    public void Explaining_calls_no_handler_and_undoes_nothing()
    {
        using var builder = new LaunchBuilder();
        builder.Undo("undo", () => Assert.Fail("undone"));
        builder.Sync("tell", _ => Assert.Fail("called"));
        using LaunchProgram program = builder.Build();
        using var text = new StringWriter();

        LaunchExplain.WriteText(program, text);

        Assert.Equal("launch\n    1  tell\n", text.ToString());
    }

    [Fact]
    public void What_stands_behind_the_gate_is_named_for_another_process()
    {
        using var builder = new LaunchBuilder();
        builder.Clone("clone", 0);
        builder.Gate("wait at gate", builder.Preset(5, "gate"), GateKind.Fifo);
        builder.Call("last", SystemCall.Getpid, [], "thing");
        using LaunchProgram program = builder.Build();

        GateTail? tail = program.BehindGate();

        Assert.NotNull(tail);
        Assert.Equal(3, tail.Total);
        Assert.Equal(3, tail.FirstNumber);
        Assert.Equal(["last thing"], tail.Titles);
    }

    private static LaunchProgram Example()
    {
        using var builder = new LaunchBuilder();
        builder.Add(new Mounts());
        builder.Clone("clone", 0x20000000);
        builder.Exec("run", builder.String("/bin/sh"), builder.StringArray(["sh", "-x"]), builder.StringArray([]), "/bin/sh");
        return builder.Build();
    }

    private sealed class Mounts : ILaunchStep
    {
        public string Name => "mounts";

        public void Emit(LaunchBuilder builder)
        {
            Slot root = builder.NewSlot("root");
            Data options = builder.Reserve(16);
            builder.Put(options, BitConverter.ToUInt64(Encoding.ASCII.GetBytes("options\0")));
            builder.Call("open rootfs", SystemCall.Openat, [-100, "/r", 0x200000], result: root);
            builder.Call("make directory", SystemCall.Mkdirat, [root, "proc", 0x1ed], tolerate: [Errno.EEXIST]);
            builder.Call("mount", SystemCall.Mount, ["evil\u001bname", "/", 0, 0, options], when: Condition.IfNotSet(root));
        }
    }
}
