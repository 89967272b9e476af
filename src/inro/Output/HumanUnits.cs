using System.Globalization;
using Inro.Engine;
using Inro.Engine.Views;

namespace Inro.Cli.Output;

/// <summary>Durations and sizes in the words of docker's tables.</summary>
internal static class HumanUnits
{
    /// <inheritdoc cref="SpanText.Of"/>
    public static string Duration(TimeSpan span) => SpanText.Of(span);

    /// <inheritdoc cref="ByteSize.Text"/>
    public static string Size(long bytes) => ByteSize.Text(bytes);

    /// <summary>Cuts a text to <paramref name="width"/> characters, the last of them an ellipsis.</summary>
    public static string Ellipsis(string text, int width)
    {
        StringInfo characters = new(text);
        return characters.LengthInTextElements <= width ? text : characters.SubstringByTextElements(0, width - 1) + "…";
    }
}
