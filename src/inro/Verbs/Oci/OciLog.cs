using System.Text.Encodings.Web;
using System.Text.Json;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Spec;

namespace Inro.Cli.Verbs.Oci;

/// <summary>Messages to standard error and to the log file. Callers parse the JSON form: its keys are level, msg and time.</summary>
internal sealed class OciLog(string? file = null, bool json = false, bool debug = false)
{
    public void Error(string message)
    {
        Write("error", message);
        if (file is not null || !json) { Screen.WriteError("inro-oci: " + message); }
    }

    /// <summary>Something that was left out because it was only advice: not for a terminal that a container shares.</summary>
    public void Warn(string message)
    {
        if (file is not null || debug) { Write("warning", message); }
    }

    /// <summary>Something that the caller asked for and does not get.</summary>
    public void Ignored(string message)
    {
        if (file is not null || json) { Write("warning", message); }
        else { Screen.WriteError("inro-oci: warning: " + message); }
    }

    /// <summary>What is being done; written with <c>--debug</c> only.</summary>
    public void Debug(string message)
    {
        if (debug) { Write("debug", message); }
    }

    /// <summary>The line of a message.</summary>
    internal static string Line(string level, string message, string time, bool json) => json
        ? $$"""{"level":"{{level}}","msg":{{Quote(message)}},"time":"{{time}}"}"""
        : $"time=\"{time}\" level={level} msg={Quote(message)}";

    // Without a file, errors are for people unless JSON was asked for; what else there is has the log's form there too.
    private void Write(string level, string message)
    {
        if (file is null && !json && level == "error") { return; }

        string line = Line(level, message, Rfc3339.FormatSeconds(TimeProvider.System.NowNanoseconds()), json);
        if (file is null)
        {
            Screen.WriteError(line);
            return;
        }

        try { System.IO.File.AppendAllText(file, line + "\n"); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { Screen.WriteError($"inro-oci: cannot write the log: {e.Message}"); }
    }

    private static string Quote(string text) => "\"" + JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString() + "\"";
}
