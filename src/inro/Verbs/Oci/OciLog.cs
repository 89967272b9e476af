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
        Screen.WriteError("inro-oci: " + message);
    }

    public void Warn(string message)
    {
        Write("warning", message);
        if (debug) { Screen.WriteError("inro-oci: " + message); }
    }

    private void Write(string level, string message)
    {
        if (file is null) { return; }

        string time = Rfc3339.FormatSeconds(TimeProvider.System.NowNanoseconds());
        string line = json
            ? $$"""{"level":"{{level}}","msg":{{Quote(message)}},"time":"{{time}}"}"""
            : $"time=\"{time}\" level={level} msg={Quote(message)}";
        try { System.IO.File.AppendAllText(file, line + "\n"); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { Screen.WriteError($"inro-oci: cannot write the log: {e.Message}"); }
    }

    private static string Quote(string text) => "\"" + JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString() + "\"";
}
