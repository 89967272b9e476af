using System.Buffers;
using System.Globalization;
using System.Text;
using Inro.Engine;
using Inro.Engine.Containers;

namespace Inro.Cli.Output;

/// <summary>A unit of systemd's that starts and stops one container.</summary>
/// <remarks>
/// Its main process is <c>inro start --attach</c>, which says when the container runs and ends with its exit status, so that systemd's own
/// <c>Restart=</c> sees what became of it. The shim stays in the unit's cgroup and must outlive that process: <c>KillMode=process</c>.
/// See systemd.service(5), systemd.unit(5), sd_notify(3).
/// </remarks>
internal sealed record ContainerUnit
{
    private const int StopSlackSeconds = 60;
    private const int MostCharacters = 255;
    private const string IdFile = "%t/%n.ctr-id";

    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+=:,@");

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_.-@\\");

    /// <summary>Name of the file, without <c>.service</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The container as the commands name it.</summary>
    public required string Container { get; init; }

    /// <summary>Absolute path of this program.</summary>
    public required string Program { get; init; }

    /// <summary>The instance's directory; null: the default one.</summary>
    public string? Root { get; init; }

    /// <summary><c>Restart=</c>.</summary>
    public string Restart { get; init; } = "on-failure";

    /// <summary><c>RestartSec=</c>.</summary>
    public long? RestartSeconds { get; init; }

    /// <summary><c>TimeoutStartSec=</c>.</summary>
    public long? StartSeconds { get; init; }

    /// <summary>Seconds that the container has to end.</summary>
    public required long StopSeconds { get; init; }

    /// <summary>Units after which it is started.</summary>
    public IReadOnlyList<string> After { get; init; } = [];

    /// <summary>Units that it requires.</summary>
    public IReadOnlyList<string> Requires { get; init; } = [];

    /// <summary>Units that it wants.</summary>
    public IReadOnlyList<string> Wants { get; init; } = [];

    /// <summary>Variables of the commands, <c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>Flags, image and command of the <c>run</c> that makes the container anew at each start; null: it is there.</summary>
    public IReadOnlyList<string>? NewCommand { get; init; }

    /// <summary>The directory in which that is run; null: systemd's.</summary>
    public string? Directory { get; init; }

    /// <summary>Whether it begins with who made it.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>The text.</summary>
    /// <exception cref="EngineException">InvalidArgument: something cannot stand in a unit.</exception>
    public string Text()
    {
        var text = new StringBuilder();
        if (HasHeader) { text.Append(CultureInfo.InvariantCulture, $"# {Name}.service\n# made by inro generate systemd{(NewCommand is null ? "; it must be made anew when the container is" : "")}\n\n"); }

        text.Append(CultureInfo.InvariantCulture, $"[Unit]\nDescription=Container {Container}\nWants={Units(["network-online.target", .. Wants])}\nAfter={Units(["network-online.target", .. After])}\n");
        if (Requires.Count > 0) { text.Append(CultureInfo.InvariantCulture, $"Requires={Units(Requires)}\n"); }

        text.Append("\n[Service]\nType=notify\nNotifyAccess=main\nKillMode=process\nDelegate=yes\n");
        foreach (string variable in Environment) { text.Append(CultureInfo.InvariantCulture, $"Environment=\"{Quoted(variable)}\"\n"); }

        text.Append(CultureInfo.InvariantCulture, $"Restart={Restart}\n");
        if (RestartSeconds is { } again) { text.Append(CultureInfo.InvariantCulture, $"RestartSec={again}\n"); }

        if (StartSeconds is { } start) { text.Append(CultureInfo.InvariantCulture, $"TimeoutStartSec={start}\n"); }

        string command = BootUnit.Plain(Program) + (Root is null ? "" : $" --root {BootUnit.Plain(Root)}");
        text.Append(CultureInfo.InvariantCulture, $"TimeoutStopSec={StopSeconds + StopSlackSeconds}\n");
        if (NewCommand is not null) { AppendNew(text, command, NewCommand); }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"ExecStart={command} start --attach {Container}\n");
            text.Append(CultureInfo.InvariantCulture, $"ExecStop={command} stop --ignore -t {StopSeconds} {Container}\nExecStopPost={command} stop --ignore -t {StopSeconds} {Container}\n");
        }

        return text.Append("\n[Install]\nWantedBy=default.target\n").ToString();
    }

    // The file tells the other commands which container it is: it has no name that is known, or one that another had.
    private void AppendNew(StringBuilder text, string command, IReadOnlyList<string> words)
    {
        if (Directory is not null) { text.Append(CultureInfo.InvariantCulture, $"WorkingDirectory={PathValue(Directory)}\n"); }

        text.Append(CultureInfo.InvariantCulture, $"ExecStartPre=/bin/rm -f {IdFile}\n");
        text.Append(CultureInfo.InvariantCulture, $"ExecStart={command} run --rm --sdnotify=conmon --cidfile={IdFile} {string.Join(' ', words.Select(Word))}\n");
        text.Append(CultureInfo.InvariantCulture, $"ExecStop={command} stop --ignore -t {StopSeconds} --cidfile={IdFile}\n");
        text.Append(CultureInfo.InvariantCulture, $"ExecStopPost={command} rm --force --ignore --time {StopSeconds} --cidfile={IdFile}\n");
    }

    /// <summary>A word of a command line as systemd reads it back. See systemd.service(5), "Command lines".</summary>
    private static string Word(string word)
    {
        if (word.Length > 0 && !word.AsSpan().ContainsAnyExcept(PlainCharacters)) { return word; }

        var quoted = new StringBuilder("\"");
        foreach (char c in word)
        {
            quoted.Append(c switch
            {
                '\\' => @"\\",
                '"' => "\\\"",
                '%' => "%%",
                '$' => "$$",
                '\n' => @"\n",
                '\t' => @"\t",
                _ when char.IsControl(c) => throw Unfit(word),
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    private static string PathValue(string path) => path.Any(char.IsControl) ? throw Unfit(path) : path.Replace("%", "%%", StringComparison.Ordinal);

    private static EngineException Unfit(string word) => new(ErrorCode.InvalidArgument, $"'{word}' cannot stand in a unit", "leave characters out that no line of text has");

    private static string Units(IEnumerable<string> names) => string.Join(' ', names.Select(UnitName));

    /// <summary>Whether a unit may have that name.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= MostCharacters && !name.AsSpan().ContainsAnyExcept(NameCharacters);

    private static string UnitName(string name) =>
        IsName(name) ? name : throw new EngineException(ErrorCode.InvalidArgument, $"'{name}' is no name of a unit", "see systemd.unit(5)");

    private static string Quoted(string variable)
    {
        if (variable.IndexOf('=', StringComparison.Ordinal) <= 0 || variable.Any(char.IsControl)) { throw new EngineException(ErrorCode.InvalidArgument, $"'{variable}' cannot stand in a unit as a variable", "write NAME=value, on one line"); }

        return variable.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("%", "%%", StringComparison.Ordinal);
    }
}
