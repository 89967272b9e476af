using Inro.Runtime.Systemd.Bus;
using Xunit;

namespace Inro.Tests.Runtime.Systemd;

public sealed class BusMessageTests
{
    [Fact]
    public void A_call_has_the_bytes_that_the_specification_says()
    {
        var body = new BusWriter();
        body.Text("a.scope");
        body.Text("replace");

        byte[] call = BusMessage.Call(3, "d.e", "/p", "i.f", "Stop", "ss", body.Written);

        Assert.Equal(
            "6C010001" + "18000000" + "03000000" + "48000000" // little-endian, a call; lengths of body and fields
            + "01016F00" + "02000000" + "2F7000" + "0000000000" // path
            + "06017300" + "03000000" + "642E6500" + "00000000" // destination
            + "02017300" + "03000000" + "692E6600" + "00000000" // interface
            + "03017300" + "04000000" + "53746F7000" + "000000" // member
            + "08016700" + "02737300" // types
            + "07000000" + "612E73636F706500" + "07000000" + "7265706C61636500",
            Convert.ToHexString(call));
    }

    [Fact]
    public void Values_are_aligned_to_their_types()
    {
        var writer = new BusWriter();
        writer.Byte(1);
        writer.Value(new("(yt)", (BusValue[])[new("y", (byte)2), BusValue.UInt64(3)]));
        writer.Variant(BusValue.Numbers(9));
        writer.Value(new("at", new List<BusValue>()));

        Assert.Equal("01" + "00000000000000" + "02" + "00000000000000" + "0300000000000000" + "02617500" + "04000000" + "09000000" + "00000000", Convert.ToHexString(writer.Written));
    }

    [Fact]
    public void An_array_of_eight_byte_things_does_not_count_the_gap_before_them()
    {
        var writer = new BusWriter();
        writer.Value(new("at", (BusValue[])[BusValue.UInt64(1)]));

        Assert.Equal("08000000" + "00000000" + "0100000000000000", Convert.ToHexString(writer.Written));
    }

    [Fact]
    public void An_answer_is_read_back()
    {
        byte[] answer = Answer(kind: BusMessage.MethodReturn);

        Assert.Equal(answer.Length, BusMessage.LengthOf(answer));
        BusMessage message = BusMessage.Parse(answer);
        Assert.Equal((BusMessage.MethodReturn, 5u, "o"), (message.Kind, message.ReplyTo, message.Types));
        Assert.Equal("/job/1", new BusReader(message.Body).Text());
    }

    [Fact]
    public void Every_broken_message_is_refused_without_reading_beyond_it()
    {
        byte[] whole = Answer(kind: BusMessage.Error);
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] broken = [.. whole];
            for (int j = random.Next(1, 4); j > 0; j--) { broken[random.Next(broken.Length)] = (byte)random.Next(256); }

            try
            {
                int length = BusMessage.LengthOf(broken);
                if (length > broken.Length) { continue; } // more would be read

                BusMessage message = BusMessage.Parse(broken.AsSpan(0, length));
                _ = new BusReader(message.Body).Text();
            }
            catch (InvalidDataException) { continue; }
        }
    }

    [Theory]
    [InlineData("unix:path=/run/user/5/bus", "/run/user/5/bus")]
    [InlineData("unix:guid=1,path=/a%20b;tcp:host=x;unix:path=/c", "/a b,/c")]
    [InlineData("unix:abstract=/tmp/x", "")]
    [InlineData(null, "")]
    public void Addresses_of_buses_are_unix_paths(string? addresses, string expected) => Assert.Equal(expected, string.Join(',', BusAddress.Paths(addresses).Select(static a => a.Path)));

    [Fact]
    public void A_user_is_reached_by_the_session_bus_the_usual_bus_or_systemd_itself() => Assert.Equal(
        [new BusAddress("/x", false), new("/run/user/5/bus", false), new("/run/user/5/systemd/private", true)],
        BusAddress.OfUser(name => name switch { "XDG_RUNTIME_DIR" => "/run/user/5", "DBUS_SESSION_BUS_ADDRESS" => "unix:path=/x", _ => null }));

    private static byte[] Answer(byte kind)
    {
        var body = new BusWriter();
        body.Text("/job/1");
        var head = new BusWriter();
        head.Byte((byte)'l');
        head.Byte(kind);
        head.Byte(1);
        head.Byte(1);
        head.UInt32((uint)body.Written.Length);
        head.UInt32(77);
        head.Array(8, () =>
        {
            Field(head, 5, new("u", 5ul));
            Field(head, 7, BusValue.Text(":1.0"));
            Field(head, 4, BusValue.Text("a.b.Error"));
            Field(head, 8, new("g", "o"));
            Field(head, 9, new("u", 0ul));
        });
        head.Align(8);
        return [.. head.Written, .. body.Written];
    }

    private static void Field(BusWriter head, byte field, BusValue value)
    {
        head.Align(8);
        head.Byte(field);
        head.Variant(value);
    }
}
