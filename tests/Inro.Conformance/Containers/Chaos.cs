using System.Collections.Concurrent;
using System.Globalization;
using Inro.KernelTests.Harness;

namespace Inro.Conformance.Containers;

/// <summary>Many processes that do anything to the same few containers at once, while shims and commands are killed.</summary>
internal sealed class Chaos(Instance inro, int seed)
{
    /// <summary>So many do something at a time.</summary>
    public const int Workers = 16;

    private const int Names = 10;
    private const int SigKill = 9;

    /// <summary>A command that takes longer hangs: the longest honest wait is a stop's grace and a lock's deadline.</summary>
    private static readonly TimeSpan HangsAfter = TimeSpan.FromSeconds(90);

    /// <summary>What a program may end with: its own refusals, and what ends a killed one or a container's command.</summary>
    private static readonly HashSet<int> Legal = [0, 1, 3, 7, 125, 126, 127, 128 + SigKill, 143, 130];

    /// <summary>What no refusal says.</summary>
    private static readonly string[] Faults =
        ["Unhandled exception", "   at Inro.", "NullReference", "sqlite", "is damaged", "DataLoss", "constraint failed", "database is locked", "KeyNotFound"];

    private readonly ConcurrentQueue<string[]> work = new();
    private readonly ConcurrentQueue<string> wrong = new();
    private readonly ConcurrentDictionary<string, int> done = new(StringComparer.Ordinal);
    private int kills;

    /// <summary>What went wrong.</summary>
    public IReadOnlyCollection<string> Wrong => wrong;

    /// <summary>How often each verb was called.</summary>
    public IReadOnlyDictionary<string, int> Done => done;

    /// <summary>How many processes were killed.</summary>
    public int Kills => kills;

    /// <summary>Calls every verb so often, in an order that the seed decides.</summary>
    public void Run(int times)
    {
        var random = new Random(seed);
        string[][] calls = [.. Enumerable.Range(0, times).SelectMany(_ => Verbs(random))];
        random.Shuffle(calls);
        foreach (string[] call in calls) { work.Enqueue(call); }

        using var over = new CancellationTokenSource();
        var killer = new Thread(() => Kill(new Random(seed + 1), over.Token)) { IsBackground = true };
        Thread[] workers = [.. Enumerable.Range(0, Workers).Select(n => new Thread(() => Work(new Random(seed + 10 + n))) { IsBackground = true })];
        killer.Start();
        Array.ForEach(workers, static w => w.Start());
        Array.ForEach(workers, static w => w.Join());
        over.Cancel();
        killer.Join();
    }

    // One of each verb, with arguments that make it likely to meet others.
    private IEnumerable<string[]> Verbs(Random random)
    {
        string Name() => "c" + random.Next(Names).ToString("D2", CultureInfo.InvariantCulture);
        string[] Some(params string[][] choices) => choices[random.Next(choices.Length)];
        yield return ["create", .. Some([], ["--restart", "on-failure:2"], ["-i"]), "--name", Name(), "busybox", .. Some(["sleep", "1000"], ["true"], ["sh", "-c", "exit 3"])];
        yield return ["run", "-d", .. Some([], ["--rm"], ["--restart", "always"], ["--init"], ["--health-cmd", "true", "--health-interval", "200ms"], ["-v", "vol:/data"]), "--name", Name(), "busybox", .. Some(["sleep", "1000"], ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"], ["sh", "-c", "sleep 0.2; exit 7"])];
        yield return ["run", .. Some(["--rm"], ["--name", Name()]), "busybox", .. Some(["true"], ["echo", "hi"], ["nothing"], ["sh", "-c", "exit 3"])];
        yield return ["init", Name()];
        yield return ["start", Name()];
        yield return ["stop", "-t", "1", Name()];
        yield return ["restart", "-t", "0", Name()];
        yield return ["kill", .. Some([], ["-s", "TERM"], ["-s", "USR1"]), Name()];
        yield return ["pause", Name()];
        yield return ["unpause", Name()];
        yield return ["rm", .. Some([], ["-f"], ["-f", "-v"]), Name()];
        yield return ["rename", Name(), Name()];
        yield return ["exec", .. Some([], ["-d"]), Name(), .. Some(["true"], ["sleep", "0.2"], ["nothing"])];
        yield return ["logs", .. Some([], ["-t"], ["-n", "3"]), Name()];
        yield return ["top", Name(), .. Some([], ["pid", "comm"])];
        yield return ["stats", "--no-stream", .. Some([], [Name()])];
        yield return ["ps", "-a", .. Some([], ["--size"], ["--filter", "status=running"])];
        yield return ["inspect", .. Some([], ["--size"], ["--kernel"]), Name()];
        yield return ["port", Name()];
        yield return ["cp", .. Some([Name() + ":/bin/busybox", "/dev/null"], ["/etc/hostname", Name() + ":/tmp/"])];
        yield return ["update", .. Some(["--restart", "no"], ["--restart", "unless-stopped"], ["-m", "64m", "--memory-swap", "-1"]), Name()];
        yield return ["events", "--since", "1s", "--until", "0s"];
        yield return ["container", "prune", "-f"];
        yield return ["volume", "ls"];
        yield return ["volume", "prune", "-f"];
        yield return ["system", "df"];
    }

    private void Work(Random random)
    {
        while (work.TryDequeue(out string[]? call))
        {
            string verb = call[0] is "container" or "volume" or "system" ? call[0] + " " + call[1] : call[0];
            done.AddOrUpdate(verb, 1, static (_, n) => n + 1);
            bool isKilled = random.Next(20) == 0;
            using StartedInro started = inro.Start(call);
            if (isKilled)
            {
                Thread.Sleep(random.Next(40));
                started.Kill();
                Interlocked.Increment(ref kills);
                continue;
            }

            Check(call, started);
        }
    }

    private void Check(string[] call, StartedInro started)
    {
        string line = string.Join(' ', call);
        int status;
        try { status = started.WaitForExit(Machine.Patience(HangsAfter)); }
        catch (TimeoutException)
        {
            wrong.Enqueue($"hangs: {line}\n{started.Error}");
            return;
        }

        string said = started.Output + started.Error;
        if (!Legal.Contains(status)) { wrong.Enqueue($"status {status}: {line}\n{said}"); }

        if (Array.Exists(Faults, fault => said.Contains(fault, StringComparison.Ordinal))) { wrong.Enqueue($"{line}\n{said}"); }
    }

    // Shims, and whatever waits in the background, by their arguments, which carry the instance's directory.
    private void Kill(Random random, CancellationToken over)
    {
        while (!over.WaitHandle.WaitOne(100 + random.Next(300)))
        {
            int[] ours = [.. Background()];
            if (ours.Length == 0) { continue; }

            try
            {
                using var chosen = System.Diagnostics.Process.GetProcessById(ours[random.Next(ours.Length)]);
                chosen.Kill();
                Interlocked.Increment(ref kills);
            }
            catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception) { continue; }
        }
    }

    private IEnumerable<int> Background()
    {
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out int pid)) { continue; }

            string line;
            try { line = File.ReadAllText(directory + "/cmdline"); }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException) { continue; }

            if (line.StartsWith("inro\0internal\0", StringComparison.Ordinal) && line.Contains(inro.Root, StringComparison.Ordinal)) { yield return pid; }
        }
    }
}
