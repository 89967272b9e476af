using System.Text.Encodings.Web;
using System.Text.Json;
using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Containers;

namespace Inro.Cli.Verbs;

/// <summary><c>inro generate systemd</c>: a unit for a container that is there.</summary>
internal sealed class GenerateSystemdVerb : Verb
{
    private const int ShortId = 12;
    private const int DefaultStopSeconds = 10;

    private readonly List<string> after = [];
    private readonly List<string> requires = [];
    private readonly List<string> wants = [];
    private readonly List<string> environment = [];
    private bool isNew;
    private string? format;
    private bool usesName;
    private bool writesFile;
    private bool hasNoHeader;
    private string prefix = "container";
    private string separator = "-";
    private string restart = "on-failure";
    private long? restartSeconds;
    private long? startSeconds;
    private long? stopSeconds;

    public override string Usage => "[OPTIONS] CONTAINER";

    public override string Summary => "Print a unit of systemd's that starts and stops a container";

    public override string[] Examples => ["inro generate systemd --name web > /etc/systemd/system/container-web.service"];

    public override bool NeedsIds => true;

    public override int LeastOperands => 1;

    public override int MostOperands => 1;

    public override Completion Offers => Completion.Container;

    public override void AddFlags(FlagTable table) => table
        .List("after", '\0', "Units after which it is started", v => after.AddRange(v.Split(',')))
        .Text("container-prefix", '\0', "Beginning of the unit's name", v => prefix = v, initially: "container")
        .List("env", 'e', "Variables of the unit's commands", environment.Add)
        .Switch("files", 'f', "Write the unit to a file in the current directory, and print its path", v => writesFile = v)
        .Text("format", '\0', "Print the unit, or the path of its file, as 'json'", v => format = FlagValue.OneOf(v, "json"), offers: Completion.Of("json"))
        .Switch("name", 'n', "Use the container's name instead of its id", v => usesName = v)
        .Switch("new", '\0', "Make the container anew at each start, by the command line that made this one, and remove it at the end", v => isNew = v)
        .Switch("no-header", '\0', "Leave the comment at the beginning out", v => hasNoHeader = v)
        .List("requires", '\0', "Units that it requires", v => requires.AddRange(v.Split(',')))
        .Text("restart-policy", '\0', "systemd's Restart=", v => restart = FlagValue.OneOf(v, "no", "on-success", "on-failure", "on-abnormal", "on-watchdog", "on-abort", "always"), initially: "on-failure")
        .Number("restart-sec", '\0', "Seconds before a restart", v => restartSeconds = v, least: 0)
        .Text("separator", '\0', "Between the beginning of the unit's name and the container's", v => separator = v, initially: "-")
        .Number("start-timeout", '\0', "Seconds that a start may take", v => startSeconds = v, least: 0)
        .Number("stop-timeout", '\0', "Seconds that the container has to end", v => stopSeconds = v, least: 0, most: int.MaxValue)
        .Add(new Flag { Name = "time", Letter = 't', ValueName = "int", Help = "", IsHidden = true, Set = v => stopSeconds = FlagValue.Whole(v, 0, int.MaxValue) })
        .List("wants", '\0', "Units that it wants", v => wants.AddRange(v.Split(',')));

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        ContainerRecord container = session.Containers.Find(operands[0]);
        string name = $"{prefix}{(prefix.Length > 0 ? separator : "")}{(usesName ? container.Name : container.Id)}";
        if (!ContainerUnit.IsName(name)) { throw new UsageException($"'{name}' is no name of a unit", ExitStatus.Failure); }

        string text = new ContainerUnit
        {
            Name = name,
            Container = usesName ? container.Name : container.Id[..ShortId],
            Program = Environment.ProcessPath ?? "/usr/local/bin/inro",
            Root = session.Flags.Root is { } root ? HostPath.Absolute(root) : null,
            Restart = restart,
            RestartSeconds = restartSeconds,
            StartSeconds = startSeconds,
            StopSeconds = stopSeconds ?? Math.Max(container.Config.StopTimeoutSeconds ?? DefaultStopSeconds, 0),
            After = after,
            Requires = requires,
            Wants = wants,
            Environment = environment,
            HasHeader = !hasNoHeader,
            NewCommand = isNew ? CommandOf(container) : null,
            Directory = isNew ? container.Config.CreateDirectory : null,
        }.Text();
        if (!writesFile)
        {
            Screen.Write(format is null ? text : Json(name, text));
            return ExitStatus.Success;
        }

        string path = HostPath.Absolute(name + ".service");
        using (OutputFile file = OutputFile.Create(path))
        {
            file.Stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
            file.Commit();
        }

        Screen.Write(format is null ? path + "\n" : Json(name, path));
        return ExitStatus.Success;
    }

    /// <summary>What made the container, without what the unit itself says.</summary>
    private static IReadOnlyList<string> CommandOf(ContainerRecord container)
    {
        if (container.Config.CreateCommand.Count == 0)
        {
            throw new EngineException(ErrorCode.PreconditionFailed, $"--new: container {container.Name} was not made by a command line", "make it with inro run or inro create");
        }

        FlagTable table = new();
        new RunVerb { Path = "run" }.AddFlags(table);
        bool isNamed = false;
        IReadOnlyList<string> words = PlainWords.Of(table, container.Config.CreateCommand, name =>
        {
            isNamed |= name == "name";
            return name is not ("attach" or "cidfile" or "detach" or "interactive" or "replace" or "restart" or "rm" or "rmi" or "sdnotify");
        });
        return isNamed ? ["--replace", .. words] : words;
    }

    private static string Json(string name, string value)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, IndentSize = 5, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString(name, value);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)) + "\n";
    }
}
