using System.Diagnostics;
using Inro.Linux;
using Inro.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Inro.Bench.Measuring;

/// <summary>Runs commands as children of this process, by posix_spawn: what is measured is the command, not the way it is started.</summary>
internal sealed class LocalLane : ILane
{
    private const int MaxOutputBytes = 1 << 20;
    private const int SignalKill = 9;
    private const int SignalTerminate = 15;

    private readonly List<PidFd> daemons = [];
    private readonly string scratch = Directory.CreateTempSubdirectory("inro-bench-").FullName;

    public Sample Run(Command command)
    {
        using SafeFileHandle input = File.OpenHandle("/dev/null");
        using SafeFileHandle output = Scratch("out");
        using SafeFileHandle error = Scratch("err");
        try
        {
            SpawnRequest request = Request(command, input, output, error);
            long begin = Stopwatch.GetTimestamp();
            using PidFd process = ProcessSpawn.Open(request);
            ExitStatus? status = process.Reap(TimeSpan.FromSeconds(command.DeadlineSeconds));
            long took = (long)Stopwatch.GetElapsedTime(begin).TotalNanoseconds;
            if (status is null)
            {
                process.Signal(SignalKill);
                process.Reap(null);
            }

            return new Sample(took, status?.Code ?? -1, Read(output), Read(error));
        }
        catch (Exception e) when (e is LinuxException or FileNotFoundException)
        {
            return new Sample(0, -2, "", e.Message);
        }
    }

    public void Start(Command command)
    {
        using SafeFileHandle input = File.OpenHandle("/dev/null");
        using SafeFileHandle log = Scratch("daemon" + daemons.Count);
        daemons.Add(ProcessSpawn.Open(Request(command, input, log, log)));
    }

    public void Dispose()
    {
        foreach (PidFd daemon in daemons)
        {
            daemon.Signal(SignalTerminate);
            if (daemon.Reap(TimeSpan.FromSeconds(10)) is null)
            {
                daemon.Signal(SignalKill);
                daemon.Reap(null);
            }

            daemon.Dispose();
        }

        Directory.Delete(scratch, recursive: true);
    }

    private static SpawnRequest Request(Command command, SafeFileHandle input, SafeFileHandle output, SafeFileHandle error) => new()
    {
        Path = Find(command.Arguments[0]),
        Arguments = command.Arguments,
        Environment = [.. Inherited(), .. command.Environment],
        Descriptors = [new(0, input), new(1, output), new(2, error)],
        NewSession = true,
    };

    private static IEnumerable<string> Inherited() => ((string[])["PATH", "HOME", "TMPDIR"])
        .Where(name => Environment.GetEnvironmentVariable(name) is not null)
        .Select(name => $"{name}={Environment.GetEnvironmentVariable(name)}");

    private static string Find(string program) => program.Contains('/', StringComparison.Ordinal) ? program
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException($"{program} is not installed");

    private static string Read(SafeFileHandle file)
    {
        byte[] bytes = new byte[Math.Min(RandomAccess.GetLength(file), MaxOutputBytes)];
        int n = RandomAccess.Read(file, bytes, 0);
        return System.Text.Encoding.UTF8.GetString(bytes, 0, n);
    }

    private SafeFileHandle Scratch(string name) =>
        File.OpenHandle(Path.Combine(scratch, name), FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite);
}
