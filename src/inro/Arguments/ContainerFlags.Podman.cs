using System.Buffers;
using System.Globalization;
using Inro.Engine.Volumes;

namespace Inro.Cli.Arguments;

/// <content>What podman has and docker has not.</content>
internal sealed partial class ContainerFlags
{
    private const string ZoneDirectory = "/usr/share/zoneinfo";
    private const string LocalTime = "/etc/localtime";
    private const int LargestUmask = 511; // 0777

    private static readonly SearchValues<char> ZoneCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_+-");

    private readonly List<string> unset = [];
    private readonly List<string> requires = [];
    private bool takesHostVariables;

    /// <summary>A container that has the name is removed first.</summary>
    public bool Replaces { get; private set; }

    /// <summary>The image is removed after the run, unless something else needs it.</summary>
    public bool RemovesImage { get; private set; }

    /// <summary>The socket of the API and the client's credentials are shown.</summary>
    public bool UsesApiSocket { get; private set; }

    private void AddPodman(FlagTable table) => table
        .Switch("env-host", '\0', "Give the container all variables of this command's environment", v => takesHostVariables = v)
        .Switch("replace", '\0', "Remove a container that has the same name first", v => Replaces = v)
        .List("requires", '\0', "Containers that are started before this one", v => requires.AddRange(v.Split(',', StringSplitOptions.RemoveEmptyEntries)), offers: Completion.Container)
        .Text("tz", '\0', "Time zone of the container: a name (Europe/Vienna), or 'local' for the host's", v => mounts.Add(Zone(v)))
        .Text("umask", '\0', "Mask of the process's file modes, in octal", v => config = config with { Umask = Mask(v) })
        .List("unsetenv", '\0', "Leave a variable of the image out", v => unset.Add(VariableName(v)))
        .Switch("unsetenv-all", '\0', "Leave all variables of the image out, and PATH", v => config = config with { ClearsEnvironment = v })
        .Switch("use-api-socket", '\0', "Bind mount the API socket and the client's credentials", v => UsesApiSocket = v);

    /// <summary>Adds <c>--rmi</c>: only a run knows its end.</summary>
    public void AddRemovalOfImage(FlagTable table) =>
        table.Switch("rmi", '\0', "Remove the image after the run, unless something else needs it; stands for --rm, too", v => (RemovesImage, config) = (v, config with { AutoRemove = v || config.AutoRemove }));

    /// <summary>Variables in the order in which later ones count: what is left out, the host's, those of files, and those that were typed.</summary>
    private List<string> Variables()
    {
        List<string> all = [.. unset];
        if (takesHostVariables)
        {
            foreach (System.Collections.DictionaryEntry variable in System.Environment.GetEnvironmentVariables()) { all.Add($"{variable.Key}={variable.Value}"); }
        }

        all.AddRange(FileVariables());
        all.AddRange(environment);
        return all;
    }

    private static MountRequest Zone(string name)
    {
        bool isName = name.Length > 0 && name[0] != '/' && !name.Contains("..", StringComparison.Ordinal) && !name.AsSpan().ContainsAnyExcept(ZoneCharacters);
        string file = name == "local" ? LocalTime : $"{ZoneDirectory}/{name}";
        return isName && File.Exists(file)
            ? new MountRequest { Kind = MountKind.Bind, Source = new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file, Target = LocalTime, ReadOnly = true }
            : throw new FormatException($"unable to find time zone {name} below {ZoneDirectory}");
    }

    private static int Mask(string text)
    {
        int mask = 0;
        foreach (char digit in text)
        {
            mask = digit is >= '0' and <= '7' ? (mask << 3) | (digit - '0') : throw InvalidMask(text);
            if (mask > LargestUmask) { throw InvalidMask(text); }
        }

        return text.Length > 0 ? mask : throw InvalidMask(text);
    }

    private static FormatException InvalidMask(string text) => new(string.Create(CultureInfo.InvariantCulture, $"invalid umask '{text}': octal, from 0 to 777"));

    private static string VariableName(string text) => text.Length > 0 && !text.Contains('=', StringComparison.Ordinal) ? text : throw new FormatException($"invalid environment variable: {text}");
}
