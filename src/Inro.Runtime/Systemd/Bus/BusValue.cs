namespace Inro.Runtime.Systemd.Bus;

/// <summary>A value with its D-Bus type.</summary>
/// <remarks>Source: D-Bus specification, "Type System".</remarks>
/// <param name="Type">One complete type.</param>
/// <param name="Content">
/// <c>y</c>: byte. <c>b</c>: bool. <c>n i x</c>: long. <c>q u t</c>: ulong. <c>d</c>: double. <c>s o g</c>: string. <c>v</c>: the value inside.
/// Arrays, structures and dictionary entries: a list of values; <c>ay</c> may be bytes.
/// </param>
internal sealed record BusValue(string Type, object Content)
{
    public static BusValue Text(string text) => new("s", text);

    public static BusValue Texts(params IEnumerable<string> texts) => new("as", (BusValue[])[.. texts.Select(Text)]);

    public static BusValue Flag(bool isOn) => new("b", isOn);

    public static BusValue UInt64(ulong number) => new("t", number);

    public static BusValue Bytes(byte[] bytes) => new("ay", bytes);

    public static BusValue Numbers(params IEnumerable<int> numbers) => new("au", (BusValue[])[.. numbers.Select(static n => new BusValue("u", (ulong)n))]);
}
