using System.Globalization;
using System.Text;
using Inro.Cli.Output;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Runtime;

namespace Inro.Cli.Verbs.Oci;

/// <summary><c>ps</c>: the processes of a container, as numbers or in the words of the host's ps.</summary>
internal static class PsVerb
{
    private const int MaxOutputBytes = 64 << 20;
    private const int ReadBytes = 64 << 10;
    private const int Output = 1;
    private const int Error = 2;

    public static int Run(OciGlobals globals, OciFlags flags)
    {
        string format = "table";
        while (flags.NextFlag(out string name))
        {
            format = name is "f" or "format" ? flags.Value(name) : throw flags.Unknown(name);
        }

        string[] operands = flags.Operands(1, int.MaxValue);
        using ContainerRuntime runtime = globals.Open();
        IReadOnlyList<int> pids = runtime.Processes(operands[0]);
        switch (format)
        {
            case "json":
                Screen.WriteLine(Json(pids));
                return 0;
            case "table":
                Screen.Write(Rows(Ask(operands.Length > 1 ? operands[1..] : ["-ef"]), pids));
                return 0;
            default:
                throw new OciUsageException("invalid format option");
        }
    }

    internal static string Json(IReadOnlyList<int> pids) => pids.Count == 0
        ? "null"
        : "[" + string.Join(',', pids.Select(static pid => pid.ToString(CultureInfo.InvariantCulture))) + "]";

    /// <summary>The heading, and the lines whose PID is one of these.</summary>
    internal static string Rows(string table, IReadOnlyList<int> pids)
    {
        string[] lines = table.Split('\n');
        int column = Array.IndexOf(Words(lines[0]), "PID");
        if (column < 0) { throw new OciUsageException("couldn't find PID field in ps output"); }

        var wanted = new HashSet<int>(pids);
        var text = new StringBuilder(lines[0]).Append('\n');
        foreach (string line in lines.AsSpan(1))
        {
            string[] words = Words(line);
            if (words.Length == 0) { continue; }

            if (words.Length <= column || !int.TryParse(words[column], NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
            {
                throw new OciUsageException($"ps printed a line without a process's number: {line}");
            }

            if (wanted.Contains(pid)) { text.Append(line).Append('\n'); }
        }

        return text.ToString();
    }

    private static string[] Words(string line) => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    private static string Ask(string[] arguments)
    {
        string program = HostPrograms.Find("ps") ?? throw new RuntimeException(RuntimeError.Failed, "there is no ps on PATH", "install procps, or use --format json");
        using PipeEnds pipe = Descriptor.Pipe();
        using PidFd process = ProcessSpawn.Open(new SpawnRequest
        {
            Path = program,
            Arguments = ["ps", .. arguments],
            Environment = [.. Variables()],
            Descriptors = [new SpawnDescriptor(Output, pipe.Write), new SpawnDescriptor(Error, pipe.Write)],
        });
        pipe.Write.Dispose();
        string text = ReadAll(pipe);
        ExitStatus status = process.Reap(null)!.Value; // not null: there is no deadline
        return status.IsSuccess ? text : throw new RuntimeException(RuntimeError.Failed, $"ps ended with {status}: {text.Trim()}");
    }

    private static string ReadAll(PipeEnds pipe)
    {
        using var all = new MemoryStream();
        byte[] buffer = new byte[ReadBytes];
        for (int length; (length = Descriptor.Read(pipe.Read, buffer)) > 0;)
        {
            all.Write(buffer, 0, length);
            if (all.Length > MaxOutputBytes) { throw new LinuxException("read", "the output of ps", Errno.EFBIG); }
        }

        return Encoding.UTF8.GetString(all.GetBuffer().AsSpan(0, (int)all.Length));
    }

    private static IEnumerable<string> Variables()
    {
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables()) { yield return $"{variable.Key}={variable.Value}"; }
    }
}
