using System.Diagnostics;
using System.Globalization;
using System.Text;
using Inro.Images.Transfers;
using Inro.Linux.Descriptors;
using Inro.Linux.Terminals;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Output;

/// <summary>How a transfer of layers is shown.</summary>
internal enum ProgressStyle
{
    /// <summary>Bars on a terminal, lines elsewhere.</summary>
    Auto,

    /// <summary>A line for each change.</summary>
    Plain,

    /// <summary>A JSON object for each report, for tools.</summary>
    Json,

    /// <summary>Nothing.</summary>
    None,
}

/// <summary>Shows how the layers of a transfer come on: a bar for each on a terminal, with speed and time left; lines elsewhere.</summary>
/// <remarks>Reports come from several threads; the screen is written by the one that holds the lock.</remarks>
internal sealed class TransferScreen : IProgress<TransferProgress>
{
    private const int ShortDigits = 12;
    private const int BarWidth = 30;
    private static readonly TimeSpan BetweenPaintings = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly List<LayerLine> lines = [];
    private readonly Action<string> write;
    private readonly ProgressStyle style;
    private readonly int width;
    private readonly string movingWord;
    private int painted;
    private long lastPainting;

    /// <param name="style">As asked for.</param>
    /// <param name="movingWord">What a layer in motion is called: <c>Downloading</c>.</param>
    /// <param name="toError">Whether it is shown on standard error: standard output then belongs to somebody else.</param>
    public TransferScreen(ProgressStyle style, string movingWord, bool toError = false)
    {
        write = toError ? Screen.WriteErrorText : Screen.Write;
        using SafeFileHandle output = new(toError ? StandardStreams.Error : StandardStreams.Output, ownsHandle: false);
        bool isTerminal = Terminal.IsTerminal(output);
        this.style = style == ProgressStyle.Auto && !isTerminal ? ProgressStyle.Plain : style;
        this.movingWord = movingWord;
        width = isTerminal ? Math.Max((int)Terminal.GetWindowSize(output).Columns, 20) : int.MaxValue;
    }

    /// <inheritdoc/>
    public void Report(TransferProgress value)
    {
        lock (gate)
        {
            LayerLine line = lines.Find(l => l.Layer == value.Layer) ?? Add(value.Layer);
            bool isNew = line.Take(value);
            switch (style)
            {
                case ProgressStyle.Json:
                    write(Json(value) + "\n");
                    break;
                case ProgressStyle.Plain when isNew:
                    write($"{Short(value.Layer)}: {Word(line)}\n");
                    break;
                case ProgressStyle.Auto when isNew || Stopwatch.GetElapsedTime(lastPainting) >= BetweenPaintings:
                    Paint();
                    break;
                default:
                    break;
            }
        }
    }

    private LayerLine Add(Digest layer)
    {
        var line = new LayerLine(layer);
        lines.Add(line);
        return line;
    }

    /// <summary>Writes all lines over those of the last painting.</summary>
    private void Paint()
    {
        lastPainting = Stopwatch.GetTimestamp();
        var text = new StringBuilder();
        if (painted > 0) { text.Append(CultureInfo.InvariantCulture, $"\e[{painted}A"); }

        foreach (LayerLine line in lines)
        {
            string shown = $"{Short(line.Layer)}: {Word(line)}{(line.Step == TransferStep.Moving ? " " + line.Bar(BarWidth) : "")}";
            text.Append("\r\e[2K").Append(shown.Length < width ? shown : shown[..(width - 1)]).Append('\n');
        }

        painted = lines.Count;
        write(text.ToString());
    }

    private string Word(LayerLine line) => line.Step switch
    {
        TransferStep.Waiting => "Waiting",
        TransferStep.Moving => movingWord,
        TransferStep.Mounted => "Mounted from another repository",
        TransferStep.Exists => movingWord == "Pushing" ? "Layer already exists" : "Already exists",
        _ => movingWord switch { "Pushing" => "Pushed", "Copying" => "Copied", "Loading" => "Loaded", _ => "Pull complete" },
    };

    private static string Json(TransferProgress value) =>
        $$"""{"id":"{{Short(value.Layer)}}","digest":"{{value.Layer}}","status":"{{value.Step.ToString().ToLowerInvariant()}}","current":{{value.BytesDone}},"total":{{value.Bytes}}}""";

    private static string Short(Digest layer) => layer.Hex[..ShortDigits];
}

/// <summary>What is known of one layer.</summary>
internal sealed class LayerLine(Digest layer)
{
    private TransferStep? step;
    private long began;
    private long bytesAtBegin;
    private long bytes;
    private long total;

    public Digest Layer => layer;

    public TransferStep Step => step ?? TransferStep.Waiting;

    /// <summary>Takes a report; true where something else happens now.</summary>
    public bool Take(TransferProgress value)
    {
        bool isNew = step != value.Step;
        if (isNew && value.Step == TransferStep.Moving)
        {
            began = Stopwatch.GetTimestamp();
            bytesAtBegin = value.BytesDone;
        }

        (step, bytes, total) = (value.Step, value.BytesDone, value.Bytes);
        return isNew;
    }

    /// <summary><c>[=====>     ]  12MB/40MB  8MB/s  4s</c></summary>
    public string Bar(int width)
    {
        double part = total > 0 ? Math.Clamp((double)bytes / total, 0, 1) : 0;
        int filled = (int)(part * width);
        string bar = filled >= width ? new string('=', width) : new string('=', filled) + ">" + new string(' ', width - filled - 1);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        double speed = seconds > 0.2 ? (bytes - bytesAtBegin) / seconds : 0;
        string left = speed > 0 ? $"  {HumanUnits.Size((long)speed)}/s  {Math.Ceiling((total - bytes) / speed):0}s" : "";
        return $"[{bar}] {HumanUnits.Size(bytes),7}/{HumanUnits.Size(total)}{left}";
    }
}
