namespace Inro.Runtime.Systemd.Bus;

/// <summary>The other end of the bus answered with an error.</summary>
internal sealed class BusException(string name, string text) : IOException(text.Length > 0 ? text : name)
{
    /// <summary>Its name, such as <c>org.freedesktop.systemd1.NoSuchUnit</c>.</summary>
    public string Name { get; } = name;
}
