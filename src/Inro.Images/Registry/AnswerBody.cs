using System.Text;
using System.Text.Json;
using Inro.Spec.Distribution;

namespace Inro.Images.Registry;

/// <summary>The small bodies of a registry's answers.</summary>
internal static class AnswerBody
{
    private const int ShownCharacters = 300;

    /// <summary>All of it.</summary>
    /// <exception cref="RegistryException">It is longer than allowed.</exception>
    public static byte[] Read(HttpResponseMessage response, int maxBytes)
    {
        using Stream stream = response.Content.ReadAsStream();
        int known = (int)Math.Clamp(response.Content.Headers.ContentLength ?? 4096, 0, maxBytes);
        var bytes = new MemoryStream(known);
        byte[] buffer = new byte[16 << 10];
        for (int count = stream.Read(buffer); count > 0; count = stream.Read(buffer))
        {
            if (bytes.Length + count > maxBytes) { throw new RegistryException(RegistryFailure.BadAnswer, $"{response.RequestMessage?.RequestUri?.Host} sent an answer of more than {maxBytes} bytes"); }

            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }

    /// <summary>The errors in it; none where it is not the specification's form.</summary>
    public static IReadOnlyList<RegistryError> Errors(byte[] body)
    {
        try { return JsonSerializer.Deserialize(body, DistributionJson.Default.RegistryErrors)?.Errors ?? []; }
        catch (JsonException) { return []; } // a proxy's page, or nothing: the caller then shows the text itself
    }

    /// <summary>What it says, for people: one short line of printable characters.</summary>
    public static string Message(byte[] body)
    {
        IReadOnlyList<RegistryError> errors = Errors(body);
        string text = errors.Count > 0
            ? string.Join("; ", errors.Select(static e => string.IsNullOrEmpty(e?.Message) ? e?.Code : e.Message))
            : Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 4 * ShownCharacters)));
        string line = string.Concat(text.Select(static c => char.IsControl(c) ? ' ' : c)).Trim();
        return line.Length == 0 ? "no reason given" : line.Length > ShownCharacters ? line[..ShownCharacters] + "…" : line;
    }
}
